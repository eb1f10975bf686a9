"""What an update brings to a database that exists (features A1, A6)."""

import importlib.util
from pathlib import Path

from odoo.tests import TransactionCase, tagged
from odoo.tools import convert_file

MODULE = "amazon_connector"
RULE = f"{MODULE}.amazon_import_settlement_rule_own"
MIGRATIONS = Path(__file__).parents[2] / "migrations"
CATALOGUE = f"{MODULE}.mail_activity_type_catalogue_guard"


def run_script(cr, version, name):
    """Run a script of an update.

    :param str version: as its folder is named
    :param str name: pre or post
    """
    path = MIGRATIONS / version / f"{name}-migration.py"
    spec = importlib.util.spec_from_file_location(f"{name}_migration", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.migrate(cr, "17.0.2.0.0")


@tagged("post_install", "-at_install")
class TestUpdates(TransactionCase):
    def known_rules(self):
        """Find what Odoo knows of the addon's record rules.

        :return: ir.model.data
        """
        return self.env["ir.model.data"].search(
            [("module", "=", MODULE), ("model", "=", "ir.rule")]
        )

    def read_rules(self):
        """Read the rules as an update does."""
        convert_file(self.env, MODULE, "security/amazon_rules.xml", {}, mode="update")
        self.env.flush_all()
        self.env.invalidate_all()

    def test_a1_an_update_corrects_the_rules(self):
        """What companies and people see is code: a wrong rule is not kept."""
        right = self.env.ref(RULE).domain_force
        known = self.known_rules()
        self.assertGreater(len(known), 40)
        known.noupdate = True  # as the release before has installed them
        self.env.ref(RULE).domain_force = "[('create_uid', '=', user.id)]"
        self.env.flush_all()
        self.read_rules()
        self.assertNotEqual(self.env.ref(RULE).domain_force, right)
        run_script(self.env.cr, "2.1.0", "pre")
        self.env.invalidate_all()
        self.read_rules()
        self.assertEqual(self.env.ref(RULE).domain_force, right)

    def test_a1_no_rule_is_left_out_of_updates(self):
        self.assertFalse(self.known_rules().filtered("noupdate").mapped("name"))

    def test_a1_an_update_leaves_what_people_have_changed(self):
        kind = self.env.ref(CATALOGUE).with_context(lang="en_US")
        kind.name = "Amazon: offers missing in the catalogue"
        kind.summary = "Ask Berta"
        self.env.flush_all()
        for _time in range(2):
            run_script(self.env.cr, "2.1.0", "post")
            self.env.invalidate_all()
            self.assertRecordValues(
                kind,
                [
                    {
                        "name": "Amazon: listings missing in the catalogue",
                        "summary": "Ask Berta",
                    }
                ],
            )

    def test_a6_an_update_takes_a_known_app_for_one_of_amazon(self):
        companies = self.env["res.company"].create(
            [{"name": name} for name in ("With an app", "Without", "Trying it out")]
        )
        app = {"amazon_app_client_id": "amzn1.application-oa2-client.x"}
        (companies[0] + companies[2]).write({**app, "amazon_app_client_secret": "x"})
        self.env["amazon.account"].create(
            {
                "name": "Simulated",
                "company_id": companies[2].id,
                "environment": "simulator",
                "simulator_url": "http://127.0.0.1:8199",
                "base_marketplace_id": self.env.ref(f"{MODULE}.marketplace_de").id,
                "link_method": "oauth",
                "lwa_client_id": app["amazon_app_client_id"],
                "user_id": False,
            }
        )
        self.env.flush_all()
        run_script(self.env.cr, "2.1.0", "post")
        self.env.invalidate_all()
        self.assertEqual(
            companies.mapped("amazon_app_environment"), ["production", False, False]
        )

    def test_a1_scripts_of_updates_run_on_each_series(self):
        """A folder with the number of a series is passed over by the other one."""
        for path in MIGRATIONS.iterdir():
            with self.subTest(path.name):
                self.assertEqual(path.name.count("."), 2)
