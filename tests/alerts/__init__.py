from . import test_alarm
from . import test_reminders
