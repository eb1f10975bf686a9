"""Tests of the shipping desk."""
