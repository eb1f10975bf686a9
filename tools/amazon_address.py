"""Amazon's addresses as values of res.partner; nothing is refused (feature E3)."""

import hashlib
import re

from .state_names import plain, words

COMPARED = ("name", "street", "street2", "zip", "city")
ADDRESS_FIELDS = (*COMPARED, "state_id", "country_id", "phone", "company_name")
# The Canary Islands, Ceuta and Melilla are outside of the VAT of Spain. Its post codes
# begin with the number of the province.
TAXED_APART = {
    ("ES", "35"): "GC",
    ("ES", "38"): "TF",
    ("ES", "51"): "CE",
    ("ES", "52"): "ME",
}


class AddressReader:
    """Reads the addresses of some orders.

    What has no field or no record in Odoo is kept as text in the second line, which
    every label shows.
    """

    def __init__(self, env):
        self._states = env["res.country.state"]

    def address_vals(self, order):
        """Translate the delivery address of an order into values of a contact.

        :param Order order: FBA orders may come without name and street
        :return dict: values of res.partner; False for what Amazon leaves out"""
        address = order.delivery_address
        if not address:
            return dict.fromkeys(ADDRESS_FIELDS, False)
        country, named = self._states._amazon_find(
            address.country_code, address.state_or_region
        )
        # Where taxes depend on it, the post code is surer than what somebody typed.
        state = country and self._state_by_post_code(address) or named
        street, *more = address_lines(address)
        more += [
            address.state_or_region if not named or named != state else None,
            address.country_code if not country else None,
        ]
        return {
            "name": address.name or False,
            "street": street or False,
            "street2": ", ".join(text for text in more if text) or False,
            "zip": post_code(address.postal_code),
            "city": address.city or address.municipality or False,
            "state_id": state,
            "country_id": country,
            "phone": address.phone or False,
            "company_name": address.company_name or False,
        }

    def _state_by_post_code(self, address):
        """Find the state by the post code, where taxes depend on it.

        :return int|False: id of the state that is taxed apart from its country; Amazon
            may leave it out, or name it in words that nobody knows"""
        code = address.country_code.strip().upper()
        prefix = re.sub(r"\D", "", address.postal_code or "")[:2]
        state = TAXED_APART.get((code, prefix))
        return state and self._states._amazon_find(code, state)[1] or False


def post_code(text):
    """Write a post code as its country does: fiscal positions compare its letters.

    :param str text: as the buyer typed it, or None
    :return str|False:
    """
    return " ".join((text or "").upper().split()) or False


def address_lines(address):
    """Compose the lines between name and city; Brazil and Japan state them in parts.

    :param Address address:
    :return list: texts, None for those that Amazon leaves out
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
    """Reduce an address to what distinguishes it from others.

    :param dict vals: of res.partner
    :return tuple: equal for equal addresses, however they are typed
    """
    return (
        *(_spelling(vals[name]) for name in COMPARED),
        vals["state_id"] or 0,
        vals["country_id"] or 0,
    )


def _spelling(text):
    """Reduce a text to what is the same however it is typed: «Müller-Lüdenscheidt,
    Hauptstr. 1» and «MUELLER LUEDENSCHEIDT HAUPTSTRASSE 1»."""
    text = words(text)
    for long, short in (("ae", "a"), ("oe", "o"), ("ue", "u"), ("strasse", "str")):
        text = text.replace(long, short)
    return text


def business_key(vals):
    """Reduce company and VAT number to what distinguishes one business from another.

    A company with the name of the person does not count.

    :param dict vals: of res.partner
    :return tuple: empty texts for a private buyer
    """
    company = plain(vals["company_name"])
    vat = re.sub(r"[\W_]", "", vals["vat"] or "").upper()
    return "" if company == plain(vals["name"]) else company, vat


def fingerprint(*key):
    """Hash a key, so that it can be searched for but reveals nothing by itself.

    :param key: of texts and numbers
    :return str:
    """
    return hashlib.sha256(repr(key).encode()).hexdigest()


def phone_key(phone):
    """Reduce a phone number to what is dialled, extensions included.

    :param str phone: or None
    :return str:
    """
    return "".join(c for c in plain(phone) if c.isalnum() or c == "+")
