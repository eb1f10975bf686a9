"""Packages of a delivery, as they are reported to Amazon."""

import secrets
from datetime import timedelta, timezone

from odoo import _, api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import sql

from ...amazon_api import Shipment, ShippedItem, split_tracking
from ..outbox.amazon_submission import UNDER_WAY

COD_METHOD = "DirectPayment"
# Amazon's clock may be behind ours by so much: a package that leaves now has a shipping
# date of some minutes ago, or it would be refused as one of the future.
CLOCK_MARGIN = timedelta(minutes=15)


class AmazonPackage(models.Model):
    """One package that leaves for a buyer at Amazon.

    Its number is Amazon's ``packageReferenceId``: the same number again edits that
    package, so that a message sent twice never makes a second one (operation
    confirmShipment). Others count 1, 2, 3: ours is a random number, so that no package
    of Seller Central is overwritten, nor one that a restored backup does not know of.
    """

    _name = "amazon.package"
    _inherit = ["amazon.own.fields"]
    _description = "Package for Amazon"
    _order = "picking_id, id"
    _sql_constraints = [
        (
            "unique_box",
            "UNIQUE(picking_id, box_number)",
            "A package stands once on a delivery.",
        ),
    ]

    picking_id = fields.Many2one(
        "stock.picking", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="picking_id.company_id", store=True)
    sale_order_id = fields.Many2one(related="picking_id.sale_id")
    # Odoo's package; its model has another name from one series to the next. 0: goods
    # that are in no package.
    box_number = fields.Integer(required=True, readonly=True)
    name = fields.Char("Package", readonly=True)
    package_ref = fields.Char("Number at Amazon", readonly=True, copy=False)
    content = fields.Char(compute="_compute_content")
    tracking_ref = fields.Char(
        "Tracking number",
        copy=False,
        help="Empty: the tracking reference of the delivery counts for this package.",
    )
    # Amazon's item -> how many pieces of it are in here; known when the goods left.
    items = fields.Json(readonly=True, copy=False)
    # Amazon's item -> the Transparency codes of its pieces in here.
    transparency_codes = fields.Json(readonly=True, copy=False)
    submission_ids = fields.One2many("amazon.submission", "package_id", readonly=True)

    def _auto_init(self):
        """Packages from before have been reported by their ids."""
        is_new = not sql.column_exists(self.env.cr, self._table, "package_ref")
        result = super()._auto_init()
        if is_new:
            self.env.cr.execute("UPDATE amazon_package SET package_ref = id::varchar")
        return result

    # === COMPUTE METHODS === #

    @api.depends("picking_id.move_line_ids.quantity")
    def _compute_content(self):
        for package in self:
            lines = package.picking_id._amazon_boxes().get(package.box_number, ())
            package.content = ", ".join(
                f"{line.quantity:g} × {line.product_id.display_name}" for line in lines
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # of as many digits as any program reads as a whole number
            vals["package_ref"] = str(10**14 + secrets.randbelow(9 * 10**14))
        return super().create(vals_list)

    def write(self, vals):
        """Let people enter the tracking number; the delivery says what is in a package.

        :raise AccessError: something else of a package would be changed
        """
        if not self.env.su and vals.keys() - {"tracking_ref"}:
            raise AccessError(
                _("Of a package for Amazon only the tracking number can be changed.")
            )
        if "tracking_ref" not in vals:
            return super().write(vals)
        before = {package: package._get_tracking() for package in self}
        result = super().write(vals)
        changed = self.filtered(
            lambda package: package._get_tracking() != before[package]
        )
        changed.sudo()._amazon_correct()
        return result

    # === BUSINESS METHODS === #

    def _get_tracking(self):
        """The number under which this package travels.

        :return str|None: the tracking number of this package

        The reference of the delivery may name one number for all its packages or, as
        makers of labels write it, one for each.
        """
        self.ensure_one()
        if own := split_tracking(self.tracking_ref):
            return own[0]
        numbers = split_tracking(self.picking_id.carrier_tracking_ref)
        packages = self.picking_id.amazon_package_ids.sorted("id")
        if len(numbers) > 1 and len(numbers) == len(packages):
            return numbers[packages.ids.index(self.id)]
        return numbers[0] if numbers else None

    def _prepare_shipment(self):
        """Extension hook.

        :return Shipment: what is reported to Amazon about this package
        """
        self.ensure_one()
        order, delivery = self.sale_order_id, self.picking_id
        code, name = delivery.carrier_id._get_amazon_code()
        return Shipment(
            order_id=order.amazon_order_ref,
            marketplace_id=order.amazon_marketplace_id.api_ref,
            package_reference=self.package_ref,
            carrier_code=code,
            carrier_name=name,
            shipping_method=delivery.carrier_id.amazon_shipping_method or None,
            ship_from=delivery.picking_type_id.warehouse_id.amazon_supply_source
            or None,
            cod_collection_method=self._get_cod_method(),
            tracking_number=self._get_tracking(),
            ship_date=self._get_ship_date(),
            items=tuple(
                ShippedItem(item, quantity, tuple(self._get_codes(item)))
                for item, quantity in sorted(self.items.items())
            ),
        )

    def _get_codes(self, item):
        """The Transparency codes that were noted for an item when it was packed.

        :return list: Transparency codes of Amazon's item in this package
        """
        return (self.transparency_codes or {}).get(item, [])

    def _get_cod_method(self):
        """The way of cash on delivery, where Amazon asks for one.

        :return str|None: how the money is collected, which Amazon asks in Japan
        """
        order = self.sale_order_id
        is_japan = order.amazon_marketplace_id.country_id.code == "JP"
        return COD_METHOD if is_japan and order.amazon_cash_on_delivery else None

    def _get_ship_date(self):
        """The shipping date. Amazon takes none before the order (Odoo cut off its
        fraction of a second) and none in the future, by its own clock."""
        ordered = self.sale_order_id.date_order + timedelta(seconds=1)
        account = self.sale_order_id.amazon_account_id
        now = max(account._get_amazon_now() - CLOCK_MARGIN, ordered)
        moment = min(max(self.picking_id.date_done or now, ordered), now)
        return moment.replace(tzinfo=timezone.utc)

    # === BUSINESS METHODS - OUTBOX === #

    def _amazon_enqueue(self):
        """Queue a report of each package, once more for those reported already."""
        messages = []
        for package in self:
            order = package.sale_order_id
            number = len(package.submission_ids) + 1
            messages.append(
                {
                    "account_id": order.amazon_account_id.id,
                    "dedup_key": f"package/{package.id}/{number}",
                    "lane": f"order/{order.id}",
                    "sale_order_id": order.id,
                    "picking_id": package.picking_id.id,
                    "package_id": package.id,
                }
            )
        return self.env["amazon.submission"]._enqueue("shipment", messages)

    def _amazon_count_item(self, line):
        """Count the pieces of an item in these packages.

        :param line: sale.order.line of an item
        :return int: pieces of it in these packages
        """
        mine = self.filtered(lambda box: box.sale_order_id == line.order_id)
        return sum((box.items or {}).get(line.amazon_item_ref, 0) for box in mine)

    def _amazon_is_reported(self):
        """Tell apart packages that Amazon may know and those that it can not.

        :return bool: whether the package was reported to Amazon, or may have been
        """
        states = {*self.submission_ids.mapped("state")}
        return bool(states & {*UNDER_WAY, "done"})

    def _amazon_correct(self):
        """Carrier or tracking number were corrected: Amazon gets the package again.

        What has not left yet takes the new values by itself.
        """
        again, reopened = self.browse(), self.env["amazon.submission"]
        for package in self.filtered("items"):
            last = package.submission_ids.sorted("id")[-1:]
            if last.state in ("failed", "held"):
                reopened += last
            elif last and last.state != "todo":
                again += package
        reopened._reopen()
        again._amazon_enqueue()
