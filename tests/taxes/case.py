"""Goods of two rates, and queries on the taxes that Odoo has stored."""

from odoo.fields import Command

from ..common import AmazonCase

FRANCE = {
    "name": "Erika Muster",
    "addressLine1": "Rue du Test 1",
    "city": "Lille",
    "postalCode": "59000",
    "countryCode": "FR",
}
GERMANY = {**FRANCE, "city": "Berlin", "postalCode": "10115", "countryCode": "DE"}


class TaxCase(AmazonCase):
    """Goods of 19 % and of 7 % in the price; shipping and gift wrap have 19 % by
    themselves."""

    with_books = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.country
        if cls.with_books:
            cls.env["account.chart.template"].try_loading(
                "generic_coa", company=cls.company, install_demo=False
            )
            cls.company.currency_id = cls.env.ref("base.EUR")
        cls.company.tax_calculation_rounding_method = "round_per_line"
        home = cls.company.account_fiscal_country_id or cls.country
        cls.tax_country = home  # a chart of accounts can set another one
        cls.group = cls.env["account.tax.group"].create(
            {
                "name": "VAT",
                "company_id": cls.company.id,
                "country_id": cls.tax_country.id,
            }
        )
        cls.vat_19, cls.vat_7 = cls._tax(19), cls._tax(7)
        cls._set_taxes("MUG-BLUE", cls.vat_19)
        cls._set_taxes("TEA-SENCHA", cls.vat_7)
        for name in ("shipping", "gift_wrap", "cod_fee", "discount"):
            charge = cls.env.ref(f"amazon_connector.product_amazon_{name}")
            charge.taxes_id = [Command.set(cls.vat_19.ids)]

    @classmethod
    def _tax(cls, amount, price_include=True, **values):
        return cls.env["account.tax"].create(
            {
                "name": f"{amount} % {price_include}",
                "amount": amount,
                # written out, because Odoo 19 has another word for it
                **({"price_include": True} if price_include else {}),
                "company_id": cls.company.id,
                "country_id": cls.tax_country.id,
                "tax_group_id": cls.group.id,
                **values,
            }
        )

    @classmethod
    def _set_taxes(cls, sku, taxes):
        cls.products[sku].taxes_id = [Command.set(taxes.ids)]

    @classmethod
    def _position(cls, name, mapping, **values):
        """Create a fiscal position that maps taxes.

        :return: account.fiscal.position; without mapping it leaves no tax
        """
        position = cls.env["account.fiscal.position"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "auto_apply": True,
                **values,
            }
        )
        for source, target in mapping.items():
            if "original_tax_ids" not in source._fields:
                position.tax_ids = [
                    Command.create(
                        {
                            "tax_src_id": source.id,
                            "tax_dest_id": target.id if target else False,
                        }
                    )
                ]
            elif target:  # from 18.2 on
                target.write(
                    {
                        "fiscal_position_ids": [Command.link(position.id)],
                        "original_tax_ids": [Command.link(source.id)],
                    }
                )
        return position

    def item(self, sku="MUG-BLUE", total="119.00", **words):
        return self.world.item(sku, total=total, **words)

    def place(self, *items, **details):
        """Place an order at Amazon, whose prices include tax.

        :return str: Amazon's reference of an order of Germany, prices with tax
        """
        return self.buy(items=list(items), **{"tax_inclusive": True, **details})

    def book(self, *items, **details):
        """Place an order at Amazon, and import it.

        :return: sale.order of a new order at Amazon
        """
        ref = self.place(*items, **details)
        self.run_cron()
        order = self.sale_order(ref)
        self.assertEqual(order.state, "sale")
        return order

    def taxes(self, order):
        """Read the taxes of each line as plain data.

        :return list: (product, untaxed, tax) of each line
        """
        return [
            (
                line.product_id.default_code or line.product_id.name,
                round(line.price_subtotal, 2),
                round(line.price_tax, 2),
            )
            for line in order.order_line
        ]

    def invoice(self, order):
        """Invoice a sales order, and post the invoice.

        :return: account.move, posted
        """
        invoice = order._create_invoices()
        invoice.action_post()
        return invoice

    def credit(self, invoice):
        """Reverse an invoice as a whole.

        :return: account.move, the credit note of all of an invoice, posted
        """
        wizards = self.env["account.move.reversal"].with_company(self.company)
        wizard = wizards.create(
            {"move_ids": invoice.ids, "journal_id": invoice.journal_id.id}
        )
        method = "refund_moves" if hasattr(wizard, "refund_moves") else "reverse_moves"
        action = getattr(wizard, method)()
        note = self.env["account.move"].browse(action["res_id"])
        note.action_post()
        return note

    def assertTaxed(self, order, untaxed, tax, stated=None, remitted=0.0):
        stated = tax if stated is None else stated
        self.assertRecordValues(
            order,
            [
                {
                    "amount_untaxed": untaxed,
                    "amount_tax": tax,
                    "amount_total": round(untaxed + tax, 2),
                    "amazon_total_difference": 0.0,
                    "amazon_tax": stated,
                    "amazon_tax_difference": round(tax - stated, 2),
                    "amazon_tax_remitted": remitted,
                }
            ],
        )
