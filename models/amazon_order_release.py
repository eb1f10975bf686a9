"""Held stock becomes free again (feature D12, see `amazon_order_hold`)."""

from odoo import api, fields, models


class AmazonOrder(models.Model):
    _inherit = "amazon.order"

    # === CRUD METHODS === #

    def unlink(self):
        """What an order holds must not outlive it."""
        self.filtered("held_until")._release()
        return super().unlink()

    # === BUSINESS METHODS - RELEASING === #

    @api.model
    def _find_stray_holds(self):
        """:return: rows of all accounts whose time is up, or whose hold came about
        while somebody switched it off"""
        return (
            self.sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("held_until", "!=", False),
                    "|",
                    "|",
                    "|",
                    "|",
                    ("held_until", "<=", fields.Datetime.now()),
                    ("account_id.active", "=", False),
                    ("account_id.hold_pending", "=", False),
                    ("account_id.refresh_token_sealed", "=", False),
                    ("state", "in", ("done", "ignored")),
                ]
            )
        )

    def _release_alone(self, account):
        """Release beside the import, unless that is at work.

        :return bool: False: somebody writes orders of the company just now
        """
        if not self._lock_stock(account.company_id):
            return False
        self._release()
        return True

    def _release(self):
        """The held goods are free again, for whoever waits for them in Odoo; the rest
        goes back to Amazon, which may have added it to its quantity by itself."""
        moves = self.sudo().hold_move_ids
        products, locations = moves.product_id, moves.location_id
        companies = moves.company_id
        self._drop_holds()
        if products:
            self.env["amazon.offer"].sudo().search(
                [
                    ("product_id", "in", products.ids),
                    ("amazon_channel", "=", "fbm"),
                    ("company_id", "in", companies.ids),
                ]
            )._forget_sent_quantity()
            self.env["stock.move"].sudo()._amazon_serve_waiting(products, locations)

    def _drop_holds(self):
        """Nothing is held any more, and no move stays."""
        self.sudo().hold_move_ids._amazon_let_go()
        self.filtered("held_until").held_until = False
