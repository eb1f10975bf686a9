"""Numbers of orders and deliveries, taken for a whole batch by one statement."""

from odoo import models


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    def _amazon_next(self, count):
        """Take many numbers of a sequence at once, one statement for all of them.

        :param int count: how many
        :return list: of str; empty when the sequence has to be asked for each, because
            it has no gaps or depends on the date, or when there is no sequence
        """
        dated = "%" in (self.prefix or "") + (self.suffix or "")
        if self.implementation != "standard" or self.use_date_range or dated:
            return []
        self.env.cr.execute(
            "SELECT nextval(%s) FROM generate_series(1, %s)",
            [f"ir_sequence_{self.id:03d}", count],
        )
        return [self.get_next_char(number) for (number,) in self.env.cr.fetchall()]
