"""Tests of alarms and reminders for the responsible user."""

from . import test_alarm
from . import test_reminders
