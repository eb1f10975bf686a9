"""Tests of pending orders: goods reserved before the payment, and their release."""
