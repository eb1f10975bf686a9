"""Keys that people paste: trimmed, and refused in plain words when they can not be
right.
"""

import json
import re

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..models.account.secret_field import sealed_column
from ..tools import secret_keys

# Field of the wizard and of the account -> what belongs there
KEYS = {
    "lwa_client_id": "client_id",
    "lwa_client_secret": "client_secret",
    "refresh_token": "refresh_token",
}
# The format of each key of Amazon, in the order in which the formats are tried.
LOOKS = {
    "client_id": r"amzn1\.application-oa2-client\.[A-Za-z0-9]+",
    "client_secret": r"amzn1\.oa2-cs\.v[0-9]+\.[A-Za-z0-9]+|[0-9a-f]{64}",
    "refresh_token": r"Atzr\|.+",
    "access_token": r"Atza\|.+",
    "application": r"amzn1\.(sp\.solution|sellerapps\.app)\..+",
    "merchant": r"A[A-Z0-9]{8,19}",
}


def trimmed(text):
    """Remove the blanks and line breaks that come in when a key is copied.

    :return str: without blanks and line breaks, no key of Amazon holds any
    """
    return "".join((text or "").split())


def look_of(text):
    """Recognize a key of Amazon by its format.

    :return str|None: the key in LOOKS, None for an unknown format
    """
    for look, pattern in LOOKS.items():
        if re.fullmatch(pattern, text, re.ASCII):
            return look
    return None


class AmazonLinkKeys(models.AbstractModel):
    _name = "amazon.link.keys"
    _description = "Amazon: keys that are pasted"

    seller_key = fields.Char("Merchant token")

    # Pasted keys are never shown again. Until Amazon has accepted them they are stored
    # encrypted in the wizard, because the form is saved before its button is pressed.
    pasted_sealed = sealed_column()
    lwa_client_id = fields.Char(
        "Client ID", compute="_compute_keys", inverse="_inverse_keys"
    )
    lwa_client_secret = fields.Char(
        "Client secret", compute="_compute_keys", inverse="_inverse_keys"
    )
    refresh_token = fields.Char(
        "Refresh token", compute="_compute_keys", inverse="_inverse_keys"
    )

    # === COMPUTE METHODS === #

    def _compute_keys(self):
        for wizard in self:
            for name in KEYS:
                wizard[name] = False

    def _inverse_keys(self):
        for wizard in self:
            keys = {name: trimmed(wizard[name]) for name in KEYS if wizard[name]}
            if keys and wizard.method == "own":
                wizard._check_pasted(keys)
                keys = {**wizard._get_pasted(), **keys}
                wizard._check_keys(keys)
                wizard._keep_pasted(keys)

    # === TOOLING === #

    def _get_pasted(self):
        """Read the keys that were pasted and are not tested yet.

        :return dict: the keys that wait for their test, field -> text
        """
        sealed = self.sudo().pasted_sealed
        return json.loads(sealed and secret_keys.open_sealed(sealed) or "{}")

    def _keep_pasted(self, keys):
        """Store pasted keys, encrypted, until they are tested.

        :param dict keys: field -> text; an empty one forgets what was pasted
        """
        self.sudo().pasted_sealed = keys and secret_keys.seal(json.dumps(keys))

    def _check_pasted(self, keys):
        """Refuse pasted keys whose format shows that they stand in the wrong field.

        :param dict keys: field -> what was pasted, trimmed
        :raise UserError: something can not be what belongs there"""
        seller_key = trimmed(self.seller_key)
        complaints = [self._complaint(KEYS[name], text) for name, text in keys.items()]
        if seller_key:
            refs = self.env["amazon.marketplace"]._by_api_ref([seller_key])
            complaints.append(self._complaint("merchant", seller_key, refs))
        else:
            complaints.append(_("Merchant token: this is missing."))
        found = [text for text in complaints if text]
        if found:
            raise UserError("\n".join(found))

    @api.model
    def _complaint(self, wanted, text, marketplace_refs=()):
        """Compare what was pasted with what belongs there.

        :param str wanted: client_id, client_secret, refresh_token or merchant
        :param str text: trimmed
        :param marketplace_refs: identifiers of marketplaces, which have the format of
            sellers' identifiers
        :return str: what is wrong and where the right key is found, empty when it can
            be right
        """
        if wanted == "merchant" and text in marketplace_refs:
            return _(
                "Merchant token: this is the number of a marketplace. Seller Central "
                "shows yours under Settings > Account Info > Merchant Token."
            )
        found = look_of(text)
        if found == wanted:
            return ""
        if found:
            return _(
                "%(field)s: this is %(other)s. %(hint)s",
                field=self._key_names()[wanted],
                other=self._key_looks()[found],
                hint=self._key_hints()[wanted],
            )
        return _(
            "%(field)s: this does not look right, perhaps a part is missing. %(hint)s",
            field=self._key_names()[wanted],
            hint=self._key_hints()[wanted],
        )

    @api.model
    def _key_names(self):
        return {
            "client_id": _("Client ID"),
            "client_secret": _("Client secret"),
            "refresh_token": _("Refresh token"),
            "merchant": _("Merchant token"),
        }

    @api.model
    def _key_looks(self):
        return {
            "client_id": _("a client ID"),
            "client_secret": _("a client secret"),
            "refresh_token": _("a refresh token"),
            "access_token": _("an access token, which is good for an hour only"),
            "application": _("the ID of an application"),
            "merchant": _("a merchant token"),
        }

    @api.model
    def _key_hints(self):
        return {
            "client_id": _("A client ID begins with amzn1.application-oa2-client."),
            "client_secret": _("A client secret begins with amzn1.oa2-cs."),
            "refresh_token": _("A refresh token begins with Atzr| and is long."),
            "merchant": _(
                "A merchant token begins with A and has about 14 letters and digits."
            ),
        }
