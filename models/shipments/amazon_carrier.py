"""The carriers that Amazon knows, by the code of its list (feature H4)."""

import re
from itertools import accumulate

from odoo import api, fields, models
from odoo.tools import remove_accents

# Amazon's word for a carrier that is not on its list; the name goes with it.
UNLISTED = "Other"


def _words(name):
    """Split a name into comparable words.

    :return list: the words of a name, without the signs between them and accents
    """
    words = re.findall(r"[^\W_]+", name or "")
    return [remove_accents(word).casefold() for word in words]


def _beginnings(name):
    """Join the first words of a name: “Royal-Mail 24” begins like “RoyalMail”.

    :return set: the first word, the first two, and so on, each without anything between
    """
    return {*accumulate(_words(name))}


class AmazonCarrier(models.Model):
    """A carrier as Amazon calls it. Amazon's own list is a file in Seller Central
    (“Acceptable CarrierCode values”), so that people can add to ours."""

    _name = "amazon.carrier"
    _description = "Carrier at Amazon"
    _order = "name, id"
    _sql_constraints = [
        ("unique_carrier_code", "UNIQUE(code)", "Each code of Amazon is listed once."),
    ]

    name = fields.Char(required=True)
    code = fields.Char(
        "Amazon's code",
        required=True,
        help="Exactly as in Amazon's list of carrier codes, for example DHL.",
    )
    is_eu_import = fields.Boolean(
        "Accepted for imports into the EU",
        help="Tick what stands on Amazon's list of carriers for parcels that come into "
        "the EU from outside (Seller Central). Amazon refuses all others.",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        """Write, unless companies work with it that the user may not see."""
        self.env["amazon.account"]._check_shared(self, "write")
        return super().write(vals)

    def unlink(self):
        """Delete, unless companies work with it that the user may not see."""
        self.env["amazon.account"]._check_shared(self, "unlink")
        return super().unlink()

    # === BUSINESS METHODS === #

    @api.model
    def _find_by_names(self, names):
        """Recognize carriers by how a delivery method is called: “DHL Paket” is DHL,
        “UPS® Standard” is UPS, whatever sign is between the words.

        :param names: iterable of names of delivery methods
        :return dict: name -> amazon.carrier, only those recognized
        """
        known = {"".join(_words(carrier.name)): carrier for carrier in self.search([])}
        found = {}
        for name in names:
            mine = _beginnings(name) & known.keys()
            if mine:  # the longest name: “DHL eCommerce”
                found[name] = known[max(mine, key=len)]
        return found
