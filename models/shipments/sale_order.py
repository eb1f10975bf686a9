from odoo import api, fields, models

from .sale_order_line import SELF_CONFIRMED


class SaleOrder(models.Model):
    _inherit = "sale.order"

    amazon_programs = fields.Char(
        "Amazon programmes", copy=False, readonly=True, help="As Amazon names them."
    )
    amazon_submission_ids = fields.One2many(
        "amazon.submission", "sale_order_id", readonly=True
    )
    amazon_submission_count = fields.Integer(
        compute="_compute_amazon_submission_count", compute_sudo=True
    )

    @api.depends("amazon_submission_ids")
    def _compute_amazon_submission_count(self):
        for order in self:
            order.amazon_submission_count = len(order.amazon_submission_ids)

    def action_view_amazon_submissions(self):
        """Open what Amazon is told of this order."""
        return self.env["amazon.submission"]._open([("sale_order_id", "=", self.id)])

    @api.model
    def _amazon_program_names(self, order):
        """Return the programmes of an order and of its items: some decide whether a
        shipment is confirmed.

        :param Order order:
        :return str|False: their names
        """
        programs = {*order.programs}.union(*(item.programs for item in order.items))
        return ",".join(sorted(programs)) or False

    def _amazon_self_confirmed(self):
        """:return str|None: name of the programme for which Amazon confirms shipments
        without us"""
        names = (self.amazon_programs or "").split(",")
        return next(
            (SELF_CONFIRMED[name] for name in names if name in SELF_CONFIRMED), None
        )
