"""One list of all that needs a person, of whatever kind (feature K2).

No table: the rows are read from where the problems are kept, so that a problem is gone
from the list when it is gone. What kinds there are: `amazon_problem_kinds`.
"""

from collections import defaultdict

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from .amazon_problem_kinds import KINDS, SLOTS, SOURCE_FIELDS, get_query


class AmazonProblem(models.Model):
    _name = "amazon.problem"
    _description = "Amazon Problem"
    _auto = False
    _order = "since desc, id desc"
    _rec_name = "document"
    _depends = SOURCE_FIELDS

    account_id = fields.Many2one("amazon.account", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    kind = fields.Selection(
        [(kind.name, kind.label) for kind in KINDS.values()], readonly=True
    )
    document = fields.Char(readonly=True, help="What the problem is about.")
    message = fields.Text(readonly=True)
    since = fields.Datetime(readonly=True)
    amazon_order_id = fields.Many2one("amazon.order", readonly=True)
    submission_id = fields.Many2one("amazon.submission", readonly=True)
    sale_order_id = fields.Many2one("sale.order", "Order", readonly=True)
    ship_by = fields.Datetime("Ship by", compute="_compute_order_facts")
    currency_id = fields.Many2one("res.currency", compute="_compute_order_facts")
    amount_total = fields.Monetary("Value", compute="_compute_order_facts")
    reason = fields.Text(compute="_compute_texts")
    next_step = fields.Text("What to do", compute="_compute_texts")
    can_retry = fields.Boolean(compute="_compute_can_retry")
    order_count = fields.Integer(
        "Orders",
        compute="_compute_order_count",
        help="How many orders differ for the same cause; 0 for other kinds.",
    )

    @property
    def _table_query(self):
        return get_query()

    # === COMPUTE METHODS === #

    @api.depends("kind", "message", "sale_order_id")
    @api.depends_context("lang")
    def _compute_texts(self):
        unknown = _("No reason is known. The server's log has the details.")
        for problem in self:
            kind = KINDS[problem.kind]
            problem.next_step = kind.next_step(problem)
            problem.reason = problem.message or kind.reason(problem) or unknown

    @api.depends("kind", "sale_order_id")
    def _compute_order_facts(self):
        """When the first order of the problem has to leave, and what all its orders are
        worth: in the company's currency where theirs differ."""
        sums = {**self._sum_up_waiting(), **self._sum_up_taxed()}
        for problem in self:
            order = problem.sale_order_id
            own = [(order.currency_id, order.amount_total, order.amazon_ship_by)]
            rows = sums.get(problem.id) or (own if order else [])
            dates = [date for _currency, _amount, date in rows if date]
            problem.ship_by = min(dates, default=False)
            problem.currency_id, problem.amount_total = problem._add_up(rows)

    def _add_up(self, rows):
        """Add up amounts of one currency or of several.

        :param list rows: of (currency, amount, date)
        :return tuple: (res.currency, amount)
        """
        currencies = self.env["res.currency"].union(*(row[0] for row in rows))
        if len(currencies) < 2:
            return currencies, sum(row[1] for row in rows)
        company, today = self.company_id, fields.Date.context_today(self)
        own = company.currency_id
        return own, sum(
            currency._convert(amount, own, company, today)
            for currency, amount, _date in rows
        )

    def _sum_up_waiting(self):
        """Sum up the orders that wait for the product of a SKU.

        :return dict: id of the problem -> list, see _add_up
        """
        unmatched = self.filtered(lambda problem: problem.kind == "unmatched")
        if not unmatched:
            return {}
        waiting = unmatched._get_offers()._get_waiting_orders()
        return {
            problem.id: [
                (order.currency_id, order.amount_total, order.amazon_ship_by)
                for order in waiting[problem.account_id.id, problem.document]
            ]
            for problem in unmatched
        }

    def _sum_up_taxed(self):
        """Sum up the orders whose tax differs for the same cause.

        :return dict: id of the problem -> list, see _add_up
        """
        taxed = self.filtered(lambda problem: problem.kind == "tax")
        if not taxed:
            return {}
        found = defaultdict(list)
        for *key, currency, amount, date in self.env["sale.order"]._read_group(
            taxed._get_taxed_domain(),
            ["amazon_account_id", "company_id", "amazon_tax_cause", "currency_id"],
            ["amount_total:sum", "amazon_ship_by:min"],
        ):
            found[tuple(key)].append((currency, amount, date))
        return {
            problem.id: found[problem._get_tax_cause()]
            for problem in taxed
            if problem.sale_order_id.amazon_tax_cause
        }

    def _get_tax_cause(self):
        """Identify the orders that differ for the same cause.

        :return tuple: account, company, cause
        """
        cause = self.sale_order_id.amazon_tax_cause
        return self.account_id, self.company_id, cause

    @api.depends("kind")
    def _compute_can_retry(self):
        for problem in self:
            problem.can_retry = bool(KINDS[problem.kind].retry)

    @api.depends("kind", "sale_order_id")
    def _compute_order_count(self):
        taxed = self.filtered(lambda problem: problem.kind == "tax")
        counts = {}
        if taxed:
            groups = self.env["sale.order"]._read_group(
                taxed._get_taxed_domain(),
                ["amazon_account_id", "company_id", "amazon_tax_cause"],
                ["__count"],
            )
            counts = {tuple(key): count for *key, count in groups}
        for problem in self:
            count = counts.get(problem._get_tax_cause(), 0)
            problem.order_count = count if problem in taxed else 0

    # === ACTION METHODS === #

    def action_open(self):
        """Open what the problem is about, where it can be corrected.

        :return dict: client action
        """
        self.ensure_one()
        return KINDS[self.kind].open(self)

    def action_retry(self):
        """Try once more what a retry can fix; what waits for a decision stays.

        :return dict: client action, a notification that says what came of it
        :raise UserError: nothing of it can be tried again
        """
        problems = self.exists()  # somebody else may have fixed one meanwhile
        if self and not problems:
            raise UserError(_("Somebody was quicker: this is settled already."))
        waiting = problems.filtered("can_retry")
        if not waiting:
            raise UserError(
                _("These wait for a decision: open them, What to do says how.")
            )
        accounts = waiting.account_id  # what is fixed can not be read any more
        answers = [
            answer["params"]
            for kind, rows in waiting.grouped("kind").items()
            for answer in KINDS[kind].retry(rows)
        ]
        kinds = {answer["type"] for answer in answers}
        worst = next(kind for kind in ("danger", "warning", "success") if kind in kinds)
        return accounts[0]._notify(
            " ".join(dict.fromkeys(answer["message"] for answer in answers)),
            worst,
            accounts.name if len(accounts) == 1 else _("Amazon"),
        )

    # === BUSINESS METHODS === #

    def _open_document(self):
        """Open the document that the problem is read from, or what it is about.

        :return dict: client action
        """
        if self.submission_id._get_target()._name != "amazon.offer":
            return self.submission_id.action_view_target()
        return self._open_form(
            self.amazon_order_id
            or self.submission_id
            or self.sale_order_id
            or self.account_id
        )

    def _open_held(self):
        """Open the messages that the account holds back; the stock is a decision of its
        own.

        :return dict: client action
        """
        return self.env["amazon.submission"]._open(
            [
                ("account_id", "=", self.account_id.id),
                ("state", "=", "held"),
                ("kind", "!=", "stock"),
            ]
        )

    def _get_shipped_without_domain(self):
        """Filter the orders that one row of the list stands for.

        :return list: domain of the orders that were shipped without Odoo
        """
        return [
            ("account_id", "=", self.account_id.id),
            ("shipped_without", "=", "open"),
            ("state", "=", "ignored"),
        ]

    def _count_shipped_without(self):
        """Count the orders that were shipped without Odoo and wait for a person."""
        return self.env["amazon.order"].search_count(self._get_shipped_without_domain())

    def _open_shipped_without(self):
        """Open the orders that were shipped without Odoo.

        :return dict: client action
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_order_shipped_action"
        )
        return {**action, "domain": self._get_shipped_without_domain()}

    def _get_taxed_domain(self):
        """Filter the orders that these problems *Tax differs* stand for.

        :return list: domain of sale.order
        """
        return [
            ("amazon_account_id", "in", self.account_id.ids),
            ("company_id", "in", self.company_id.ids),
            ("amazon_tax_cause", "in", self.sale_order_id.mapped("amazon_tax_cause")),
            ("amazon_tax_differs", "=", True),
            ("amazon_problem_since", "!=", False),
            ("state", "!=", "cancel"),
        ]

    def _open_taxed_orders(self):
        """Open the orders whose tax differs for the same cause.

        :return dict: client action, a form when there is only one
        """
        if self.order_count < 2:
            return self._open_form(self.sale_order_id)
        return self.account_id._open_sale_orders(
            _("Tax differs"), self._get_taxed_domain()
        )

    def _tax_orders_anew(self):
        """Tax the orders again whose taxes were wrong, now that the cause is corrected.

        :return list: notifications, one for each account
        """
        answers = []
        for problem in self:
            orders = self.env["sale.order"].search(problem._get_taxed_domain())
            answers.append(orders._amazon_tax_anew(problem.account_id))
        return answers

    @api.model
    def _open_form(self, record):
        """Open one record.

        :return dict: client action
        """
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
        }

    def _get_settlements(self):
        """Return the amazon.settlement that these problems are read from."""
        ids = [problem.id // SLOTS for problem in self]
        return self.env["amazon.settlement"].browse(ids)

    def _get_offers(self):
        """Return the amazon.offer that these problems are read from."""
        offers = self.env["amazon.offer"].with_context(active_test=False)
        return offers.browse(problem.id // SLOTS for problem in self)

    def _get_feeds(self):
        """Return the amazon.feed that these problems are read from."""
        return self.env["amazon.feed"].browse(problem.id // SLOTS for problem in self)

    def _get_refunds(self):
        """Return the amazon.refund that these problems are read from."""
        return self.env["amazon.refund"].browse(problem.id // SLOTS for problem in self)

    def _get_moves(self):
        """Return the account.move that these problems are read from."""
        return self.env["account.move"].browse(problem.id // SLOTS for problem in self)

    def _get_reports(self):
        """Return the amazon.report that these problems are read from."""
        return self.env["amazon.report"].browse(problem.id // SLOTS for problem in self)
