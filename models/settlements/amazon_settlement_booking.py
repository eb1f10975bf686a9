"""How the rows of a settlement become balanced journal entries.

From the top down: `SettlementBooking.book` decides for each row on which journal item
it ends (`_choose_targets`), sums what ends on the same one, splits off taxes, and makes
one entry: its counterpart is the payout. With a split by month the rows of an earlier
month stand in an entry of that month, against the account *Amazon Carried Forward*,
which the last entry brings back to zero.

Nothing is searched row by row: labels, orders, invoices and accounts are found once
for all rows.
"""

from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo import _, fields
from odoo.exceptions import UserError

from ...const import ACCOUNT_OF_KIND, SETTLEMENT_ACCOUNTS
from ...tools.reader_time import describe_day

ROW_FIELDS = (
    "id",
    "transaction_type",
    "amazon_order_ref",
    "adjustment_ref",
    "marketplace_name",
    "amount_type",
    "amount_description",
    "amount",
    "posted_at",
    "item_ref",
    "sku",
)
# No chatter and no follower for thousands of journal items; taxes are computed here.
BOOK_CONTEXT = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "skip_invoice_sync": True,
}


class Target(NamedTuple):
    """What the rows of one journal item have in common."""

    month: object  # first day of an earlier month; None: the entry of the deposit
    account_id: int
    name: str
    partner_id: int = 0
    tax_ids: tuple = ()
    analytic_id: int = 0
    order_id: int = 0
    kind: str = ""


class Row(NamedTuple):
    """A row and what its label means."""

    id: int
    amount: Decimal
    kind: str
    is_tax: bool
    is_refund: bool
    entry: object  # amazon.settlement.map, empty when nobody knows the label
    order_ref: str
    adjustment: str
    item_ref: str
    label: str
    place: str
    month: object


