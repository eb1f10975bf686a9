"""Tests of what those who pack see and are asked."""
