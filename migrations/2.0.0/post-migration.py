"""Tie the keys of known accounts to their seller and to this database."""

from odoo import SUPERUSER_ID, api

from odoo.addons.amazon_connector.models.identity.amazon_account import hash_token


def migrate(cr, version):
    """See Odoo: run once, after the module is updated to this version."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    accounts = env["amazon.account"].with_context(active_test=False)
    accounts = accounts.search([], order="id")
    for account in accounts.filtered("is_linked"):
        if not account.home_database:
            # By SQL: a seller that two accounts have is refused from now on, but it
            # must not stop the update of a database that has such accounts already.
            cr.execute(
                "UPDATE amazon_account SET refresh_token_hash = %s, home_database = %s"
                " WHERE id = %s",
                [
                    hash_token(account.refresh_token),
                    account._get_database_mark(),
                    account.id,
                ],
            )
    accounts.invalidate_recordset(["refresh_token_hash", "home_database"])
    seen = set()
    for account in accounts.filtered("active"):  # of two the first one keeps its mark
        marks = (account.seller_key, account.region, account.environment)
        token = (account.refresh_token_hash, account.environment)
        if (account.seller_key and marks in seen) or (token[0] and token in seen):
            continue
        account._mark_seller()
        seen |= {marks, token}
