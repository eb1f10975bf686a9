"""Differences of FBA stock, booked when a person says so (feature G3).

A difference that a person accepted becomes an inventory adjustment.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from odoo import _, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import (
    float_compare,
    float_is_zero,
    float_round,
    plaintext2html,
)

from ...tools.reader_time import describe_moment
from .. import kits

# What Amazon ships meanwhile makes a download wrong.
FRESH = timedelta(hours=1)
# Nobody would read more of them in the account's log; the moves have them all.
LISTED = 30


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
        """Refuse users who may not adjust an inventory by hand, either.

        :raise AccessError: Odoo lets none but these adjust an inventory
        """
        if not self.env.user.has_group("stock.group_stock_manager"):
            raise AccessError(
                _("Only administrators of the inventory can adjust stock. Ask one.")
            )

    # === WHAT WOULD BE BOOKED === #

    def _prepare_adjustments(self):
        """Compare anew, and say what stands against booking a difference.

        Only what certainly is a difference is booked: the download is fresh, all orders
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
        of_parts = kits.search_all(self.sudo().env)
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
                rows._explain_product(product, product in stored, of_parts)
                or rows._explain_no_change(known)
                or rows._explain_download(moved.get(place), unread.get(place))
                or next(filter(None, (late[one] for one in rows.account_id)), "")
                or rows._explain_place(known, plain.get(place))
            )
            found.append(replace(known, obstacle=obstacle))
        return found

    def _explain_product(self, product, is_stored, of_parts):
        """Name the kinds of products that have to be adjusted by hand.

        :return str: why Odoo can not book a difference of this product
        """
        if not is_stored:
            return _("Odoo keeps no stock of this product.")
        if product in of_parts:
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

    def _explain_download(self, moved_at, unread):
        """Say why the download is too old, or too small a part, to be compared.

        :param datetime moved_at: when goods were last booked, None: never
        :param unread: accounts with the product whose FBA stock was never read
        """
        oldest = min(self.mapped("read_at"))
        if oldest < fields.Datetime.now() - FRESH:
            return _("Read more than an hour ago: press “Read FBA Stock” again.")
        if moved_at and moved_at >= oldest + timedelta(seconds=1):
            return _(
                "Goods were booked since it was read: press “Read FBA Stock” again."
            )
        if unread:
            return _(
                "%(accounts)s keeps this product in the same location: read its FBA "
                "stock, too.",
                accounts=", ".join(unread.mapped("name")),
            )
        return ""

    def _explain_place(self, known, quants):
        """Say why the difference can not be booked in one location.

        :param quants: stock.quant without lot, package and owner, may be None
        """
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
        """Collect the locations that the marketplaces of these stocks are set to.

        :return: stock.location from which orders of these stocks are booked
        """
        locations = self.env["stock.location"]
        for account, rows in self.grouped("account_id").items():
            pools = account._get_fba_pools()
            for pool in set(rows.mapped("stock_pool")) & pools.keys():
                for shop in pools[pool]:
                    locations |= account._for_marketplace("location_id", shop)
        return locations

    def _find_last_moves(self):
        """Find what was booked since the download, product by product.

        :return dict: (location's id, product's id) -> when goods of it were last
        booked, in UTC
        """
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
        """Find accounts whose share of a location is not known yet.

        :return dict: (location's id, product's id) -> amazon.account that keep the
        product there, too, and whose stock at Amazon nobody has asked for
        """
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
        """The quants that an adjustment changes.

        :return dict: (location's id, product's id) -> stock.quant without lot,
        package and owner in just that location
        """
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

    # === BOOKING === #

    def _book(self, adjustments):
        """Book differences as Odoo's own inventory adjustments, with the rights of the
        user; the moves name the account, the time of the count, and who agreed.

        :param list adjustments: of FbaAdjustment without obstacle, of one company
        :raise UserError: orders are coming in, or somebody else counts; nothing is
            booked then
        """
        by_name = {}
        for adjustment in adjustments:
            name = adjustment.rows.with_env(self.env)._describe_trace()
            by_name.setdefault(name, []).append(adjustment)
        for name, group in by_name.items():
            company = group[0].location.company_id
            quants = self.env["stock.quant"].with_company(company)
            quants = quants.with_context(inventory_mode=True, inventory_name=name)
            self._adjust_quants(quants, group)
        self._log_adjustments(adjustments)

    def _adjust_quants(self, quants, adjustments):
        """Apply the adjustments as one inventory.

        :param quants: no stock.quant, in an environment to adjust them in
        """
        plain = self.env["amazon.fba.stock"].union(*(one.rows for one in adjustments))
        plain = plain.sudo()._find_plain_quants()
        known, missing = quants, []
        for one in adjustments:
            found = plain.get((one.location.id, one.product.id))
            quant = quants.browse(found[:1].ids if found else ())
            if quant:
                quant.inventory_quantity = quant.quantity + one.change
                known |= quant
                continue
            missing.append(
                {
                    "product_id": one.product.id,
                    "location_id": one.location.id,
                    "inventory_quantity": one.change,
                    "user_id": False,  # nobody has to count it
                }
            )
        known |= quants.create(missing)
        if known.action_apply_inventory():  # it asks back instead
            raise UserError(
                _(
                    "Somebody else is counting these products. Finish that count under "
                    "Inventory > Operations > Physical Inventory first."
                )
            )

    def _describe_trace(self):
        """Name the download and the person, for the history of the stock.

        :return str: what the stock moves are called
        """
        return _(
            "FBA stock of %(account)s, read %(time)s, accepted by %(user)s",
            account=", ".join(self.sudo().account_id.mapped("name")),
            time=describe_moment(self.env, min(self.sudo().mapped("read_at")), True),
            user=self.env.user.name,
        )

    def _log_adjustments(self, adjustments):
        """Leave a note on each account."""
        by_account = {}
        for adjustment in adjustments:
            for account in adjustment.rows.account_id:
                by_account.setdefault(account, []).append(adjustment)
        for account, mine in by_account.items():
            lines = [
                _("FBA stock adjusted by %s:", self.env.user.name),
                *(one.describe() for one in mine[:LISTED]),
            ]
            if len(mine) > LISTED:
                lines.append(_("and %s more", len(mine) - LISTED))
            account.sudo().message_post(body=plaintext2html("\n".join(lines)))
