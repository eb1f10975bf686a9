"""Orders that are cancelled here or at the wish of the buyer (features I1, I2)."""

from . import amazon_submission
from . import sale_order
