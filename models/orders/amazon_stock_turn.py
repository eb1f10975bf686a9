"""The lock sequence of a company's stock."""

from odoo import fields, models


class AmazonStockTurn(models.Model):
    """How often stock of a company was written, see `amazon.order._lock_stock`.

    A row beside the company and not in it, so that nobody who saves the company has to
    wait for an import.
    """

    _name = "amazon.stock.turn"
    _inherit = ["amazon.own.fields"]
    _description = "Amazon: turns at a company's stock"
    _log_access = False
    _sql_constraints = [
        ("unique_company", "UNIQUE(company_id)", "There is one line per company."),
    ]

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    turn = fields.Integer(readonly=True)
