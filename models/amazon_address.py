"""Amazon's addresses as values of res.partner; nothing is refused (feature E3)."""

import unicodedata

COMPARED = ("name", "street", "street2", "zip", "city")
ADDRESS_FIELDS = (*COMPARED, "state_id", "country_id", "phone", "company_name")


class AddressReader:
    """Reads the addresses of some orders, whose countries and states it looked up once.

    What Odoo has no field or no record for is kept as text in the second line.
    """

    def __init__(self, env, orders):
        """:param orders: iterable of Order"""
        addresses = [o.delivery_address for o in orders if o.delivery_address]
        codes = {a.country_code.upper() for a in addresses if a.country_code}
        self._countries = {
            country.code: country.id
            for country in env["res.country"].search([("code", "in", list(codes))])
        }
        self._states = {}
        if any(a.state_or_region for a in addresses):
            states = env["res.country.state"].search(
                [("country_id", "in", list(self._countries.values()))]
            )
            for state in states:
                for spelling in (state.name, state.code):
                    self._states[state.country_id.id, _plain(spelling)] = state.id

    def address_vals(self, order):
        """:param Order order: FBA orders may come without name and street
        :return dict: values of res.partner; False for what is not told"""
        address = order.delivery_address
        if not address:
            return dict.fromkeys(ADDRESS_FIELDS, False)
        country = self._countries.get((address.country_code or "").upper(), False)
        state = self._states.get((country, _plain(address.state_or_region)), False)
        street, *more = address_lines(address)
        more += [
            address.state_or_region if not state else None,
            address.country_code if not country else None,
        ]
        return {
            "name": address.name or False,
            "street": street or False,
            "street2": ", ".join(text for text in more if text) or False,
            "zip": address.postal_code or False,
            "city": address.city or address.municipality or False,
            "state_id": state,
            "country_id": country,
            "phone": address.phone or False,
            "company_name": address.company_name or False,
        }


def address_lines(address):
    """The lines between name and city; Brazil and Japan state them in parts.

    :param Address address:
    :return list: texts, None for those not told
    """
    street = ", ".join(filter(None, (address.street_name, address.street_number)))
    first = address.line1 or street or address.line2 or address.line3
    others = (
        street if address.line1 and street not in address.line1 else None,
        address.line2,
        address.line3,
        address.complement,
        address.neighborhood,
        address.district_or_county,
        address.municipality if address.city else None,
    )
    return [first, *(text for text in others if text != first)]


def address_key(vals):
    """:param dict vals: of res.partner
    :return tuple: equal for equal addresses, however they are typed"""
    return (
        *(_plain(vals[name]) for name in COMPARED),
        vals["state_id"] or 0,
        vals["country_id"] or 0,
    )


def _plain(text):
    """Case, accents and blanks do not tell two addresses apart."""
    letters = unicodedata.normalize("NFKD", (text or "").casefold())
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())
