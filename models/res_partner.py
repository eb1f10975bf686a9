from odoo import _, api, fields, models

ADDRESS_FIELDS = ("name", "street", "street2", "zip", "city")


class ResPartner(models.Model):
    _inherit = "res.partner"

    amazon_email = fields.Char(
        "Amazon relay address",
        index="btree_not_null",
        copy=False,
        readonly=True,
        help="Amazon's stand-in for the buyer's mail address. No mail goes there by "
        "itself.",
    )

    @api.model
    def _amazon_find_or_create(self, account, orders):
        """Find the buyers of some orders and their addresses; create who is missing.

        Works on all orders at once: a search for contacts, one for addresses, and at
        most one create for each of them.

        :param account: one amazon.account
        :param list orders: of Order
        :return dict: Amazon reference -> (contact, delivery address)
        """
        states = self._amazon_states(orders)
        addresses = {
            order.order_id: self._prepare_amazon_address_vals(order, states)
            for order in orders
        }
        contacts = self._amazon_contacts(account, orders, addresses)
        deliveries = self._amazon_deliveries(account, contacts, addresses)
        return {
            order.order_id: (contacts[order.order_id], deliveries[order.order_id])
            for order in orders
        }

    @api.model
    def _amazon_contacts(self, account, orders, addresses):
        """:return dict: Amazon reference -> contact, found by relay address, then by
        name and address, else created with the order's address"""
        known = self._amazon_known_contacts(account, orders, addresses)
        contacts, missing = {}, {}
        for order in orders:
            vals = self._prepare_amazon_contact_vals(order, addresses[order.order_id])
            vals["company_id"] = account.company_id.id
            keys = [
                key for key in (vals["amazon_email"], _address_key(vals)) if key
            ] or [order.order_id]
            contact = next((known[key] for key in keys if key in known), None)
            if contact:
                contacts[order.order_id] = contact
            else:
                first = next((missing[key] for key in keys if key in missing), None)
                first = first or (vals, [])
                first[1].append(order.order_id)
                missing.update(dict.fromkeys(keys, first))
        news = list({id(entry): entry for entry in missing.values()}.values())
        created = self.create([vals for vals, _refs in news])
        for contact, (_vals, refs) in zip(created, news, strict=True):
            contacts.update(dict.fromkeys(refs, contact))
        return contacts

    @api.model
    def _amazon_known_contacts(self, account, orders, addresses):
        """:return dict: relay address or address key -> contact"""
        emails = {order.buyer.email for order in orders if order.buyer.email}
        names = {
            self._prepare_amazon_contact_vals(order, addresses[order.order_id])["name"]
            for order in orders
        }
        zips = {address["zip"] for address in addresses.values()}
        candidates = self.search(
            [
                ("company_id", "in", [False, account.company_id.id]),
                ("type", "!=", "delivery"),
                "|",
                ("amazon_email", "in", list(emails)),
                "&",
                ("name", "in", list(names)),
                ("zip", "in", list(zips)),
            ],
            order="id desc",  # the oldest record wins below
        )
        known = {}
        for partner in candidates:
            if partner.amazon_email:
                known[partner.amazon_email] = partner
            if key := _address_key(partner._amazon_address()):
                known[key] = partner
        return known

    @api.model
    def _amazon_deliveries(self, account, contacts, addresses):
        """:return dict: Amazon reference -> delivery address: the contact itself, an
        address of the contact that is the same, or a new one"""
        known = {}
        for partner in self.search(
            [
                ("parent_id", "in", [contact.id for contact in contacts.values()]),
                ("type", "=", "delivery"),
            ],
            order="id desc",
        ):
            known[partner.parent_id, _address_key(partner._amazon_address())] = partner
        deliveries, missing = {}, {}
        for ref, contact in contacts.items():
            key = _address_key(addresses[ref])
            if not key or key == _address_key(contact._amazon_address()):
                deliveries[ref] = contact
            elif (contact, key) in known:
                deliveries[ref] = known[contact, key]
            else:
                missing.setdefault((contact, key), []).append(ref)
        created = self.create(
            [
                {
                    **addresses[refs[0]],
                    "type": "delivery",
                    "parent_id": contact.id,
                    "company_id": account.company_id.id,
                }
                for (contact, _key), refs in missing.items()
            ]
        )
        for partner, refs in zip(created, missing.values(), strict=True):
            deliveries.update(dict.fromkeys(refs, partner))
        return deliveries

    @api.model
    def _prepare_amazon_contact_vals(self, order, address):
        """:param dict address: see _prepare_amazon_address_vals
        :return dict: values of the contact, for comparison and creation"""
        return {
            **address,
            "name": order.buyer.name or address["name"],
            "amazon_email": order.buyer.email or False,
        }

    @api.model
    def _prepare_amazon_address_vals(self, order, states):
        """Turn the order's delivery address into values of a partner.

        :param Order order: FBA orders may come without name and street
        :param dict states: see _amazon_states
        :return dict: values of res.partner
        """
        address = order.delivery_address
        if not address:
            return {
                "name": order.buyer.name or _("Amazon Customer"),
                **dict.fromkeys(("street", "street2", "zip", "city"), False),
            }
        lines = [line for line in (address.line1, address.line2, address.line3) if line]
        country, state = states[address.country_code, address.state_or_region]
        return {
            "name": address.name or order.buyer.name or _("Amazon Customer"),
            "street": lines[0] if lines else False,
            "street2": ", ".join(lines[1:]) or False,
            "zip": address.postal_code or False,
            "city": address.city or False,
            "state_id": state.id,
            "country_id": country.id,
            "phone": address.phone or False,
        }

    @api.model
    def _amazon_states(self, orders):
        """Find countries and states; Amazon writes states as it likes.

        :return dict: (country code, state as Amazon writes it) -> (res.country,
            res.country.state), empty records for what is unknown
        """
        places = {
            (address.country_code, address.state_or_region)
            for address in (order.delivery_address for order in orders)
            if address
        }
        codes = {code.upper() for code, _state in places if code}
        countries = {
            country.code: country
            for country in self.env["res.country"].search([("code", "in", list(codes))])
        }
        spelled = {}
        if any(state for _code, state in places):
            for state in self.env["res.country.state"].search(
                [("country_id.code", "in", list(codes))]
            ):
                for spelling in (state.name, state.code):
                    spelled[state.country_id.code, spelling.casefold()] = state
        return {
            (code, state): (
                countries.get((code or "").upper(), self.env["res.country"]),
                spelled.get(
                    ((code or "").upper(), (state or "").strip().casefold()),
                    self.env["res.country.state"],
                ),
            )
            for code, state in places
        }

    def _amazon_address(self):
        """:return dict: what makes this partner's address the same as another"""
        return {
            **{name: self[name] for name in ADDRESS_FIELDS},
            "country_id": self.country_id.id,
        }


def _address_key(vals):
    """:return tuple|None: equal for equal addresses; None when no street is known,
    for then nothing tells one person from another"""
    if not vals["street"]:
        return None
    words = (" ".join((vals[name] or "").casefold().split()) for name in ADDRESS_FIELDS)
    return (*words, vals["country_id"])
