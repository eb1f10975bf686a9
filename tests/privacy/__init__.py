"""Tests of privacy: buyers' data, their erasure and what is kept."""

from . import test_buyer_contact
from . import test_buyer_mails
from . import test_erasure
from . import test_erasure_kept
from . import test_erasure_work
from . import test_personal_data
from . import test_personal_data_reports
from . import test_personal_words
