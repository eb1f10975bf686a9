"""Orders that Amazon ships (FBA): no delivery, the stock is booked at once."""

from odoo import _, fields, models
from odoo.exceptions import UserError

from ..orders.sale_order import IMPORT_CONTEXT

ACTIVITY = "amazon_connector.mail_activity_type_fba_stock"


class SaleOrder(models.Model):
    _inherit = "sale.order"

    amazon_stock_message = fields.Text(
        "Stock not booked",
        copy=False,
        readonly=True,
        help="What keeps Odoo from booking the goods that Amazon shipped.",
    )
    amazon_move_count = fields.Integer(
        "Stock moves", compute="_compute_amazon_move_count", compute_sudo=True
    )

    def _compute_amazon_move_count(self):
        counts = dict.fromkeys(self.ids, 0)
        if self.filtered("amazon_order_ref"):
            for line, count in self.env["stock.move"]._read_group(
                self._get_amazon_move_domain(), ["sale_line_id"], ["__count"]
            ):
                counts[line.order_id.id] += count
        for order in self:
            order.amazon_move_count = counts.get(order.id, 0)

    def _get_amazon_move_domain(self):
        """What the smart button for stock moves of an order shows.

        :return list: domain of the moves that no delivery shows
        """
        booked = self.filtered(
            lambda order: order.amazon_channel == "fba" or order.amazon_shipped_without
        )
        return [
            ("sale_line_id", "in", booked.order_line.ids),
            ("picking_id", "=", False),
        ]

    # === ACTION METHODS === #

    def action_view_amazon_moves(self):
        """Open the stock moves of what Amazon shipped."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": _("Stock Moves"),
            "res_model": "stock.move",
            "view_mode": "tree,form",
            "domain": self._get_amazon_move_domain(),
            "context": {"create": False},
        }

    def action_book_amazon_stock(self):
        """Book what could not be booked when the order came in.

        :return dict: client action, a notification
        """
        self.ensure_one()
        self.amazon_account_id._check_may_use()
        account = self.amazon_account_id.sudo()._in_company()
        if not self.env["amazon.order"]._lock_stock(account.company_id):
            raise UserError(_("Orders are coming in just now. Try again in a minute."))
        order = self.with_env(account.env).with_context(**IMPORT_CONTEXT)
        order._amazon_book_fba(account)
        if order.amazon_stock_message:
            return account._notify(order.amazon_stock_message, "warning", self.name)
        return account._notify(_("The stock is booked."), "success", self.name)

    # === BUSINESS METHODS === #

    def _amazon_book_fba(self, account):
        """Book what left without a delivery and is not booked yet: what Amazon shipped,
        and what was shipped without Odoo. What can not be booked is noted on the order
        and reported to the account's responsible; nothing fails.

        :param account: one amazon.account, in an environment of its company
        """
        gone = self.filtered(
            lambda order: (
                order.state == "sale"
                and (
                    order.amazon_channel == "fba"
                    or order.amazon_shipped_without == "stock"
                )
            )
        )
        by_location = gone.grouped(
            lambda order: (
                account._get_fba_location(order.amazon_marketplace_id)
                if order.amazon_channel == "fba"
                else order.warehouse_id.lot_stock_id
            )
        )
        for location, orders in by_location.items():
            orders._amazon_book_from(location, account)

    def _amazon_book_from(self, location, account):
        """Book what Amazon shipped out of a location, and flag or clear shortages.

        :param location: stock.location where the goods lay
        """
        missing = self.env["stock.move"]._amazon_ship(
            account, self.order_line._filter_unbooked(), location
        )
        shortages = {}
        for line, shorts in missing.items():
            shortages.setdefault(line.order_id, []).extend(shorts)
        for order in self:
            if order in shortages:
                order._amazon_flag_stock(shortages[order], location, account)
            elif order.amazon_stock_message:
                order.amazon_stock_message = False
                order.activity_feedback([ACTIVITY])

    def _amazon_flag_stock(self, shortages, location, account):
        """Say what is missing, and call the responsible the first time.

        :param list shortages: of (product, needed, there)
        """
        message = self._describe_shortages(shortages, location)
        is_new = not self.amazon_stock_message
        self.amazon_stock_message = message
        if is_new:
            account._call_responsible(self, ACTIVITY, message)

    def _describe_shortages(self, shortages, location):
        """Explain why the goods of an order could not be booked with lots.

        :return str: what is missing where, and the remedy, in words
        """
        lines = []
        for product, needed, there in shortages:
            line = _(
                "%(product)s: %(needed)g %(unit)s shipped, %(there)g with a lot or "
                "serial number in %(location)s.",
                product=product.display_name,
                needed=needed,
                unit=product.uom_id.name,
                there=there,
                location=location.display_name,
            )
            lines.append(line)
        remedy = _(
            "Amazon does not tell which lots it shipped. Enter the stock there with "
            "its lots, or let the account book without them; then press “Book Stock”."
        )
        return "\n".join([*lines, remedy])
