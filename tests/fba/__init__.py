"""Tests of FBA: Amazon's stock and its comparison with Odoo's."""
