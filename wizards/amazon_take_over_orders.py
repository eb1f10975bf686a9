"""Take over another connector's references: which sales order is which Amazon order."""

from dataclasses import dataclass

from odoo import _, models

from .amazon_references import read_references
from .amazon_take_over import Outcome
from .amazon_take_over_files import read_channel


@dataclass
class Known:
    """What Odoo knows of the orders of a file, asked once."""

    by_xmlid: dict  # external id -> sale.order
    by_name: dict  # name -> sale.order, several if they share it
    owners: dict  # Amazon reference -> sale.order that has it
    lines: dict  # external id -> sale.order.line
    marketplaces: dict  # name, domain or identifier, lower case -> amazon.marketplace
    seen: set  # orders and references that came already


class AmazonTakeOver(models.TransientModel):
    _inherit = "amazon.take.over"

    def _judge_orders(self, account, entries):
        """Decide for each order of the file whether its reference is taken over.

        :param list entries: of OrderEntry
        :return list: of Outcome"""
        known = self._know_orders(account, entries)
        outcomes = []
        for entry in entries:
            order = self._find_order(known, entry)
            refusal = self._refuse_order(account, entry, order, known)
            name = " ".join(filter(None, (entry.name, entry.ref))) or entry.xmlid
            if refusal:
                record = order if len(order) == 1 else order.browse()
                outcomes.append(Outcome("order", name, *refusal, record=record))
                continue
            known.seen |= {order, entry.ref}
            wish = self._wish_for(account, entry, order, known)
            message = self._warn_of_open(order, *wish[1:])
            outcomes.append(Outcome("order", name, "taken", message, order, wish))
        return outcomes

    def _know_orders(self, account, entries):
        """Load all records that the entries refer to.

        :return Known: with one query per kind of record
        """
        orders, company = account.env["sale.order"], account.company_id
        by_xmlid = self._find_by_xmlid(orders, [entry.xmlid for entry in entries])
        named = orders.search(
            [
                ("name", "in", [entry.name for entry in entries if entry.name]),
                ("company_id", "=", company.id),
            ]
        )
        refs = [entry.ref for entry in entries if entry.ref]
        mine = [("amazon_order_ref", "in", refs)]
        owners = {
            row.amazon_order_ref: row.sale_order_id
            for row in account.env["amazon.order"]._find(account, refs)
            if row.sale_order_id
        }
        for order in orders.search([("amazon_account_id", "=", account.id), *mine]):
            owners[order.amazon_order_ref] = order
        xmlids = [xmlid for entry in entries for xmlid in entry.items]
        # Read at once what is needed of each of them later.
        orders.union(*by_xmlid.values(), named).picking_ids.mapped("picking_type_code")
        return Known(
            {x: order for x, order in by_xmlid.items() if order.company_id == company},
            named.grouped("name"),
            owners,
            self._find_by_xmlid(orders.order_line, xmlids),
            self._name_marketplaces(),
            set(),
        )

    def _find_order(self, known, entry):
        """Find the sales order by its external ID, else by its name.

        :return: sale.order; several when they share the name
        """
        order = known.by_xmlid.get(entry.xmlid) or known.by_name.get(entry.name)
        return order or self.account_id.env["sale.order"]

    def _refuse_order(self, account, entry, order, known):
        """Check what prevents that a sales order gets the reference.

        :return tuple|None: result and message, None: to be taken over
        """
        if read_references(entry.ref).found != [entry.ref]:
            return "wrong", _("Row %s: there is no reference of Amazon.", entry.line)
        if not read_channel(entry.channel):
            return "wrong", _("Row %s: the channel is neither FBA nor FBM.", entry.line)
        if len(order) != 1:
            return "missing", self._explain_missing(account, order)
        if order.amazon_order_ref:
            return self._compare(account, entry, order)
        owner = known.owners.get(entry.ref, order)
        if owner != order:
            return "refused", _("%s has this reference already.", owner.name)
        if known.seen & {order, entry.ref}:
            return "refused", _("Row %s: it stands in the file twice.", entry.line)
        return None

    def _explain_missing(self, account, order):
        if order:
            return _("Several sales orders have this name: export the External ID.")
        return _("%s has no such sales order.", account.company_id.name)

    def _compare(self, account, entry, order):
        """Compare the entry with a sales order that has an Amazon reference already.

        :return tuple: result and message for an order that is Amazon's already
        """
        if order.amazon_account_id != account:
            return "refused", _(
                "The sales order belongs to the account %s.",
                order.amazon_account_id.name,
            )
        if order.amazon_order_ref != entry.ref:
            return "refused", _(
                "The sales order has the reference %s.", order.amazon_order_ref
            )
        return "here", ""

    def _wish_for(self, account, entry, order, known):
        """Collect what is written on a sales order and its lines.

        :return tuple: see sale.order._amazon_take_over
        """
        marketplace = known.marketplaces.get(entry.marketplace.lower())
        if not marketplace and len(account.active_marketplace_ids) == 1:
            marketplace = account.active_marketplace_ids
        items, used = {}, set()
        for xmlid, item in entry.items.items():
            line = known.lines.get(xmlid)
            if line and line.order_id == order and item not in used:
                items[line] = item
                used.add(item)
        vals = {
            "amazon_order_ref": entry.ref,
            "amazon_channel": read_channel(entry.channel),
            "amazon_marketplace_id": marketplace.id if marketplace else False,
        }
        return order, vals, items

    def _warn_of_open(self, order, vals, items):
        """Warn of an open delivery that can not be confirmed to Amazon from here.

        :return str: what a person has to do when the goods leave, or empty
        """
        if vals["amazon_channel"] == "fba" or (items and vals["amazon_marketplace_id"]):
            return ""
        is_open = any(
            picking.picking_type_code in ("outgoing", "dropship")
            and picking.state not in ("done", "cancel")
            for picking in order.picking_ids
        )
        if not is_open:
            return ""
        return _(
            "Its delivery is still to do, and the file lacks the items or the "
            "marketplace: confirm this shipment in Seller Central yourself."
        )

    def _name_marketplaces(self):
        """All spellings under which a file may name a marketplace.

        :return dict: name, domain or identifier, lower case -> amazon.marketplace
        """
        found = self.env["amazon.marketplace"].with_context(active_test=False)
        return {
            text.lower(): marketplace
            for marketplace in found.search([])
            for text in (marketplace.name, marketplace.domain, marketplace.api_ref)
            if text
        }
