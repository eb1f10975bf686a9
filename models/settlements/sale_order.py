"""Orders and settlements: what is open of an order, what Amazon charged for it, and its
invoice where the account wants it made at shipment."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from itertools import chain

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from .account_move import INVOICES

# Fees of an order that is not settled yet are those of its SKUs in this time.
ESTIMATED_FROM = timedelta(days=90)
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
}


class SaleOrder(models.Model):
    _inherit = "sale.order"

    amazon_company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    amazon_fees = fields.Monetary(
        "Amazon fees",
        currency_field="amazon_company_currency_id",
        copy=False,
        readonly=True,
        help="What Amazon charged for the order, in the currency of the company. "
        "Before it is settled: an estimate from the last 90 days of the same SKUs.",
    )
    amazon_fees_estimated = fields.Boolean("Estimated fees", copy=False, readonly=True)
    amazon_margin = fields.Monetary(
        "Amazon margin",
        currency_field="amazon_company_currency_id",
        compute="_compute_amazon_margin",
        compute_sudo=True,
        help="Untaxed total less refunds, fees, label cost and cost of goods, in the "
        "currency of the company.",
    )
    amazon_settled_to_income = fields.Boolean(
        "Booked to income",
        copy=False,
        readonly=True,
        help="A settlement has booked the sale to income: it must not be invoiced.",
    )
    amazon_invoice_message = fields.Text(
        "Not invoiced",
        copy=False,
        readonly=True,
        help="What kept Odoo from making the invoice by itself.",
    )
    amazon_settlement_line_ids = fields.One2many(
        "amazon.settlement.line", "sale_order_id", "Rows of settlements", readonly=True
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "amount_untaxed", "amazon_fees", "amazon_refunded", "order_line.amazon_cost"
    )
    def _compute_amazon_margin(self):
        for order in self:
            if not order.amazon_order_ref:
                order.amazon_margin = 0.0
                continue
            untaxed = order.amount_untaxed / (order.currency_rate or 1.0)
            costs = (
                order._get_amazon_refunded_untaxed()
                + order.amazon_fees
                + order._get_amazon_label_cost()
                + sum(line._get_amazon_cost() for line in order.order_line)
            )
            order.amazon_margin = order.company_id.currency_id.round(untaxed - costs)

    def _get_amazon_refunded_untaxed(self):
        """Take the order's share of tax off the refunds: those that Amazon has settled,
        or reported by now, if that is more. As in `amazon.margin`.

        :return float: refunds without tax, in the currency of the company
        """
        withheld = self.company_id.sudo().amazon_withheld_account_id
        share = self.amount_untaxed / self.amount_total if self.amount_total else 1
        settled = 0.0
        for line in self.amazon_settlement_line_ids:
            if line.account_id and line.account_id != withheld and line._is_refunded():
                is_taxed = line.account_id.account_type == "asset_receivable"
                settled -= line.balance * (share if is_taxed else 1)
        return max(settled, self.amazon_refunded * share)

    def _get_amazon_label_cost(self):
        """Sum up the price of the shipping labels.

        :return float: of the parcels, as the carrier has stated it
        """
        done = self.picking_ids.filtered(lambda picking: picking.state == "done")
        return sum(done.mapped("carrier_price"))

    # === ACTION METHODS === #

    def action_view_amazon_settlement_lines(self):
        """Open what Amazon has settled of the order."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_settlement_line_action"
        )
        return {**action, "domain": [("sale_order_id", "in", self.ids)]}

    # === BUSINESS METHODS - RECEIVABLES === #

    def _amazon_find_open_items(self):
        """Find the receivables of all these orders at once.

        Credit notes of Amazon's refunds (amazon.refund) are found as all others are:
        by the order of their lines.

        :return dict: order id -> {"invoice", "refund": account.move.line that are open;
            "is_invoiced": bool}
        """
        if not self:
            return {}
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT DISTINCT line.order_id, move.move_type, item.id, item.reconciled
              FROM sale_order_line line
              JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = line.id
              JOIN account_move_line invoiced ON invoiced.id = rel.invoice_line_id
              JOIN account_move move ON move.id = invoiced.move_id
              JOIN account_move_line item ON item.move_id = move.id
              JOIN account_account account ON account.id = item.account_id
             WHERE line.order_id IN %s AND move.state = 'posted'
               AND move.move_type IN %s AND account.account_type = 'asset_receivable'
             ORDER BY item.id
            """,
            [tuple(self.ids), INVOICES],
        )
        rows = self.env.cr.fetchall()
        items = self.env["account.move.line"]
        is_open = [item_id for _order, _type, item_id, closed in rows if not closed]
        found = {}
        for order_id, move_type, item_id, is_closed in rows:
            entry = found.setdefault(
                order_id, {"invoice": items, "refund": items, "is_invoiced": True}
            )
            if not is_closed:
                key = "refund" if move_type == "out_refund" else "invoice"
                item = items.browse(item_id).with_prefetch(is_open)
                entry[key] = (entry[key] + item).with_prefetch(is_open)
        return found

    def _amazon_find_settled_items(self):
        """Find the payments from settlements that wait for an invoice.

        :return dict: order id -> account.move.line of posted settlements that are
        open
        """
        if not self:
            return {}
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT DISTINCT line.sale_order_id, item.id
              FROM amazon_settlement_line line
              JOIN account_move_line item ON item.id = line.move_line_id
              JOIN account_account account ON account.id = item.account_id
             WHERE line.sale_order_id IN %s AND item.parent_state = 'posted'
               AND NOT item.reconciled AND account.account_type = 'asset_receivable'
             ORDER BY item.id
            """,
            [tuple(self.ids)],
        )
        rows = self.env.cr.fetchall()
        ids = [item_id for _order_id, item_id in rows]
        found = defaultdict(lambda: self.env["account.move.line"].browse())
        for order_id, item_id in rows:
            item = self.env["account.move.line"].browse(item_id)
            found[order_id] = (found[order_id] + item).with_prefetch(ids)
        return dict(found)

    @api.model
    def _amazon_find_unmatched(self, account):
        """Find the orders of which a payment of a settlement and the document that it
        pays are open side by side. Two transactions that post them at the same moment
        do not see each other's work.

        :param account: one amazon.account
        :return: sale.order
        """
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT DISTINCT sale.id
              FROM sale_order sale
              JOIN amazon_settlement_line settled ON settled.sale_order_id = sale.id
              JOIN account_move_line paid ON paid.id = settled.move_line_id
              JOIN account_account account ON account.id = paid.account_id
              JOIN sale_order_line line ON line.order_id = sale.id
              JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = line.id
              JOIN account_move_line invoiced ON invoiced.id = rel.invoice_line_id
              JOIN account_move_line item ON item.move_id = invoiced.move_id
               AND item.account_id = paid.account_id
               AND item.currency_id = paid.currency_id
             WHERE sale.amazon_account_id = %s
               AND account.account_type = 'asset_receivable'
               AND paid.parent_state = 'posted' AND item.parent_state = 'posted'
               AND NOT paid.reconciled AND NOT item.reconciled
               AND abs(paid.amount_residual_currency + item.amount_residual_currency)
                   <= %s
            """,
            [account.id, account.settlement_tolerance],
        )
        return self.browse([order_id for (order_id,) in self.env.cr.fetchall()])

    def _amazon_reconcile(self):
        """Reconcile what settlements paid with the invoices, and what they took back
        with the credit notes, where both are equal: each with its own document, else
        all that is open of the order. What is left over within the tolerance of the
        account is booked as a difference."""
        settled = self._amazon_find_settled_items()
        if not settled:
            return
        orders = self.browse(settled)
        documents = orders._amazon_find_open_items()
        plan, near = [], []
        for order in orders:
            if found := documents.get(order.id):
                items = settled[order.id]
                sales = items.filtered(lambda item: item.amount_residual_currency < 0)
                order._amazon_match(sales, found["invoice"], plan, near)
                order._amazon_match(items - sales, found["refund"], plan, near)
        plan += self._amazon_book_differences(near)
        if plan:
            self.env["account.move.line"].with_context(**QUIET)._reconcile_plan(plan)

    def _amazon_match(self, items, documents, plan, near):
        """Pair what matches to the cent, then all that is left if it comes near.

        :param items: account.move.line of settlements
        :param documents: account.move.line of invoices, or of credit notes
        :param list plan: of account.move.line to reconcile, is filled
        :param list near: of (account.move.line, what they leave), is filled
        """
        for item in items:
            for document in documents:
                if _sum_open(item + document) == 0:
                    plan.append(item + document)
                    items, documents = items - item, documents - document
                    break
        if not items or not documents:
            return
        left = _sum_open(items + documents)
        tolerance = Decimal(str(self.amazon_account_id.settlement_tolerance))
        if left == 0:
            plan.append(items + documents)
        elif left is not None and abs(left) <= tolerance:
            near.append((items + documents, left))

    @api.model
    def _amazon_book_differences(self, near):
        """Write off small differences, one entry for each group.

        :param list near: of (account.move.line, Decimal that they leave open)
        :return list: of account.move.line, with the item that makes them even
        """
        plan = []
        for items, left in near:
            item = items[0]
            order_name = ", ".join(dict.fromkeys(items.mapped("name")))
            company, currency = item.company_id, item.currency_id
            account = self.env["amazon.account"].browse(
                items.move_id.amazon_settlement_id.account_id[:1].id
            )
            # at one rate, so that both have the same sign; what the items' own rates
            # make of it is an exchange difference, which Odoo books
            day = fields.Date.context_today(self)
            own = company.currency_id
            balance = -currency._convert(float(left), own, company, day)
            common = {"currency_id": currency.id, "name": order_name}
            move = (
                self.env["account.move"]
                .sudo()
                .with_company(company)
                .with_context(**QUIET)
                .create(
                    {
                        "move_type": "entry",  # not as the invoice that is posted
                        "journal_id": account._get_settlement_journal(currency).id,
                        "date": day,
                        "ref": _("Amazon difference"),
                        "line_ids": [
                            fields.Command.create(
                                {
                                    **common,
                                    "account_id": item.account_id.id,
                                    "partner_id": item.partner_id.id,
                                    "amount_currency": -float(left),
                                    "balance": balance,
                                }
                            ),
                            fields.Command.create(
                                {
                                    **common,
                                    "account_id": company._get_amazon_account(
                                        "amazon_difference_account_id"
                                    ).id,
                                    "amount_currency": float(left),
                                    "balance": -balance,
                                }
                            ),
                        ],
                    }
                )
            )
            move._post()
            evened = move.line_ids.filtered(
                lambda line, item=item: line.account_id == item.account_id
            )
            plan.append(items + evened)
        return plan

    def _amazon_forget_income(self):
        """Let orders be invoiced again, unless another settlement has booked them to
        income, too."""
        if not self:
            return
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT DISTINCT line.sale_order_id
              FROM amazon_settlement_line line
              JOIN account_account account ON account.id = line.account_id
             WHERE line.sale_order_id IN %s AND line.kind IN ('sale', 'refund')
               AND account.account_type LIKE 'income%%'
            """,
            [tuple(self.ids)],
        )
        booked = self.browse([order_id for (order_id,) in self.env.cr.fetchall()])
        (self - booked).filtered(
            "amazon_settled_to_income"
        ).amazon_settled_to_income = False

    # === BUSINESS METHODS - FEES === #

    def _amazon_update_fees(self):
        """Update the settled fees from all settlements of the orders: three statements,
        however many they are."""
        if not self:
            return
        self.env.flush_all()
        ids = tuple(self.ids)
        self.env.cr.execute(
            """
            UPDATE sale_order SET amazon_fees = fees.amount,
                                  amazon_fees_estimated = FALSE
              FROM (SELECT sale_order_id, -SUM(balance) AS amount
                      FROM amazon_settlement_line
                     WHERE kind = 'fee' AND balance IS NOT NULL
                       AND sale_order_id IN %s
                     GROUP BY sale_order_id) fees
             WHERE sale_order.id = fees.sale_order_id
            """,
            [ids],
        )
        self.env.cr.execute(
            """
            UPDATE sale_order_line SET amazon_fees = fees.amount
              FROM (SELECT line.id, COALESCE(-SUM(settled.balance), 0) AS amount
                      FROM sale_order_line line
                      JOIN amazon_settlement_line settled
                        ON settled.sale_order_id = line.order_id
                       AND settled.item_ref = line.amazon_item_ref
                     WHERE settled.kind = 'fee' AND settled.balance IS NOT NULL
                       AND line.order_id IN %s
                     GROUP BY line.id) fees
             WHERE sale_order_line.id = fees.id
            """,
            [ids],
        )
        self.invalidate_recordset(["amazon_fees", "amazon_fees_estimated"])
        self.order_line.invalidate_recordset(["amazon_fees"])

    def _amazon_estimate_fees(self):
        """Estimate the fees of orders without a settlement: what Amazon took per unit
        of the same SKU in the last 90 days, by one statement."""
        if not self:
            return
        self.env.flush_all()
        since = fields.Datetime.now() - ESTIMATED_FROM
        self.env.cr.execute(
            """
            WITH wanted AS (
                SELECT line.id, line.order_id, sale.amazon_account_id, offer.sku,
                       line.product_uom_qty
                           / COALESCE(NULLIF(offer.quantity_factor, 0), 1) AS units
                  FROM sale_order_line line
                  JOIN sale_order sale ON sale.id = line.order_id
                  JOIN amazon_offer offer ON offer.id = line.amazon_offer_id
                 WHERE line.order_id IN %(orders)s
                   AND sale.amazon_account_id IS NOT NULL
                   AND COALESCE(sale.amazon_fees_estimated, TRUE)
            ), known AS (
                SELECT settlement.account_id, settled.sku,
                       -SUM(settled.balance) FILTER (WHERE settled.kind = 'fee')
                       / NULLIF(SUM(settled.quantity) FILTER (
                             WHERE settled.kind = 'sale'
                               AND settled.amount_description = 'Principal'), 0) AS fee
                  FROM amazon_settlement_line settled
                  JOIN amazon_settlement settlement
                    ON settlement.id = settled.settlement_id
                 WHERE settled.sku IN (SELECT sku FROM wanted)
                   AND settled.posted_at >= %(since)s
                   AND settled.balance IS NOT NULL
                 GROUP BY settlement.account_id, settled.sku
            ), estimated AS (
                UPDATE sale_order_line line
                   SET amazon_fees = ROUND((known.fee * wanted.units)::numeric, 2)
                  FROM wanted JOIN known ON known.sku = wanted.sku
                   AND known.account_id = wanted.amazon_account_id
                 WHERE line.id = wanted.id AND known.fee IS NOT NULL
             RETURNING line.order_id, line.amazon_fees
            )
            UPDATE sale_order
               SET amazon_fees = fees.amount, amazon_fees_estimated = TRUE
              FROM (SELECT order_id, SUM(amazon_fees) AS amount FROM estimated
                     GROUP BY order_id) fees
             WHERE sale_order.id = fees.order_id
            """,
            {"orders": tuple(self.ids), "since": since},
        )
        self.invalidate_recordset(["amazon_fees", "amazon_fees_estimated"])
        self.order_line.invalidate_recordset(["amazon_fees"])

    # === BUSINESS METHODS - INVOICES === #

    @api.model
    def _get_amazon_to_invoice_domain(self, account):
        """Filter the orders to invoice at shipment.

        :return list: domain of the orders whose invoice the account's workflow
        makes: delivered as a whole, not invoiced, in Odoo since finance_from
        """
        return [
            ("amazon_account_id", "=", account.id),
            ("state", "=", "sale"),
            ("invoice_status", "=", "to invoice"),
            ("amazon_is_history", "!=", True),
            ("amazon_settled_to_income", "!=", True),
            ("create_date", ">=", account._get_invoiced_since()),
            "|",
            ("delivery_status", "=", "full"),
            "&",
            ("amazon_channel", "=", "fba"),
            ("picking_ids", "=", False),
        ]

    def _amazon_make_invoices(self, is_posted):
        """Make an invoice for each order, dated by the shipment; no mail is sent.

        :param bool is_posted: else they stay drafts
        """
        quiet = self.with_context(**QUIET)
        invoices = quiet._create_invoices(grouped=True)
        for invoice in invoices:
            orders = invoice.invoice_line_ids.sale_line_ids.order_id
            invoice.invoice_date = max(
                order._get_amazon_shipped_date() for order in orders
            )
        if is_posted:
            invoices._post(soft=False)
        self.filtered("amazon_invoice_message").amazon_invoice_message = False
        return invoices

    def _get_amazon_shipped_date(self):
        """Choose the day of the invoice: where the seller is, not in Greenwich.

        :return date: on which the last goods left
        """
        done = self.picking_ids.filtered("date_done").mapped("date_done")
        if not done:
            moves = self.order_line.move_ids
            done = moves.filtered(lambda move: move.state == "done").mapped("date")
        moment = max(done, default=self.date_order)
        return fields.Datetime.context_timestamp(self, moment).date()

    def _create_invoices(self, *args, **kwargs):
        """Refuse invoices of orders that a settlement has booked to income already."""
        if booked := self.filtered("amazon_settled_to_income"):
            raise UserError(
                _(
                    "A settlement of Amazon has booked %s to income already. To "
                    "invoice instead, delete the entry of the settlement first.",
                    ", ".join(booked.mapped("name")),
                )
            )
        return super()._create_invoices(*args, **kwargs)


def _sum_open(items):
    """Add up residual amounts that can be reconciled with each other.

    :return Decimal|None: what is open of them together; None: of several currencies,
    or of several accounts
    """
    if len(items.currency_id) != 1 or len(items.account_id) != 1:
        return None
    currency = items.currency_id
    amounts = chain(items.mapped("amount_residual_currency"))
    return Decimal(str(currency.round(sum(amounts)))) + 0


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    amazon_company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    amazon_fees = fields.Monetary(
        "Amazon fees",
        currency_field="amazon_company_currency_id",
        copy=False,
        readonly=True,
        help="Of this item, in the currency of the company.",
    )
    amazon_cost = fields.Monetary(
        "Cost of goods",
        currency_field="amazon_company_currency_id",
        copy=False,
        readonly=True,
        help="At the cost of the product when the order was looked at first.",
    )

    def _get_amazon_cost(self):
        """The stored cost of the line, else the one of its product by now.

        :return float: cost of the goods, in the currency of the company
        """
        if self.amazon_cost or self.display_type:
            return self.amazon_cost
        product = self.product_id.with_company(self.company_id)
        return product.standard_price * self.product_uom_qty
