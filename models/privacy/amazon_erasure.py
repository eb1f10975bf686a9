"""The proofs that personal data of buyers was erased (feature P2)."""

from odoo import api, fields, models

REASONS = [
    ("age", "Time is over"),
    ("request", "By hand"),
    ("account", "Account closed"),
]


class AmazonErasure(models.Model):
    """Proof that a buyer's data was erased; holds no personal data itself."""

    _name = "amazon.erasure"
    _inherit = ["amazon.own.fields"]
    _description = "Amazon: erased buyer"
    _order = "id desc"
    _rec_name = "amazon_order_ref"

    account_id = fields.Many2one(
        "amazon.account", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, index=True
    )
    amazon_order_ref = fields.Char("Amazon reference", required=True, readonly=True)
    sale_order_id = fields.Many2one(
        "sale.order",
        "Order",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )
    erased_at = fields.Datetime("Erased on", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "By", ondelete="set null", readonly=True)
    reason = fields.Selection(REASONS, required=True, readonly=True)
    erased = fields.Text(readonly=True, help="Kinds of data, with counts.")
    kept = fields.Text(readonly=True, help="What had to stay, and why.")
    record_count = fields.Integer("Records", readonly=True, help="Changed or deleted.")

    @api.model
    def _prove(self, reason, proofs):
        """Write down what was erased.

        :param str reason: see the field
        :param list proofs: of (sale.order, lines on what is erased, lines on what is
            kept, number of records)
        :return: the records
        """
        return self.create(
            [
                {
                    "account_id": order.amazon_account_id.id,
                    "amazon_order_ref": order.amazon_order_ref,
                    "sale_order_id": order.id,
                    "erased_at": order.amazon_erased_at,
                    "user_id": self.env.uid,
                    "reason": reason,
                    "erased": "\n".join(erased),
                    "kept": "\n".join(kept) or False,
                    "record_count": count,
                }
                for order, erased, kept, count in proofs
            ]
        )
