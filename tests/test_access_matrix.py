"""Who may call what: each public method of the addon, as each role, in the own and in
another company. A method or a model without a line in the table fails here.
"""

import inspect
import logging
from datetime import timedelta

from odoo import fields
from odoo.tools import mute_logger

from .access_case import (
    OF_BOOKS,
    QUIET,
    ROLES,
    MatrixCase,
)
from .access_matrix import FIELDS, METHODS, MODELS, OPEN_TO_OTHER_COMPANIES
from .invoices.case import InvoiceCase

# Not below the addon's own logger, which the many refusals would fill.
_logger = logging.getLogger("access_matrix")
# What these offer is Odoo's, as far as it is not named for the connector's people.
OF_ODOO_MODELS = {
    "portal.share",
    "product.product",
    "product.template",
    "res.config.settings",
    "sale.order",
    "stock.picking",
}
RIGHTS = {"read": "r", "write": "w", "create": "c", "unlink": "d"}
# What Odoo itself offers of each model is held by rights and rules.
OF_ODOO = {
    "create",
    "write",
    "unlink",
    "copy",
    "copy_data",
    "init",
    "default_get",
    "precision_get",
    "message_subscribe",
    "web_read",
    "check_field_access_rights",
}


class TestAccessMatrix(MatrixCase):
    # === what there is === #

    def our_models(self):
        """Find the models that can be asked for records.

        :return dict: name -> model, of the addon's own
        """
        return {
            name: model
            for name, model in self.env.items()
            if name.startswith("amazon.") and not model._abstract
        }

    def our_methods(self):
        """Find what can be called from outside.

        :return dict: model -> names of its public methods that the addon defines
        """
        found = {}
        for name, model in self.env.items():
            if model._abstract:
                continue
            names = {
                method
                for part in type(model).__mro__
                if part.__module__.startswith("odoo.addons.amazon_connector")
                for method, value in vars(part).items()
                if inspect.isfunction(value) and not method.startswith("_")
            }
            if names - OF_ODOO:
                found[name] = sorted(names - OF_ODOO)
        return found

    # === samples === #

    def make_samples(self):
        """Live through enough to have a record of most models.

        :return dict: model -> record of our company
        """
        ref, order = self.order("MUG-BLUE")
        self.account.action_test_connection()
        samples = {
            "amazon.account": self.account,
            "sale.order": order,
            "stock.picking": order.picking_ids,
            "product.product": self.products["MUG-BLUE"],
            "product.template": self.products["MUG-BLUE"].product_tmpl_id,
            "amazon.order": self.row(ref),
            "amazon.offer": order.order_line.amazon_offer_id[:1],
        }
        recovery = self.account._open_recovery(
            fields.Datetime.now() - timedelta(days=9), False
        )
        samples["amazon.recovery"] = recovery
        samples["amazon.history"] = self.env["amazon.history"].create(
            {
                **self.env["amazon.history"]._prepare_run(),
                "account_id": self.account.id,
                "date_from": recovery.date_from,
                "date_to": recovery.date_to,
                "cursor": recovery.date_from,
                "marketplaces": recovery.marketplaces,
            }
        )
        for name, model in self.our_models().items():
            if name not in samples and not model._transient:
                samples[name] = self.find_or_make(model, samples)
        samples["amazon.fba.stock"] = self.make_fba_stock()
        order._amazon_ask_person("Look at it.")
        self.env["amazon.offer"].create(
            {
                "account_id": self.account.id,
                "marketplace_id": self.account.active_marketplace_ids[0].id,
                "sku": "UNKNOWN",
            }
        )
        self.env.flush_all()
        for name in ("amazon.match", "amazon.problem"):
            samples[name] = self.find_or_make(self.env[name], samples)
        self.samples = {name: record for name, record in samples.items() if record}
        return self.samples

    def make_fba_stock(self):
        """Find what Amazon has of a SKU.

        :return: amazon.fba.stock
        """
        stock = self.env["amazon.fba.stock"]
        return stock.search([("account_id", "=", self.account.id)], limit=1)

    def find_or_make(self, model, samples):
        """Find a record of a model, or create one with made-up values.

        :return: a record of our company, empty where none can be made
        """
        domain = [("company_id", "=", self.company.id)]
        if "company_id" not in model._fields or not model._fields["company_id"].store:
            domain = []
        if model._name not in ("amazon.marketplace", "amazon.carrier"):
            if "account_id" in model._fields:
                domain = [("account_id", "=", self.account.id)]
        known = model.sudo().search(domain, limit=1)
        if known or not model._auto:
            return known
        try:
            # What no made-up values can satisfy has no sample; see `METHODS`.
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                return model.sudo().create(self.fill(model, samples))
        except Exception:  # pylint: disable=broad-except
            return model.browse()

    def fill(self, model, samples):
        """Make up values.

        :return dict: values of all that is required
        """
        company = {"res.company": self.company, "amazon.account": self.account}
        known = {**samples, **company}
        vals = {}
        for name, field in model._fields.items():
            if not field.required or field.compute or name in ("id", "company_id"):
                continue
            if field.type == "many2one":
                target = known.get(field.comodel_name)
                if not target:
                    target = self.env[field.comodel_name].sudo().search([], limit=1)
                vals[name] = target.id
            elif field.type == "selection":
                vals[name] = field.get_values(self.env)[0]
            elif field.type in ("char", "text"):
                vals[name] = "x"
            elif field.type in ("datetime", "date"):
                vals[name] = fields.Datetime.now()
            elif field.type in ("integer", "float", "monetary"):
                vals[name] = 1
        return vals

    def opened(self, record):
        """Open a window with values that a form would send."""
        if not record._transient:
            return record
        return record.create(self.window_values(record))

    def window_values(self, model):
        """Make up values of a window about our records.

        :return dict:
        """
        values = self.fill(model.sudo(), self.samples)
        account, order = self.account, self.samples["sale.order"]
        known = {
            "amazon.adjust.fba.stock": {
                "stock_ids": [(6, 0, self.samples["amazon.fba.stock"].ids)]
            },
            "amazon.cancel.order": {"order_id": order.id, "reason": "NoInventory"},
            "amazon.choose.product": {
                "account_ids": [(6, 0, account.ids)],
                "skus": "UNKNOWN",
                "product_id": self.samples["product.product"].id,
            },
            "amazon.import.settlement": {"file": "eA==", "filename": "x.txt"},
            "amazon.keep.back": {
                "offer_ids": [(6, 0, self.samples["amazon.offer"].ids)],
                "stock_buffer": 1,
            },
            "amazon.link.account": {"account_id": account.id},
            "amazon.recover.orders": {
                "references": self.samples["amazon.order"].amazon_order_ref
            },
            "amazon.validate.delivery": {
                "picking_ids": [(6, 0, order.picking_ids.ids)],
                "line_ids": [(0, 0, {"picking_id": order.picking_ids.id})],
            },
            "portal.share": {
                "res_model": "sale.order",
                "res_id": order.id,
                "partner_ids": [(6, 0, order.partner_id.ids)],
            },
        }.get(model._name, {})
        if model._name == "amazon.recover.orders.line":
            wizards = model.env["amazon.recover.orders"]
            known["wizard_id"] = self.opened(wizards).id
            known["sale_order_id"] = order.id
        return {**values, **known}

    def test_a1_each_method_has_a_line(self):
        named = {f"{name}.{m}" for name, ms in self.our_methods().items() for m in ms}
        self.assertEqual(named, set(METHODS))

    def test_a1_each_model_has_a_line(self):
        self.assertEqual(set(self.our_models()), set(MODELS))
        for name in self.our_models():
            found = " ".join(
                letter
                + "".join(
                    short
                    for right, short in RIGHTS.items()
                    if self.env[name]
                    .with_user(self.people[letter, self.company])
                    .check_access_rights(right, raise_exception=False)
                )
                for letter in ROLES
            )
            with self.subTest(name):
                self.assertEqual(found, MODELS[name])

    # === fields === #

    def test_a1_each_field_that_people_write_has_a_line(self):
        models = {
            name
            for name, roles in MODELS.items()
            if any({*"wc"} & {*role[1:]} for role in roles.split())
            and not self.env[name]._transient
        }
        self.assertEqual(models | self.extended_models(), set(FIELDS))
        for name, line in FIELDS.items():
            with self.subTest(name):
                found = self.our_fields(self.env[name], is_closed=False)
                self.assertEqual(found, line.split())

    @mute_logger(*QUIET)
    def test_a1_what_only_the_addon_writes_is_refused_to_people(self):
        samples = self.make_samples()
        samples["sale.order.line"] = samples["sale.order"].order_line[0]
        samples["amazon.account.marketplace"] = self.env[
            "amazon.account.marketplace"
        ].create(
            {
                "account_id": self.account.id,
                "marketplace_id": self.account.active_marketplace_ids[0].id,
            }
        )
        tried = self.try_own_fields(
            [
                samples.get(name, self.env[name])
                for name in FIELDS
                if name.startswith("amazon.") or name in samples
            ]
        )
        for right in ("write", "create"):
            counts = [count for key, count in tried.items() if key[0] == right]
            self.assertGreater(sum(counts), 100)

    def test_a1_what_people_write_is_copied_and_written(self):
        """The guard is in nobody's way."""
        manager = self.people["m", self.company]
        account = self.account.with_user(manager)
        account.write({"dry_run": True, "sync_alarm_hours": 9, "invoice_upload": "us"})
        offer = self.env["amazon.offer"].with_user(manager)
        values = {"account_id": account.id, "sku": "NEW", "amazon_channel": "fbm"}
        shop = self.account.active_marketplace_ids[0]
        offer = offer.create({**values, "marketplace_id": shop.id})
        offer.title = "Mug"
        _ref, order = self.order("MUG-BLUE")
        seller = self.people["s", self.company]
        copied = order.with_user(seller).copy()
        self.assertFalse(copied.sudo().amazon_order_ref)
        copied.order_line[0].product_uom_qty = 3

    @mute_logger(*QUIET)
    def test_a1_each_role_calls_what_is_for_it(self):
        samples = self.make_samples()
        tried, without = 0, []
        for line, roles in METHODS.items():
            name, _dot, method = line.rpartition(".")
            if name.startswith("account."):
                continue  # see TestAccessMatrixOfBooks
            model = self.env[name]
            record = model if model._transient else samples.get(name)
            if record is None:
                without.append(line)
                continue
            tried += 1
            mine = self.may_call(record, method, self.company)
            roles = roles.replace("a", "")
            if name in OF_ODOO_MODELS:  # what packers may is Odoo's business
                mine, roles = (
                    "".join(set(text) & set("cum")) for text in (mine, roles)
                )
            with self.subTest(line):
                self.assertEqual(sorted(mine), sorted(roles))
            if line not in OPEN_TO_OTHER_COMPANIES:
                self.tried_elsewhere += 1
                with self.subTest(f"{line} elsewhere"):
                    self.assertEqual(self.may_call(record, method, self.elsewhere), "")
        self.assertEqual(without, [])
        self.assert_counted(tried)

    def assert_counted(self, tried):
        """Each role has tried each method in both companies; the counts are logged."""
        for is_own in (True, False):
            for letter, group in ROLES.items():
                calls = self.calls[letter, is_own]
                _logger.info(
                    "%s, %s company: %s calls tried, %s refused",
                    group,
                    "own" if is_own else "other",
                    calls,
                    self.refused[letter, is_own],
                )
                self.assertEqual(calls, tried if is_own else self.tried_elsewhere)


