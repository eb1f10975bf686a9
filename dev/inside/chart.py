"""The accounts and journals of a company that invoices, and is paid by settlements.

Written for 17.0 and 19.0 alike, because this folder is not carried over.
"""

#: code -> name, type
ACCOUNTS = {
    "TORTURE": ("Receivable", "asset_receivable"),
    "TORTSALE": ("Sales", "income"),
    "TORTGAIN": ("Exchange gain", "income_other"),
    "TORTLOSS": ("Exchange loss", "expense"),
}


def set_up(env):
    """Create what it takes to post invoices and settlements, in euros and pounds.

    :param env: of the company and no other
    """
    accounts = {
        code: env["account.account"].create(
            {
                "name": name,
                "code": code,
                "account_type": kind,
                "reconcile": kind == "asset_receivable",
            }
        )
        for code, (name, kind) in ACCOUNTS.items()
    }
    _set_receivable(env, accounts["TORTURE"])
    _create_journals(env, accounts)
    pound = {"currency_id": env.ref("base.GBP").id, "company_id": env.company.id}
    env["res.currency.rate"].create({**pound, "name": "2020-01-01", "rate": 0.8})


def _set_receivable(env, account):
    """Let all partners of the company owe on this account, as the series keeps it."""
    name, company = "property_account_receivable_id", env.company
    if "ir.property" in env:
        env["ir.property"]._set_default(name, "res.partner", account, company)
    else:
        defaults = env["ir.default"]
        defaults.set("res.partner", name, account.id, company_id=company.id)


def _create_journals(env, accounts):
    journals = env["account.journal"]
    sales = {"name": "Invoices", "code": "INV", "type": "sale"}
    journals.create({**sales, "default_account_id": accounts["TORTSALE"].id})
    exchange = journals.create(
        {"name": "Exchange differences", "code": "EXCH", "type": "general"}
    )
    env.company.write(
        {
            "currency_exchange_journal_id": exchange.id,
            "income_currency_exchange_account_id": accounts["TORTGAIN"].id,
            "expense_currency_exchange_account_id": accounts["TORTLOSS"].id,
        }
    )
