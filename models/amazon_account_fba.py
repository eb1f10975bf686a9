"""What Amazon stores and ships (FBA): where it lies, how it is booked."""

from odoo import _, fields, models


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    fba_lot_policy = fields.Selection(
        [
            ("auto", "Without a lot if allowed, else the oldest"),
            ("stock", "The oldest in stock"),
            ("none", "Always without a lot"),
        ],
        "Lots and serial numbers (FBA)",
        required=True,
        default="auto",
        help="Amazon does not tell which lots it shipped.\n"
        "Odoo allows moves without a lot where the warehouse's operation type for "
        "deliveries neither uses existing lots nor creates new ones.\n"
        "The oldest in stock: lots and serial numbers that lie in the Amazon location, "
        "first in, first out. When there are too few, the order still comes in; it "
        "says what is missing and a person is told.",
    )

    def _get_fba_location(self, marketplace=None):
        """:param marketplace: amazon.marketplace; None: of the account in general
        :return: one stock.location, where the goods lie that Amazon ships"""
        if not self.location_id:
            self.location_id = self.company_id._get_amazon_location()
        if marketplace:
            return self._for_marketplace("location_id", marketplace)
        return self.location_id

    def _get_lotless_operation(self, location):
        """Find the operation type that lets tracked products go without a lot.

        Odoo takes the permission from the operation type of a move: both ticks for lots
        are off.

        :param location: stock.location where the goods lie
        :return: stock.picking.type, empty when lots have to be named
        """
        warehouse = location.warehouse_id
        delivery = warehouse.out_type_id
        may_go_without = not (delivery.use_existing_lots or delivery.use_create_lots)
        if self.fba_lot_policy == "auto" and delivery and may_go_without:
            return delivery
        if self.fba_lot_policy == "none":
            return self._find_or_create_lotless_operation(warehouse)
        return self.env["stock.picking.type"]

    def _find_or_create_lotless_operation(self, warehouse):
        """:return: an operation type of the company that asks for no lots"""
        operations = self.env["stock.picking.type"].sudo()
        return operations.with_context(active_test=False).search(
            [
                ("company_id", "=", self.company_id.id),
                ("code", "=", "outgoing"),
                ("use_existing_lots", "=", False),
                ("use_create_lots", "=", False),
            ],
            limit=1,
        ) or operations.create(
            {
                "name": _("Shipped by Amazon"),
                "code": "outgoing",
                "sequence_code": "FBA",
                "company_id": self.company_id.id,
                "warehouse_id": warehouse.id,
                "use_existing_lots": False,
                "use_create_lots": False,
                "active": False,  # no delivery is ever made of it
            }
        )