class SettlementBooking:
    def __init__(self, settlement):
        """Take over the settings, and the one rate at which everything is converted.

        :param settlement: one amazon.settlement, in an environment of its company
        """
        self.settlement = settlement
        self.env = settlement.env
        self.account = settlement.account_id
        self.company = settlement.company_id
        self.currency = settlement.currency_id
        self.own_currency = self.company.currency_id
        self.date = settlement.deposit_date or settlement.end_date
        self.rate = self.env["res.currency"]._get_conversion_rate(
            self.currency, self.own_currency, self.company, self.date
        )
        self.tolerance = Decimal(str(self.account.settlement_tolerance))
        self.to_income = set()  # ids of orders
        self._lines = {}
        self.unmapped = {}  # label -> True, in the order of the file

    def book(self):
        """Make the entries as drafts, and note on each row where it ended.

        :raise UserError: a setting is missing; nothing was made
        """
        self._check_rate()
        rows = self._read_rows()
        self._make_defaults()
        self._find_orders(rows)
        targets = self._choose_targets(rows)
        sums = defaultdict(Decimal)
        for row in rows:
            sums[targets[row.id]] += row.amount
        self._add_differences(sums)
        moves, items, shares = self._make_moves(sums)
        self.env["amazon.settlement.line"]._store_booking(
            [
                (
                    row.id,
                    row.kind,
                    self.orders[row.order_ref].id
                    if row.order_ref in self.orders
                    else None,
                    targets[row.id].account_id,
                    items.get(targets[row.id]),
                    self._to_own(row.amount * shares.get(targets[row.id], 1)),
                )
                for row in rows
            ]
        )
        unmapped = sum(targets[row.id].kind == "unmapped" for row in rows)
        # a period without any money has no entry, and nothing is left to do
        state = "draft" if moves else "posted"
        self.settlement.write({"state": state, "unmapped_count": unmapped})
        to_income = self.env["sale.order"].browse(self.to_income)
        to_income.amazon_settled_to_income = True
        if self.unmapped:
            self.settlement._call_for_unmapped(list(self.unmapped))
        self.settlement._update_orders()
        return moves

    def _check_rate(self):
        """Refuse to take one currency for another: where no rate is known by the day of
        the deposit, Odoo converts at 1.

        :raise UserError: a rate is missing
        """
        if self.currency == self.own_currency or self.rate != 1:
            return
        known = self.env["res.currency.rate"].search(
            [
                ("currency_id", "=", self.currency.id),
                ("company_id", "in", (False, self.company.root_id.id)),
                ("name", "<=", self.date),
            ],
            limit=1,
        )
        if not known:
            raise UserError(
                _(
                    "There is no exchange rate from %(currency)s to %(own)s by "
                    "%(date)s. Enter one (Accounting > Configuration > Currencies); "
                    "then the settlement is booked by itself.",
                    currency=self.currency.name,
                    own=self.own_currency.name,
                    date=describe_day(self.env, self.date),
                )
            )

    def _make_defaults(self):
        """All default accounts at once, so that they can be checked and changed."""
        for name in SETTLEMENT_ACCOUNTS:
            self.company._get_amazon_account(name)
        self.company._make_amazon_reconcile_model()

    # === Rows === #

    def _read_rows(self):
        """Fetch all rows past the cache, each with the meaning of its label.

        :return list: of Row
        """
        lines = self.env["amazon.settlement.line"]
        self.env.flush_all()
        columns = ", ".join(ROW_FIELDS)
        self.env.cr.execute(
            f"SELECT {columns} FROM {lines._table}"
            " WHERE settlement_id = %s ORDER BY id",
            [self.settlement.id],
        )
        return [self._understand(*values) for values in self.env.cr.fetchall()]

    def _understand(self, row_id, transaction, ref, adjustment, place, *cells):
        amount_type, description, amount, posted_at, item_ref, _sku = cells
        known, key = self._lines, (transaction, amount_type, description)
        if key not in known:
            maps = self.env["amazon.settlement.map"].sudo()
            known[key] = maps._understand(self.account, *key)
        entry, kind, is_refund = known[key]
        label = f"{amount_type or ''}: {description or ''}"
        return Row(
            row_id,
            Decimal(str(amount)),
            kind,
            entry.is_tax,
            is_refund,
            entry,
            ref or "",
            adjustment or "",
            item_ref or "",
            label,
            place or "",
            self._month_of(posted_at),
        )

    def _month_of(self, posted_at):
        """Choose the entry of a row, when the account splits by month.

        :return date|None: the month whose entry it belongs to, None for the last
        """
        if not self.account.settlement_split_month or not posted_at:
            return None
        month = posted_at.date().replace(day=1)
        return month if month < self.date.replace(day=1) else None

    def _find_orders(self, rows):
        """Find the orders, and what is open of their invoices and credit notes."""
        refs = {row.order_ref for row in rows if row.order_ref}
        orders = self.env["sale.order"].search(
            [
                ("amazon_account_id", "=", self.account.id),
                ("amazon_order_ref", "in", list(refs)),
            ]
        )
        self.orders = {order.amazon_order_ref: order for order in orders}
        self.open_items = orders._amazon_find_open_items()
        self.places = {}
        for place in self.env["amazon.marketplace"].search([]):
            self.places[place.domain or place.name] = place
            self.places[place.name.lower()] = place

    # === Which journal item === #

    def _choose_targets(self, rows):
        """Decide for each row on which journal item it ends, order by order.

        :return dict: id of a row -> Target
        """
        targets = {}
        groups = defaultdict(list)
        for row in rows:
            if row.kind in ("sale", "refund", "tax") and row.order_ref:
                adjustment = row.adjustment if row.is_refund else ""
                groups[row.order_ref, row.is_refund, adjustment].append(row)
            else:
                targets[row.id] = self._plain_target(row)
        for (ref, is_refund, _adjustment), group in groups.items():
            self._place_group(self.orders.get(ref), is_refund, group, targets)
        return targets

    def _plain_target(self, row):
        """Place a row that does not belong to the invoice of an order."""
        entry, kind = row.entry, row.kind
        name = row.label
        if kind in ("sale", "refund") and not entry.target_account_id:
            kind = "unmapped"  # an order that Odoo does not know
            name = row.order_ref or row.label
            self.unmapped.setdefault(name, True)
        elif kind == "unmapped":
            self.unmapped.setdefault(row.label, True)
        account = entry.target_account_id
        if kind == "unmapped" or not account:
            account = self._default_account(ACCOUNT_OF_KIND[kind])
        taxes = self._fee_taxes(row) if kind != "unmapped" else ()
        partner = entry.partner_id.id if kind != "unmapped" else 0
        return Target(
            row.month,
            account.id,
            name,
            partner or 0,
            taxes,
            self._analytic_of(row) if kind in ("fee", "other") else 0,
            kind=kind,
        )

    def _default_account(self, name):
        known = self.__dict__.setdefault("_accounts", {})
        if name not in known:
            known[name] = self.company._get_amazon_account(name)
        return known[name]

    def _fee_taxes(self, row):
        """Choose the taxes of a fee: by the map, else by the account.

        :return tuple: ids of account.tax that the amount contains
        """
        if row.entry.tax_id:
            return tuple(row.entry.tax_id.ids)
        account = self.account
        if row.kind == "fee" and account.settlement_fee_tax != "none":
            return tuple(account.settlement_fee_tax_id.ids)
        return ()

    def _place_of(self, row):
        """Find the marketplace of a row, by its name or by its order.

        :return: amazon.marketplace, empty when nobody says it
        """
        place = self.places.get(row.place.lower()) or self.places.get(row.place)
        if place:
            return place
        order = self.orders.get(row.order_ref)
        return order.amazon_marketplace_id if order else self.env["amazon.marketplace"]

    def _analytic_of(self, row):
        """Find the analytic account of a row, remembered by marketplace.

        :return int: id of the analytic account of the marketplace, 0 for none
        """
        place = self._place_of(row)
        known = self.__dict__.setdefault("_analytics", {})
        if place not in known:
            own = self.account._get_marketplace_setting(place)
            known[place] = own.analytic_account_id.id or 0
        return known[place]

    # === Sales and refunds of an order === #

    def _place_group(self, order, is_refund, rows, targets):
        """Place the rows of a sale or a refund against the receivable of the order,
        apart from tax that Amazon remits.

        :param order: sale.order, None: Odoo does not know it
        :param list rows: of Row: a sale, or one refund
        :param dict targets: is filled
        """
        documents = self._documents_of(order.id, is_refund) if order else []
        cleared = self._find_cleared(rows, documents)
        for row in rows:
            if row.id in cleared or (row.kind == "tax" and cleared is not ALL):
                account = row.entry.target_account_id if row.kind == "tax" else None
                account = account or self._default_account(ACCOUNT_OF_KIND["tax"])
                name = _("Tax that Amazon remits")
                targets[row.id] = Target(row.month, account.id, name, kind="tax")
            elif not order or (row.entry.target_account_id and row.kind != "tax"):
                targets[row.id] = self._plain_target(row)
            elif self._goes_to_income(order):
                self.to_income.add(order.id)
                targets[row.id] = self._income_target(order, row, bool(cleared))
            else:
                targets[row.id] = self._receivable_target(order, row, documents)

    def _documents_of(self, order_id, is_refund):
        """Find what the rows of an order can pay.

        :return: account.move.line, open, of invoices or of credit notes
        """
        found = self.open_items.get(order_id)
        return found["refund" if is_refund else "invoice"] if found else []

    def _find_cleared(self, rows, documents):
        """Find the rows of the buyer's tax that Amazon pays to the state by itself.

        The invoice shows such a tax or not, as the account says; where only the other
        way fits what is open of the invoice, it is the other one.

        :return: set of ids of rows; ALL: the withheld tax, too, belongs to the
            receivable, for it fits no row of the tax
        """
        withheld = -sum((row.amount for row in rows if row.kind == "tax"), Decimal(0))
        if not withheld or all(row.kind == "tax" for row in rows):
            return set()
        taxes = [row for row in rows if row.is_tax and row.kind != "tax"]
        taxed = sum((row.amount for row in taxes), Decimal(0))
        whole = sum((row.amount for row in rows if row.kind != "tax"), Decimal(0))
        is_open = {abs(amount) for amount in self._open_amounts(documents)}

        def fits(amount):
            return any(abs(abs(amount) - each) <= self.tolerance for each in is_open)

        is_left_out = self.account.facilitator_tax == "exclude"
        if fits(whole) != fits(whole - withheld):
            is_left_out = fits(whole - withheld)
        if not is_left_out:
            return set()
        return {row.id for row in taxes} if taxed == withheld else ALL

    def _open_amounts(self, documents):
        """List the amounts that show that a row pays a document exactly.

        :return list: of Decimal: open of each document, and of all of them
        """
        amounts = [
            Decimal(str(self.currency.round(item.amount_residual_currency)))
            for item in documents
            if item.currency_id == self.currency
        ]
        return [*amounts, sum(amounts, Decimal(0))] if amounts else []

    def _goes_to_income(self, order):
        """Decide whether an order goes to income without any invoice, as the account
        wants."""
        if self.account.settlement_booking != "income":
            return False
        found = self.open_items.get(order.id)
        return not (found and found["is_invoiced"])

    def _income_target(self, order, row, is_remitted):
        """Choose the income by marketplace and tax: the amount contains the item's
        taxes."""
        line = self._order_line(order, row)
        taxes = () if is_remitted else tuple(self._taxes_of(line))
        account = self._income_account(line)
        return Target(
            row.month,
            account.id,
            _("Sales %s", self._place_of(row).name or ""),
            0,
            taxes,
            self._analytic_of(row),
            kind=row.kind,
        )

    def _order_line(self, order, row):
        lines = order.order_line.filtered(lambda line: not line.display_type)
        own = lines.filtered(lambda line: line.amazon_item_ref == row.item_ref)
        return (own or lines)[:1]

    def _taxes_of(self, line):
        return line.tax_id.ids

    def _income_account(self, line):
        product = line.product_id
        known = self.__dict__.setdefault("_income", {})
        if product not in known:
            accounts = product.product_tmpl_id.with_company(
                self.company
            ).get_product_accounts(line.order_id.fiscal_position_id)
            known[product] = accounts["income"]
        account = known[product]
        if not account:
            raise UserError(
                _(
                    "The product %s has no income account: enter one on its category.",
                    product.display_name,
                )
            )
        return account

    def _receivable_target(self, order, row, documents):
        document = documents[:1]
        account = document.account_id if document else self._receivable_of(order)
        partner = document.partner_id if document else order.partner_invoice_id
        return Target(
            row.month,
            account.id,
            f"{order.name} {order.amazon_order_ref}",
            partner.commercial_partner_id.id,
            order_id=order.id,
            # two refunds of one order are two items
            kind=f"refund {row.adjustment}" if row.is_refund else "sale",
        )

    def _receivable_of(self, order):
        partner = order.partner_invoice_id.commercial_partner_id
        account = partner.with_company(self.company).property_account_receivable_id
        if not account:
            raise UserError(
                _(
                    "There is no receivable account: install a chart of accounts "
                    "(Accounting > Configuration > Settings)."
                )
            )
        return account

    # === Differences within the tolerance === #

    def _add_differences(self, sums):
        """Let a sale or a refund that nearly equals its document be equal to it.

        :param dict sums: Target -> Decimal; is changed
        """
        for target in [target for target in sums if target.order_id]:
            items = self._documents_of(target.order_id, target.kind != "sale")
            amounts = self._open_amounts(items)
            left = [amount - sums[target] for amount in amounts]
            near = min(left, key=abs, default=Decimal(0))
            if near and abs(near) <= self.tolerance:
                account = self._default_account("amazon_difference_account_id")
                sums[target] += near
                name = _("Difference %s", target.name)
                sums[Target(target.month, account.id, name, kind="other")] -= near

    # === Entries === #

    def _make_moves(self, sums):
        """Make the entries of the earlier months, then the one with the payout.

        :param dict sums: Target -> Decimal
        :return tuple: account.move; dict Target -> id of its journal item; dict Target
            -> share of the amount that is no tax
        """
        journal = self.account._get_settlement_journal(self.currency)
        items, shares = {}, {}
        moves = self.env["account.move"]
        carried = []
        for month in sorted({target.month for target in sums if target.month}):
            mine = {target: sums[target] for target in sums if target.month == month}
            vals, keys = self._prepare_items(mine, shares)
            amount = sum(mine.values(), Decimal(0))
            balance = -sum((Decimal(str(each["balance"])) for each in vals), Decimal(0))
            closing = self._carried_items(amount, balance)
            if amount:
                carried.append((amount, Decimal(str(closing[0]["balance"]))))
            if vals:
                last = month + relativedelta(months=1, days=-1)
                moves += self._make_move(journal, last, vals + closing, keys, items)
        mine = {target: sums[target] for target in sums if not target.month}
        vals, keys = self._prepare_items(mine, shares)
        for amount, balance in carried:
            vals += self._carried_items(-amount, -balance)
        total = Decimal(str(self.currency.round(self.settlement.total_amount)))
        balance = -sum((Decimal(str(each["balance"])) for each in vals), Decimal(0))
        if total or balance:
            vals += self._payout_items(total, balance)
        if vals:
            moves += self._make_move(journal, self.date, vals, keys, items)
        return moves, items, shares

    def _make_move(self, journal, date, vals, keys, items):
        """Make one entry, and note which of its items stands for which target.

        :param list vals: values of journal items
        :param list keys: Target of the first ones, None where there is none
        :param dict items: Target -> id, is filled
        """
        ref = _("Amazon settlement %s", self.settlement.settlement_ref)
        move = (
            self.env["account.move"]
            .with_context(**BOOK_CONTEXT)
            .create(
                {
                    "move_type": "entry",
                    "journal_id": journal.id,
                    "date": date,
                    "ref": ref,
                    "amazon_settlement_id": self.settlement.id,
                    "line_ids": [fields.Command.create(each) for each in vals],
                }
            )
        )
        made = move.line_ids.sorted("id")
        for target, item in zip(keys, made, strict=False):
            if target:
                items[target] = item.id
        return move

    def _prepare_items(self, sums, shares):
        """Convert the sums into journal items, taxes apart.

        :return tuple: list of values of journal items; list of Target of each, None
        for a tax
        """
        vals, keys = [], []
        for target, amount in sums.items():
            if not amount:
                continue
            base, taxes, tags = self._split_taxes(target, amount)
            shares[target] = base / amount
            vals.append(
                {
                    **self._item(target.account_id, target.name, base),
                    "partner_id": target.partner_id or False,
                    "tax_ids": [fields.Command.set(target.tax_ids)],
                    "tax_tag_ids": [fields.Command.set(tags)],
                    **self._analytic_values(target),
                }
            )
            keys.append(target)
            for each in taxes:
                vals.append(each | {"partner_id": target.partner_id or False})
                keys.append(None)
        return vals, keys

    def _analytic_values(self, target):
        """Set the marketplace's analytic account; without one Odoo's distribution
        models apply."""
        if not target.analytic_id:
            return {}
        return {"analytic_distribution": {str(target.analytic_id): 100}}

    def _split_taxes(self, target, amount):
        """Split the taxes off an amount that contains them.

        :return tuple: Decimal without the taxes it contains; values of the journal
        items of the taxes; ids of the tags of the base
        """
        if not target.tax_ids:
            return amount, [], []
        taxes = self.env["account.tax"].browse(target.tax_ids)
        is_sale = taxes[0].type_tax_use == "sale"
        is_refund = (amount < 0) if is_sale else (amount > 0)
        found = taxes.with_context(force_price_include=True).compute_all(
            float(amount), self.currency, is_refund=is_refund
        )
        base, items = amount, []
        for tax in found["taxes"]:
            part = Decimal(str(self.currency.round(tax["amount"])))
            base -= part
            items.append(
                {
                    **self._item(
                        tax["account_id"] or target.account_id, tax["name"], part
                    ),
                    "tax_repartition_line_id": tax["tax_repartition_line_id"],
                    "tax_tag_ids": [fields.Command.set(tax["tag_ids"])],
                    "tax_base_amount": abs(self._to_own(tax["base"])),
                }
            )
        return base, items, found["base_tags"]

    def _item(self, account_id, name, amount):
        """Convert an amount of Amazon's into debit or credit.

        :param Decimal amount: as Amazon counts: positive is for the seller
        :return dict: values of a journal item
        """
        return {
            "account_id": account_id,
            "name": name,
            "currency_id": self.currency.id,
            "amount_currency": -float(amount),
            "balance": -self._to_own(amount),
        }

    def _carried_items(self, amount, balance):
        """Carry a month's total to the entry of the payout, or take it back there.

        :return list: see `_closing_items`
        """
        account = self._default_account("amazon_carried_account_id")
        return self._closing_items(
            account, self.settlement.settlement_ref, amount, balance
        )

    def _payout_items(self, total, balance):
        account = self._default_account("amazon_payout_account_id")
        name = _("Amazon payout %s", self.settlement.settlement_ref)
        return self._closing_items(account, name, total, balance)

    def _closing_items(self, account, name, amount, balance):
        """Close an entry by one item, which takes over what rounding leaves; where that
        is more than the amount itself, it goes to the account of differences.

        :param Decimal amount: in the currency of the settlement, a debit if positive
        :param Decimal balance: what is missing in the company's currency
        :return list: values of journal items
        """
        item = self._item(account.id, name, -amount)
        if balance * amount > 0:
            return [{**item, "balance": float(balance)}]
        left = balance - Decimal(str(item["balance"]))
        items = [item] if amount else []
        if left:
            difference = self._default_account("amazon_difference_account_id")
            rounding = self._item(difference.id, name, Decimal(0))
            items.append({**rounding, "balance": float(left)})
        return items

    def _to_own(self, amount):
        """Convert by the rate of the settlement.

        :return float: in the currency of the company
        """
        return self.own_currency.round(float(amount) * self.rate)


class _All(frozenset):
    """Truthy, although no row is in it."""

    def __bool__(self):
        return True


ALL = _All()