class TestAccessMatrixOfBooks(MatrixCase, InvoiceCase):
    """The same of invoices: accountants are asked, too."""

    def opened(self, record):
        if not record._transient:
            return record
        move = self.credited.id
        return record.create({"move_id": move, "reason": "CustomerReturn"})

    @mute_logger(*QUIET)
    def test_a1_each_role_calls_what_is_for_it_in_the_books(self):
        move = self.invoiced()
        self.credited = self.credit(move.line_ids.sale_line_ids.order_id)
        samples = {"account.move": move, "account.tax": move.line_ids.tax_ids[:1]}
        samples["account.tax"] = samples["account.tax"] or self.env[
            "account.tax"
        ].search([("company_id", "=", self.company.id)], limit=1)
        samples["amazon.tell.refund"] = self.env["amazon.tell.refund"]
        self.env.flush_all()
        self.env.invalidate_all()  # what is remembered is given without asking
        for line, roles in METHODS.items():
            name, _dot, method = line.rpartition(".")
            if name not in samples:
                continue
            everybody = "".join({**ROLES, **OF_BOOKS})
            mine = self.may_call(samples[name], method, self.company, everybody)
            with self.subTest(line):
                self.assertEqual(sorted(mine), sorted(roles))
            if line not in OPEN_TO_OTHER_COMPANIES:
                theirs = self.may_call(samples[name], method, self.elsewhere, everybody)
                with self.subTest(f"{line} elsewhere"):
                    self.assertEqual(theirs, "")
