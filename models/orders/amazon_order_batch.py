"""What the orders of a batch need, looked up once for all of them."""

from odoo import _

from ...amazon_api import order_amounts


class OrderBatch:
    """Everything that Odoo's records say about some orders of one account.

    :ivar dict amounts: Amazon reference -> OrderAmounts
    :ivar dict partners: Amazon reference -> (contact, delivery address)
    :ivar dict offers: (Amazon's marketplace id, channel, SKU) -> amazon.offer
    :ivar dict pricelists: currency code -> product.pricelist
    :ivar dict marketplaces: Amazon's identifier -> amazon.marketplace
    :ivar dict fiscal_positions: (contact, delivery) -> account.fiscal.position
    :ivar warehouse: stock.warehouse that delivers, unless the marketplace has another
    """

    def __init__(self, env, account, orders):
        """Look up, or create, all that the orders need.

        :param env: of the account's company, with the import's context
        :param account: one amazon.account
        :param list orders: of Order
        """
        self.env = env
        self.account = account
        self.amounts = {
            order.order_id: order_amounts(
                order, show_facilitator_tax=account.facilitator_tax == "line"
            )
            for order in orders
        }
        self.partners = env["res.partner"]._amazon_find_or_create(account, orders)
        self.offers = env["amazon.offer"]._find_or_create(account, orders)
        self.marketplaces = env["amazon.marketplace"]._by_api_ref(
            {order.marketplace_id for order in orders}
        )
        self.pricelists = self._find_pricelists(
            {self.currency_of(order) for order in orders}
        )
        self.fiscal_positions = self._find_fiscal_positions()
        self.warehouse = account._get_warehouse()
        # Odoo asks the analytic models once per line; most often there is none.
        self.has_analytic_models = bool(
            env["account.analytic.distribution.model"].search_count([], limit=1)
        )

    def currency_of(self, order):
        """Find the currency of an order; one without amounts has the marketplace's.

        :param Order order:
        :return str: code
        """
        shop = self.marketplaces[order.marketplace_id]
        return order.currency or shop.currency_id.name

    def settings_of(self, order):
        """Collect the settings of the account and of the marketplace for an order.

        :param Order order:
        :return dict: records by name of the field of sale.order
        """
        account = self.account
        marketplace = self.marketplaces[order.marketplace_id]
        own = account._get_marketplace_setting(marketplace)
        pricelist = self.pricelists[self.currency_of(order)]
        if own.pricelist_id.currency_id == pricelist.currency_id:
            pricelist = own.pricelist_id
        fiscal = account._get_fiscal_setting(marketplace)
        fiscal_position = (
            fiscal.fiscal_position_id
            if fiscal.fiscal_policy == "fixed"
            else self.fiscal_positions[self.partners[order.order_id]]
        )
        if "INVOICE_BY_AMAZON" in order.programs:  # Amazon itself is the customer
            resold = account.invoice_by_amazon_position_id
            fiscal_position = resold or fiscal_position
        return {
            "warehouse_id": own.warehouse_id or self.warehouse,
            "team_id": own.team_id or account.team_id,
            "user_id": own.user_id or account.user_id,
            "pricelist_id": pricelist,
            "fiscal_position_id": fiscal_position,
        }

    def _find_pricelists(self, codes):
        """Find a pricelist without rules for each currency, else create it: the prices
        are Amazon's, the pricelist only says the currency.

        :param set codes: of currencies that exist, in use or not
        """
        currencies = (
            self.env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "in", list(codes))])
        )
        currencies.filtered(lambda currency: not currency.active).active = True
        company = self.account.company_id
        pricelists = {
            pricelist.currency_id: pricelist
            for pricelist in self.env["product.pricelist"].search(
                [
                    ("currency_id", "in", currencies.ids),
                    ("company_id", "in", [False, company.id]),
                    ("item_ids", "=", False),
                ],
                order="sequence desc, id desc",
            )
        }
        missing = [currency for currency in currencies if currency not in pricelists]
        vals_list = []
        for currency in missing:
            vals = {
                "name": _("Amazon %s", currency.name),
                "currency_id": currency.id,
                "company_id": company.id,
            }
            vals_list.append(vals)
        created = self.env["product.pricelist"].create(vals_list)
        pricelists.update(zip(missing, created, strict=True))
        return {currency.name: pricelists[currency] for currency in currencies}

    def _find_fiscal_positions(self):
        """Ask Odoo for the fiscal position of each kind of customer once."""
        positions = self.env["account.fiscal.position"]
        # Post codes distinguish customers only where a fiscal position asks for them.
        with_zip = bool(
            positions.search_count(
                [("auto_apply", "=", True), ("zip_from", "not in", [False, ""])],
                limit=1,
            )
        )
        by_kind, found = {}, {}
        for contact, delivery in set(self.partners.values()):
            kind = (
                contact.vat,
                contact.vat and (contact.country_id, contact.state_id, contact.zip),
                contact.property_account_position_id,
                delivery.property_account_position_id,
                delivery.country_id,
                delivery.state_id,
                with_zip and delivery.zip,
            )
            if kind not in by_kind:
                by_kind[kind] = positions._get_fiscal_position(contact, delivery)
            found[contact, delivery] = by_kind[kind]
        return found
