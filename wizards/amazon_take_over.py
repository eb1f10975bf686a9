"""Take over what another connector knew, step by step: files -> results -> offers and
orders (feature U2).
"""

import base64
from dataclasses import dataclass, field

from odoo import _, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .amazon_take_over_files import (
    OFFER_COLUMNS,
    ORDER_COLUMNS,
    UnreadableTable,
    read_orders,
    read_table,
)

RECORDS = {"offer": "offer", "order": "sale_order"}


@dataclass
class Outcome:
    """The result for a record of the files. ``wish``: what is written, if anything."""

    kind: str
    name: str
    result: str
    message: str = ""
    record: object = None
    wish: object = field(default=None, repr=False)


class AmazonTakeOver(models.TransientModel):
    """Take over offers and order references that another connector left, from files
    of Odoo's own export. Nothing is requested from Amazon, and nothing is sent to it.
    """

    _name = "amazon.take.over"
    _description = "Take over from another Amazon connector"

    account_id = fields.Many2one("amazon.account", required=True, ondelete="cascade")
    offers_file = fields.Binary("File of listings", attachment=False)
    offers_filename = fields.Char("Listings Filename")
    offers_channel = fields.Selection(
        [
            ("fbm", "You (FBM)"),
            ("fba", "Amazon (FBA)"),
            ("both", "Both: one listing for each"),
        ],
        "Who ships the listings",
        default="fbm",
        required=True,
        help="For listings whose channel is not in the file.",
    )
    orders_file = fields.Binary("File of orders", attachment=False)
    orders_filename = fields.Char()
    erase_customers = fields.Boolean(
        "Erase their customers in time",
        default=True,
        help="Amazon allows to keep what it has told of a buyer for 30 days after the "
        "delivery, whoever has imported it. The customers of these orders are erased "
        "like those that the Amazon Connector makes itself; who is used for anything "
        "else in Odoo stays.",
    )
    line_ids = fields.One2many("amazon.take.over.line", "wizard_id", "Results")
    summary = fields.Text(readonly=True)
    is_done = fields.Boolean(readonly=True)

    # === ACTION METHODS === #

    def action_look(self):
        """Show what would be taken over, and write nothing else.

        :return dict: client action, the same window with a result for each record
        :raise UserError: a file can not be read
        """
        return self._show(self._judge(self._get_account()))

    def action_take_over(self):
        """Take over the content of the files, all of it or nothing.

        :return dict: client action, the same window with a result for each record
        :raise UserError: a file can not be read, or orders are being imported now
        """
        account = self._get_account()
        if not account.env["amazon.order"]._lock_stock(account.company_id):
            raise UserError(
                _("Orders are being imported at the moment: try again in a minute.")
            )
        outcomes = self._judge(account)
        self._take_offers(account, outcomes)
        of_orders = [outcome for outcome in outcomes if outcome.kind == "order"]
        orders = account.env["sale.order"]
        orders._amazon_take_over(account, [v.wish for v in of_orders if v.wish])
        if self.erase_customers:
            here = [v.record for v in of_orders if v.result in ("taken", "here")]
            orders.union(*here)._amazon_own_customers()
        # The files may name customers: they are not needed any more.
        self.write({"is_done": True, "offers_file": False, "orders_file": False})
        return self._show(outcomes)

    # === BUSINESS METHODS === #

    def _get_account(self):
        """The account that takes over, once the user is known to be a manager.

        :return: amazon.account, with the rights of the connector in its company
        :raise AccessError: the user is no manager of the connector"""
        self.ensure_one()
        self.account_id._check_may_use()
        if not self.env.user.has_group("amazon_connector.group_amazon_manager"):
            raise AccessError(_("Only managers of the Amazon Connector can do this."))
        return self.account_id.sudo()._in_company()

    def _judge(self, account):
        """Decide what happens to each row of the files, without writing anything.

        :return list: of Outcome
        """
        if not (self.offers_file or self.orders_file):
            raise UserError(_("Choose a file of listings, a file of orders, or both."))
        outcomes = []
        if self.offers_file:
            rows = self._read_file("offers", OFFER_COLUMNS, [["sku"]])
            outcomes += self._judge_offers(account, rows)
        if self.orders_file:
            needed = [["ref"], ["channel"], ["xmlid", "name"]]
            rows = self._read_file("orders", ORDER_COLUMNS, needed)
            outcomes += self._judge_orders(account, read_orders(rows))
        return outcomes

    def _read_file(self, which, columns, needed):
        """Read one of the two files, and check that the needed columns are there.

        :param str which: offers or orders
        :param list needed: of lists of columns, one of each has to be there
        :return list: rows, see read_table
        :raise UserError: the file can not be read"""
        content = base64.b64decode(self[f"{which}_file"])
        name = self[f"{which}_filename"] or self._fields[f"{which}_file"].string
        try:
            found, rows = read_table(content, columns, self._get_labels(which))
        except UnreadableTable as error:
            raise UserError(self._explain_unreadable(name, error.reason)) from None
        for alternatives in needed:
            if not found & {*alternatives}:
                raise UserError(
                    _(
                        "%(file)s has no column “%(column)s”. Export it once more with "
                        "this field.",
                        file=name,
                        column=_("” or “").join(
                            columns[column][0] for column in alternatives
                        ),
                    )
                )
        if not rows:
            raise UserError(_("%s has headers, but no rows.", name))
        return rows

    def _get_labels(self, which):
        """Names under which Odoo exports our columns in the user's language.

        :return dict: header in the user's language, lower case -> our name
        """
        model, columns = {
            "offers": ("amazon.offer", OFFER_COLUMNS),
            "orders": ("sale.order", ORDER_COLUMNS),
        }[which]
        known = self.env[model].sudo().fields_get(attributes=["string"])
        return {
            known[header]["string"].lower(): name
            for name, headers in columns.items()
            for header in headers
            if header in known and header != "id"
        }

    def _explain_unreadable(self, name, reason):
        texts = {
            "spreadsheet": _(
                "%s is a spreadsheet. Save it as CSV, or choose CSV when you export."
            ),
            "binary": _("%s holds no text. Export it from Odoo as CSV."),
            "broken": _(
                "%s is no whole CSV file, a quotation mark is open. Export it again."
            ),
            "empty": _("%s is empty."),
        }
        return texts[reason] % name

    def _find_by_xmlid(self, model, xmlids):
        """Find records by their external IDs, with two queries.

        :param model: empty recordset
        :param xmlids: iterable of str
        :return dict: external id -> record that exists
        """
        wanted = {xmlid for xmlid in xmlids if "." in (xmlid or "")}
        data = self.env["ir.model.data"].sudo()
        found = data.search(
            [
                ("model", "=", model._name),
                ("name", "in", [xmlid.split(".", 1)[1] for xmlid in wanted]),
            ]
        )
        ids = {f"{row.module}.{row.name}": row.res_id for row in found}
        ids = {xmlid: ids[xmlid] for xmlid in wanted & ids.keys()}
        records = {record.id: record for record in model.browse(ids.values()).exists()}
        return {x: records[number] for x, number in ids.items() if number in records}

    def _show(self, outcomes):
        """Write the results into the window, and open it again.

        :return dict: client action, this window once more with the results
        """
        order = list(self.line_ids._fields["result"].get_values(self.env))
        if not self.is_done:
            for outcome in outcomes:
                outcome.result = {"taken": "ready"}.get(outcome.result, outcome.result)
        outcomes = sorted(outcomes, key=lambda v: order.index(v.result))
        lines = [
            {
                "kind": outcome.kind,
                "name": outcome.name,
                "result": outcome.result,
                "message": outcome.message,
                f"{RECORDS[outcome.kind]}_id": outcome.record and outcome.record.id,
            }
            for outcome in outcomes
        ]
        self.line_ids.unlink()
        self.write(
            {
                "line_ids": [*map(Command.create, lines)],
                "summary": self._summarize(outcomes),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": _("Take Over"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _summarize(self, outcomes):
        """Count the results of offers and orders.

        :return str: the counts in words, a line for offers and one for orders
        """
        results = self.line_ids._fields["result"]._description_selection(self.env)
        kinds = self.line_ids._fields["kind"]._description_selection(self.env)
        texts = []
        for kind, title in kinds:
            counts = [
                (label, sum((v.kind, v.result) == (kind, key) for v in outcomes))
                for key, label in results
            ]
            words = ", ".join(f"{label}: {count}" for label, count in counts if count)
            texts += [f"{title} – {words}"] if words else []
        if not self.is_done:
            texts.append(_("Nothing is written yet: press “Take Over” to do so."))
        return "\n".join(texts)


class AmazonTakeOverLine(models.TransientModel):
    _name = "amazon.take.over.line"
    _description = "Taken over from another Amazon connector"
    _order = "id"

    wizard_id = fields.Many2one(
        "amazon.take.over", required=True, ondelete="cascade", index=True
    )
    kind = fields.Selection(
        [("offer", "Listing"), ("order", "Order")],
        "Record",
        required=True,
        readonly=True,
    )
    name = fields.Char("In the file", required=True, readonly=True)
    # They are shown in this order: what needs a person comes first.
    result = fields.Selection(
        [
            ("wrong", "Not usable"),
            ("missing", "Not found"),
            ("refused", "In conflict"),
            ("ready", "To take over"),
            ("taken", "Taken over"),
            ("here", "Already there"),
        ],
        required=True,
        readonly=True,
    )
    message = fields.Text("Reason", readonly=True)
    offer_id = fields.Many2one(
        "amazon.offer", "Listing", readonly=True, ondelete="set null"
    )
    sale_order_id = fields.Many2one(
        "sale.order", "Sales Order", readonly=True, ondelete="set null"
    )
