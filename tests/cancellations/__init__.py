"""Tests of cancellations that Odoo sends to Amazon."""
