"""Choose one product for one or many SKUs that have none (feature C5)."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError


class AmazonChooseProduct(models.TransientModel):
    _name = "amazon.choose.product"
    _description = "Choose the product of Amazon SKUs"

    account_ids = fields.Many2many("amazon.account", readonly=True)
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    skus = fields.Text("SKUs", readonly=True, help="One a line.")
    title = fields.Char(readonly=True, help="The article's name at Amazon.")
    product_id = fields.Many2one("product.product")
    quantity_factor = fields.Float(
        "Units per pack",
        default=1.0,
        digits="Product Unit of Measure",
        help="How many units of the product the buyer gets for one piece of this SKU: "
        "6 for a pack of six.",
    )
    suggestion_ids = fields.Many2many(
        "amazon.match.suggestion", compute="_compute_suggestion_ids"
    )

    # === COMPUTE METHODS === #

    @api.depends("account_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.account_ids[:1].company_id

    @api.depends("skus", "account_ids")
    def _compute_suggestion_ids(self):
        """Suggest products for a single SKU; the list has those of several ones."""
        for wizard in self:
            wizard.suggestion_ids = self.env["amazon.match.suggestion"].search(
                [
                    ("account_id", "in", wizard.account_ids.ids),
                    ("sku", "=", wizard.skus),
                    ("rank", ">", 0),
                ],
                order="rank",
            )

    # === ACTION METHODS === #

    def action_confirm(self):
        """Assign the product to the SKUs.

        :return dict: client action, a notification with the counts
        :raise UserError: no product is chosen, or it is for another company
        """
        self.ensure_one()
        if not self.product_id or self.quantity_factor <= 0:
            raise UserError(
                _("Choose a product, and how many units of it make one piece.")
            )
        rows = self.env["amazon.match"].search(
            [
                ("account_id", "in", self.account_ids.ids),
                ("sku", "in", self.skus.split("\n")),
            ]
        )
        return rows._take(
            rows._plan(lambda _row: self.product_id),
            self.quantity_factor,
            is_window=True,
        )
