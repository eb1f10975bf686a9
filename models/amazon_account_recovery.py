"""Recover orders, read from the top down: wizard -> references, window -> cron.

A reference that a person enters is asked for (getOrder), noted and imported like any
other order; what quota or time do not allow becomes a row that is due, and the cron
brings it. A window of time is read beside the normal reading (searchOrders by date of
creation), as far as the button's time goes, and then by the cron.
"""

from odoo import _, fields, models
from odoo.exceptions import UserError

from ..amazon_api import ConfigError, NotFound, Permanent, Retryable, SpApiError
from . import amazon_account_orders as orders_in
from .queue_step import TimeBudget

FETCH_SECONDS = 8
IMPORT_SECONDS = 12
# Longer than a button works: until then the cron leaves its window alone.
BUTTON_WAIT = {"minutes": 2}


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    recovery_ids = fields.One2many("amazon.recovery", "account_id")
    recovery_message = fields.Char(compute="_compute_recovery_message")

    # === COMPUTE METHODS === #

    def _compute_recovery_message(self):
        for account in self:
            account.recovery_message = " ".join(
                _(
                    "Orders created between %(start)s and %(end)s are being read once "
                    "more: %(count)s so far.",
                    start=recovery._local(recovery.date_from),
                    end=recovery._local(recovery.date_to),
                    count=recovery.found_count,
                )
                for recovery in account.sudo().recovery_ids
            )

    # === ACTION METHODS === #

    def action_recover_orders(self):
        """Open the wizard that fetches orders once more."""
        self._check_may_use()
        self._check_linked()
        return {
            "type": "ir.actions.act_window",
            "name": _("Recover Orders"),
            "res_model": "amazon.recover.orders",
            "view_mode": "form",
            "target": "new",
            "context": {"default_account_id": self.id},
        }

    # === REFERENCES === #

    def _recover_references(self, refs):
        """Fetch orders by their references and import them.

        :param list refs: Amazon's references, well-formed
        :return dict: reference -> (result, message or False); result as in
            amazon.recover.orders.line; never raises because of Amazon or an order
        """
        rows = self.env["amazon.order"]
        here = rows._find(self, refs).filtered("sale_order_id")
        results = dict.fromkeys(here.mapped("amazon_order_ref"), ("here", False))
        orders, verdicts, reason = self._fetch_orders(
            [ref for ref in refs if ref not in results]
        )
        results.update(verdicts)
        if orders:
            due = self._run_step(rows._note_again, self, list(orders.values()))
            tally = due._import(self, orders, TimeBudget(IMPORT_SECONDS))
            results.update(due._describe_results())
            if tally["left"] or tally["busy"]:
                self._run_step(self._trigger_orders_cron)
        later = [ref for ref in refs if ref not in results]
        if later:
            self._run_step(rows._note_references, self, later)
            self._run_step(self._trigger_orders_cron)
            results.update(dict.fromkeys(later, ("later", reason)))
        return results

    def _fetch_orders(self, refs):
        """Operation getOrder for each reference, as far as quota and time go.

        :return tuple: dict reference -> Order; dict reference -> (result, message) of
            what can not be had; str why the others have to wait
        """
        budget, orders, verdicts = TimeBudget(FETCH_SECONDS), {}, {}
        try:
            with self._get_partner() as partner:
                for ref in refs:
                    if budget.is_over:
                        break
                    try:
                        orders[ref] = partner.get_order(ref)
                    except NotFound:
                        verdicts[ref] = ("unknown", self._explain_unknown_order())
                    except Permanent as error:
                        verdicts[ref] = ("failed", self._explain(error))
        except Retryable as error:
            return orders, verdicts, self._explain(error)
        except SpApiError as error:
            message = self._note_trouble(error)
            rest = [ref for ref in refs if ref not in {**orders, **verdicts}]
            verdicts.update(dict.fromkeys(rest, ("failed", message)))
        return orders, verdicts, _("Odoo asks Amazon for it in a moment.")

    def _explain_unknown_order(self):
        return _(
            "Amazon does not know this order for this account. Check the reference, or "
            "choose another account."
        )

    # === WINDOW OF TIME === #

    def _recover_window(self, date_from, date_to):
        """Read the orders that were created in a window of time, as far as the time of
        a button goes; the rest follows by the cron.

        :param datetime date_from: naive UTC
        :param datetime date_to: naive UTC, False: until now
        :return tuple: dict reference -> (result, message); bool whether more follows;
            str what stopped the reading, None when nothing did
        :raise UserError: there is no such window
        """
        recovery = self._run_step(self._open_recovery, date_from, date_to)
        rows, results, trouble = self.env["amazon.order"], {}, None
        try:
            for refs, missing in recovery._read_on(self, TimeBudget(FETCH_SECONDS)):
                results.update(dict.fromkeys(refs, ("here", False)))
                results.update(rows.browse(missing.ids)._describe_results())
        except Retryable as error:
            trouble = self._explain(error)
        except SpApiError as error:
            self._run_step(recovery.unlink)
            return results, False, self._note_trouble(error)
        if recovery.is_read:
            self._run_step(recovery.unlink)
            return results, False, None
        self._run_step(recovery.write, {"next_try_at": False})
        self._run_step(self._trigger_orders_cron)
        return results, True, trouble

    def _open_recovery(self, date_from, date_to):
        """:return: amazon.recovery"""
        newest = fields.Datetime.now() - orders_in.READ_LAG
        date_to = min(date_to or newest, newest)
        if not date_from:
            raise UserError(_("Enter from when on the orders are wanted."))
        if date_from >= date_to:
            raise UserError(
                _("Amazon has nothing of that time: it ends before it begins.")
            )
        marketplaces = self.active_marketplace_ids or self.base_marketplace_id
        return self.env["amazon.recovery"].create(
            {
                "account_id": self.id,
                "date_from": date_from,
                "date_to": date_to,
                "marketplaces": ",".join(sorted(marketplaces.mapped("api_ref"))),
                "next_try_at": fields.Datetime.add(
                    fields.Datetime.now(), **BUTTON_WAIT
                ),
            }
        )

    def _continue_recoveries(self, budget):
        """Read on what buttons left. The quota of searchOrders is small and the normal
        reading goes first: what is throttled waits for the next regular run.

        :param TimeBudget budget: no page begins after its end
        """
        now = fields.Datetime.now()
        due = self.env["amazon.recovery"].search(
            [
                ("account_id", "=", self.id),
                "|",
                ("next_try_at", "=", False),
                ("next_try_at", "<=", now),
            ]
        )
        for recovery in due:
            try:
                for _page in recovery._read_on(self, budget):
                    continue
            except (Retryable, ConfigError):
                return
            except SpApiError as error:
                self._run_step(recovery._finish, self._explain(error))
                continue
            if recovery.is_read:
                self._run_step(recovery._finish)
            else:
                self._run_step(self._trigger_orders_cron)
