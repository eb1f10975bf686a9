"""Categories whose stock is valued in real time."""


def create_real_time_category(env, company):
    """Create a category with its accounts and its journal.

    :return: product.category with real-time valuation; the company needs no chart of
    accounts for it"""
    journal = (
        env["account.journal"]
        .with_company(company)
        .create({"name": "Stock", "code": "STK", "type": "general"})
    )
    values = {
        "name": "Real-time",
        "property_valuation": "real_time",
        "property_stock_journal": journal.id,
    }
    for number, name in enumerate(
        (
            "property_stock_valuation_account_id",
            "property_stock_account_input_categ_id",
            "property_stock_account_output_categ_id",
        )
    ):
        account = (
            env["account.account"]
            .with_company(company)
            .create(
                {
                    "name": name,
                    "code": f"99900{number}",
                    "account_type": "asset_current",
                }
            )
        )
        values[name] = account.id
    categories = env["product.category"].with_company(company)
    known = categories._fields
    return categories.create(
        {name: value for name, value in values.items() if name in known}
    )
