"""Buyers and their addresses (features E1, E2, E3)."""

from odoo import _, api, fields, models

from .amazon_address import AddressReader, address_key


class ResPartner(models.Model):
    _inherit = "res.partner"

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
        reader = AddressReader(self.env, orders)
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
        """:return dict: Amazon reference -> contact, found by relay address, then by
        name and address, else created with the order's address"""
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
                if vals.get("vat") and not contact.vat:
                    contact.vat = vals["vat"]
                continue
            new = next((missing[key] for key in keys if key in missing), (vals, []))
            new[1].append(ref)
            missing.update(dict.fromkeys(keys, new))
        news = list({id(new): new for new in missing.values()}.values())
        created = self.create([{**vals, "amazon_created": True} for vals, _ in news])
        for contact, (_vals, refs) in zip(created, news, strict=True):
            contacts.update(dict.fromkeys(refs, contact))
        return contacts

    @api.model
    def _amazon_known_contacts(self, account, wanted):
        """:param wanted: values of contacts, see _prepare_amazon_contact_vals
        :return dict: key, see _contact_keys -> contact"""
        candidates = self.search(
            [
                ("company_id", "in", [False, account.company_id.id]),
                ("type", "!=", "delivery"),
                "|",
                "|",
                ("amazon_email", "in", _values(wanted, "amazon_email")),
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
        """Extension hook.

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
        """:return dict: values of the customer who stands for all of a marketplace"""
        return {
            **dict.fromkeys(address, False),
            "name": _("Amazon Customer (%s)", shop.name),
            "country_id": shop.country_id.id,
            "company_id": account.company_id.id,
            "amazon_email": False,
            "amazon_marketplace_id": shop.id,
        }

    # === Delivery addresses === #

    @api.model
    def _amazon_deliveries(self, account, contacts, addresses):
        """:return dict: Amazon reference -> delivery address: the contact itself, an
        address of the contact that is the same, or a new one"""
        known = {
            (partner.parent_id, address_key(partner._amazon_address())): partner
            for partner in self.search(
                [
                    ("parent_id", "in", [contact.id for contact in contacts.values()]),
                    ("type", "=", "delivery"),
                ],
                order="id desc",  # the oldest record wins
            )
        }
        deliveries, missing = {}, {}
        for ref, contact in contacts.items():
            address = self._amazon_delivery_vals(contact, addresses[ref])
            key = address_key(address)
            if not key or key == address_key(contact._amazon_address()):
                deliveries[ref] = contact
            elif (contact, key) in known:
                deliveries[ref] = known[contact, key]
            else:
                missing.setdefault((contact, key), (address, []))[1].append(ref)
        created = self.create(
            [
                {
                    **address,
                    "type": "delivery",
                    "amazon_created": True,
                    "parent_id": contact.id,
                    "company_id": account.company_id.id,
                }
                for (contact, _key), (address, _refs) in missing.items()
            ]
        )
        for partner, (_address, refs) in zip(created, missing.values(), strict=True):
            deliveries.update(dict.fromkeys(refs, partner))
        return deliveries

    @api.model
    def _amazon_delivery_vals(self, contact, address):
        """Whom Amazon tells nothing of shares an address per country and state: enough
        to choose the taxes, and nothing personal.

        :return dict: values of the delivery address
        """
        if not contact.amazon_marketplace_id:
            return {**address, "name": address["name"] or contact.name}
        return {
            **dict.fromkeys(address, False),
            "name": contact.name,
            "state_id": address["state_id"],
            "country_id": address["country_id"],
        }

    # === Comparison === #

    def _amazon_address(self):
        """:return dict: what makes this partner's address the same as another"""
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
        """:return dict: what makes this partner the same buyer as another"""
        return {
            **self._amazon_address(),
            "amazon_email": self.amazon_email,
            "amazon_marketplace_id": self.amazon_marketplace_id.id,
        }


def _contact_keys(vals):
    """:return list: what a contact is found by, the surest first"""
    keys = [vals["amazon_email"], vals["amazon_marketplace_id"]]
    if vals["street"]:
        keys.append(address_key(vals))
    return [key for key in keys if key]


def _values(wanted, name):
    """:return list: the values of a field that are there"""
    return list({vals[name] for vals in wanted} - {False, None})
