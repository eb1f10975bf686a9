"""Whose account this is: one seller, one environment, one company, one database
(features A12, A13).

Keys are good for the seller, the environment and the database for which they were
entered. Whatever differs is noticed before a call leaves.
"""

import hashlib

from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import NO_ACCESS
from odoo.tools import ormcache

from ...amazon_api import ConfigError
from ...const import KEYS

# The identifier of a cluster of databases is given by `initdb`, the number of a
# database by `CREATE DATABASE`: renaming keeps both, no copy and no restored dump does.
DATABASE_PLACE = """
    SELECT (SELECT system_identifier FROM pg_control_system())
           || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def hash_token(token):
    """Recognize a refresh token without keeping it: it is long and random.

    :return str:
    """
    return hashlib.sha256(f"amazon refresh token {token.strip()}".encode()).hexdigest()


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    refresh_token_hash = fields.Char(
        groups=NO_ACCESS, copy=False, exportable=False, prefetch=False
    )
    # Of active accounts only. Written when no other account was found: they keep two
    # transactions apart that do not see each other.
    seller_mark = fields.Char(groups=NO_ACCESS, copy=False, exportable=False)
    token_mark = fields.Char(groups=NO_ACCESS, copy=False, exportable=False)
    home_database = fields.Char(groups=NO_ACCESS, copy=False, exportable=False)
    is_in_copy = fields.Boolean(
        "In a copied database",
        compute="_compute_is_in_copy",
        compute_sudo=True,
        help="The keys were entered in another database: nothing leaves for Amazon.",
    )
    has_orders = fields.Boolean(
        compute="_compute_has_orders",
        compute_sudo=True,
        help="The company of an account with orders can not be changed.",
    )

    _sql_constraints = [
        (
            "unique_seller",
            "UNIQUE(seller_mark)",
            "This seller is linked already, by another account.",
        ),
        (
            "unique_token",
            "UNIQUE(token_mark)",
            "This refresh token is in use already, by another account.",
        ),
    ]

    # === COMPUTE METHODS === #

    @api.depends("home_database", "refresh_token_sealed")
    def _compute_is_in_copy(self):
        for account in self:
            account.is_in_copy = account._has_foreign_keys()

    def _compute_has_orders(self):
        found = self._origin._filter_with_orders()
        for account in self:
            account.has_orders = account._origin in found

    # === CONSTRAINTS === #

    @api.constrains(
        "seller_key",
        "base_marketplace_id",
        "environment",
        "active",
        "refresh_token_hash",
    )
    def _check_linked_once(self):
        for account in self.sudo().filtered("active"):
            twin = account._find_twin()
            if twin:
                raise ValidationError(account._explain_twin(twin))

    def _find_twin(self):
        """Find the other active account of the same seller, in any company.

        :return: amazon.account, or none
        """
        same_seller = [("seller_key", "=", self.seller_key)]
        same_seller += [("base_marketplace_id.region", "=", self.region)]
        same_seller += [("seller_key", "!=", False)]
        same_token = [("refresh_token_hash", "=", self.refresh_token_hash)]
        same_token += [("refresh_token_hash", "!=", False)]
        others = [("id", "!=", self.id), ("environment", "=", self.environment)]
        others += [("active", "=", True)]  # whatever the context says
        alike = ["|", "&", "&", *same_seller, "&", *same_token]
        return self.sudo().search([*others, *alike], limit=1)

    def _explain_twin(self, twin):
        """Say which account has the seller already, and what to do.

        :return str:
        """
        values = {
            "name": twin.name,
            "company": twin.company_id.name,
            "seller": self.seller_key,
        }
        if twin.seller_key and twin.seller_key == self.seller_key:
            return _(
                "The seller %(seller)s is linked already, as the account “%(name)s” of "
                "the company %(company)s. In two accounts each order would come in "
                "twice: work with that account, or archive it first.",
                **values,
            )
        return _(
            "This refresh token is in use already, by the account “%(name)s” of the "
            "company %(company)s: both are the same seller, so each order would come "
            "in twice. Check the merchant token, and work with that account.",
            **values,
        )

    # === CRUD METHODS === #

    @api.model
    def _vals_for_seller_key(self, vals):
        """Return the merchant token as Amazon writes it, however it was typed."""
        if not vals.get("seller_key"):
            return {}
        # What has blanks inside is something else: it must not look like a token.
        return {"seller_key": vals["seller_key"].strip().upper()}

    def _recognize_token(self, vals):
        """Note which authorization this is, and that it was entered here."""
        token = vals["refresh_token"]
        self.sudo().write(
            {
                "refresh_token_hash": token and hash_token(token),
                "home_database": token and self._get_database_mark(),
            }
        )

    def _mark_seller(self, vals=None):
        """Set the key by which the database, too, refuses a second account of the
        seller.
        """
        for account in self.sudo():
            keys = account.seller_key, account.region, account.environment
            token = account.refresh_token_hash
            account.write(
                {
                    "seller_mark": account.active and keys[0] and "/".join(keys),
                    "token_mark": account.active and token and f"{token}/{keys[2]}",
                }
            )

    def _check_company_kept(self, vals):
        """Keep the company of an account that has orders.

        :raise UserError: an account with orders would change its company
        """
        if not vals.get("company_id"):
            return
        self._check_may_write()  # what is said names the account
        movers = self.sudo().filtered(
            lambda account: account.company_id.id != vals["company_id"]
        )
        for account in movers._filter_with_orders():
            raise UserError(
                _(
                    "“%(name)s” has orders of %(company)s, so its company stays. For "
                    "another company archive this account and link the seller there.",
                    name=account.name,
                    company=account.company_id.name,
                )
            )

    def _check_seller_kept(self, vals):
        """Keep a merchant token for whose listings Amazon has let the keys in: it is no
        mistyped one, and with another one the keys of that seller would be taken. An
        account without keys and without orders may begin anew.

        :raise UserError: an account would become another seller's
        """
        if self.env.su:
            return
        self._check_may_write()
        seller_key = self._vals_for_seller_key(vals).get("seller_key")
        for account in self:
            place = vals.get("environment", account.environment)
            is_new = not account.is_linked or place != account.environment
            if is_new and not account._filter_with_orders():
                continue
            listings = account.check_ids.filtered(lambda each: each.area == "listings")
            error_text = account._explain_other_seller(seller_key or "–")
            if error_text and listings.state == "ok":
                raise UserError(error_text)

    def _check_may_write(self):
        """Check on the user's own rights that they may change the accounts.

        :raise AccessError: not a manager, or of another company
        """
        self.check_access_rights("write")
        self.check_access_rule("write")

    def _filter_with_orders(self):
        """Filter the accounts that have noted orders: one statement.

        :return: amazon.account, those of which an order was noted
        """
        if not self.ids:
            return self.browse()
        self.env["amazon.order"].flush_model(["account_id"])
        self.env.cr.execute(
            "SELECT id FROM amazon_account AS account WHERE id IN %s AND EXISTS"
            " (SELECT 1 FROM amazon_order WHERE account_id = account.id)",
            [tuple(self.ids)],
        )
        return self.browse(account_id for (account_id,) in self.env.cr.fetchall())

    def _drop_keys(self, vals):
        """Forget the keys of another environment, but for those that come with it."""
        self._check_may_write()
        movers = self.filtered(
            lambda account: account.environment != vals["environment"]
        )
        if lost := [name for name in KEYS if name not in vals]:
            movers.sudo().write(dict.fromkeys(lost, False))

    # === THE DATABASE === #

    @api.model
    def _get_database_mark(self):
        """Distinguish this database from its copies and from its restored dumps.

        :return str: the same as long as the database is the same one
        """
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return f"{uuid} {self._get_database_place()}"

    @api.model
    @ormcache()
    def _get_database_place(self):
        """Read the identity of the database from PostgreSQL.

        :return str: numbers that PostgreSQL gives to each database by itself
        """
        self.env.cr.execute(DATABASE_PLACE)
        return self.env.cr.fetchone()[0]

    def _has_foreign_keys(self):
        """Answer whether the stored keys come from another database.

        :return bool: whether the keys were entered in another database
        """
        return self.is_linked and self.home_database != self._get_database_mark()

    def _check_home_database(self):
        """Refuse calls from a database that is a copy.

        :raise ConfigError: the keys were entered in another database
        """
        if self.sudo()._has_foreign_keys():
            raise ConfigError("The keys are another database's.", reason="home")

    def action_adopt_database(self):
        """Say that this database is the one that works with Amazon from now on.

        :return dict: client action, a notification
        """
        self._check_may_manage()
        self = self.sudo()._in_company()
        self.write(
            {
                "home_database": self._get_database_mark(),
                "connection_state": "draft",
                "connection_message": False,
            }
        )
        self.message_post(
            body=_(
                "%s said that this database works with Amazon from now on.",
                self.env.user.name,
            )
        )
        return self._notify(
            _(
                "This database works with Amazon from now on. See to it that the "
                "original does not do so as well."
            ),
            "success",
        )
