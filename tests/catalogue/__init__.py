"""Tests of the catalogue: offers follow Amazon's listings."""
