"""Further details of an order: dates, gift messages, programmes, business data
(features D4, D5, D6).
"""

from odoo import _, api, fields, models
from odoo.fields import Command
from odoo.tools import plaintext2html

from ...const import EXCHANGE_TAG, PROGRAM_TAGS, REPLACEMENT_TAG
from ...tools.amazon_time import naive_seconds
from ...tools.amazon_words import spell_out


class SaleOrder(models.Model):
    _inherit = "sale.order"

    amazon_ship_by = fields.Datetime(
        "Ship by",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="Amazon counts the order as late when it is shipped after this moment.",
    )
    amazon_deliver_by = fields.Datetime(
        "Deliver by", copy=False, readonly=True, help="What Amazon told the buyer."
    )
    # Amazon's code, such as NEXT_DAY; people read `amazon_service_text`.
    amazon_service_level = fields.Char(
        "Shipping service (code)", copy=False, readonly=True
    )
    amazon_service_text = fields.Char(
        "Shipping service",
        compute="_compute_amazon_service_text",
        help="As the buyer chose it.",
    )
    amazon_purchase_order = fields.Char("Buyer's PO number", copy=False, readonly=True)
    amazon_gift_message = fields.Text(
        "Gift message",
        copy=False,
        readonly=True,
        help="Stands on the order and on the delivery, too: who packs has to read it.",
    )
    amazon_original_ref = fields.Char(
        "Replaces",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="The order that this one replaces or exchanges.",
    )
    amazon_original_id = fields.Many2one(
        "sale.order",
        "Replaced order",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    amazon_is_late_risk = fields.Boolean(
        "Late risk", compute="_compute_amazon_is_late_risk", search="_search_late_risk"
    )

    # === COMPUTE METHODS === #

    @api.depends("amazon_service_level")
    @api.depends_context("lang")
    def _compute_amazon_service_text(self):
        words = {
            "EXPEDITED": _("Expedited"),
            "FREE_ECONOMY": _("Free economy"),
            "NEXT_DAY": _("Next day"),
            "PRIORITY": _("Priority"),
            "SAME_DAY": _("Same day"),
            "SCHEDULED": _("Scheduled"),
            "SECOND_DAY": _("Second day"),
            "STANDARD": _("Standard"),
        }
        for order in self:
            code = order.amazon_service_level
            order.amazon_service_text = words.get(code) or spell_out(code)

    @api.depends("amazon_ship_by", "delivery_status", "state")
    def _compute_amazon_is_late_risk(self):
        tomorrow = fields.Datetime.add(fields.Datetime.now(), days=1)
        for order in self:
            order.amazon_is_late_risk = bool(
                order.amazon_ship_by
                and order.amazon_ship_by < tomorrow
                and order.state == "sale"
                and order.delivery_status in ("pending", "started", "partial")
            )

    def _search_late_risk(self, operator, value):
        values = value if operator in ("in", "not in") else [value]
        is_wanted = (True in values) == (operator in ("=", "in"))
        tomorrow = fields.Datetime.add(fields.Datetime.now(), days=1)
        if is_wanted:
            return [
                ("amazon_account_id", "!=", False),  # as an index in models/overview
                ("amazon_ship_by", "<", tomorrow),
                ("state", "=", "sale"),
                ("delivery_status", "in", ("pending", "started", "partial")),
            ]
        return [
            "|",
            "|",
            "|",
            ("amazon_ship_by", "=", False),
            ("amazon_ship_by", ">=", tomorrow),
            ("state", "!=", "sale"),
            ("delivery_status", "not in", ("pending", "started", "partial")),
        ]

    # === BUSINESS METHODS === #

    @api.model
    def _prepare_amazon_detail_vals(self, order):
        """Return what Amazon says of the order as a whole.

        :param Order order:
        :return dict: values of sale.order
        """
        gift = "\n\n".join(
            item.gift_message for item in order.items if item.gift_message
        )
        original = next(
            (other.order_id for other in order.associated_orders if other.order_id),
            False,
        )
        ship_by = naive_seconds(order.fulfillment.ship_by.latest)
        deliver_by = naive_seconds(order.fulfillment.deliver_by.latest)
        return {
            "amazon_status": order.status,
            "amazon_address_hash": self._amazon_address_fingerprint(order),
            "amazon_cancel_requested": order.buyer_asked_to_cancel and order.is_fbm,
            "amazon_ship_by": ship_by,
            "amazon_deliver_by": deliver_by,
            "amazon_service_level": order.fulfillment.service_level or False,
            "amazon_purchase_order": order.buyer.purchase_order_number or False,
            "amazon_gift_message": gift or False,
            "amazon_original_ref": original,
            # Odoo plans the delivery by it: by then the goods must leave.
            "commitment_date": ship_by or deliver_by,
        }

    @api.model
    def _prepare_amazon_gift_notes(self, order):
        """Prepare note lines for whoever packs the parcel.

        :return list: commands for notes that hold the buyer's gift messages
        """
        notes = []
        for item in order.items:
            if item.gift_message:
                text = _(
                    "Gift message for %(item)s:\n%(message)s",
                    item=item.product.title or item.sku or item.item_id,
                    message=item.gift_message,
                )
                note = {
                    "display_type": "line_note",
                    "name": text,
                    "amazon_charge_ref": item.item_id,
                }
                notes.append(Command.create(note))
        return notes

    @api.model
    def _amazon_tag(self, sale_orders, orders):
        """Tag the orders with their programmes, all orders at once.

        :param dict sale_orders: Amazon reference -> sale.order
        """
        tagged = {}
        for order in orders:
            names = [
                PROGRAM_TAGS[name] for name in order.programs if name in PROGRAM_TAGS
            ]
            names += [REPLACEMENT_TAG] if order.is_replacement else []
            names += [EXCHANGE_TAG] if order.is_exchange else []
            for name in names:
                tagged.setdefault(name, self.browse())
                tagged[name] += sale_orders[order.order_id]
        if not tagged:
            return
        tags = self.env["crm.tag"].search([("name", "in", list(tagged))])
        known = {tag.name: tag for tag in tags}
        missing = [name for name in tagged if name not in known]
        created = self.env["crm.tag"].create([{"name": name} for name in missing])
        known.update(zip(missing, created, strict=True))
        for name, records in tagged.items():
            records.tag_ids = [Command.link(known[name].id)]

    @api.model
    def _amazon_link_originals(self, account, sale_orders):
        """Link replacements to the orders they replace, whichever came first.

        :param dict sale_orders: Amazon reference -> sale.order
        """
        awaited = {order.amazon_original_ref for order in sale_orders.values()}
        related = self.search(
            [
                ("amazon_account_id", "=", account.id),
                "|",
                ("amazon_order_ref", "in", list(awaited - {False})),
                ("amazon_original_ref", "in", list(sale_orders)),
            ]
        )
        known = {
            **sale_orders,
            **{order.amazon_order_ref: order for order in related},
        }
        for order in known.values():
            if order.amazon_original_ref in known:
                order.amazon_original_id = known[order.amazon_original_ref]

    def _amazon_note_gift_messages(self):
        """Put the gift message on the delivery, where the parcel is packed."""
        for order in self.filtered("amazon_gift_message"):
            message = _("Gift message:\n%s", order.amazon_gift_message)
            order.picking_ids.note = plaintext2html(message)
