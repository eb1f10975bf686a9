"""The supply source of a warehouse: the name that Amazon has for its address."""

from odoo import fields, models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    amazon_supply_source = fields.Char(
        "Amazon supply source",
        help="Amazon's identifier of this place (Supply Sources). It is stated as "
        "ship-from of what leaves here. Orders of “Invoice by Amazon” need a ship-from "
        "whose VAT number Amazon has verified. Empty: the default of Amazon's shipping "
        "settings counts.",
    )
