"""The tax that Amazon states, compared with the one that Odoo computes (F4, F6).

Odoo's taxes stay Odoo's: product and fiscal position lead to them. Where only rounding
separates the two, the order takes Amazon's cents (`fixed_tax`). Everything else is a
difference that a person sees.
"""

from decimal import Decimal

from markupsafe import Markup

from odoo import _, api, fields, models

from ...tools.taxed_item import TaxCause, TaxedItem, names, tax_rows
from ..shipments.sale_order_line import INVOICE_BY_AMAZON

ZERO = Decimal(0)
# So many orders are taxed anew by one press of a button.
AT_ONCE = 200
TABLE = Markup(
    "<div class='table-responsive'><table class='table table-sm'>"
    "<thead>%s</thead><tbody>%s</tbody></table></div>"
)


def _table_row(cell, texts, amounts):
    """Render a row of a table.

    :param str cell: th or td
    :return Markup: amounts to the right
    """
    left = Markup(f"<{cell}>%s</{cell}>")
    right = Markup(f"<{cell} class='text-end'>%s</{cell}>")
    cells = [left % text for text in texts] + [right % each for each in amounts]
    return Markup("<tr>%s</tr>") % Markup().join(cells)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    amazon_tax = fields.Monetary(
        "Tax at Amazon",
        copy=False,
        readonly=True,
        help="The tax of this order that you owe, as Amazon states it. Tax that Amazon "
        "remits by itself is not in it.",
    )
    amazon_tax_remitted = fields.Monetary(
        "Remitted by Amazon",
        copy=False,
        readonly=True,
        help="Tax that Amazon collects from the buyer and pays to the state itself. "
        "You owe nothing of it.",
    )
    amazon_tax_stated = fields.Boolean(
        "Amazon states the tax", copy=False, readonly=True
    )
    amazon_tax_difference = fields.Monetary(
        "Difference of taxes",
        compute="_compute_amazon_tax_difference",
        store=True,
        help="Tax of this order less the tax at Amazon; 0 where Amazon states no tax.",
    )
    # Beyond what rounding leaves: one cent for each line.
    amazon_tax_differs = fields.Boolean(
        "Tax differs",
        compute="_compute_amazon_tax_difference",
        store=True,
        help="The tax of this order is not Amazon's, by more than rounding.",
    )
    amazon_tax_reason = fields.Text(
        "Likely reason", compute="_compute_amazon_tax_reason"
    )
    # What orders have in common that differ alike: they are one problem.
    amazon_tax_cause = fields.Char(
        "Cause of the difference",
        compute="_compute_amazon_tax_cause",
        store=True,
        copy=False,
    )

    amazon_tax_table = fields.Html(
        "Taxes by rate",
        compute="_compute_amazon_tax_table",
        sanitize=False,
        help="For each rate: the tax that Amazon states, the tax of this order, and "
        "what Amazon pays to the state itself.",
    )

    # === COMPUTE METHODS === #

    @api.depends("order_line.amazon_fixed_tax")
    def _compute_amounts(self):
        """Update the totals: a line's tax can be kept without a change of its own
        amounts."""
        return super()._compute_amounts()

    @api.depends(
        "amount_tax",
        "amazon_tax",
        "amazon_tax_stated",
        "order_line.amazon_tax",
        "order_line.price_tax",
    )
    def _compute_amazon_tax_difference(self):
        for order in self:
            order.amazon_tax_difference = (
                round(
                    order.amount_tax - order.amazon_tax,
                    order.currency_id.decimal_places,
                )
                if order.amazon_tax_stated
                else 0.0
            )
        apart = self.filtered(lambda order: not order._amazon_tax_is_rounding())
        with_taxes = apart.company_id._amazon_with_taxes()
        for order in self:
            order.amazon_tax_differs = order in apart and order.company_id in with_taxes

    def _amazon_tax_is_rounding(self):
        """Find out whether a difference of tax may stay without a person.

        :return bool: whether a cent for each line explains the difference, of the order
        and of each item: two wrong rates can add up to the right tax. What is only
        there for the reports is not asked
        """
        if not self.amazon_tax_stated or self.amazon_is_history:
            return True
        bound = len(self.order_line.filtered("amazon_kind"))
        coins = round(abs(self.amazon_tax_difference) / self.currency_id.rounding)
        if coins > bound:
            return False
        items = self._amazon_tax_items()
        # Amazon may state the tax of the order only
        owed = sum((item.stated for item in items), ZERO)
        is_by_item = self.currency_id.is_zero(float(owed) - self.amazon_tax)
        return not is_by_item or all(item.coins_apart <= bound for item in items)

    @api.depends("amazon_tax_differs", "order_line.tax_id", "fiscal_position_id")
    @api.depends_context("lang")
    def _compute_amazon_tax_reason(self):
        for order in self:
            order.amazon_tax_reason = (
                order._get_amazon_tax_reason() if order.amazon_tax_differs else False
            )

    @api.depends(
        "amazon_tax_differs",
        "order_line.amazon_tax",
        "order_line.tax_id",
        "fiscal_position_id",
        "partner_shipping_id",
    )
    def _compute_amazon_tax_cause(self):
        for order in self:
            order.amazon_tax_cause = (
                order._get_amazon_tax_cause().text
                if order.amazon_tax_differs
                else False
            )

    @api.depends(
        "amazon_tax_stated",
        "amount_tax",
        "order_line.amazon_tax",
        "order_line.price_tax",
        "order_line.tax_id",
    )
    @api.depends_context("lang")
    def _compute_amazon_tax_table(self):
        for order in self:
            order.amazon_tax_table = (
                order._get_amazon_tax_table() if order.amazon_tax_stated else False
            )

    # === BUSINESS METHODS - TABLE OF RATES === #

    def _get_amazon_tax_table(self):
        """Show the taxes of an order as a bookkeeper compares them: rate by rate.

        :return Markup: a table, whose columns add up to the amounts of the order
        """
        heads = (
            _("Rate at Amazon"),
            _("Taxes in Odoo"),
            _("Tax at Amazon"),
            _("Tax in Odoo"),
            _("Difference"),
            _("Remitted by Amazon"),
        )
        money = self.currency_id
        rows, left = Markup(), self.amount_tax
        for row in tax_rows(self._amazon_taxed_lines()):
            stated = sum(row.lines.mapped("amazon_tax"))
            here = sum(row.lines.mapped("price_tax"))
            left -= here
            owed, remitted = (0.0, stated) if row.is_remitted else (stated, 0.0)
            taxes = ", ".join(row.lines.mapped("tax_id").mapped("name")) or _("none")
            rows += self._get_amazon_tax_row(row.rate, taxes, owed, here, remitted)
        if not money.is_zero(left):  # lines that are not Amazon's, or rounding of all
            rows += self._get_amazon_tax_row("", _("Other lines"), 0.0, left, 0.0)
        return TABLE % (_table_row("th", heads[:2], heads[2:]), rows)

    def _get_amazon_tax_row(self, rate, taxes, owed, here, remitted):
        amounts = (owed, here, here - owed, remitted)
        money = self.currency_id
        # a rounded zero has no sign
        return _table_row(
            "td", (rate, taxes), [money.format(money.round(x) + 0.0) for x in amounts]
        )

    # === BUSINESS METHODS - STATEMENT === #

    @api.model
    def _prepare_amazon_tax_vals(self, amounts):
        """Convert what Amazon states of taxes.

        :param OrderAmounts amounts:
        :return dict: values of sale.order, what Amazon states of its taxes
        """
        return {
            "amazon_tax": float(amounts.tax or 0),
            "amazon_tax_remitted": float(amounts.facilitator_tax),
            "amazon_tax_stated": amounts.tax is not None,
        }

    def _amazon_note_taxes(self, amounts):
        """Keep what Amazon states of the taxes now; it can become known, or change,
        without a change of amounts.

        :param OrderAmounts amounts:
        :return bool: whether it is something new
        """
        lines = self.order_line._amazon_lines_by_key()
        if not lines:  # another connector made them: nothing is held against Amazon
            return False
        vals = self._prepare_amazon_tax_vals(amounts)
        stated = self.order_line._amazon_stated_by_key(amounts)
        news = {
            line: {"amazon_tax": float(now.tax), "amazon_tax_remitted": now.is_remitted}
            for key, line in lines.items()
            if (now := stated.get(key))
        }
        changed = {
            record: values
            for record, values in ((self, vals), *news.items())
            if any(record[name] != value for name, value in values.items())
        }
        for record, values in changed.items():
            record.write(values)
        return bool(changed)

    def _amazon_follow_taxes(self, remitted, amounts):
        """Tax the lines by what Amazon states of taxes now, with the same amounts.

        :param remitted: sale.order.line whose tax Amazon remitted before
        :param OrderAmounts amounts: what the order is worth now
        """
        now = self.order_line.filtered("amazon_tax_remitted")
        others = (remitted | now) - (remitted & now)
        if not others:
            self._amazon_round_taxes()
            return
        others._amazon_retax()
        self._amazon_add_rounding({self.amazon_order_ref: amounts})

    # === BUSINESS METHODS - LIKELY REASON === #

    def _get_amazon_tax_reason(self):
        """Explain a difference of tax to the person who has to settle it.

        :return str: the likely cause of the difference, and where it is corrected
        """
        items = self._amazon_tax_items()
        apart = [item for item in items if item.differs]
        owing = [item for item in apart if item.is_remitted]
        if owing:
            return _(
                "Amazon pays the tax on %s to the state itself, but the line here "
                "bears tax. Remove it; if this comes back, see “Fiscal position of "
                "remitted tax” on the Amazon account.",
                names(owing),
            )
        goods = [item for item in apart if item.goods_differ]
        if not apart:
            return _(
                "Each Amazon item bears Amazon's tax. Look for lines that were added "
                "here by hand."
            )
        most = max(goods or apart, key=lambda item: item.coins_apart)
        rates = most.rates()
        alike = [item for item in goods or apart if item.rates() == rates]
        if not goods:
            return _(
                "The goods bear Amazon's tax, the charges or discounts of %(item)s do "
                "not: %(amazon)s at Amazon, %(odoo)s here. A charge is taxed as its "
                "item: correct the taxes of these lines.",
                item=names(alike),
                **rates,
            )
        if self._amazon_is_taxed_by_place(goods, items):
            return self._describe_tax_of_destination(most)
        return _(
            "Amazon charged %(amazon)s on %(item)s, but here it bears %(odoo)s. Check "
            "the customer taxes of the product, or the tax code of the item in Seller "
            "Central.",
            item=names(alike),
            **rates,
        )

    def _get_amazon_tax_cause(self):
        """Find what the order has in common with others whose tax differs alike.

        :return TaxCause: of the item whose tax differs most
        """
        items = self._amazon_tax_items()
        apart = [item for item in items if item.differs]
        country = self.partner_shipping_id.country_id
        code = (country or self.amazon_marketplace_id.country_id).code or ""
        if not apart:
            return TaxCause("lines", code)
        goods = [item for item in apart if item.goods_differ]
        if owing := [item for item in apart if item.is_remitted]:
            kind, found = "remitted", owing
        elif not goods:
            kind, found = "charge", apart
        else:
            is_place = self._amazon_is_taxed_by_place(goods, items)
            kind, found = "place" if is_place else "product", goods
        most = max(found, key=lambda item: item.coins_apart)
        return TaxCause(kind, code, **most.rates())

    def _amazon_is_taxed_by_place(self, goods, items):
        """Find out whether the country of delivery is the likely cause.

        :param list goods: of TaxedItem, whose goods are taxed otherwise than at Amazon
        :param list items: of TaxedItem, all of the order
        :return bool:
        """
        return self._amazon_is_abroad() and len(goods) == len(items)

    def _describe_tax_of_destination(self, item):
        """Explain a difference that comes from the country of delivery.

        :param TaxedItem item: one of those whose tax differs
        """
        values = {
            "country": self.partner_shipping_id.country_id.name,
            "position": self.fiscal_position_id.name,
            **item.rates(),
        }
        if self.fiscal_position_id:
            return _(
                "For deliveries to %(country)s Amazon charged %(amazon)s, but the "
                "fiscal position “%(position)s” leads to %(odoo)s. Check the taxes of "
                "this fiscal position: rates change.",
                **values,
            )
        return _(
            "For deliveries to %(country)s Amazon charged %(amazon)s, but no fiscal "
            "position applies, so that the taxes of the products remain: %(odoo)s. Add "
            "a fiscal position that is detected automatically for %(country)s.",
            **values,
        )

    def _amazon_is_abroad(self):
        home = self.company_id.account_fiscal_country_id or self.company_id.country_id
        country = self.partner_shipping_id.country_id
        # state or post code can make it another tax territory, as Northern Ireland
        position = self.fiscal_position_id
        is_apart = bool(position.state_ids or position.zip_from)
        return bool(country) and (country != home or is_apart)

    def _amazon_tax_items(self):
        """Group the lines by Amazon's item.

        :return list: of TaxedItem, one for each item with its charges
        """
        by_item = self._amazon_taxed_lines().grouped(
            lambda line: line.amazon_item_ref or line.amazon_charge_ref
        )
        return [TaxedItem(group) for group in by_item.values()]

    def _amazon_taxed_lines(self):
        """Leave out what is no sale: the line of the tax that Amazon remits."""
        return self.order_line.filtered(
            lambda line: line.amazon_kind and line.amazon_kind != "facilitator_tax"
        )

    # === BUSINESS METHODS - ROUNDING === #

    def _amazon_round_taxes(self):
        """Set Odoo's tax to Amazon's where only rounding separates them, tax by tax."""
        for order in self.filtered("amazon_tax_stated"):
            lines = order.order_line.filtered(
                lambda line: (
                    line.amazon_kind
                    and line.product_uom_qty
                    and not line.amazon_tax_remitted
                )
            )
            by_tax = lines.grouped(lambda line: line.tax_id._amazon_main_tax())
            kept = lines.filtered("amazon_fixed_tax")
            if order.amazon_tax_difference or len(by_tax) > 1 or kept:
                order._amazon_keep_taxes(by_tax, kept)

    def _amazon_keep_taxes(self, by_tax, kept):
        """Keep Amazon's tax on the lines where it is needed, and nowhere else.

        :param dict by_tax: account.tax -> sale.order.line
        :param kept: sale.order.line that have kept it until now
        """
        left = {tax: lines._amazon_tax_left() for tax, lines in by_tax.items() if tax}
        # Where the document is rounded, lines that are kept and lines that are computed
        # do not add up: then all are kept, or none.
        # What Odoo computes for one line may differ from what it rounds for all.
        is_global = self.company_id.tax_calculation_rounding_method == "round_globally"
        is_off = any(left.values()) or bool(self.amazon_tax_difference or kept)
        wanted = [
            tax
            for tax, amount in left.items()
            if amount or (amount is not None and is_global and is_off)
        ]
        for tax in wanted:
            by_tax[tax]._amazon_keep_stated_tax(tax)
            kept -= by_tax[tax]
        kept.amazon_fixed_tax = False

    # === BUSINESS METHODS - ADDRESS === #

    def _amazon_fiscal_position_at(self, delivery):
        """Choose the fiscal position as an import of the order would.

        :param delivery: res.partner
        :return: account.fiscal.position that deliveries there have
        """
        account = self.amazon_account_id
        resold = account.invoice_by_amazon_position_id
        if resold and INVOICE_BY_AMAZON in (self.amazon_programs or "").split(","):
            return resold
        fiscal = account._get_fiscal_setting(self.amazon_marketplace_id)
        if fiscal.fiscal_policy == "fixed":
            return fiscal.fiscal_position_id
        positions = self.env["account.fiscal.position"].with_company(self.company_id)
        return positions._get_fiscal_position(self.partner_id, delivery)

    def _amazon_move_to(self, position):
        """Tax the order by another fiscal position; its total stays Amazon's.

        :param position: account.fiscal.position, may be empty
        :return list: in words, when it is too late for that
        """
        names = {
            "before": self.fiscal_position_id.name or _("none"),
            "after": position.name or _("none"),
        }
        if blocker := self._amazon_change_blocker():
            return [
                _(
                    "The buyer's new address is taxed otherwise (fiscal position: "
                    "%(after)s instead of %(before)s), but %(hindrance)s. The taxes "
                    "are as before. Where they are wrong, credit the invoice, set the "
                    "fiscal position on the order and invoice it again.",
                    hindrance=blocker,
                    **names,
                )
            ]
        self._amazon_tax_by(position)
        self._message_log(
            body=_(
                "The buyer's new address has another fiscal position: %(after)s "
                "instead of %(before)s. The taxes follow, the total stays Amazon's.",
                **names,
            )
        )
        return []

    def _amazon_tax_by(self, position):
        """Tax the lines by a fiscal position; what they are worth stays Amazon's.

        :param position: account.fiscal.position, may be empty
        """
        self.fiscal_position_id = position
        self.order_line.filtered("amazon_kind")._amazon_retax()
        self._amazon_add_rounding({self.amazon_order_ref: self._amazon_stated()})

    # === BUSINESS METHODS - CORRECTED SETTINGS === #

    def _amazon_tax_anew(self, account):
        """Tax orders again as an import would now: their products, taxes or fiscal
        positions were corrected. Invoices stay as they are.

        :param account: amazon.account of these orders
        :return dict: client action, a notification with the counts
        """
        account._check_may_use()
        ours = self.with_env(account.sudo()._in_company().env)
        open_ones = ours.filtered(
            lambda order: (
                order.state == "sale"
                and not order.locked
                and all(invoice.state == "cancel" for invoice in order.invoice_ids)
            )
        )
        taken = open_ones[:AT_ONCE]
        for order in taken:
            order._amazon_tax_one_anew()
        right = taken.filtered(lambda order: not order.amazon_tax_differs)
        text = _(
            "Taxed as at Amazon now: %(right)s. Still different: %(wrong)s. Left as "
            "they are, because invoiced or locked: %(closed)s.",
            right=len(right),
            wrong=len(taken - right),
            closed=len(ours - open_ones),
        )
        if later := len(open_ones - taken):
            text = " ".join((text, _("Press Retry again for %s more.", later)))
        return account._notify(
            text, "success" if len(right) == len(self) else "warning"
        )

    def _amazon_tax_one_anew(self):
        before = self.amount_tax
        position = self._amazon_fiscal_position_at(self.partner_shipping_id)
        self._amazon_tax_by(position or self.fiscal_position_id)
        if self.amount_tax != before:
            self._message_log(
                body=_(
                    "The taxes were computed anew: %(after)s instead of %(before)s. "
                    "The total stays Amazon's.",
                    after=self.currency_id.format(self.amount_tax),
                    before=self.currency_id.format(before),
                )
            )
