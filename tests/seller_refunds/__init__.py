"""Tests of refunds that begin in Odoo."""
