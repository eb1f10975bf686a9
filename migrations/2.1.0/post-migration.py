"""Correct what an update leaves as it is: the words of an activity that nobody has
changed, and where a registered app works."""

MODULE = "amazon_connector"
# xmlid -> column -> (the words of the release before, the words of today)
WORDS = {
    "mail_activity_type_catalogue_guard": {
        "name": (
            "Amazon: offers missing in the catalogue",
            "Amazon: listings missing in the catalogue",
        ),
        "summary": (
            "Check the offers that Amazon does not list",
            "Check the listings that Amazon does not list",
        ),
    },
}


def migrate(cr, version):
    """See Odoo: run once, after the data of this version are read."""
    _correct_words(cr)
    _note_apps_of_amazon(cr)


def _correct_words(cr):
    """Write the words of today where those of before stand; the translations of before
    go, for Odoo reads those of today after this."""
    for name, columns in WORDS.items():
        for column, (before, today) in columns.items():
            cr.execute(
                f"UPDATE mail_activity_type"
                f"   SET {column} = jsonb_build_object('en_US', %s::varchar)"
                f" WHERE {column} ->> 'en_US' = %s"
                "   AND id IN (SELECT res_id FROM ir_model_data"
                "               WHERE module = %s AND name = %s)",
                [today, before, MODULE, name],
            )


def _note_apps_of_amazon(cr):
    """A known app is one of Amazon, but for those that link accounts of a simulator:
    its secret goes to no simulator from now on."""
    cr.execute(
        """
        UPDATE res_company AS company SET amazon_app_environment = 'production'
         WHERE amazon_app_environment IS NULL
           AND amazon_app_client_secret_sealed IS NOT NULL
           AND NOT EXISTS (
               SELECT FROM amazon_account AS account
                WHERE account.company_id = company.id
                  AND account.link_method = 'oauth'
                  AND account.environment = 'simulator'
                  AND account.lwa_client_id = company.amazon_app_client_id)
        """
    )
