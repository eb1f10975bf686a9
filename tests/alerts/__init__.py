"""Tests of alarms and reminders for the responsible user."""
