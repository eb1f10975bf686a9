"""Tests of invoices that Amazon gets."""
