"""The mixin of all models whose changes an import writes at once."""

from odoo import models

from ...tools.batch_flush import BatchFlush


class AmazonBatchFlush(BatchFlush, models.AbstractModel):
    _name = "amazon.batch.flush"
    _description = "Amazon: changes of an import, written at once"
