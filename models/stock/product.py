"""The offers at Amazon, seen from the product (feature C1)."""

from odoo import api, fields, models

# How the names of fields end that decide how the stock of a product is counted: each
# series has others.
COUNTED_BY = ("type", "storable", "uom_id", "use_expiration_date")


class ProductTemplate(models.Model):
    _inherit = "product.template"

    amazon_offer_count = fields.Integer(
        "Amazon listings", compute="_compute_amazon_offer_count", compute_sudo=True
    )

    def write(self, vals):
        """Write; with another kind of counting the quantities at Amazon are computed
        anew."""
        result = super().write(vals)
        if any(name.endswith(COUNTED_BY) for name in vals):
            self.env["amazon.offer"].sudo()._touch_offers_of(self)
        return result

    @api.depends_context("allowed_company_ids")
    def _compute_amazon_offer_count(self):
        counts = self.product_variant_ids._count_amazon_offers()
        for template in self:
            template.amazon_offer_count = sum(
                counts.get(product, 0) for product in template.product_variant_ids
            )

    def action_view_amazon_offers(self):
        """Open the offers of all variants."""
        return self.product_variant_ids.action_view_amazon_offers()


class ProductProduct(models.Model):
    _inherit = "product.product"

    amazon_offer_count = fields.Integer(
        "Amazon listings", compute="_compute_amazon_offer_count", compute_sudo=True
    )

    @api.depends_context("allowed_company_ids")
    def _compute_amazon_offer_count(self):
        counts = self._count_amazon_offers()
        for product in self:
            product.amazon_offer_count = counts.get(product, 0)

    def _count_amazon_offers(self):
        """Count the offers that the smart button shows, of the chosen companies.

        :return dict: product -> number of offers
        """
        return dict(
            self.env["amazon.offer"]._read_group(
                [
                    ("product_id", "in", self.ids),
                    ("company_id", "in", self.env.companies.ids),
                ],
                ["product_id"],
                ["__count"],
            )
        )

    def action_view_amazon_offers(self):
        """Open the offers of these products."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_offer_action"
        )
        return {
            **action,
            "domain": [("product_id", "in", self.ids)],
            "context": {"default_product_id": self.id} if len(self) == 1 else {},
        }
