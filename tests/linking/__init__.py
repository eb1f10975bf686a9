"""Tests of linking an account: new keys are tested, then stored."""
