"""How far an Amazon order is, point by point; red where it hangs (feature W2).

Nothing of it is stored: it is read from what is there when somebody opens the form.
"""

from odoo import _, api, fields, models
from odoo.tools import plaintext2html

from ...tools.reader_time import describe_day, describe_moment

# What Amazon calls an order of which it knows that all of it has left.
ON_ITS_WAY = {
    True: "SHIPPED",
    False: "PARTIALLY_SHIPPED",
}
LOGS = "amazon_connector.group_amazon_user"
# Seconds until it is worth looking again while Amazon has to answer.
SECONDS = 5


class SaleOrder(models.Model):
    _inherit = "sale.order"

    amazon_timeline = fields.Json(
        "Timeline", compute="_compute_amazon_timeline", compute_sudo=True
    )

    # === COMPUTE METHODS === #

    @api.depends("amazon_status", "state", "picking_ids.state")
    @api.depends_context("lang", "tz")
    def _compute_amazon_timeline(self):
        for order in self:
            is_known = bool(order.amazon_order_ref)
            order.amazon_timeline = is_known and order._get_amazon_steps()

    def _get_amazon_steps(self):
        """Tell how far the order is.

        :return list: of dict, one for each point: name, label, text, detail; state:
            done, now, todo, problem
        """
        steps = [
            self._step("bought", _("Bought"), self.date_order),
            self._get_amazon_step_paid(),
            self._step("imported", _("Imported"), self.create_date),
        ]
        if self.state == "cancel":
            steps.append(self._get_amazon_step_cancelled())
        elif not self._amazon_leaves_from_here():
            steps += [self._get_amazon_step_gone(), self._get_amazon_step_promise()]
        else:
            steps += [
                self._get_amazon_step_picked(),
                self._get_amazon_step_shipped(),
                self._get_amazon_step_accepted(),
                self._get_amazon_step_promise(),
            ]
        steps.append(self._get_amazon_step_paid_out())
        return self._mark_amazon_present(steps)

    def _step(self, name, label, moment=None, detail="", state=None):
        """Describe one point.

        :param datetime moment: when it was; None: not yet
        :param str detail: more words
        :param str state: None: done, or still to come
        :return dict: the point, as the widget shows it
        """
        text = moment and describe_moment(self.env, moment, True) or ""
        return {
            "name": name,
            "label": label,
            "text": text,
            "detail": detail or "",
            "state": state or ("done" if moment else "todo"),
        }

    def _mark_amazon_present(self, steps):
        """Mark the first point that is still to come as the present one.

        :return list: the same points
        """
        for step in steps:
            if step["state"] == "problem":
                return steps
            if step["state"] == "todo":
                step["state"] = "now"
                return steps
        return steps

    def _get_amazon_step_paid(self):
        if self.amazon_cash_on_delivery:
            cash = _("Cash on delivery")
            return self._step("paid", _("Paid"), detail=cash, state="done")
        return self._step("paid", _("Paid"), state="done")

    def _get_amazon_step_cancelled(self):
        rows = self.amazon_submission_ids.filtered(
            lambda row: row.kind == "cancellation"
        ).sorted("id")[-1:]
        failed = rows.state == "failed"
        return self._step(
            "accepted",
            _("Cancelled"),
            rows.done_at,
            detail=rows.error_message if failed else "",
            state="problem" if failed else "done",
        )

    def _amazon_leaves_from_here(self):
        """Tell orders with deliveries from those that Amazon ships, or that were
        shipped without Odoo.

        :return bool: whether the goods leave with a delivery
        """
        deliveries, _before = self._amazon_transfers()
        is_mine = self.amazon_channel == "fbm"
        return is_mine and (bool(deliveries) or self.amazon_status != "SHIPPED")

    def _get_amazon_step_gone(self):
        is_fba = self.amazon_channel == "fba"
        label = _("Shipped by Amazon") if is_fba else _("Shipped")
        is_gone = self.amazon_status == "SHIPPED"
        return self._step("shipped", label, state="done" if is_gone else "todo")

    def _amazon_transfers(self):
        """Separate the deliveries to the buyer from the steps before them.

        :return tuple: stock.picking to the buyer; those inside the warehouse
        """
        transfers = self.picking_ids.filtered(lambda one: one.state != "cancel")
        transfers = transfers.filtered(lambda one: one.picking_type_code != "incoming")
        mine = transfers.filtered(lambda one: one._is_amazon_delivery())
        return mine, transfers - mine

    def _get_amazon_step_picked(self):
        deliveries, before = self._amazon_transfers()
        waiting = deliveries.filtered(lambda one: one.state != "done")
        is_picked = before and all(one.state == "done" for one in before)
        if deliveries and (not waiting or is_picked):
            dates = (before or deliveries).mapped("date_done")
            moment = max(filter(None, dates), default=None)
            return self._step("picked", _("Picked"), moment, state="done")
        problems = ("short", "unknown", "cancel")
        words = dict(
            waiting._fields["amazon_readiness"]._description_selection(self.env)
        )
        readiness = waiting[:1].amazon_readiness
        hangs = readiness in problems or self._is_amazon_overdue()
        if not deliveries:
            hangs, readiness = any(self.order_line.mapped("amazon_waiting")), None
        return self._step(
            "picked",
            _("Picked"),
            detail=words.get(readiness, ""),
            state="problem" if hangs else "todo",
        )

    def _is_amazon_overdue(self):
        """Find out whether the goods should have left.

        :return bool: whether Amazon counts the order as late
        """
        ship_by = self.amazon_ship_by
        return bool(ship_by and ship_by < fields.Datetime.now())

    def _get_amazon_step_shipped(self):
        deliveries, _before = self._amazon_transfers()
        done = deliveries.filtered(lambda one: one.state == "done")
        parcels = [box._describe_parcel() for box in done.amazon_package_ids]
        detail = ", ".join(dict.fromkeys(filter(None, parcels)))
        moment = max(filter(None, done.mapped("date_done")), default=None)
        if done and done == deliveries:
            return self._step("shipped", _("Shipped"), moment, detail)
        if done:
            some = _("%(done)s of %(all)s", done=len(done), all=len(deliveries))
            detail = ", ".join(filter(None, [some, detail]))
        state = "problem" if self._is_amazon_overdue() else "todo"
        if not done and self.amazon_ship_by:
            detail = _("by %s", self._amazon_day(self.amazon_ship_by))
        return self._step("shipped", _("Shipped"), detail=detail, state=state)

    def _amazon_day(self, moment):
        """Name the day of a moment where the reader is.

        :return str: the day
        """
        return describe_day(self.env, moment)

    def _get_amazon_step_accepted(self):
        label = _("Accepted by Amazon")
        if program := self._amazon_self_confirmed():
            return self._step("accepted", label, detail=program, state="done")
        rows = self.amazon_submission_ids.filtered("package_id")
        last = {row.package_id: row for row in rows.sorted("id")}
        states = {row.state for row in last.values()} - {"superseded"}
        if "failed" in states:
            failed = [row for row in last.values() if row.state == "failed"]
            return self._step(
                "accepted", label, detail=failed[0].error_message, state="problem"
            )
        if states == {"done"} and self.delivery_status == "full":
            moment = max(filter(None, rows.mapped("done_at")), default=None)
            return self._step("accepted", label, moment)
        if self.amazon_status == "SHIPPED":
            return self._step("accepted", label, state="done")
        return self._step("accepted", label)

    def _get_amazon_step_promise(self):
        until = self.amazon_deliver_by
        label = _("Delivered by")
        day = self._amazon_day(until) if until else ""
        is_past = until and until < fields.Datetime.now()
        has_left = self.delivery_status == "full" or self.amazon_status == "SHIPPED"
        state = "done" if is_past and has_left else "todo"
        return self._step("promise", label, detail=day, state=state)

    def _get_amazon_step_paid_out(self):
        lines = self.env["amazon.settlement.line"].search(
            [("sale_order_id", "=", self.id)]
        )
        dates = lines.settlement_id.mapped("deposit_date")
        day = max(filter(None, dates), default=None)
        return self._step(
            "paid_out",
            _("Paid out"),
            detail=describe_day(self.env, day) if day else "",
            state="done" if lines else "todo",
        )

    # === ACTION METHODS === #

    def action_open_amazon_step(self, name="bought"):
        """Open what a point of the timeline is about.

        :param str name: of the point
        :return dict: client action
        """
        self.ensure_one()
        self.check_access_rights("read")
        self.check_access_rule("read")
        is_user = self.env.user.has_group(LOGS)
        if name == "imported" and is_user:
            return self._open_amazon_row()
        if name == "accepted" and is_user:
            return self.action_view_amazon_submissions()
        if name == "paid_out" and is_user:
            return self.action_view_amazon_settlement_lines()
        if name in ("picked", "shipped", "accepted") and self.picking_ids:
            return self.action_view_delivery()
        return self.action_open_at_amazon()

    def _open_amazon_row(self):
        """Open what was noted of the order when it came in.

        :return dict: client action
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_order_action"
        )
        domain = [("sale_order_id", "=", self.id)]
        return {**action, "domain": domain, "context": {"create": False}}

    def get_progress(self):
        """Tell whether an answer of Amazon is awaited; the form looks again then.

        :return dict: see `amazon.account.get_progress`
        """
        self.ensure_one()
        self.check_access_rights("read")
        self.check_access_rule("read")
        return self.sudo().picking_ids._amazon_get_progress()

    # === BUSINESS METHODS === #

    def _amazon_note_imported(self):
        """Note in the chatter where the orders come from: one statement for all of
        them, and nothing of the buyer.
        """
        notes = {}
        for order in self:
            text = _(
                "Bought and paid at %(shop)s on %(day)s, imported from Amazon.",
                shop=order.amazon_marketplace_id.name,
                day=describe_day(self.env, order.date_order),
            )
            notes[order.id] = plaintext2html(text)
        self._message_log_batch(notes)

    def _get_amazon_present_status(self):
        """Tell the status at Amazon as it follows from what Amazon accepted: its own
        word arrives with the next look at the order.

        :return str|False: in Amazon's words
        """
        if self.amazon_status not in ("UNSHIPPED", "PARTIALLY_SHIPPED"):
            return self.amazon_status
        rows = self.sudo().amazon_submission_ids.filtered("package_id")
        done = rows.filtered(lambda row: row.state == "done")
        if not done:
            return self.amazon_status
        return ON_ITS_WAY[done[:1]._is_wholly_confirmed()]
