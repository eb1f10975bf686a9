"""Base class for the rights: people of each role, in the own and another company."""

from collections import Counter

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from odoo.addons.amazon_connector.models.account.own_fields import (
    OF_ODOO as OF_EACH_RECORD,
)
from odoo.addons.amazon_connector.models.account.own_fields import is_own_field

from .shipping_case import ShippingCase

ROLES = {
    "c": "base.group_user",
    "p": "stock.group_stock_user",
    "s": "sales_team.group_sale_salesman_all_leads",
    "u": "amazon_connector.group_amazon_user",
    "m": "amazon_connector.group_amazon_manager",
}
LETTERS = "".join(ROLES)
# Who is asked about bookkeeping, too.
OF_BOOKS = {"a": "account.group_account_invoice"}
# What a method has to be called with.
ARGUMENTS = {"compute_all": (100.0,)}
# Loggers of the many refusals.
QUIET = (
    "odoo.addons.amazon_connector.models",
    "odoo.addons.base.models.ir_rule",
    "odoo.models",
)
# What is said where somebody writes what only the addon writes.
# Odoo's own words come first where a field is for few people only.
REFUSED = "by itself|only the tracking number|Only the product|enough rights"


class Undo(Exception):
    """Nothing of a call stays."""


class MatrixCase(ShippingCase):
    """People of each role in the own and in another company, who call what there is."""

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
            for letter, group in {**ROLES, **OF_BOOKS}.items()
            for company in (self.company, self.elsewhere)
        }
        # who sets up companies, journals and contacts
        self.owner = new_test_user(
            self.env,
            "matrix_owner",
            groups="base.group_system,base.group_partner_manager,"
            "account.group_account_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )

    # === the calls === #

    def is_refused(self, record, user, method):
        """Call a method as somebody and undo it.

        :param record: or the model of a window that they open before
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
                    record = self.opened(record)
                except AccessError:
                    refused = True
                if not refused:
                    try:
                        getattr(record, method)(*ARGUMENTS.get(method, ()))
                    except Exception as error:  # pylint: disable=broad-except
                        refused = isinstance(error, AccessError)
                raise Undo
        except Undo:
            self.env.invalidate_all()
        return refused

    def opened(self, record):
        """Open a window about our records; other records are there already.

        :return: the record whose method is called
        """
        return record

    def may_call(self, record, method, company, roles=LETTERS):
        """Try a method as each role.

        :param str roles: their letters
        :return str: letters of the roles that are let in
        """
        letters = ""
        for letter in roles:
            refused = self.is_refused(record, self.people[letter, company], method)
            self.calls[letter, company == self.company] += 1
            self.refused[letter, company == self.company] += refused
            letters += "" if refused else letter
        return letters

    # === fields === #

    def our_fields(self, model, is_closed):
        """Find what the addon keeps on a model.

        :param bool is_closed: what only the addon writes, else what people write
        :return list: names of stored fields
        """
        return sorted(
            name
            for name, field in model._fields.items()
            if "amazon_connector" in field._modules
            and field.store
            and name not in OF_EACH_RECORD
            and (name.startswith("amazon_") or model._name.startswith("amazon."))
            and is_own_field(field) == is_closed
        )

    def extended_models(self):
        """Find the models of Odoo that keep something of the addon.

        :return set: their names
        """
        return {
            name
            for name, model in self.env.items()
            if not name.startswith("amazon.")
            and model._auto
            and not (model._abstract or model._transient)
            and any(self.our_fields(model, is_closed) for is_closed in (True, False))
        }

    def writers(self, model, right):
        """Find who may write or create records of a model.

        :return list: of res.users
        """
        people = [self.people[letter, self.company] for letter in (*ROLES, *OF_BOOKS)]
        return [
            user
            for user in (*people, self.owner)
            if model.with_user(user).check_access_rights(right, raise_exception=False)
        ]

    def try_own_fields(self, records):
        """See that nobody writes what only the addon writes.

        :param list records: a record, or none, of each model
        :return Counter: how often what was tried
        """
        tried = Counter()
        for record in records:
            name = record._name
            for field in self.our_fields(record, is_closed=True):
                value = record._fields[field].convert_to_write(record[field], record)
                for user in self.writers(record, "write") if record else ():
                    tried["write", name] += 1
                    with self.subTest(f"{user.login} writes {name}.{field}"):
                        with self.assertRaisesRegex(UserError, REFUSED):
                            record.with_user(user).write({field: value})
                for user in self.writers(record, "create"):
                    model = record.browse().with_user(user)
                    tried["create", name] += 1
                    with self.subTest(f"{user.login} creates {name}.{field}"):
                        with self.assertRaisesRegex(UserError, REFUSED):
                            model.create({field: value})
                        with self.assertRaisesRegex(UserError, REFUSED):
                            model.with_context(**{f"default_{field}": value}).create({})
        return tried
