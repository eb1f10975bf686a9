"""Refunds: what a buyer got back is known once, whichever of Amazon's sources names it
first, and becomes one credit note with exactly Amazon's amounts.
"""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ...amazon_api import BUYERS
from ...tools.amazon_time import naive_seconds
from ..account.queue_step import REFUSALS
from ..settlements.amazon_settlement import MAY_BOOK
from ..settlements.sale_order import QUIET

ZERO = Decimal(0)
# Tried again by itself: what is missing may come.
PASSING = ("no_order", "not_booked", "reported", "not_invoiced")
# So long an invoice may take to come after the refund.
INVOICE_WAIT = timedelta(days=7)
# What a person may book in spite of it.
BOOKABLE = (
    "a_to_z",
    "chargeback",
    "above",
    "removed",
    "not_booked",
    "reported",
    "not_invoiced",
)


class AmazonRefund(models.Model):
    _name = "amazon.refund"
    _inherit = ["amazon.own.fields"]
    _description = "Amazon refund"
    _order = "posted_at desc, id desc"
    _rec_name = "refund_ref"

    account_id = fields.Many2one(
        "amazon.account",
        "Amazon account",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, index=True
    )
    refund_ref = fields.Char("Refund", index="btree_not_null", readonly=True)
    amazon_order_ref = fields.Char(
        "Amazon reference", index="btree_not_null", readonly=True
    )
    sale_order_id = fields.Many2one(
        "sale.order",
        "Sale order",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )
    posted_at = fields.Datetime("Refunded", readonly=True)
    reason = fields.Selection(
        [
            ("refund", "Refund"),
            ("a_to_z", "A-to-z claim"),
            ("chargeback", "Chargeback"),
        ],
        required=True,
        default="refund",
        readonly=True,
    )
    currency_id = fields.Many2one("res.currency", ondelete="restrict", readonly=True)
    amount_total = fields.Monetary(
        "Amount", readonly=True, help="What the buyer got back of your money."
    )
    line_ids = fields.One2many("amazon.refund.line", "refund_id", readonly=True)
    settlement_line_ids = fields.One2many(
        "amazon.settlement.line", "refund_id", "Rows of settlements", readonly=True
    )
    move_id = fields.Many2one(
        "account.move",
        "Credit note",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )
    is_told = fields.Boolean(
        "Told from Odoo",
        readonly=True,
        help="The credit note was made in Odoo, and Amazon was told of it.",
    )
    hold_reason = fields.Selection(
        [
            ("no_order", "The order is not in Odoo"),
            ("a_to_z", "A-to-z claim"),
            ("chargeback", "Chargeback"),
            ("above", "More than the invoice"),
            ("unclear", "Amount not understood"),
            ("currency", "Another currency than the invoice"),
            ("cancelled", "The order is cancelled, nothing is invoiced"),
            ("income", "A settlement has booked the sale to income"),
            ("removed", "The credit note was deleted"),
            ("not_booked", "The credit note could not be made"),
            ("reported", "Another amount than was reported from Odoo"),
            ("not_invoiced", "Nothing of the order is invoiced"),
        ],
        "Why it waits",
        readonly=True,
    )
    goods_asked = fields.Boolean(
        readonly=True, help="Whether it was looked for goods that came back."
    )
    message = fields.Text("What to do", readonly=True)
    # waiting -[an invoice is posted]-> draft -[post]-> posted; person: as the reason
    # says; told -[Amazon shows it]-> posted
    state = fields.Selection(
        [
            ("waiting", "Waiting for the invoice"),
            ("draft", "Draft credit note"),
            ("posted", "Posted"),
            ("person", "Needs a person"),
            ("told", "Told to Amazon"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "move_id",  # its state: see account.move, which knows what it is a refund of
        "hold_reason",
        "is_told",
        "line_ids.in_finances",
        "line_ids.in_settlement",
    )
    def _compute_state(self):
        for refund in self:
            is_seen = any(
                line.in_finances or line.in_settlement for line in refund.line_ids
            )
            if refund.is_told and not is_seen:
                refund.state = "told"
            elif refund.move_id.state in ("draft", "posted"):
                refund.state = refund.move_id.state
            elif refund.move_id or refund.hold_reason:
                refund.state = "person"
            else:
                refund.state = "waiting"

    def _follow_credit_note(self):
        """Compute the states anew, as those of the credit notes have changed."""
        self.env.add_to_compute(self._fields["state"], self)

    # === ACTION METHODS === #

    def action_book(self):
        """Make the credit note, also of what a person had to decide."""
        self._check_may_book()
        for refund in self.sudo():
            if refund.move_id:
                continue
            if refund.hold_reason and refund.hold_reason not in (*BOOKABLE, "no_order"):
                raise UserError(
                    _(
                        "%(name)s can not be booked by itself: %(message)s",
                        name=refund.display_name,
                        message=refund.message,
                    )
                )
            refund._book(is_decided=True)
            if not refund.move_id:
                raise UserError(refund.message or refund._describe_waiting())
        return True

    def action_open_move(self):
        """Open the credit note."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }

    def _check_may_book(self):
        self.check_access_rights("read")
        self.check_access_rule("read")
        if not self.env.su and not any(map(self.env.user.has_group, MAY_BOOK)):
            raise AccessError(
                _("Only accountants and managers of the Amazon Connector book refunds.")
            )

    # === BUSINESS METHODS - WHAT AMAZON SAYS === #

    @api.model
    def _note(self, account, source, refunds):
        """Take over refunds; an amount that the other source has named is the same.

        :param str source: in_finances or in_settlement
        :param list refunds: of Refund, of the pure layer
        :return list: for each of them its amazon.refund, the first where it is several
        """
        found = []
        known = self._find_known(account, refunds)
        orders = self._find_orders(account, refunds)
        for refund in refunds:
            values = self._prepare_lines(account, source, refund)
            lines = known[refund.order_ref]
            reported = self._find_reported(lines, source, refund, values)
            if reported:
                reported._note_shown(source, refund, values)
                found.append(reported)
                continue
            fresh, same = [], self.env["amazon.refund.line"]
            for line in values:
                match = self._match(lines, source, refund, line)
                if match:
                    match.write(
                        {
                            source: True,
                            "adjustment_ref": match.adjustment_ref
                            or line["adjustment_ref"],
                        }
                    )
                    same |= match
                else:
                    fresh.append(line)
            if fresh:
                order = orders.get(refund.order_ref)
                made = self.create(self._prepare(account, refund, order, fresh))
                known[refund.order_ref] |= made.line_ids
                same |= made.line_ids
            for each in same.refund_id:
                if refund.refund_ref and not each.refund_ref:
                    each.refund_ref = refund.refund_ref
                if refund.reason != "refund" and each.reason == "refund":
                    each.reason = refund.reason
                if each.is_told:
                    each._settle_shown()
            found.append(same.refund_id[:1])
        orders_of = self.env["sale.order"].union(*orders.values())
        self.env["sale.order"]._amazon_update_refunded(orders_of)
        return found

    def _find_known(self, account, refunds):
        """Fetch the amounts that are stored already, for all these orders at once.

        :return dict: order reference -> amazon.refund.line
        """
        lines = self.env["amazon.refund.line"]
        refs = {refund.order_ref for refund in refunds}
        known = defaultdict(lambda: lines)
        for line in lines.search(
            [
                ("account_id", "=", account.id),
                ("refund_id.amazon_order_ref", "in", [*filter(None, refs), False]),
            ]
        ):
            known[line.refund_id.amazon_order_ref or None] |= line
        return known

    def _find_orders(self, account, refunds):
        orders = self.env["sale.order"].search(
            [
                ("amazon_account_id", "=", account.id),
                ("amazon_order_ref", "in", [refund.order_ref for refund in refunds]),
            ]
        )
        return {order.amazon_order_ref: order for order in orders}

    def _prepare_lines(self, account, source, refund):
        """Convert the items of a refund into amounts by kind.

        :return list: of values of amazon.refund.line
        """
        values = []
        for number, item in enumerate(refund.items):
            key = item.adjustment_ref
            if not key and source == "in_finances":
                key = f"{refund.refund_ref or refund.transaction}/{number}"
            amounts = item.amounts(account.facilitator_tax == "line")
            values += [
                {
                    "account_id": account.id,
                    "adjustment_ref": key,
                    "item_ref": item.item_ref,
                    "sku": item.sku,
                    "kind": kind if kind in BUYERS else "unknown",
                    "amount": float(amount),
                    source: True,
                }
                for kind, amount in amounts.items()
            ]
        return self._merge_lines(values)

    def _merge_lines(self, values):
        """Add up amounts of one kind that share Amazon's number of an item."""
        merged = {}
        for number, line in enumerate(values):
            key = line["adjustment_ref"] or number, line["kind"]
            if same := merged.get(key):
                line["amount"] += same["amount"]
            merged[key] = line
        return list(merged.values())

    @api.model
    def _match(self, lines, source, refund, line):
        """Recognize an amount that another source, or the same one, has named before.

        :return: amazon.refund.line that is this amount, or none
        """
        for known in lines:
            if (
                line["adjustment_ref"]
                and known.adjustment_ref == line["adjustment_ref"]
                and known.kind == line["kind"]
            ):
                return known
        same = lines.filtered(lambda known: known._is_same(source, line))
        exact = same.filtered(
            lambda known: (
                refund.refund_ref and known.refund_id.refund_ref == refund.refund_ref
            )
        )
        return (exact or same)[:1]

    def _prepare(self, account, refund, order, lines):
        currency = self.env["res.currency"].with_context(active_test=False)
        currency = currency.search([("name", "=", refund.currency)], limit=1)
        return {
            "account_id": account.id,
            "refund_ref": refund.refund_ref or refund.transaction,
            "amazon_order_ref": refund.order_ref,
            "sale_order_id": order.id if order else False,
            "posted_at": naive_seconds(refund.posted_at) or fields.Datetime.now(),
            "reason": refund.reason,
            "currency_id": currency.id,
            "amount_total": float(
                sum((Decimal(str(line["amount"])) for line in lines), ZERO)
            ),
            "line_ids": [Command.create(line) for line in lines],
        }

    def _get_amount_of_company(self):
        """Convert the total for the figures of the order.

        :return float: in the currency of the company, at the day of the refund
        """
        company = self.account_id.company_id
        if not self.currency_id or self.currency_id == company.currency_id:
            return self.amount_total
        day = (self.posted_at or fields.Datetime.now()).date()
        return self.currency_id._convert(
            self.amount_total, company.currency_id, company, day
        )

    # === BUSINESS METHODS - CREDIT NOTES === #

    @api.model
    def _find_due(self, account):
        """Find the refunds that the next run tries to book.

        :return: amazon.refund that may get their credit notes now
        """
        return self.search(
            [
                ("account_id", "=", account.id),
                ("move_id", "=", False),
                "|",
                ("state", "=", "waiting"),
                "&",
                ("state", "=", "person"),
                ("hold_reason", "in", PASSING),
            ],
            order="posted_at, id",
        )

    def _book(self, is_decided=False):
        """Make the credit note, or say what prevents it.

        :param bool is_decided: a person wants it
        """
        self.flush_recordset()
        self.env.cr.execute(
            "SELECT move_id FROM amazon_refund WHERE id = %s FOR UPDATE", [self.id]
        )
        if self.env.cr.fetchone() != (None,):
            return  # another worker was here
        if not self.sale_order_id:
            order = self.env["sale.order"].search(
                [
                    ("amazon_account_id", "=", self.account_id.id),
                    ("amazon_order_ref", "=", self.amazon_order_ref or ""),
                ],
                limit=1,
            )
            self.sale_order_id = order
            self.env["sale.order"]._amazon_update_refunded(order)
        invoices = self._find_moves("out_invoice")
        if not is_decided and not self._is_invoiced(invoices):
            invoices = invoices.browse()  # that of these items is still to come
        if reason := self._find_obstacle(invoices, is_decided):
            self._hold(reason)
        elif invoices:
            self._make_move(invoices, is_decided)
        elif self.hold_reason:
            self.write({"hold_reason": False, "message": False})

    def _find_moves(self, move_type):
        """Find the invoices or the credit notes of the order.

        :return: account.move of the order that are posted
        """
        moves = self.sale_order_id.order_line.invoice_lines.move_id
        return moves.filtered(
            lambda move: move.move_type == move_type and move.state == "posted"
        )

    def _is_invoiced(self, invoices):
        """Whether all that was refunded is invoiced: of an order in several parcels one
        may be, and another one not.

        :param invoices: account.move of the order
        """
        sold = [self._find_sold(line) for line in self.line_ids]
        return all(line.invoice_lines.move_id & invoices for line in sold if line)

    def _find_obstacle(self, invoices, is_decided):
        """Find what prevents a credit note from being made by itself.

        :return str|None: why a person is needed
        """
        order = self.sale_order_id
        if not order:
            return "no_order"
        amounts = self.line_ids.mapped("amount")
        if "unknown" in self.line_ids.mapped("kind") or not amounts:
            return "unclear"
        if self.amount_total <= 0:
            return "unclear"
        if order.amazon_settled_to_income:
            return "income"
        if not invoices:
            return self._find_reason_without_invoice()
        if not self.currency_id or set(invoices.currency_id.ids) != {
            self.currency_id.id
        }:
            return "currency"
        if is_decided:
            return None
        if self.reason != "refund":
            return self.reason
        if self.reported_id:
            return "reported"
        return "above" if self._is_above(invoices) else None

    def _find_reason_without_invoice(self):
        """Decide about the refund of an order of which nothing is invoiced: the invoice
        may come yet, and the credit note follows it.

        :return str|None: why a person is needed
        """
        if self.sale_order_id.state == "cancel":
            return "cancelled"
        waits_since = self.posted_at or self.create_date
        is_long = waits_since < fields.Datetime.now() - INVOICE_WAIT
        return "not_invoiced" if is_long else None

    def _is_above(self, invoices):
        if self._find_credited():
            return False
        moves = self.sale_order_id.order_line.invoice_lines.move_id
        earlier = moves.filtered(
            lambda move: move.move_type == "out_refund" and move.state != "cancel"
        )
        left = sum(invoices.mapped("amount_total")) - sum(
            earlier.mapped("amount_total")
        )
        return self.currency_id.compare_amounts(self.amount_total, left) > 0

    def _hold(self, reason, message=None):
        self.write(
            {"hold_reason": reason, "message": message or self._describe_hold(reason)}
        )

    def _describe_hold(self, reason):
        """Put a reason to wait into words.

        :return str: what happened, and what to do
        """
        return {
            "no_order": _(
                "Odoo does not have the order. Import it, or make the credit note by "
                "hand."
            ),
            "a_to_z": _(
                "Amazon decided an A-to-z claim. Press Book to make the credit note, "
                "or appeal in Seller Central first."
            ),
            "chargeback": _(
                "The buyer's bank took the money back. Press Book to make the credit "
                "note, or contest it in Seller Central first."
            ),
            "above": _(
                "This is more than what is left of the invoice. Look whether a credit "
                "note was made by hand: then nothing is missing. Else press Book."
            ),
            "unclear": _(
                "Amazon's amounts could not be understood. Look the refund up in "
                "Seller Central and make the credit note by hand."
            ),
            "currency": _(
                "The invoice is in another currency. Make the credit note by hand."
            ),
            "cancelled": _(
                "The order is cancelled here and was never invoiced. Nothing has to be "
                "credited; look whether the goods have left."
            ),
            "income": _(
                "A settlement has booked the sale to income, and books the refund, "
                "too. No credit note is needed."
            ),
            "not_invoiced": _(
                "The buyer was refunded, and nothing of the order is invoiced. Invoice "
                "it, and the credit note follows by itself; or lower the order lines "
                "by what was refunded, then invoice the rest."
            ),
            "reported": _(
                "Odoo has reported another refund of this order to Amazon, which "
                "Amazon does not show yet. If this is a further one, press Book. If it "
                "is the same with another amount, press “It Is the Reported One” and "
                "correct the difference by hand."
            ),
        }.get(reason, "")

    def _describe_waiting(self):
        return _(
            "Nothing of the order is invoiced yet. The credit note follows the invoice."
        )

    def _make_move(self, invoices, is_decided):
        """Make a credit note of exactly Amazon's amounts, posted where the account
        wants it; a refund without one says why.

        :param bool is_decided: a person wants it, whatever was credited before
        """
        try:
            with self.env.cr.savepoint():
                if not is_decided and (credited := self._find_credited()):
                    self._take_credit_note(credited)
                else:
                    move = self._create_move(invoices)
                    if self.account_id.refund_posting == "posted":
                        move._post(soft=False)
        except REFUSALS as error:
            self.invalidate_recordset()
            self._hold("not_booked", self.account_id._describe(error))
            return
        self.write({"hold_reason": False, "message": False})

    def _find_credited(self):
        """Find the credit note that a person has posted for the same amount and of
        which Amazon was not informed: it is about this refund. What was invoiced anew
        was a mistake in the invoice.

        :return: account.move, or none
        """
        currency = self.currency_id
        return self._find_moves("out_refund").filtered(
            lambda move: (
                not move.amazon_refund_id
                and move.currency_id == currency
                and not currency.compare_amounts(move.amount_total, self.amount_total)
                and max(move.line_ids.sale_line_ids.mapped("qty_to_invoice")) > 0
            )
        )[:1]

    def _take_credit_note(self, move):
        """Take a person's credit note for that of this refund: it is not offered for a
        report to Amazon any more, and paid as those that are made here."""
        move.amazon_refund_id = self
        self.move_id = move
        move._amazon_keep_apart(self.sale_order_id)

    def _create_move(self, invoices):
        sold = [self._find_sold(line) for line in self.line_ids]
        own = invoices.browse().union(*(line.invoice_lines.move_id for line in sold))
        invoice = ((own & invoices) or invoices)[0]
        company = invoice.company_id
        move = (
            self.env["account.move"]
            .with_company(company)
            .with_context(**QUIET)
            .create(
                {
                    "move_type": "out_refund",
                    "company_id": company.id,
                    "journal_id": invoice.journal_id.id,
                    "partner_id": invoice.partner_id.id,
                    "partner_shipping_id": invoice.partner_shipping_id.id,
                    "fiscal_position_id": invoice.fiscal_position_id.id,
                    "currency_id": invoice.currency_id.id,
                    "invoice_date": fields.Datetime.context_timestamp(
                        self, self.posted_at
                    ).date(),
                    "invoice_origin": self.sale_order_id.name,
                    "ref": _(
                        "Amazon refund %(refund)s of %(invoice)s",
                        refund=self.refund_ref or "",
                        invoice=", ".join(invoices.mapped("name")),
                    ),
                    "reversed_entry_id": invoice.id,
                    "amazon_refund_id": self.id,
                    "invoice_line_ids": self._prepare_move_lines(invoices),
                }
            )
        )
        self._add_rounding(move)
        self.move_id = move
        return move

    def _prepare_move_lines(self, invoices):
        """Convert the amounts into lines of the credit note.

        :return list: of commands, a line for each amount
        """
        return [
            Command.create(self._prepare_move_line(each, invoices))
            for each in self.line_ids
        ]

    def _prepare_move_line(self, refunded, invoices):
        """Convert an amount, never quantity times price; taxes and account are those of
        what was invoiced.

        :param refunded: amazon.refund.line
        """
        line = self._find_sold(refunded)
        if not line:
            raise UserError(
                _(
                    "The item %(item)s is not in the order %(order)s. Make the credit "
                    "note by hand.",
                    item=refunded.item_ref or refunded.sku or "",
                    order=self.sale_order_id.name,
                )
            )
        invoiced = line.invoice_lines.filtered(lambda each: each.move_id in invoices)
        invoiced = invoiced[:1]
        taxes = invoiced.tax_ids if invoiced else line.tax_id
        if refunded.kind in ("goodwill", "restocking", "discount"):
            taxes = taxes._amazon_without_fixed()
        price = {"product_id": line.product_id.id, "product_uom_qty": 1}
        self.env["sale.order.line"]._amazon_set_price(
            price, Decimal(str(refunded.amount)), taxes, self.currency_id
        )
        name = line.name
        if refunded.kind != (line.amazon_kind or "product"):
            kinds = dict(refunded._fields["kind"]._description_selection(self.env))
            name = f"{kinds[refunded.kind]}: {name}"
        vals = {
            "product_id": line.product_id.id,
            "name": name,
            "quantity": 1,
            "product_uom_id": line.product_id.uom_id.id,
            "price_unit": price["price_unit"],
            "discount": 0.0,
            "tax_ids": price["tax_id"],
            "sale_line_ids": [Command.link(line.id)],
        }
        if invoiced:
            vals["account_id"] = invoiced.account_id.id
            vals["analytic_distribution"] = invoiced.analytic_distribution
        return vals

    def _find_sold(self, refunded):
        """Find the order line of an amount, by item, else by SKU, else the only one.

        :param refunded: amazon.refund.line
        :return: sale.order.line that the amount belongs to
        """
        lines = self.sale_order_id.order_line.filtered(
            lambda each: not each.display_type
        )
        items = lines.filtered("amazon_item_ref")
        mine = items.filtered(
            lambda each: refunded.item_ref and each.amazon_item_ref == refunded.item_ref
        )
        mine = mine or items.filtered(
            lambda each: (
                refunded.sku
                and refunded.sku
                in (each.amazon_offer_id.sku, each.product_id.default_code)
            )
        )
        if not mine and not refunded.sku and not refunded.item_ref and len(items) == 1:
            mine = items
        if refunded.kind in ("shipping", "gift_wrap", "discount"):
            charges = lines.filtered(lambda each: each.amazon_kind == refunded.kind)
            own = charges.filtered(
                lambda each: each.amazon_charge_ref in mine.mapped("amazon_item_ref")
            )
            if mine and (own or charges):
                return (own or charges)[:1]
        return mine[:1]

    def _add_rounding(self, move):
        """Add a line for what prices and taxes can not reach, as in orders."""
        wanted, total = Decimal(str(self.amount_total)), Decimal(str(move.amount_total))
        left = Decimal(str(self.currency_id.round(float(wanted - total))))
        if not left:
            return
        lines = self.env["sale.order.line"]
        vals = lines._prepare_amazon_rounding(self.sale_order_id, left)
        account = move.invoice_line_ids.account_id[:1]
        move.write(
            {
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": vals["product_id"],
                            "name": vals["name"],
                            "quantity": 1,
                            "price_unit": vals["price_unit"],
                            "tax_ids": [Command.clear()],
                            "account_id": account.id,
                        }
                    )
                ]
            }
        )
        if self.currency_id.compare_amounts(move.amount_total, self.amount_total):
            raise UserError(
                _("The credit note does not come to what Amazon has paid back.")
            )
