"""Buyers and their addresses (features E1, E2, E3)."""

from odoo import _, api, fields, models

from ...tools.amazon_address import (
    AddressReader,
    address_key,
    business_key,
    fingerprint,
    phone_key,
)
from ...tools.state_names import plain

# What is kept of an address when nobody knows whose it is: it may decide the taxes.
NOBODYS = ("street2", "zip", "city", "state_id", "country_id")


def _contact_keys(vals):
    """Derive the keys by which contacts are compared.

    :return list: what a contact is found by, the surest first
    """
    business = business_key(vals)
    keys = []
    if vals["amazon_email"]:
        keys.append((vals["amazon_email"], *business))
    if vals["amazon_marketplace_id"]:
        keys.append(vals["amazon_marketplace_id"])
    if vals["street"]:
        keys.append((address_key(vals), *business))
    return keys


def _contact_fingerprint(vals):
    """Hash a contact's address for the search.

    :return str|False: False for contacts that no address distinguishes from others
    """
    if not vals["street"]:
        return False
    return fingerprint(*address_key(vals), *business_key(vals))


def _values(wanted, name):
    """Collect the values of a field for one search over all orders.

    :return list: the values of a field that are there
    """
    return list({vals[name] for vals in wanted} - {False, None})


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "amazon.own.fields"]

    amazon_email = fields.Char(
        "Amazon relay address",
        index="btree_not_null",
        copy=False,
        readonly=True,
        groups="amazon_connector.group_amazon_buyer_data",
        help="Amazon's stand-in for the buyer's mail address. No mail goes there by "
        "itself.",
    )
    amazon_marketplace_id = fields.Many2one(
        "amazon.marketplace",
        "Shared customer of",
        index="btree_not_null",
        copy=False,
        readonly=True,
        ondelete="set null",
        help="Stands for all buyers of the marketplace of whom Amazon tells nothing.",
    )
    amazon_created = fields.Boolean(
        "Created from Amazon",
        copy=False,
        readonly=True,
        help="Made from an order of Amazon, by this connector or by one whose orders "
        "it took over. Its personal data is erased some time after the delivery.",
    )
    # Hash of what a buyer, or an address of a buyer, is found by. It is only a way to
    # look them up: whether they are the same is decided by what stands on them now.
    amazon_match_key = fields.Char(
        index="btree_not_null",
        copy=False,
        readonly=True,
        groups="amazon_connector.group_amazon_buyer_data",
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
        if not orders:
            return {}
        # What Amazon gives is kept as it is: a VAT number that fails Odoo's check must
        # not keep an order out.
        self = self.with_context(no_vat_validation=True)
        reader = AddressReader(self.env)
        addresses = {order.order_id: reader.address_vals(order) for order in orders}
        contacts = self._amazon_contacts(account, orders, addresses)
        deliveries = self._amazon_deliveries(account, contacts, addresses)
        return {
            order.order_id: (contacts[order.order_id], deliveries[order.order_id])
            for order in orders
        }

    # === Contacts === #

    @api.model
    def _amazon_contacts(self, account, orders, addresses):
        """Find the buyers of some orders, or create them with the order's address.

        They are found by relay address, then by name and address. Company and VAT
        number have to agree in any case: one person buys for several businesses.

        :return dict: Amazon reference -> contact
        """
        shops = self.env["amazon.marketplace"]._by_api_ref(
            {order.marketplace_id for order in orders}
        )
        wanted = {
            order.order_id: self._prepare_amazon_contact_vals(
                account, order, addresses[order.order_id], shops[order.marketplace_id]
            )
            for order in orders
        }
        known = self._amazon_known_contacts(account, wanted.values())
        contacts, missing = {}, {}
        for ref, vals in wanted.items():
            keys = _contact_keys(vals) or [ref]
            contact = next((known[key] for key in keys if key in known), None)
            if contact:
                contacts[ref] = contact
                continue
            new = next((missing[key] for key in keys if key in missing), (vals, []))
            new[1].append(ref)
            missing.update(dict.fromkeys(keys, new))
        news = list({id(new): new for new in missing.values()}.values())
        created = self.create(
            [
                {
                    **vals,
                    "amazon_created": True,
                    "amazon_match_key": _contact_fingerprint(vals),
                }
                for vals, _refs in news
            ]
        )
        for contact, (_vals, refs) in zip(created, news, strict=True):
            contacts.update(dict.fromkeys(refs, contact))
        return contacts

    @api.model
    def _amazon_known_contacts(self, account, wanted):
        """Look up the contacts that may be the buyers: one search.

        :param wanted: values of contacts, see _prepare_amazon_contact_vals
        :return dict: key, see _contact_keys -> contact
        """
        keys = {_contact_fingerprint(vals) for vals in wanted} - {False}
        candidates = self.search(
            [
                ("company_id", "in", [False, account.company_id.id]),
                ("type", "!=", "delivery"),
                "|",
                "|",
                "|",
                ("amazon_email", "in", _values(wanted, "amazon_email")),
                ("amazon_match_key", "in", list(keys)),
                (
                    "amazon_marketplace_id",
                    "in",
                    _values(wanted, "amazon_marketplace_id"),
                ),
                "&",
                ("name", "in", _values(wanted, "name")),
                ("street", "in", _values(wanted, "street")),
            ],
            order="id desc",  # the oldest record wins below
        )
        return {
            key: partner
            for partner in candidates
            for key in _contact_keys(partner._amazon_contact())
        }

    @api.model
    def _prepare_amazon_contact_vals(self, account, order, address, shop):
        """Prepare the contact of a buyer (extension hook).

        :param dict address: see AddressReader.address_vals
        :param shop: amazon.marketplace of the order
        :return dict: values of the contact, for comparison and creation
        """
        if self.env.context.get("amazon_history"):  # nobody is known by name
            return self._prepare_amazon_shared_vals(account, address, shop)
        vals = {
            **address,
            "company_id": account.company_id.id,
            "amazon_email": order.buyer.email or False,
            "amazon_marketplace_id": False,
            "vat": False,
        }
        is_known = order.buyer.name or address["name"] or address["street"]
        if not is_known and account.buyer_policy == "shared":
            return self._prepare_amazon_shared_vals(account, address, shop)
        vals["name"] = order.buyer.name or address["name"] or _("Amazon Customer")
        company_name = order.buyer.company_name
        vals["company_name"] = company_name or address.get("company_name") or False
        vals["vat"] = next(
            (
                registration.number
                for registration in order.tax_registrations
                if registration.entity_type == "BUYER" and registration.number
            ),
            False,
        )
        return vals

    @api.model
    def _prepare_amazon_shared_vals(self, account, address, shop):
        """Prepare the customer for orders without a buyer.

        :return dict: values of the customer who stands for all of a marketplace
        """
        return {
            **dict.fromkeys(address, False),
            "name": _("Amazon Customer (%s)", shop.name),
            "country_id": shop.country_id.id,
            "company_id": account.company_id.id,
            "amazon_email": False,
            "amazon_marketplace_id": shop.id,
            "vat": False,
        }

    # === Delivery addresses === #

    @api.model
    def _amazon_deliveries(self, account, contacts, addresses):
        """Find where the goods of some orders go, or create it.

        An address carries the phone number of its order, for Amazon gives each order
        its own. One that nobody delivers to any more takes over the new number.

        :return dict: Amazon reference -> delivery address: the contact itself, an
            address of the contact that is the same, or a new one
        """
        wanted = {
            ref: self._amazon_delivery_vals(contact, addresses[ref])
            for ref, contact in contacts.items()
        }
        shelf = self._amazon_known_deliveries(contacts, wanted)
        deliveries, numbered, missing = {}, [], {}
        for ref, contact in contacts.items():
            alike = shelf.get((contact, address_key(wanted[ref])), [])
            phone = phone_key(wanted[ref]["phone"])
            same = [p for p in alike if p._amazon_carries(phone)]
            if same:
                deliveries[ref] = same[0]
            elif alike:
                numbered.append((ref, alike))
            else:
                missing.setdefault(
                    (contact, address_key(wanted[ref]), phone), []
                ).append(ref)
        taken = set(deliveries.values())
        busy = self._amazon_delivered_to(alike for _ref, alike in numbered)
        for ref, alike in numbered:
            address, phone = wanted[ref], phone_key(wanted[ref]["phone"])
            free = [p for p in alike if p not in taken and p not in busy]
            again = [p for p in alike if p in taken and phone_key(p.phone) == phone]
            if again or free:
                delivery = deliveries[ref] = (again or free)[0]
                taken.add(delivery)
                if phone_key(delivery.phone) != phone:
                    delivery.phone = address["phone"]
            else:
                key = (contacts[ref], address_key(address), phone)
                missing.setdefault(key, []).append(ref)
        created = self._amazon_create_deliveries(account, missing, wanted)
        return {**deliveries, **created}

    def _amazon_carries(self, phone):
        """Answer whether an address may keep its phone number for an order.

        :param str phone: of an order, see phone_key
        :return bool: whether the address can serve that order as it is; that of one's
            own customer gets no number from Amazon, whose data has to go in time
        """
        mine = phone_key(self.phone)
        return not phone or mine == phone or not (mine or self.amazon_created)

    @api.model
    def _amazon_known_deliveries(self, contacts, wanted):
        """Look up the addresses of some buyers: one search.

        :param dict contacts: Amazon reference -> contact
        :param dict wanted: Amazon reference -> values of the delivery address
        :return dict: (contact, key of the address) -> list of partners, the contact
            itself and the oldest ones first
        """
        keys = {
            fingerprint(contact.id, *address_key(wanted[ref]))
            for ref, contact in contacts.items()
        }
        shelf = {}
        for contact in set(contacts.values()):
            key = address_key(contact._amazon_address())
            shelf[contact, key] = [contact]
        for partner in self.search(
            [
                ("parent_id", "in", [contact.id for contact in contacts.values()]),
                ("type", "=", "delivery"),
                "|",
                ("amazon_match_key", "in", list(keys)),
                ("amazon_match_key", "=", False),
            ],
            order="id",
        ):
            key = address_key(partner._amazon_address())
            shelf.setdefault((partner.parent_id, key), []).append(partner)
        return shelf

    @api.model
    def _amazon_delivered_to(self, groups):
        """Find out which addresses must stay as they are.

        :param groups: iterable of lists of partners
        :return: those to which goods are still to go, and those that are not ours
        """
        partners = self.union(*(partner for group in groups for partner in group))
        if not partners:
            return partners
        pickings = self.env["stock.picking"]._read_group(
            [
                ("partner_id", "in", partners.ids),
                ("state", "not in", ("done", "cancel")),
            ],
            ["partner_id"],
        )
        strangers = partners.filtered(lambda partner: not partner.amazon_created)
        return strangers.union(*(partner for (partner,) in pickings))

    @api.model
    def _amazon_create_deliveries(self, account, missing, wanted):
        """Create the missing delivery addresses, all at once.

        :param dict missing: (contact, key of the address, phone) -> references
        :param dict wanted: Amazon reference -> values of the delivery address
        :return dict: Amazon reference -> new delivery address
        """
        created = self.create(
            [
                {
                    **wanted[refs[0]],
                    "type": "delivery",
                    "amazon_created": True,
                    "amazon_match_key": fingerprint(contact.id, *key),
                    "parent_id": contact.id,
                    "company_id": account.company_id.id,
                }
                for (contact, key, _phone), refs in missing.items()
            ]
        )
        return {
            ref: partner
            for partner, refs in zip(created, missing.values(), strict=True)
            for ref in refs
        }

    @api.model
    def _amazon_delivery_vals(self, contact, address):
        """Prepare a delivery address.

        Buyers of whom Amazon states nothing share an address per place: enough to
        choose the taxes, and nothing personal.

        :return dict: values of the delivery address
        """
        if not contact.amazon_marketplace_id:
            vals = {**address, "name": address["name"] or contact.name}
            # Odoo keeps one company for a contact and all its addresses.
            company = vals.pop("company_name")
            if plain(company) not in ("", plain(contact.commercial_company_name)):
                vals["street2"] = ", ".join(filter(None, (company, vals["street2"])))
            return vals
        return {
            "name": contact.name,
            "street": False,
            "phone": False,
            **{name: address[name] for name in NOBODYS},
        }

    # === Comparison === #

    def _amazon_address(self):
        """Return what addresses are compared by.

        :return dict: what makes this partner's address the same as another
        """
        return {
            "name": self.name,
            "street": self.street,
            "street2": self.street2,
            "zip": self.zip,
            "city": self.city,
            "state_id": self.state_id.id,
            "country_id": self.country_id.id,
        }

    def _amazon_contact(self):
        """Return what buyers are compared by.

        :return dict: what makes this partner the same buyer as another
        """
        return {
            **self._amazon_address(),
            "company_name": self.commercial_company_name,
            "vat": self.vat,
            "amazon_email": self.amazon_email,
            "amazon_marketplace_id": self.amazon_marketplace_id.id,
        }
