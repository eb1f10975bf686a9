"""Tests of taxes: Amazon's figures beside Odoo's, in orders and invoices."""
