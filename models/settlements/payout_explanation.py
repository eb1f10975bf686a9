"""The table on the form of a settlement that leads from its rows to the payout."""

from markupsafe import Markup

from odoo import _

from ...const import SETTLEMENT_KINDS, SETTLEMENT_UNMAPPED
from ...tools.reader_time import describe_day


class PayoutExplanation:
    """A payout by kind and label; it ties to the cent."""

    def __init__(self, settlement):
        self.settlement = settlement
        self.env = settlement.env
        self.currency = settlement.currency_id

    def render(self):
        """Render the table.

        :return Markup: empty as long as nothing of the file could be read
        """
        if not self.currency:
            return Markup()
        labels = self._kinds()
        by_kind = self._read()
        rows = Markup()
        total = 0.0
        for kind in [*labels, False]:
            if kind in by_kind:
                amount = sum(entry[0] for entry in by_kind[kind].values())
                total += amount
                name = labels.get(kind) or _("Not booked yet")
                rows += self._kind(name, amount, by_kind[kind])
        return Markup(
            "<table class='table table-sm o_amazon_payout'><tbody>%s%s</tbody></table>"
        ) % (rows, self._total(total))

    def _kinds(self):
        kinds = dict([*SETTLEMENT_KINDS, SETTLEMENT_UNMAPPED])
        field = self.env["amazon.settlement.line"]._fields["kind"]
        kinds.update(field._description_selection(self.env))
        return kinds

    def _read(self):
        """Add up the rows by kind and label.

        :return dict: kind -> dict of label -> [amount, count of rows]
        """
        groups = self.env["amazon.settlement.line"]._read_group(
            [("settlement_id", "=", self.settlement._origin.id)],
            ["kind", "amount_type", "amount_description"],
            ["amount:sum", "__count"],
        )
        found = {}
        for kind, amount_type, text, amount, count in groups:
            label = text if text and text != "*" else amount_type
            entry = found.setdefault(kind, {}).setdefault(label or "", [0.0, 0])
            entry[0] += amount
            entry[1] += count
        return found

    def _kind(self, name, amount, entries):
        rows = Markup(
            "<tr class='fw-bold'><td>%s</td><td></td><td class='text-end'>%s</td></tr>"
        ) % (name, self.currency.format(amount))
        for text, (part, count) in sorted(entries.items()):
            rows += Markup(
                "<tr><td class='ps-4'>%s</td><td class='text-end text-muted'>%s</td>"
                "<td class='text-end'>%s</td></tr>"
            ) % (text, count, self.currency.format(part))
        return rows

    def _total(self, total):
        label = _("Payout")
        # users of the connector may see the payout, and not the bank statement
        if line := self.settlement.bank_line_id.sudo():
            label = _(
                "Payout, in the bank on %(date)s: %(text)s",
                date=describe_day(self.env, line.date),
                text=line.payment_ref or "",
            )
        return Markup(
            "<tr class='fw-bold border-top'><td>%s</td><td></td>"
            "<td class='text-end'>%s</td></tr>"
        ) % (label, self.currency.format(self.currency.round(total)))
