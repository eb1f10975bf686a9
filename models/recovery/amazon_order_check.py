"""Findings of the nightly reconciliation of orders (feature D13)."""

from odoo import _, api, fields, models

from ...tools.reader_time import describe_day

# More of them would not be read; the list in Odoo has them all.
LISTED = 20


class AmazonOrderCheck(models.Model):
    """Findings of one night; nothing is kept when nothing was found."""

    _name = "amazon.order.check"
    _inherit = ["amazon.own.fields"]
    _description = "Amazon: orders found at night"
    _order = "id desc"

    account_id = fields.Many2one(
        "amazon.account", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, index=True
    )
    report_id = fields.Many2one(
        "amazon.report", index="btree_not_null", ondelete="set null", readonly=True
    )
    create_date = fields.Datetime("Checked", readonly=True)
    date_from = fields.Datetime("Changed from", readonly=True)
    date_to = fields.Datetime("Changed until", readonly=True)
    checked_count = fields.Integer("Orders compared", readonly=True)
    missing_ids = fields.Many2many(
        "amazon.order",
        "amazon_order_check_missing_rel",
        string="Missing orders",
        readonly=True,
        help="Were not in Odoo; they are fetched.",
    )
    differing_ids = fields.Many2many(
        "amazon.order",
        "amazon_order_check_differing_rel",
        string="Changed orders",
        readonly=True,
        help="Stood otherwise at Amazon than Odoo knew; they are read once more.",
    )
    missing_count = fields.Integer("Missing", compute="_compute_counts", store=True)
    differing_count = fields.Integer("Changed", compute="_compute_counts", store=True)
    open_count = fields.Integer(
        "Still open",
        compute="_compute_open_count",
        help="Could not be read, or not be imported, until now.",
    )

    # === COMPUTE METHODS === #

    @api.depends("create_date")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for check in self:
            check.display_name = check._get_title()

    @api.depends("missing_ids", "differing_ids")
    def _compute_counts(self):
        for check in self:
            check.missing_count = len(check.missing_ids)
            check.differing_count = len(check.differing_ids)

    @api.depends("missing_ids.state", "differing_ids.state")
    def _compute_open_count(self):
        for check in self:
            orders = check.missing_ids | check.differing_ids
            still_open = orders.filtered(lambda row: row.state in ("new", "failed"))
            check.open_count = len(still_open)

    # === ACTION METHODS === #

    def action_view_orders(self):
        """Open the orders, with what has become of them."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_order_action"
        )
        orders = self.missing_ids | self.differing_ids
        return {**action, "domain": [("id", "in", orders.ids)], "context": {}}

    # === BUSINESS METHODS === #

    @api.model
    def _note(self, report, missing, differing):
        """Keep what a page of the report has shown.

        :param report: amazon.report
        :param missing: amazon.order that were not here
        :param differing: amazon.order that are read once more
        """
        check = self.search([("report_id", "=", report.id)]) or self.create(
            {
                "account_id": report.account_id.id,
                "report_id": report.id,
                "date_from": report.date_from,
                "date_to": report.date_to,
            }
        )
        check.write(
            {
                "missing_ids": [fields.Command.link(row.id) for row in missing],
                "differing_ids": [fields.Command.link(row.id) for row in differing],
            }
        )

    def _get_title(self):
        """Name the reconciliation by its day.

        :return str: with the day in the time zone of the user
        """
        zone = self.env.context.get("tz") or self.account_id.user_id.tz
        reader = self.with_context(tz=zone or self.env.user.tz).env
        night = describe_day(reader, self.create_date or fields.Datetime.now())
        return _("Nightly check of %s", night)

    def _describe(self):
        """Summarize the findings.

        :return str: what was found, in words
        """
        parts = [f"{self._get_title()}."]
        if self.missing_count:
            parts.append(_("Missing orders, fetched now: %s.", self.missing_count))
        if self.differing_count:
            parts.append(_("Changed orders, read once more: %s.", self.differing_count))
        return " ".join(parts)

    def _tell(self):
        """Post one notice on the account, for its responsible."""
        account = self.account_id
        responsible = account._get_responsible()
        refs = (self.missing_ids | self.differing_ids).mapped("amazon_order_ref")
        more = len(refs) - LISTED
        text = _(
            "The nightly comparison with Amazon's report of orders found something. "
            "%(found)s %(references)s%(more)s. “Completeness Checks” shows what has "
            "become of them.",
            found=self._describe(),
            references=", ".join(refs[:LISTED]),
            more=_(" and %s more", more) if more > 0 else "",
        )
        account.with_context(mail_notify_author=True).message_post(
            body=text,
            subject=_("Amazon %s: orders were missing or changed", account.name),
            partner_ids=responsible.partner_id.ids,
        )
