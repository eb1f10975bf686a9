"""Tests of privacy: buyers' data, their erasure and what is kept."""
