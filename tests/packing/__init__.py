"""Tests of what those who pack are told and asked."""
