"""The timeline on the delivery, which follows Amazon's answers by itself (feature
W2).
"""

from odoo import api, fields, models

from ..outbox.amazon_submission import UNDER_WAY
from .sale_order import SECONDS


class StockPicking(models.Model):
    _inherit = "stock.picking"

    amazon_timeline = fields.Json(
        "Timeline", compute="_compute_amazon_timeline", compute_sudo=True
    )

    @api.depends("sale_id", "state", "amazon_sync_status")
    @api.depends_context("lang", "tz")
    def _compute_amazon_timeline(self):
        for picking in self:
            picking.amazon_timeline = picking.sale_id.amazon_timeline

    def action_open_amazon_step(self, name="bought"):
        """Open what a point of the timeline is about.

        :param str name: of the point
        :return dict|bool: client action; False: there is nothing that they may see
        """
        self.ensure_one()
        self.check_access_rights("read")
        self.check_access_rule("read")
        order = self.sale_id
        if not order.check_access_rights("read", raise_exception=False):
            return order.sudo().action_open_at_amazon()
        return order.action_open_amazon_step(name)

    def get_progress(self):
        """Tell whether an answer of Amazon is awaited; the form looks again then.

        :return dict: see `amazon.account.get_progress`
        """
        self.check_access_rights("read")
        self.check_access_rule("read")
        return self.sudo()._amazon_get_progress()

    def _amazon_get_progress(self):
        """Find out whether messages of these deliveries are on their way.

        :return dict: see `amazon.account.get_progress`
        """
        states = {*self.amazon_submission_ids.mapped("state")}
        is_awaited = bool(states & {"todo", *UNDER_WAY})
        seconds = SECONDS if is_awaited else 0
        return {"works": [], "seconds": seconds, "reload": False}
