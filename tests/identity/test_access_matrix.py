"""Who may call what: each public method of the addon, as each role, in the own and in
another company. A method or a model without a line in the table fails here.
"""

import inspect
import logging
from collections import Counter
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from ..shipments.case import ShippingCase
from .access_matrix import METHODS, MODELS, OPEN_TO_OTHER_COMPANIES

# Not below the addon's own logger, which the many refusals would fill.
_logger = logging.getLogger("access_matrix")
ROLES = {
    "c": "base.group_user",
    "p": "stock.group_stock_user",
    "s": "sales_team.group_sale_salesman_all_leads",
    "u": "amazon_connector.group_amazon_user",
    "m": "amazon_connector.group_amazon_manager",
}
RIGHTS = {"read": "r", "write": "w", "create": "c", "unlink": "d"}
# What Odoo itself offers of each model is held by rights and rules.
OF_ODOO = {
    "create",
    "write",
    "unlink",
    "copy",
    "init",
    "default_get",
    "message_subscribe",
    "web_read",
}
# Loggers of the many refusals.
QUIET = (
    "odoo.addons.amazon_connector",
    "odoo.addons.base.models.ir_rule",
    "odoo.models",
)


class Undo(Exception):
    """Nothing of a call stays."""


class TestAccessMatrix(ShippingCase):
    def setUp(self):
        super().setUp()
        self.calls, self.refused, self.tried_elsewhere = Counter(), Counter(), 0
        self.elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.people = {
            (letter, company): new_test_user(
                self.env,
                f"matrix_{letter}_{company.id}",
                groups=f"base.group_user,{group}",
                company_id=company.id,
                company_ids=[(6, 0, company.ids)],
            )
            for letter, group in ROLES.items()
            for company in (self.company, self.elsewhere)
        }

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
        for name, model in self.our_models().items():
            if name not in samples and not model._transient:
                samples[name] = self.find_or_make(model, samples)
        return {name: record for name, record in samples.items() if record}

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

    # === the calls === #

    def is_refused(self, record, user, method):
        """Call a method as somebody and undo it.

        :return bool: whether somebody may not call a method; whatever else comes of
        it, they were let in
        """
        record = record.with_user(user).with_context(
            allowed_company_ids=user.company_ids.ids
        )
        refused = False
        try:
            with self.env.cr.savepoint():
                try:
                    getattr(record, method)()
                except Exception as error:  # pylint: disable=broad-except
                    refused = isinstance(error, AccessError)
                raise Undo
        except Undo:
            self.env.invalidate_all()
        return refused

    def may_call(self, record, method, company):
        """Try a method as each role.

        :return str: letters of the roles that are let in
        """
        letters = ""
        for letter in ROLES:
            refused = self.is_refused(record, self.people[letter, company], method)
            self.calls[letter, company == self.company] += 1
            self.refused[letter, company == self.company] += refused
            letters += "" if refused else letter
        return letters

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

    @mute_logger(*QUIET)
    def test_a1_each_role_calls_what_is_for_it(self):
        samples = self.make_samples()
        tried = 0
        for line, roles in METHODS.items():
            name, _dot, method = line.rpartition(".")
            record = samples.get(name)
            if roles is None or not record:
                continue
            tried += 1
            mine = self.may_call(record, method, self.company)
            if not name.startswith("amazon."):  # what packers may is Odoo's business
                mine, roles = (
                    "".join(set(text) & set("cum")) for text in (mine, roles)
                )
            with self.subTest(line):
                self.assertEqual(sorted(mine), sorted(roles))
            if line not in OPEN_TO_OTHER_COMPANIES:
                self.tried_elsewhere += 1
                with self.subTest(f"{line} elsewhere"):
                    self.assertEqual(self.may_call(record, method, self.elsewhere), "")
        self.assertGreater(tried, 60)
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
