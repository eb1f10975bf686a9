"""Each view, filter, search and editable field of the addon, as each role."""

from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import new_test_user
from odoo.tools.safe_eval import datetime, safe_eval, time

from ..shipping_case import ShippingCase

ROLES = {
    "seller": "sales_team.group_sale_salesman_all_leads",
    "user": "amazon_connector.group_amazon_user",
    "manager": "amazon_connector.group_amazon_manager",
    "admin": "base.group_system,amazon_connector.group_amazon_manager",
}
BOOLEANS = [("=", True), ("=", False), ("!=", True), ("!=", False)]


class TestViewsAsRoles(ShippingCase):
    def setUp(self):
        super().setUp()
        self.people = {
            name: new_test_user(
                self.env,
                f"views_{name}",
                groups=groups,
                company_id=self.company.id,
                company_ids=[(6, 0, self.company.ids)],
            )
            for name, groups in ROLES.items()
        }
        self.order("MUG-BLUE")
        self.account.action_test_connection()

    def each_model(self):
        """Go through the addon's models with each role that may read them."""
        for name, user in self.people.items():
            for model_name, model in self.env.items():
                if not model_name.startswith("amazon.") or model._abstract:
                    continue
                model = model.with_user(user)
                if model.check_access_rights("read", raise_exception=False):
                    yield name, model

    def arches(self, model):
        """Load each kind of view.

        :return list: (type, tree) of the model's views, as the role gets them
        """
        views = self.env["ir.ui.view"].search([("model", "=", model._name)])
        kinds = sorted({view.type for view in views} - {"qweb"})
        if not kinds:
            return []
        found = model.get_views([(False, kind) for kind in kinds])["views"]
        return [(kind, etree.fromstring(view["arch"])) for kind, view in found.items()]

    def evaluate(self, text, model):
        """Evaluate the domain or context of a view.

        :return list: the domain, in a form that is still empty
        """
        empty = {
            name: [] if field.type in ("one2many", "many2many") else False
            for name, field in model._fields.items()
        }
        known = {"uid": model.env.uid, "time": time, "datetime": datetime}
        known["context_today"] = datetime.datetime.now
        known["relativedelta"] = relativedelta
        text = text.replace(".to_utc()", "")  # of the browser's dates
        return safe_eval(text, {**empty, **known, "active_id": False})

    def let_in(self, what, *arguments, **keywords):
        """Call; whatever else is wrong, it is no question of rights."""
        try:
            what(*arguments, **keywords)
        except AccessError as error:
            self.fail(str(error))

    def test_a1_views_open_and_filters_work_for_each_role(self):
        filters = 0
        for role, model in self.each_model():
            for kind, tree in self.arches(model):
                for node in tree.iter("filter"):
                    with self.subTest(f"{role} {model._name} {node.get('name')}"):
                        filters += 1
                        if node.get("domain"):
                            domain = self.evaluate(node.get("domain"), model)
                            self.let_in(model.search, domain, limit=1)
                        context = safe_eval(node.get("context") or "{}")
                        if group := context.get("group_by"):
                            self.let_in(model._read_group, [], [group])
                with self.subTest(f"{role} {model._name} {kind}"):
                    names = [node.get("name") for node in tree.iter("field")]
                    names = [name for name in names if name in model._fields]
                    self.let_in(model.search([], limit=1).read, names or ["id"])
        self.assertGreater(filters, 50)

    def test_a1_what_can_be_typed_is_searched_for_each_role(self):
        """Typing in a field asks for names, with the domain of the field."""
        tried = 0
        for role, model in self.each_model():
            for name, field in model._fields.items():
                if field.type not in ("many2one", "many2many") or not field.domain:
                    continue
                if field._module != "amazon_connector" or field.related:
                    continue
                if field.groups and not model.env.user.has_group(field.groups):
                    continue
                comodel = model.env[field.comodel_name]
                if not comodel.check_access_rights("read", raise_exception=False):
                    continue
                domain = field.domain
                if callable(domain):
                    domain = domain(model)
                if isinstance(domain, str):
                    domain = self.evaluate(domain, model)
                with self.subTest(f"{role} {model._name}.{name}"):
                    tried += 1
                    self.let_in(comodel.name_search, "a", domain)
        self.assertGreater(tried, 15)

    def test_a1_search_methods_work_for_each_role(self):
        tried = 0
        for role, model in self.each_model():
            for name, field in model._fields.items():
                if not field.search or field.store or field.type != "boolean":
                    continue
                if field._module != "amazon_connector":
                    continue
                if field.groups and not model.env.user.has_group(field.groups):
                    continue
                for operator, value in BOOLEANS:
                    with self.subTest(f"{role} {model._name}.{name} {operator}"):
                        tried += 1
                        domain = [(name, operator, value)]
                        self.let_in(model.search, domain, limit=1)
        self.assertGreater(tried, 10)

    def sample(self, model):
        """Choose the record that is opened.

        :return: the record of our account, or any that the role sees
        """
        if model._name == "amazon.account":
            return self.account.with_user(model.env.user)
        mine = "account_id" in model._fields
        domain = [("account_id", "=", self.account.id)] if mine else []
        return model.search(domain, limit=1)

    def typed_fields(self, model):
        """Find what can be typed into a form.

        :return list: names of the stored fields that a form lets the role change
        """
        forms = [tree for kind, tree in self.arches(model) if kind == "form"]
        names = {node.get("name") for tree in forms for node in tree.iter("field")}
        names &= model.fields_get().keys()
        names -= {"message_follower_ids", "activity_ids"}
        found = [model._fields[name] for name in sorted(names)]
        return [
            field.name
            for field in found
            if field.store and not field.readonly and not field.inherited
            if field.type not in ("one2many", "reference", "binary")
        ]

    def test_a1_each_field_of_each_form_is_kept_by_its_managers(self):
        """What a form lets a role change can be saved by it."""
        tried = 0
        for role, model in self.each_model():
            if model._transient or not model._auto:
                continue
            if not model.check_access_rights("write", raise_exception=False):
                continue
            record = self.sample(model)
            for name in self.typed_fields(model) if record else ():
                value = record.read([name], load=None)[0][name]
                if model._fields[name].type == "many2many":
                    value = [(6, 0, value)]
                with self.subTest(f"{role} {model._name}.{name}"):
                    tried += 1
                    self.let_in(record.write, {name: value})
        self.assertGreater(tried, 40)
