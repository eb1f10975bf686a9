"""The accounts of settlements, and what the bank needs to match payouts."""

from collections import Counter

from odoo import _, fields, models

from ...const import SETTLEMENT_ACCOUNTS


def _account_field(label, help):
    return fields.Many2one(
        "account.account", label, check_company=True, ondelete="restrict", help=help
    )


class ResCompany(models.Model):
    _inherit = "res.company"

    amazon_payout_account_id = _account_field(
        "Amazon payouts in transit",
        "What Amazon has paid out and the bank statement does not show yet.",
    )
    amazon_reserve_account_id = _account_field(
        "Amazon reserve",
        "What Amazon keeps back until a later settlement; it returns to zero.",
    )
    amazon_withheld_account_id = _account_field(
        "Tax withheld by Amazon",
        "Tax that Amazon collects and pays to the state by itself.",
    )
    amazon_unmapped_account_id = _account_field(
        "Amazon unmapped",
        "Rows of settlements whose label or order Odoo does not know. A person looks "
        "at them.",
    )
    amazon_fee_account_id = _account_field(
        "Amazon fees", "Fees, where the map of the settlements names no account."
    )
    amazon_difference_account_id = _account_field(
        "Amazon differences",
        "Differences within the tolerance between an invoice and what Amazon paid.",
    )
    amazon_carried_account_id = _account_field(
        "Amazon carried forward",
        "With a split by month: what a month has earned and the next one pays out.",
    )

    amazon_reconcile_model_id = fields.Many2one(
        "account.reconcile.model",
        "Amazon payouts in the bank",
        ondelete="set null",
        readonly=True,
    )

    def _get_amazon_account(self, name):
        """Find a default account of the settlements, else create it.

        :param str name: of a field, see SETTLEMENT_ACCOUNTS
        :return: one account.account
        """
        self.ensure_one()
        company_sudo = self.sudo()
        if not company_sudo[name]:
            label, account_type, is_reconciled = SETTLEMENT_ACCOUNTS[name]
            accounts = self.env["account.account"].sudo().with_company(self)
            company_sudo[name] = accounts.create(
                {
                    "name": label,
                    "code": self._get_free_account_code(account_type),
                    "account_type": account_type,
                    "reconcile": is_reconciled,
                }
            )
        return company_sudo[name]

    def _get_free_account_code(self, account_type):
        """Choose the code of an account that is about to be created.

        :return str: the code behind the last account of that type, as long as most
        codes of the chart are
        """
        accounts = self.env["account.account"].sudo().with_company(self)
        known = accounts.search(accounts._check_company_domain(self))
        codes = set(known.mapped("code"))
        alike = known.filtered(lambda account: account.account_type == account_type)
        usual = Counter(map(len, filter(None, codes))).most_common(1)
        numbers = [
            code
            for code in alike.mapped("code")
            if code and code.isdigit() and len(code) == usual[0][0]
        ]
        last = max(numbers, key=int, default="")
        for step in range(1, 100_000):
            code = str(int(last) + step).zfill(len(last)) if last else f"AMZ{step:02}"
            if code not in codes:
                return code
        raise ValueError(_("No code is free for an account of Amazon."))

    def _make_amazon_reconcile_model(self):
        """Create, once per company, the model that proposes payouts for bank lines of
        Amazon."""
        company_sudo = self.sudo()
        if company_sudo.amazon_reconcile_model_id:
            return
        models_sudo = self.env["account.reconcile.model"].sudo().with_company(self)
        values = {
            "name": _("Amazon payouts"),
            "company_id": self.id,
            "match_label": "contains",
            "match_label_param": "AMAZON",
        }
        if "rule_type" in models_sudo._fields:
            values.update(
                rule_type="invoice_matching",
                match_text_location_label=True,
                match_same_currency=True,
                allow_payment_tolerance=False,
                past_months_limit=2,
            )
        else:
            account = self._get_amazon_account("amazon_payout_account_id")
            values["line_ids"] = [fields.Command.create({"account_id": account.id})]
        company_sudo.amazon_reconcile_model_id = models_sudo.create(values)
