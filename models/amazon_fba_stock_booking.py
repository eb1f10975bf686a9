"""A difference that a person accepted becomes an inventory adjustment (feature G3)."""

from odoo import _, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime, plaintext2html

# More of them would not be read in the account's log; the moves have them all.
LISTED = 30


class AmazonFbaStock(models.Model):
    _inherit = "amazon.fba.stock"

    def _book(self, adjustments):
        """Book differences as Odoo's own inventory adjustments, with the rights of the
        user; the moves say which account, of when the count is, and who agreed.

        :param list adjustments: of FbaAdjustment without obstacle, of one company
        :raise UserError: orders are coming in, or somebody else counts; nothing is
            booked then
        """
        by_name = {}
        for adjustment in adjustments:
            name = adjustment.rows.with_env(self.env)._describe_trace()
            by_name.setdefault(name, []).append(adjustment)
        for name, group in by_name.items():
            company = group[0].location.company_id
            quants = self.env["stock.quant"].with_company(company)
            quants = quants.with_context(inventory_mode=True, inventory_name=name)
            self._adjust_quants(quants, group)
        self._log_adjustments(adjustments)

    def _adjust_quants(self, quants, adjustments):
        """:param quants: no stock.quant, in an environment to adjust them in"""
        plain = self.env["amazon.fba.stock"].union(*(one.rows for one in adjustments))
        plain = plain.sudo()._find_plain_quants()
        known, missing = quants, []
        for one in adjustments:
            found = plain.get((one.location.id, one.product.id))
            quant = quants.browse(found[:1].ids if found else ())
            if quant:
                quant.inventory_quantity = quant.quantity + one.change
                known |= quant
                continue
            missing.append(
                {
                    "product_id": one.product.id,
                    "location_id": one.location.id,
                    "inventory_quantity": one.change,
                    "user_id": False,  # nobody has to count it
                }
            )
        known |= quants.create(missing)
        if known.action_apply_inventory():  # it asks back instead
            raise UserError(
                _(
                    "Somebody else is counting these products. Finish that count under "
                    "Inventory > Operations > Physical Inventory first."
                )
            )

    def _describe_trace(self):
        """:return str: what the stock moves are called"""
        return _(
            "FBA stock of %(account)s, read %(time)s, accepted by %(user)s",
            account=", ".join(self.sudo().account_id.mapped("name")),
            time=format_datetime(self.env, min(self.sudo().mapped("read_at"))),
            user=self.env.user.name,
        )

    def _log_adjustments(self, adjustments):
        """Leave a note on each account."""
        by_account = {}
        for adjustment in adjustments:
            for account in adjustment.rows.account_id:
                by_account.setdefault(account, []).append(adjustment)
        for account, mine in by_account.items():
            lines = [
                _("FBA stock adjusted by %s:", self.env.user.name),
                *(one.describe() for one in mine[:LISTED]),
            ]
            if len(mine) > LISTED:
                lines.append(_("and %s more", len(mine) - LISTED))
            account.sudo().message_post(body=plaintext2html("\n".join(lines)))
