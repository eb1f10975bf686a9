"""Tests of accounts: access, secrets, settings, queues and archiving."""
