"""What Amazon gives back to its listings when an order is cancelled there (features J1,
J7).

Amazon adds cancelled pieces to what it lists, whether or not Odoo has them: they may be
lost, or sold elsewhere, or Odoo never saw the order. Where Odoo has none and said so
before, nothing has changed in Odoo. So the quantity is stated once more.
"""

from collections import defaultdict
from datetime import timedelta

from odoo import api, models

from ...tools.amazon_time import aware_utc

# What was given back longer ago was replaced since: once a day all is stated anew.
LONG_AGO = timedelta(days=2)


class AmazonOrder(models.Model):
    _inherit = "amazon.order"

    @api.model
    def _restate_given_back(self, account, noted):
        """Have the quantities stated once more that Amazon raised by itself.

        :param account: one amazon.account
        :param list noted: of (Order or UnreadableOrder, its pieces as they were noted
            before: SKU -> pieces, or None)
        """
        if not noted or not account.sync_stock:
            return
        skus = defaultdict(set)
        for order, before in noted:
            skus[order.marketplace_id] |= self._find_given_back(account, order, before)
        if not any(skus.values()):
            return
        offers = self.env["amazon.offer"].search(
            [
                ("account_id", "=", account.id),
                ("sku", "in", sorted(set().union(*skus.values()))),
                ("amazon_channel", "=", "fbm"),
                ("sync_stock", "=", True),
            ]
        )
        offers = offers.filtered(
            lambda offer: offer.sku in skus[offer.marketplace_id.api_ref]
        )
        if offers:
            offers._restate_quantity()
            account._trigger_stock_cron()

    @api.model
    def _find_given_back(self, account, order, before):
        """Compare what an order takes with what it took when it was noted before. An
        order that was never noted may be cancelled already.

        :return set: SKUs of which Amazon has given pieces back since
        """
        now, before = self._count_units(order), before or {}
        if now is None or not order.last_updated_time:
            return set()
        if order.last_updated_time < aware_utc(account._get_amazon_now() - LONG_AGO):
            return set()
        fewer = {sku for sku, count in before.items() if now.get(sku, 0) < count}
        return fewer | {
            item.sku
            for item in getattr(order, "items", ())
            if item.sku in now.keys() - before.keys()
            and (order.is_cancelled or item.is_cancelled)
        }
