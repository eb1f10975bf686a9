"""Seal the secrets that stood in plain; mark the customers that the connector made."""

from odoo.tools.sql import column_exists

from odoo.addons.amazon_connector.tools import secret_keys

SECRETS = ("lwa_client_secret", "refresh_token")


def migrate(cr, version):
    """See Odoo: run once, after the module is updated to this version."""
    for name in SECRETS:
        if column_exists(cr, "amazon_account", name):
            _seal(cr, name)
    _mark_buyers(cr)


def _seal(cr, name):
    cr.execute(f"SELECT id, {name} FROM amazon_account WHERE {name} <> ''")
    for account_id, text in cr.fetchall():
        cr.execute(
            f"UPDATE amazon_account SET {name}_sealed = %s WHERE id = %s",
            [secret_keys.seal(text), account_id],
        )
    cr.execute(f"ALTER TABLE amazon_account DROP COLUMN {name}")


def _mark_buyers(cr):
    """The relay address is written by the connector only, when it makes a contact."""
    cr.execute(
        "UPDATE res_partner SET amazon_created = TRUE"
        " WHERE amazon_email IS NOT NULL OR amazon_marketplace_id IS NOT NULL"
    )
    cr.execute(
        """
        UPDATE res_partner AS address SET amazon_created = TRUE
          FROM res_partner AS contact, sale_order
         WHERE address.parent_id = contact.id AND contact.amazon_created
           AND address.type = 'delivery' AND address.amazon_created IS NOT TRUE
           AND sale_order.partner_shipping_id = address.id
           AND sale_order.amazon_order_ref IS NOT NULL
        """
    )
