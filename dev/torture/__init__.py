"""Proof by torture: real Odoo processes, a simulated Amazon, faults and SIGKILL."""
