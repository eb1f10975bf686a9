"""An offer gets its product: what that means for past orders (feature C5)."""

from collections import defaultdict

from odoo import _, api, fields, models

from ...tools.reader_time import describe_moment


class AmazonOffer(models.Model):
    _inherit = "amazon.offer"

    match_ignored = fields.Boolean(
        "Needs no product",
        copy=False,
        help="A person said so: it is not among the SKUs to match.",
    )
    # Empty: its product was not searched for yet. Written by SQL.
    looked_at = fields.Datetime("Product looked for", readonly=True, copy=False)
    # Since then past orders wait for the product; emptied when all were gone through.
    apply_at = fields.Datetime(
        "To put on past orders", readonly=True, copy=False, index="btree_not_null"
    )

    def _prepare_product_vals(self, company):
        """Extension hook: a product for a SKU that has none. Taxes, category and unit
        are Odoo's defaults.

        :param company: res.company of the product; prices in other currencies are left
            out
        :return dict: values of product.product
        """
        titled = self.filtered("title")[:1]
        priced = self.filtered(
            lambda offer: offer.price and offer.currency_id == company.currency_id
        )[:1]
        vals = {
            "name": titled.title or self[:1].sku,
            "default_code": self[:1].sku,
            "barcode": self.filtered("barcode")[:1].barcode,
            "detailed_type": "product",
            "company_id": company.id,
        }
        if priced:
            vals["list_price"] = priced.price
        return vals

    # === ACTION METHODS === #

    def action_apply_to_past_orders(self):
        """Put the product of the offers on orders that still have another one.

        :return dict: client action, a notification with the counts
        """
        for account in self.account_id:
            account._check_may_use()
        matched = self.sudo().filtered("product_id")
        matched._apply_to_past_orders()
        account = matched.account_id[:1] or self.account_id[:1]
        lines = matched._describe_past_orders() or [
            _("No order waits for the product of these listings.")
        ]
        return account.sudo()._notify(" ".join(lines), "info", _("Past Orders"))

    def _open_match(self):
        """Open the list of unknown SKUs, narrowed down to this one.

        :return dict: client action, the SKU among those that lack a product
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_match_action"
        )
        domain = [
            ("account_id", "=", self.account_id.id),
            ("sku", "=", self.sku),
        ]
        return {**action, "domain": domain, "context": {}}

    # === BUSINESS METHODS === #

    def _describe_waiting_orders(self):
        """Say how urgent it is to find the product.

        :return str: how many orders of this SKU wait for its product, and until when
        the first of them has to be shipped
        """
        orders = self._get_waiting_orders()[self.account_id.id, self.sku]
        dates = [date for date in orders.mapped("amazon_ship_by") if date]
        return _(
            "Orders that are to be shipped and have no product: %(count)s. The first "
            "one has to be shipped by %(date)s.",
            count=len(orders),
            date=describe_moment(self.env, min(dates), True) if dates else "-",
        )

    def _get_waiting_orders(self):
        """Find the orders that wait for the products of these SKUs.

        :return dict: (id of the account, SKU) -> sale.order
        """
        lines = (
            self.env["sale.order.line"]
            .sudo()
            .search(
                [
                    ("amazon_offer_id.sku", "in", self.mapped("sku")),
                    ("amazon_offer_id.account_id", "in", self.account_id.ids),
                    ("amazon_offer_id.product_id", "=", False),
                    ("amazon_offer_id.amazon_channel", "=", "fbm"),
                    ("order_id.state", "=", "sale"),
                    ("order_id.amazon_status", "not in", ("SHIPPED", "CANCELLED")),
                ]
            )
        )
        found = defaultdict(lambda: self.env["sale.order"])
        for line in lines:
            offer = line.amazon_offer_id
            if line.qty_delivered < line.product_uom_qty:
                found[offer.account_id.id, offer.sku] |= line.order_id
        return found

    @api.model
    def _vals_for_matching(self, vals):
        """Return the values that show a SKU again once it has a product."""
        return {"match_ignored": False} if vals.get("product_id") else {}

    def _filter_first_matched(self, vals):
        """Return the offers that get their first product with these values."""
        if not vals.get("product_id"):
            return self.browse()
        return self.filtered(lambda offer: not offer.product_id)

    @api.model
    def _with_decisions(self, account, vals_list):
        """Complete new offers of a SKU that has its product in another marketplace or
        channel: a person decides once.

        :param list vals_list: of values of new offers, completed in place
        :return list: the same
        """
        open_vals = [vals for vals in vals_list if not vals["product_id"]]
        if not open_vals:
            return vals_list
        decided = self.search(
            [
                ("account_id", "=", account.id),
                ("sku", "in", [vals["sku"] for vals in open_vals]),
                ("product_id", "!=", False),
            ]
        ).grouped("sku")
        for vals in open_vals:
            offers = decided.get(vals["sku"], self.browse())
            factors = set(offers.mapped("quantity_factor"))
            if len(offers.product_id) == 1 and len(factors) == 1:
                vals["product_id"] = offers.product_id.id
                vals["quantity_factor"] = factors.pop()
        return vals_list

    def _apply_to_past_orders(self):
        """Have the scheduled action put the product on past orders."""
        self.sudo().write({"apply_at": fields.Datetime.now()})
        self.env["amazon.account"]._trigger_matching_cron()

    def _note_matched(self):
        """Follow up on offers that got a product, and their `apply_at`, by SQL."""
        if not self:
            return
        self.modified(["product_id"])
        self.env["amazon.account"]._trigger_matching_cron()

    def _describe_past_orders(self):
        """Say what a new product of this offer means for past orders.

        :return list: of str, how many orders get the product and how many do not,
        and why
        """
        accounts = self.env["amazon.account"].sudo()
        counts = accounts._count_past_orders(self.ids)
        lines = []
        if changed := counts.pop("change", 0):
            lines.append(
                _("Orders that get the product in a moment: %(count)s.", count=changed)
            )
        lines += accounts._describe_left(counts)
        return lines
