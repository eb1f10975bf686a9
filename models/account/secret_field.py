"""Fields that rest encrypted (feature A6).

Two lines make a secret: the column with what is stored, and the field that reads and
writes it in plain for administrators::

    api_key_sealed = sealed_column()
    api_key = Secret("API key", help="…")
"""

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import NO_ACCESS

from ...tools import secret_keys

UNSET = {False, None, ""}
SUFFIX = "_sealed"


def sealed_column():
    """Declare the column that holds the encrypted value of a `Secret`.

    :return Char: the stored half of a `Secret`; nobody reads it but the server
    """
    return fields.Char(groups=NO_ACCESS, copy=False, exportable=False, prefetch=False)


class Secret(fields.Char):
    """A text for administrators that is stored encrypted, in the column of the same
    name with ``_sealed`` behind it.

    False when no key opens it. Searched by whether it is set, never by its value.
    Not copied, not exported.
    """

    def __init__(self, *args, **kwargs):
        own = {
            "compute": self._open,
            "inverse": self._seal,
            "search": self._search_is_set,
            "compute_sudo": True,
            "copy": False,
            "exportable": False,
            "groups": "base.group_system",
        }
        super().__init__(*args, **{**own, **kwargs})

    @property
    def column(self):
        """Name the column that holds the encrypted value.

        :return str: name of the stored half
        """
        return self.name + SUFFIX

    def __get__(self, record, owner=None):
        """Read the value; for administrators only.

        Odoo checks the groups of a column that it fetches, but not those of a computed
        field: “mapped” gave it to anybody who called it by RPC.

        :raise AccessError: not an administrator
        """
        if record is not None and record._ids:
            self._check_may_read(record)
        return super().__get__(record, owner)

    def _check_may_read(self, records):
        """Refuse whoever is no administrator: Odoo 19.0 does not ask for the groups of
        a field that is searched by a method.

        :raise AccessError: not an administrator
        """
        if not records.env.su and not records.env.user.has_group(self.groups):
            raise AccessError(_("Secrets are for administrators only."))

    def get_depends(self, model):
        """Depend on the stored half, see Field."""
        return [self.column], ()

    def convert_to_export(self, value, record):
        """Export nothing: no secret leaves with an export, whoever asks for it."""
        return ""

    def _open(self, records):
        for record in records:
            sealed = record[self.column]
            record[self.name] = secret_keys.open_sealed(sealed) if sealed else False

    def _seal(self, records):
        for record in records:
            text = record[self.name]
            record.sudo()[self.column] = secret_keys.seal(text) if text else False

    def _search_is_set(self, records, operator, value):
        self._check_may_read(records)
        values = {value} if isinstance(value, str) else value
        values = set(values) if hasattr(values, "__iter__") else {values}
        if operator not in ("=", "!=", "in", "not in") or values - UNSET:
            raise UserError(_("A secret can be searched by whether it is set only."))
        wanted = "=" if operator in ("=", "in") else "!="
        everything = records.sudo().with_context(active_test=False)
        # Nobody may read the column, so nobody may search it in their own name.
        return [("id", "in", everything._search([(self.column, wanted, False)]))]


class SecretMixin(models.AbstractModel):
    """Mixin of models with encrypted fields."""

    _name = "amazon.secret.mixin"
    _description = "Amazon: record with secrets"

    def _has_lost_secret(self):
        """Answer whether a stored secret can not be decrypted any more.

        :return bool: whether a secret is stored that no key opens
        """
        self.ensure_one()
        record = self.sudo()
        return any(
            record[field.column] and not record[field.name]
            for field in self._get_secrets()
        )

    @api.model
    def _get_secrets(self):
        """List the fields of the model that are stored encrypted.

        :return list: the fields that are secrets
        """
        return [field for field in self._fields.values() if isinstance(field, Secret)]

    @api.autovacuum
    def _gc_old_keys(self):
        """Seal with the first key what an older one sealed, so that it can go."""
        if self._abstract:
            return
        for record in self.sudo().with_context(active_test=False).search([]):
            for field in self._get_secrets():
                sealed, text = record[field.column], record[field.name]
                if text and not secret_keys.is_current(sealed):
                    record[field.column] = secret_keys.seal(text)
