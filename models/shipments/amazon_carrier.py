from odoo import api, fields, models

# Amazon's word for a carrier that is not on its list; the name goes with it.
UNLISTED = "Other"


class AmazonCarrier(models.Model):
    """A carrier as Amazon calls it. Amazon's own list is a file in Seller Central
    («Acceptable CarrierCode values»), so that people can add to ours."""

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

    @api.model
    def _find_by_names(self, names):
        """Recognize carriers by how a delivery method is called: «DHL Paket» is DHL.

        :param names: iterable of names of delivery methods
        :return dict: name -> amazon.carrier, only those recognized
        """
        carriers = sorted(self.search([]), key=lambda known: -len(known.name))
        found = {}
        for name in names:
            words = f"{name or ''} ".casefold()
            for carrier in carriers:  # the longest name first: «DHL Express»
                if words.startswith(f"{carrier.name} ".casefold()):
                    found[name] = carrier
                    break
        return found
