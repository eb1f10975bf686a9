"""The map: what Amazon's labels mean, and the account, tax and partner of each.

The default lines stand in data/amazon_settlement_map_data.xml and hold no account, so
that they are good for all companies. A line for one account of Amazon wins over a
general one, an exact label over one with ``*``.
"""

import re

from odoo import api, fields, models
from odoo.tools import ormcache

from ...const import SETTLEMENT_KINDS
from ..account.own_fields import check_own_fields, permitted_values


class AmazonSettlementMap(models.Model):
    _name = "amazon.settlement.map"
    _description = "Amazon settlement: map of labels"
    _order = "kind, amount_type, amount_description, id"
    _rec_name = "amount_description"

    account_id = fields.Many2one(
        "amazon.account",
        "Amazon account",
        index=True,
        ondelete="cascade",
        help="Empty: for all accounts.",
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        help="Of the Amazon account, or the company that chose an account or a tax.",
    )
    amount_type = fields.Char(
        required=True, help="As in Amazon's report; * stands for any text."
    )
    amount_description = fields.Char(
        required=True, default="*", help="As in Amazon's report; * stands for any text."
    )
    kind = fields.Selection(SETTLEMENT_KINDS, required=True)
    is_tax = fields.Boolean(
        "Tax of the buyer",
        help="Part of a sale or a refund that is tax: where Amazon remits it, it is "
        "cleared with the tax that Amazon withholds.",
    )
    target_account_id = fields.Many2one(
        "account.account",
        "Account",
        ondelete="restrict",
        help="Empty: the default account of the kind; sales and refunds go against the "
        "receivable of their order.",
    )
    tax_id = fields.Many2one(
        "account.tax",
        ondelete="restrict",
        help="The amount contains it. Of fees, empty means: as the account says.",
    )
    partner_id = fields.Many2one("res.partner", ondelete="restrict")

    @api.depends("account_id.company_id", "target_account_id", "tax_id.company_id")
    def _compute_company_id(self):
        for entry in self:
            own = entry.target_account_id or entry.tax_id
            entry.company_id = entry.account_id.company_id or (
                self.env.company if own else False
            )

    @api.depends("amount_type", "amount_description")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.amount_type}: {line.amount_description}"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(permitted_values(self, vals_list))
        lines._check_shared("create")
        self.env.registry.clear_cache()
        return lines

    def write(self, vals):
        check_own_fields(self, vals)
        self._check_shared("write")
        result = super().write(vals)
        if "account_id" in vals:  # Odoo asks the rules before it writes only
            self.check_access_rule("write")
        self._check_shared("write")  # what is everybody's from now on
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        self._check_shared("unlink")
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    # === BUSINESS METHODS === #

    def _check_shared(self, operation):
        """Refuse changes of lines that companies use which the user may not see.

        :param str operation: create, write or unlink
        :raise AccessError: another company works with one of the lines
        """
        shared = self.filtered(lambda line: not line.company_id)
        self.env["amazon.account"]._check_shared(shared, operation)

    @api.model
    def _find(self, account, amount_type, amount_description):
        """Find the meaning of a label.

        :param account: amazon.account
        :return: the line for a label, empty when nobody knows it
        """
        label = (_plain(amount_type), _plain(amount_description))
        for line_id, type_pattern, text_pattern in self._get_patterns(account.id):
            if re.fullmatch(type_pattern, label[0]) and re.fullmatch(
                text_pattern, label[1]
            ):
                return self.browse(line_id)
        return self.browse()

    @api.model
    def _understand(self, account, transaction, amount_type, amount_description):
        """Classify a row of a settlement by its labels alone.

        :param account: amazon.account
        :return tuple: line of the map, empty when nobody knows the label; kind of the
            row; whether it belongs to a refund
        """
        line = self._find(account, amount_type, amount_description)
        is_refund = line.kind == "refund" or "refund" in (transaction or "").lower()
        kind = line.kind or "unmapped"
        if kind == "sale" and is_refund:
            kind = "refund"
        return line, kind, is_refund

    @ormcache("account_id")
    def _get_patterns(self, account_id):
        """Compile the map of an account, in the order in which lines win.

        :return list: (id, pattern of the type, of the description), the ones that
        say more first
        """
        account = self.env["amazon.account"].sudo().browse(account_id)
        lines = self.sudo().search(
            [
                ("account_id", "in", [account_id, False]),
                ("company_id", "in", [account.company_id.id, False]),
            ]
        )
        lines = lines.sorted(
            lambda line: (
                not line.account_id,
                not line.company_id,
                "*" in line.amount_description,
                "*" in line.amount_type,
                -len(line.amount_type + line.amount_description),
                line.id,
            )
        )
        return [
            (line.id, _pattern(line.amount_type), _pattern(line.amount_description))
            for line in lines
        ]


def _plain(text):
    return " ".join((text or "").casefold().split())


def _pattern(text):
    """Convert a label of the map, in which ``*`` is a wildcard.

    :return str: a regular expression, ``*`` for any text
    """
    return ".*".join(re.escape(part) for part in _plain(text).split("*"))
