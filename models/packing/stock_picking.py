"""The delivery says for which order of Amazon it is, by when it has to leave, and what
nobody can know who packs it (feature W5).
"""

from odoo import _, api, fields, models

from ...tools.reader_time import describe_moment

CLOSED = ("done", "cancel")


class StockPicking(models.Model):
    _inherit = "stock.picking"

    amazon_order_ref = fields.Char(
        "Amazon reference",
        compute="_compute_amazon_order",
        search="_search_amazon_order_ref",
        compute_sudo=True,
    )
    amazon_shop = fields.Char(
        "Marketplace", compute="_compute_amazon_order", compute_sudo=True
    )
    amazon_service_level = fields.Char(
        "Shipping service", compute="_compute_amazon_order", compute_sudo=True
    )
    amazon_ship_by = fields.Datetime(
        "Ship by", compute="_compute_amazon_order", compute_sudo=True
    )
    amazon_ship_by_text = fields.Char(
        "Ship by (text)", compute="_compute_amazon_order", compute_sudo=True
    )
    amazon_is_prime = fields.Boolean(
        "Prime", compute="_compute_amazon_order", compute_sudo=True
    )
    amazon_is_business = fields.Boolean(
        "Business", compute="_compute_amazon_order", compute_sudo=True
    )
    amazon_is_gift = fields.Boolean(
        "Gift", compute="_compute_amazon_order", compute_sudo=True
    )
    amazon_is_late_risk = fields.Boolean(
        "Late risk",
        compute="_compute_amazon_order",
        search="_search_amazon_late_risk",
        compute_sudo=True,
    )
    amazon_unmatched_goods = fields.Text(
        "SKUs without product",
        compute="_compute_amazon_unmatched_goods",
        compute_sudo=True,
    )

    # === COMPUTE METHODS === #

    # Of the order alone: see `stock.move.amazon_goods`.
    @api.depends("sale_id")
    @api.depends_context("lang", "tz")
    def _compute_amazon_order(self):
        tomorrow = fields.Datetime.add(fields.Datetime.now(), days=1)
        for picking in self:
            order = picking.sale_id
            programs = (order.amazon_programs or "").split(",")
            is_open = picking.state not in CLOSED
            ship_by = order.amazon_ship_by
            picking.update(
                {
                    "amazon_order_ref": order.amazon_order_ref,
                    "amazon_shop": order.amazon_marketplace_id.name,
                    "amazon_service_level": order.amazon_service_text,
                    "amazon_ship_by": ship_by,
                    "amazon_ship_by_text": ship_by
                    and describe_moment(self.env, ship_by, True),
                    "amazon_is_prime": "PRIME" in programs,
                    "amazon_is_business": "AMAZON_BUSINESS" in programs,
                    "amazon_is_gift": order._is_amazon_gift(),
                    "amazon_is_late_risk": bool(
                        is_open and ship_by and ship_by < tomorrow
                    ),
                }
            )

    @api.depends("move_ids.product_id", "state")
    def _compute_amazon_unmatched_goods(self):
        for picking in self:
            moves = picking.move_ids.filtered("amazon_goods")
            if picking.state in CLOSED:
                moves = moves.browse()
            texts = [
                f"{move.product_uom_qty:g} × {move.amazon_goods}" for move in moves
            ]
            picking.amazon_unmatched_goods = "\n".join(texts) or False

    def _compute_products_availability(self):
        """Call nothing available of which nobody knows what it is."""
        result = super()._compute_products_availability()
        for picking in self.filtered("products_availability"):
            if picking.amazon_unmatched_goods:
                picking.products_availability = _("SKU without product")
                picking.products_availability_state = "late"
        return result

    def _search_amazon_order_ref(self, operator, value):
        values = value if isinstance(value, (list, tuple)) else [value]
        if any(values):
            return self._amazon_of_orders([("amazon_order_ref", operator, value)])
        orders = [("amazon_order_ref", "!=", False)]
        if operator in ("!=", "not in"):
            return self._amazon_of_orders(orders)
        return self._amazon_of_others(orders)

    def _search_amazon_late_risk(self, operator, value):
        values = value if operator in ("in", "not in") else [value]
        is_wanted = (True in values) == (operator in ("=", "in"))
        tomorrow = fields.Datetime.add(fields.Datetime.now(), days=1)
        orders = [
            ("amazon_account_id", "!=", False),
            ("amazon_ship_by", "<", tomorrow),
            ("state", "=", "sale"),
        ]
        if is_wanted:
            return [*self._amazon_of_orders(orders), ("state", "not in", CLOSED)]
        return ["|", ("state", "in", CLOSED), *self._amazon_of_others(orders)]

    @api.model
    def _amazon_of_orders(self, domain):
        """Filter by orders, which those who pack may not read.

        :param list domain: of sale.order
        :return list: domain of stock.picking
        """
        return [("sale_id", "in", self.env["sale.order"].sudo()._search(domain))]

    @api.model
    def _amazon_of_others(self, domain):
        """The opposite of `_amazon_of_orders`.

        :param list domain: of sale.order
        :return list: domain of stock.picking
        """
        orders = self.env["sale.order"].sudo()._search(domain)
        return ["|", ("sale_id", "=", False), ("sale_id", "not in", orders)]

    # === BUSINESS METHODS === #

    def _amazon_ask_before_leaving(self):
        """Ask what has to be reported to Amazon, or what a person has to confirm, in
        one window.

        Whoever calls without this question, as programs do, gets an error where
        something is missing.

        :return dict|None: the window; None: everything is known
        """
        if not self._amazon_is_asked_by_person():
            return None
        unknown = self.filtered("amazon_unmatched_goods")
        if self.env.context.get("amazon_goods_checked"):
            unknown = self.browse()
        gaps = self._amazon_lacking_tracking()
        if not (unknown or gaps):
            return None
        return self.env["amazon.validate.delivery"]._open(self, unknown, gaps)

    def _amazon_is_asked_by_person(self):
        """Recognize the buttons of the screens.

        :return bool: whether somebody is there who can answer
        """
        context = self.env.context
        if "amazon_ask" in context:
            return context["amazon_ask"]
        is_chosen = context.get("active_model") == self._name
        return is_chosen and bool(context.get("active_ids"))

    def _amazon_lacking_tracking(self):
        """Find the deliveries of which carrier or tracking number is not entered.

        :return: stock.picking, with sudo
        """
        deliveries = self._amazon_to_confirm()
        deliveries._amazon_note_packages()
        return deliveries.filtered(
            lambda picking: (
                picking._amazon_lacks_tracking() and picking._amazon_has_news()
            )
        )

    def _amazon_lacks_tracking(self):
        """Find out whether something has to be typed before the goods leave.

        :return bool: whether a carrier or a tracking number is missing
        """
        if not self.carrier_id:
            return True
        if self.carrier_id._makes_labels(self.picking_type_id):
            return False
        if (self.carrier_tracking_ref or "").strip():
            return False
        packages = self.amazon_package_ids
        return not packages or not all(packages.mapped("tracking_ref"))
