"""The morning digest of an account: on its card, and as a mail to who asked for it
(feature W4).

Odoo's own digest compares sums of a day, a week and a month; most of what matters here
is a state (what is due, what ends), so the mail is one of its own. It names counts and
SKUs, and nothing of a buyer.
"""

import logging
from datetime import timedelta

import pytz
from markupsafe import Markup
from psycopg2 import Error as DatabaseError

from odoo import _, fields, models
from odoo.tools.misc import format_amount

from ...tools.amazon_time import day_start
from ...tools.personal_words import describe_for_log
from ...tools.reader_time import describe_day

_logger = logging.getLogger(__name__)
# The mail leaves at this hour of the responsible's day, or later when Odoo was off.
HOUR = 6
# A SKU ends this week if the next days sell like the last four weeks.
SOLD_DAYS, AHEAD_DAYS = 28, 7
MOST_NAMED = 10
# So long before its end an authorization is in the digest.
EXPIRY_DAYS = 30
# What a buyer wanted does not count against the seller.
BUYERS_REASONS = ("BuyerCanceled", "CustomerExchange")
# Amazon's limits of seller performance: late shipments of 30 days, cancellations of 7
# days, tracking of 30 days.
MOST_LATE, MOST_CANCELLED, LEAST_TRACKED = 4.0, 2.5, 95.0
ENDING = """
    WITH had AS (
      SELECT id, sku, stock_quantity AS quantity
        FROM amazon_offer
       WHERE account_id = %(account)s AND active AND amazon_channel = 'fbm'
         AND stock_quantity > 0
       UNION ALL
      SELECT offer_id, sku, fulfillable_quantity
        FROM amazon_fba_stock
       WHERE account_id = %(account)s AND offer_id IS NOT NULL
         AND fulfillable_quantity > 0)
    SELECT had.id, had.sku, had.quantity
      FROM had
      JOIN LATERAL (
           SELECT sum(line.amazon_quantity) AS pieces
             FROM sale_order_line AS line
             JOIN sale_order AS sale ON sale.id = line.order_id
            WHERE line.amazon_offer_id = had.id AND line.amazon_kind = 'product'
              AND sale.state = 'sale' AND sale.date_order >= %(since)s) AS sold ON TRUE
     WHERE had.quantity::bigint * %(sold_days)s < sold.pieces * %(ahead)s
  ORDER BY had.quantity::numeric / sold.pieces, had.sku"""
# Of orders that had to leave within the last 30 days: late is what left later, or has
# not left. What was shipped without Odoo says nothing here.
LATE_RATE = """
    SELECT count(*),
           count(*) FILTER (WHERE coalesce(gone.at, %(now)s) > sale.amazon_ship_by)
      FROM sale_order AS sale
 LEFT JOIN LATERAL (
           SELECT max(picking.date_done) AS at
             FROM stock_picking AS picking
            WHERE picking.sale_id = sale.id AND picking.state = 'done'
              AND sale.delivery_status = 'full') AS gone ON TRUE
     WHERE sale.amazon_account_id = %(account)s AND sale.amazon_channel = 'fbm'
       AND sale.state = 'sale' AND sale.amazon_ship_by >= %(since)s
       AND sale.amazon_ship_by < %(now)s
       AND (gone.at IS NOT NULL
            OR coalesce(sale.amazon_status, '') NOT IN ('SHIPPED', 'CANCELLED'))"""
CANCEL_RATE = """
    SELECT count(*),
           count(*) FILTER (WHERE EXISTS (
               SELECT FROM amazon_submission AS sent
                WHERE sent.sale_order_id = sale.id AND sent.kind = 'cancellation'
                  AND sent.state NOT IN ('superseded', 'failed')
                  AND sent.reason NOT IN %(buyers)s))
      FROM sale_order AS sale
     WHERE sale.amazon_account_id = %(account)s AND sale.amazon_channel = 'fbm'
       AND sale.state IN ('sale', 'cancel') AND sale.date_order >= %(since)s"""
