"""Tests of deviations between the server's clock and Amazon's."""
