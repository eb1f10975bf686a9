"""Tests of the batch optimisations of the import."""