TRACKED_RATE = """
    SELECT count(*),
           count(*) FILTER (
               WHERE coalesce(package.tracking_ref, picking.carrier_tracking_ref, '')
                     <> '' AND carrier.amazon_carrier_id IS NOT NULL)
      FROM amazon_package AS package
      JOIN stock_picking AS picking ON picking.id = package.picking_id
      JOIN sale_order AS sale ON sale.id = picking.sale_id
 LEFT JOIN delivery_carrier AS carrier ON carrier.id = picking.carrier_id
     WHERE sale.amazon_account_id = %(account)s AND picking.state = 'done'
       AND picking.date_done >= %(since)s"""


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    digest_user_ids = fields.Many2many(
        "res.users",
        "amazon_account_digest_user_rel",
        string="Get the morning digest",
        readonly=True,
        copy=False,
        help="Who asked for the mail of each morning.",
    )
    digest_sent_on = fields.Date("Last digest", readonly=True, copy=False)
    digest_body = fields.Html(
        "Morning digest", compute="_compute_digest", sanitize=False
    )
    gets_digest = fields.Boolean("I get it by mail", compute="_compute_digest")

    def _compute_digest(self):
        is_user = self.env.user.has_group("amazon_connector.group_amazon_user")
        for account in self:
            account.gets_digest = self.env.user in account.sudo().digest_user_ids
            account.digest_body = (
                account.sudo()._make_digest(self.env.user) if is_user else False
            )

    # === ACTION METHODS === #

    def action_view_digest(self):
        """Show the digest of this moment.

        :return dict: window action
        """
        self._check_may_use()
        return {
            "type": "ir.actions.act_window",
            "name": _("Morning Digest"),
            "res_model": "amazon.account",
            "res_id": self.id,
            "views": [
                (self.env.ref("amazon_connector.amazon_account_view_digest").id, "form")
            ],
            "target": "new",
        }

    def action_toggle_digest(self):
        """Ask for the mail of each morning, or for no more of them.

        :return dict: client action, a notification
        """
        self._check_may_use()
        user = self.env.user
        if user in self.sudo().digest_user_ids:
            self.sudo().digest_user_ids -= user
            message = _("You get no more digests by mail.")
        else:
            self.sudo().digest_user_ids += user
            message = _("The digest goes to %s each morning.", user.email or user.login)
        action = self._notify(message, "success")
        action["params"]["next"] = {"type": "ir.actions.act_window_close"}
        return action

    def action_view_orders_yesterday(self):
        """Open the orders of yesterday."""
        return self._open_sale_orders(
            _("Sold Yesterday"), self._get_yesterday_domain(self._get_zone())
        )

    def action_view_stock_ending(self):
        """Open the listings whose stock ends within a week."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_offer_action"
        )
        name = _("Ends This Week")
        accounts = self.filtered(lambda account: account.name)  # what one may read
        ids = [row[0] for account in accounts for row in account.sudo()._find_ending()]
        return {
            **action,
            "name": name,
            "display_name": name,
            "domain": [("id", "in", ids)],
            "context": {"create": False},
        }

    # === THE MAIL === #

    def _cron_send_digest(self):
        """Write the mails of the morning; Odoo's own queue sends them."""
        now = fields.Datetime.now()
        accounts = self.search([("digest_user_ids", "!=", False)])
        due = accounts.filtered(lambda account: account._is_digest_due(now))
        for user in due.digest_user_ids:
            mine = due.filtered(lambda one, user=user: user in one.digest_user_ids)
            try:
                with self.env.cr.savepoint():
                    mine._write_digest_mail(user)
            except DatabaseError:
                raise
            except Exception as error:
                _logger.error("digest: no mail\n%s", describe_for_log(error))
        for account in due:
            account.digest_sent_on = account._get_digest_day(now)

    def _get_digest_time(self, now):
        """Return the responsible's time of the day as an aware datetime."""
        zone = pytz.timezone(self.user_id.tz or "UTC")
        return pytz.utc.localize(now).astimezone(zone)

    def _get_digest_day(self, now):
        return self._get_digest_time(now).date()

    def _is_digest_due(self, now):
        local = self._get_digest_time(now)
        is_new = not self.digest_sent_on or self.digest_sent_on < local.date()
        return local.hour >= HOUR and is_new

    def _write_digest_mail(self, user):
        """Write one mail about all accounts of which the user wants the digest.

        :param user: res.users; who may not see an account any more gets nothing of it
        """
        allowed = self.filtered(lambda one: one.company_id in user.company_ids)
        is_user = user.has_group("amazon_connector.group_amazon_user")
        if not allowed or not is_user or not user.active or not user.email:
            return
        reader = allowed.with_context(lang=user.lang, tz=user.tz)
        body = Markup().join(
            Markup("<h3>%s</h3>%s") % (account.name, account._make_digest(user))
            for account in reader
        )
        body += Markup("<p>%s</p>") % reader._get_digest_footer()
        self.env["mail.mail"].create(
            {
                "subject": reader._get_digest_subject(),
                "email_from": allowed[0].company_id.email_formatted
                or user.email_formatted,
                "email_to": user.email_formatted,
                "body_html": body,
                "auto_delete": True,
            }
        )

    def _get_digest_subject(self):
        zoned = self.with_context(tz=self._get_zone())
        day = describe_day(self.env, fields.Date.context_today(zoned))
        return _("Amazon on %s", day)

    def _get_digest_footer(self):
        return _(
            "You asked for this mail under Amazon > Overview > Morning Digest, and can "
            "stop it there."
        )

    # === WHAT IT SAYS === #

    def _make_digest(self, user):
        """Write the digest of one account.

        :param user: res.users who reads it
        :return Markup: a list, each line with a link
        """
        self.ensure_one()
        zone = self.env.context.get("tz") or user.tz or "UTC"
        account = self.with_company(self.company_id).with_context(
            allowed_company_ids=self.company_id.ids, tz=zone
        )
        lines = [
            account._get_sold_line(zone),
            *account._get_to_do_lines(),
            account._get_ending_line(),
            *account._get_rate_lines(),
            *account._get_expiry_lines(),
        ]
        return Markup("<ul>%s</ul>") % Markup().join(
            account._make_digest_line(*line) for line in lines if line
        )

    def _make_digest_line(self, action, text, is_bad=False):
        """Write a line of the digest.

        :param str action: xmlid of what the line leads to, without the addon
        :param bool is_bad: somebody has to do something
        """
        number = self.env.ref(f"amazon_connector.{action}").id
        url = f"{self.get_base_url()}/web#action={number}"
        if is_bad:
            text = Markup("<b>%s</b>") % text
        return Markup("<li><a href='%s'>%s</a></li>") % (url, text)

    def _get_yesterday_domain(self, zone):
        zoned = self.with_context(tz=zone)
        today = fields.Date.context_today(zoned)
        return [
            ("amazon_account_id", "in", self.ids),
            ("state", "=", "sale"),
            ("date_order", ">=", day_start(today - timedelta(days=1), zone)),
            ("date_order", "<", day_start(today, zone)),
        ]

    def _get_sold_line(self, zone):
        rows = self.env["sale.order"]._read_group(
            self._get_yesterday_domain(zone),
            ["currency_id"],
            ["__count", "amount_total:sum"],
        )
        count = sum(row[1] for row in rows)
        amounts = [format_amount(self.env, total, cur) for cur, _n, total in rows]
        worth = f" ({', '.join(amounts)})" if amounts else ""
        text = _(
            "Sold yesterday, orders: %(count)s%(amounts)s", count=count, amounts=worth
        )
        return "digest_yesterday_action", text

    def _get_to_do_lines(self):
        """What has to be done today; what is zero is left out."""
        orders, problems = self.env["sale.order"], self.env["amazon.problem"]
        mine = [("account_id", "=", self.id)]
        late = self._get_to_ship_domain(self._get_late_domain())
        due = self._get_to_ship_domain(self._get_ship_today_domain())
        soon = [*due, ("amazon_ship_by", ">=", fields.Datetime.now())]
        unmatched = [*mine, ("kind", "=", "unmatched")]
        lines = (
            ("digest_due_action", _("Due today: %s", orders.search_count(soon)), False),
            ("digest_late_action", _("Late: %s", orders.search_count(late)), True),
            (
                "amazon_match_open_action",
                _(
                    "SKUs with orders and without a product: %s",
                    problems.search_count(unmatched),
                ),
                True,
            ),
        )
        return [line for line in lines if not line[1].endswith(": 0")]

    def _find_ending(self):
        """Find the listings whose stock ends within a week, as the last weeks sold.

        :return list: of (id of the offer, SKU, pieces that are left), the most urgent
            first; what Odoo does not count is not known
        """
        for name in ("amazon.offer", "amazon.fba.stock", "sale.order.line"):
            self.env[name].flush_model()
        self.env["sale.order"].flush_model(["state", "date_order"])
        self.env.cr.execute(
            ENDING,
            {
                "account": self.id,
                "since": fields.Datetime.now() - timedelta(days=SOLD_DAYS),
                "sold_days": SOLD_DAYS,
                "ahead": AHEAD_DAYS,
            },
        )
        return self.env.cr.fetchall()

    def _get_ending_line(self):
        rows = self._find_ending()
        if not rows:
            return None
        named = ", ".join(f"{sku} ({left})" for _id, sku, left in rows[:MOST_NAMED])
        more = "" if len(rows) <= MOST_NAMED else ", …"
        text = _("Stock that ends this week: %s", named + more)
        return "digest_ending_action", text, True

    def _get_rate(self, query, days):
        """Compute a share of the last days.

        :return float|None: per cent; None without anything to judge
        """
        now = fields.Datetime.now()
        self.env.flush_all()
        self.env.cr.execute(
            query,
            {
                "account": self.id,
                "since": now - timedelta(days=days),
                "now": now,
                "buyers": BUYERS_REASONS,
            },
        )
        count, part = self.env.cr.fetchone()
        return 100 * part / count if count else None

    def _get_rate_lines(self):
        """The rates by which Amazon judges a seller, as far as Odoo knows them."""
        late = self._get_rate(LATE_RATE, 30)
        cancelled = self._get_rate(CANCEL_RATE, 7)
        tracked = self._get_rate(TRACKED_RATE, 30)
        lines = []
        if late is not None:
            text = _("Shipped late in 30 days: %.1f %% (Amazon wants below 4 %%)", late)
            lines.append(("digest_late_action", text, late >= MOST_LATE))
        if cancelled is not None:
            text = _(
                "Cancelled by you in 7 days: %.1f %% (Amazon wants below 2.5 %%)",
                cancelled,
            )
            lines.append(
                ("sale_order_amazon_action", text, cancelled >= MOST_CANCELLED)
            )
        if tracked is not None:
            text = _(
                "Parcels with tracking in 30 days: %.1f %% (Amazon wants above 95 %%)",
                tracked,
            )
            lines.append(("amazon_carrier_action", text, tracked <= LEAST_TRACKED))
        return lines

    def _get_expiry_lines(self):
        """The keys that end soon. The days are Odoo's reckoning, so they are about."""
        limit = fields.Date.context_today(self) + timedelta(days=EXPIRY_DAYS)
        texts = (
            (self.consent_expiry, _("The authorization at Amazon ends about %s")),
            (self.secret_expiry, _("The client secret ends about %s")),
        )
        return [
            ("amazon_overview_action", text % describe_day(self.env, day), True)
            for day, text in texts
            if day and day <= limit
        ]
