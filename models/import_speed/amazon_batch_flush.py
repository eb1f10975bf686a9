"""The mixin of all models whose records an import makes and changes at once."""

from odoo import models

from ...tools.batch_flush import BatchFlush
from ...tools.batch_memo import Remembering


class AmazonBatchFlush(BatchFlush, Remembering, models.AbstractModel):
    _name = "amazon.batch.flush"
    _description = "Amazon: changes of an import, written at once"
