"""Differences of FBA stock, booked when a person says so (feature G3)."""

from dataclasses import dataclass, replace
from datetime import timedelta

from odoo import _, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import float_compare, float_is_zero, float_round

from .amazon_account_orders import OVERLAP, READ_LAG

# What Amazon ships meanwhile makes a reading wrong.
FRESH = timedelta(hours=1)
# Read just before the stock; Amazon answers only what is older than two minutes.
ORDERS_BEHIND = READ_LAG + OVERLAP


@dataclass(frozen=True)
class FbaAdjustment:
    """A product in a location, and what stands against booking its difference.

    ``rows`` are all its amazon.fba.stock, ``amazon`` and ``odoo`` are in the product's
    unit, ``obstacle`` is empty when it can be booked.
    """

    product: models.Model
    location: models.Model
    rows: models.Model
    amazon: float
    odoo: float
    obstacle: str

    @property
    def change(self):
        rounding = self.product.uom_id.rounding or 1.0
        return float_round(self.amazon - self.odoo, precision_rounding=rounding)

    def describe(self):
        return (
            f"{self.product.display_name}: {self.change:+g} {self.product.uom_id.name}"
        )


class AmazonFbaStock(models.Model):
    _inherit = "amazon.fba.stock"

    # === ACTION METHODS === #

    def action_adjust(self):
        """Show what would be booked, and ask.

        :return dict: action that opens the wizard
        """
        self._check_may_adjust()
        if not self:
            raise UserError(_("Select the lines that Odoo shall take over."))
        wizard = self.env["amazon.adjust.fba.stock"].create(
            {"stock_ids": [fields.Command.set(self.ids)]}
        )
        return {
            "type": "ir.actions.act_window",
            "name": _("Adjust to Amazon's Count"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def _check_may_adjust(self):
        """:raise AccessError: Odoo lets none but these adjust an inventory"""
        if not self.env.user.has_group("stock.group_stock_manager"):
            raise AccessError(
                _("Only administrators of the inventory can adjust stock. Ask one.")
            )

    # === WHAT WOULD BE BOOKED === #

    def _prepare_adjustments(self):
        """Compare anew, and say what stands against booking a difference.

        Booked is only what certainly is a difference: the reading is fresh, all orders
        of that time are in, no goods of the product were booked since, and Odoo knows
        where the difference belongs (no lots, no kit, no packages).

        :return list: of FbaAdjustment, one per location and product; rows without a
            product are left out
        """
        rows_sudo = self.sudo()._get_sharing()
        compared = rows_sudo._compare()
        stored = rows_sudo._get_stored_products()
        moved = rows_sudo._find_last_moves()
        unread = rows_sudo._find_unread()
        kits = self.env["amazon.account"].sudo()._get_stock_kits()
        plain = rows_sudo._find_plain_quants()
        late = {
            account: account._explain_late_orders(min(rows.mapped("read_at")))
            for account, rows in rows_sudo.grouped("account_id").items()
        }
        found = []
        for (location, product), rows in rows_sudo.grouped(
            lambda row: (row.location_id, row.product_id)
        ).items():
            place = location.id, product.id
            amazon, odoo = compared.get(place, (0.0, 0.0))
            known = FbaAdjustment(product, location, rows, amazon, odoo, "")
            obstacle = (
                rows._explain_product(product, product in stored, kits)
                or rows._explain_no_change(known)
                or rows._explain_reading(moved.get(place), unread.get(place))
                or next(filter(None, (late[one] for one in rows.account_id)), "")
                or rows._explain_place(known, plain.get(place))
            )
            found.append(replace(known, obstacle=obstacle))
        return found

    def _explain_product(self, product, is_stored, kits):
        """:return str: why Odoo can not book a difference of this product"""
        if not is_stored:
            return _("Odoo keeps no stock of this product.")
        if product in kits:
            return _(
                "A kit: Odoo stores its parts. Adjust the parts under Inventory > "
                "Operations > Physical Inventory."
            )
        if product.tracking != "none":
            return _(
                "It has lots or serial numbers, and Amazon does not tell which ones it "
                "has. Adjust it under Inventory > Operations > Physical Inventory."
            )
        return ""

    def _explain_no_change(self, known):
        if float_is_zero(
            known.change, precision_rounding=known.product.uom_id.rounding
        ):
            return _("There is no difference.")
        return ""

    def _explain_reading(self, moved_at, unread):
        """:param datetime moved_at: when goods were last booked, None: never
        :param unread: accounts with the product whose FBA stock was never read"""
        oldest = min(self.mapped("read_at"))
        if oldest < fields.Datetime.now() - FRESH:
            return _("Read more than an hour ago: press «Read FBA Stock» again.")
        if moved_at and moved_at >= oldest + timedelta(seconds=1):
            return _(
                "Goods were booked since it was read: press «Read FBA Stock» again."
            )
        if unread:
            return _(
                "%(accounts)s keeps this product in the same location: read its FBA "
                "stock, too.",
                accounts=", ".join(unread.mapped("name")),
            )
        return ""

    def _explain_place(self, known, quants):
        """:param quants: stock.quant without lot, package and owner, may be None"""
        if len(self._get_pool_locations()) > 1:
            return _(
                "The marketplaces of this stock have several Amazon locations in Odoo: "
                "adjust it under Inventory > Operations > Physical Inventory."
            )
        there = sum(quants.mapped("quantity")) if quants else 0.0
        rounding = known.product.uom_id.rounding
        is_below = float_compare(there + known.change, 0, precision_rounding=rounding)
        if known.change < 0 and is_below < 0:
            return _(
                "What is too much lies in packages, in a location below, or belongs to "
                "somebody else: adjust it under Inventory > Operations > Physical "
                "Inventory."
            )
        return ""

    def _get_pool_locations(self):
        """:return: stock.location from which orders of these stocks are booked"""
        locations = self.env["stock.location"]
        for account, rows in self.grouped("account_id").items():
            pools = account._get_fba_pools()
            for pool in set(rows.mapped("stock_pool")) & pools.keys():
                for shop in pools[pool]:
                    locations |= account._for_marketplace("location_id", shop)
        return locations

    def _find_last_moves(self):
        """:return dict: (location's id, product's id) -> when goods of it were last
        booked, in UTC"""
        found = {}
        oldest = min(self.mapped("read_at"), default=False)
        for location, rows in self.grouped("location_id").items():
            groups = self.env["stock.move.line"]._read_group(
                [
                    ("state", "=", "done"),
                    ("product_id", "in", rows.product_id.ids),
                    ("write_date", ">=", oldest),
                    "|",
                    ("location_id", "child_of", location.id),
                    ("location_dest_id", "child_of", location.id),
                ],
                ["product_id"],
                ["write_date:max"],
            )
            found.update(
                {(location.id, product.id): moment for product, moment in groups}
            )
        return found

    def _find_unread(self):
        """:return dict: (location's id, product's id) -> amazon.account that keep the
        product there, too, and whose stock at Amazon nobody has asked for"""
        offers = self.env["amazon.offer"].search(
            [
                ("amazon_channel", "=", "fba"),
                ("product_id", "in", self.product_id.ids),
                ("account_id.active", "=", True),
                ("account_id.is_linked", "=", True),
                ("account_id.fba_stock_read_at", "=", False),
                ("account_id.location_id", "in", self.location_id.ids),
            ]
        )
        return {
            (location.id, product.id): found.account_id
            for (location, product), found in offers.grouped(
                lambda offer: (offer.account_id.location_id, offer.product_id)
            ).items()
        }

    def _find_plain_quants(self):
        """:return dict: (location's id, product's id) -> stock.quant without lot,
        package and owner in just that location"""
        quants = self.env["stock.quant"].search(
            [
                ("location_id", "in", self.location_id.ids),
                ("product_id", "in", self.product_id.ids),
                ("lot_id", "=", False),
                ("package_id", "=", False),
                ("owner_id", "=", False),
            ],
            order="id",
        )
        return quants.grouped(lambda quant: (quant.location_id.id, quant.product_id.id))


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    def _explain_late_orders(self, moment):
        """:param datetime moment: UTC, when FBA stock was read
        :return str: which orders of that time Odoo has not booked yet"""
        if self.last_orders_sync < moment - ORDERS_BEHIND:
            return _(
                "Orders of the time at which it was read are not in Odoo yet: press "
                "«Sync Orders», then «Read FBA Stock»."
            )
        waiting = self.env["amazon.order"].search_count(
            [
                ("account_id", "=", self.id),
                ("amazon_channel", "!=", "fbm"),
                ("state", "=", "new"),
                ("is_history", "=", False),  # it has no effect on the stock
            ],
            limit=1,
        )
        if waiting:
            return _("FBA orders are still coming in: try again in a few minutes.")
        return ""
