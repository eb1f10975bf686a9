"""Tie the keys of known accounts to their seller and to this database."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """See Odoo: run once, after the module is updated to this version."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    accounts = env["amazon.account"].with_context(active_test=False).search([])
    for account in accounts.filtered("is_linked"):
        if not account.home_database:
            account._recognize_token({"refresh_token": account.refresh_token})
    seen = set()
    for account in accounts.filtered("active"):  # of two the first one keeps its mark
        marks = (account.seller_key, account.region, account.environment)
        token = (account.refresh_token_hash, account.environment)
        if (account.seller_key and marks in seen) or (token[0] and token in seen):
            continue
        account._mark_seller()
        seen |= {marks, token}
