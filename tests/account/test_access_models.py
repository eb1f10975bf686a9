"""Every model of the addon is guarded (features A1, P3)."""

from odoo.tests import new_test_user, tagged
from odoo.tests.common import TransactionCase

# Shared by all companies: what Amazon's world is like, for everybody to read.
FOR_ALL_COMPANIES = {"amazon.marketplace", "amazon.carrier"}


@tagged("post_install", "-at_install")
class TestModels(TransactionCase):
    def setUp(self):
        super().setUp()
        self.models = {
            name: model
            for name, model in self.env.items()
            if name.startswith("amazon.") and not model._abstract
        }

    def _rules(self, name):
        return self.env["ir.rule"].search(
            [("model_id.model", "=", name), ("groups", "=", False)]
        )

    def test_a1_each_model_says_who_may_do_what(self):
        self.assertIn("amazon.recover.orders", self.models)
        for name in self.models:
            rights = self.env["ir.model.access"].search([("model_id.model", "=", name)])
            with self.subTest(name):
                self.assertTrue(rights)
                self.assertTrue(all(right.group_id for right in rights))

    def test_a1_each_model_of_a_company_has_a_rule(self):
        for name, model in self.models.items():
            if model._transient:  # seen by whoever opened it, and by nobody else
                continue
            owned = {"company_id", "account_id"} & set(model._fields)
            with self.subTest(name):
                self.assertNotEqual(bool(owned), name in FOR_ALL_COMPANIES)
                if owned:
                    domains = " ".join(self._rules(name).mapped("domain_force"))
                    self.assertIn("company_id', 'in', company_ids", domains)

    def test_a1_no_rule_of_a_group_opens_what_the_company_closes(self):
        for name in self.models:
            rules = self.env["ir.rule"].search(
                [("model_id.model", "=", name), ("groups", "!=", False)]
            )
            with self.subTest(name):
                self.assertFalse(rules)

    def test_a1_wizards_are_for_users_of_the_connector(self):
        outside = self.env.ref("base.group_user") + self.env.ref(
            "sales_team.group_sale_manager"
        )
        for name, model in self.models.items():
            if model._transient:
                rights = self.env["ir.model.access"].search(
                    [("model_id.model", "=", name)]
                )
                with self.subTest(name):
                    self.assertFalse(rights.group_id & outside)

    def test_a1_settings_are_kept_by_managers(self):
        user = new_test_user(
            self.env, "no_manager", groups="amazon_connector.group_amazon_user"
        )
        for name in (
            "amazon.account",
            "amazon.account.marketplace",
            "amazon.carrier",
            "amazon.marketplace",
            "amazon.offer",
        ):
            rights = self.env["ir.model.access"].search(
                [("model_id.model", "=", name), ("perm_write", "=", True)]
            )
            with self.subTest(name):
                self.assertTrue(rights)
                for xmlid in rights.group_id.get_external_id().values():
                    self.assertFalse(user.has_group(xmlid), xmlid)

    def test_a1_queues_and_logs_are_written_by_the_connector_only(self):
        for name in ("amazon.order", "amazon.submission", "amazon.call"):
            rights = self.env["ir.model.access"].search([("model_id.model", "=", name)])
            for right in ("perm_write", "perm_create", "perm_unlink"):
                with self.subTest(f"{name} {right}"):
                    self.assertFalse(any(rights.mapped(right)))
