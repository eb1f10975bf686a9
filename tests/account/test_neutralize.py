"""A copy of the database can not reach Amazon (feature A8)."""

from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from odoo.modules.neutralize import get_neutralization_queries
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.models.connection.amazon_link_request import (
    LinkRefused,
)
from odoo.addons.amazon_connector.sim import SELLER

from ..common import ACCOUNT_LOG, AmazonCase

REQUEST_LOG = "odoo.addons.amazon_connector.models.connection.amazon_link_request"

SEND = "requests.Session.send"


class TestNeutralize(AmazonCase):
    def setUp(self):
        super().setUp()
        self.ref = self.buy("MUG-BLUE")
        self.sync()
        self.env["amazon.submission"]._enqueue(
            "stock", [{"account_id": self.account.id, "dedup_key": "x"}]
        )
        self.account.flush_recordset()

    def neutralize(self):
        """As “odoo-bin neutralize” does it, which reads a file of each module."""
        self.env.flush_all()
        queries = list(get_neutralization_queries(["base", "amazon_connector"]))
        self.assertEqual(len(queries), 2)
        for query in queries:
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.env.registry.clear_all_caches()

    def run_everything(self):
        """All crons and all buttons, as if somebody had switched them on again."""
        data = self.env["ir.model.data"].search(
            [("module", "=", "amazon_connector"), ("model", "=", "ir.cron")]
        )
        self.assertGreaterEqual(len(data), 10)
        for cron in self.env["ir.cron"].browse(data.mapped("res_id")):
            cron.ir_actions_server_id.run()
        for name in (
            "action_sync_orders",
            "action_sync_pickings",
            "action_sync_stock",
            "action_import_catalogue",
            "action_read_fba_stock",
            "action_test_connection",
            "action_update_available_marketplaces",
        ):
            try:
                getattr(self.account, name)()
            except Exception as error:  # pylint: disable=broad-except
                self.assertEqual(type(error).__name__, "UserError")

    def test_a8_neutralized_database_has_no_key_and_makes_no_call(self):
        self.company.amazon_app_client_secret = SELLER.client_secret
        self.neutralize()
        self.assertFalse(self.company.amazon_app_client_secret)
        self.assertRecordValues(
            self.account,
            [
                {
                    "active": False,
                    "dry_run": True,
                    "is_linked": False,
                    "lwa_client_secret": False,
                    "refresh_token": False,
                    "connection_state": "draft",
                }
            ],
        )
        self.env.cr.execute(
            "SELECT count(*) FROM ir_cron JOIN ir_model_data AS data"
            " ON data.res_id = ir_cron.id AND data.model = 'ir.cron'"
            " WHERE data.module = 'amazon_connector' AND ir_cron.active"
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))
        with patch(SEND, side_effect=AssertionError("a call left")):
            self.run_everything()
        self.assertEqual(self.sale_order(self.ref).state, "sale")

    @mute_logger(ACCOUNT_LOG)
    def test_a8_keys_entered_in_a_copy_open_the_simulator_only(self):
        self.neutralize()
        keys = {
            "lwa_client_id": SELLER.client_id,
            "lwa_client_secret": SELLER.client_secret,
            "refresh_token": SELLER.refresh_token,
        }
        self.account.write({"active": True, "dry_run": False, **keys})
        for environment in ("production", "sandbox"):
            self.account.write({"environment": environment, **keys})
            with patch(SEND, side_effect=AssertionError("a call left")):
                self.run_everything()
            self.assertEqual(self.account.connection_state, "error")
            self.assertIn("neutralized copy", self.account.connection_message)
        self.account.write({"environment": "simulator", **keys})
        self.account.action_test_connection()
        self.assertEqual(self.account.connection_state, "connected")

    @mute_logger(REQUEST_LOG)
    def test_a8_no_seller_is_linked_to_a_copy(self):
        """Not even where somebody enters the keys of a registered app once more."""
        self.neutralize()
        self.company.write(
            {
                "amazon_app_ref": SELLER.application_id,
                "amazon_app_client_id": SELLER.client_id,
                "amazon_app_client_secret": SELLER.client_secret,
            }
        )
        germany = self.env.ref("amazon_connector.marketplace_de")
        requests = self.env["amazon.link.request"]
        url = requests._open(
            {
                "company_id": self.company.id,
                "name": "Copy",
                "environment": "production",
                "base_marketplace_id": germany.id,
                "redirect_uri": "https://copy.example.com/amazon_connector/return",
            },
            "session",
        )
        answer = {
            "state": parse_qs(urlsplit(url).query)["state"][0],
            "spapi_oauth_code": "code",
            "selling_partner_id": "A0ANOTHERSELLER",
        }
        with (
            patch(SEND, side_effect=AssertionError("a call left")),
            self.assertRaises(LinkRefused) as caught,
        ):
            requests._complete(answer, "session")
        self.assertEqual(caught.exception.reason, "exchange")
        self.assertIn("neutralized copy", caught.exception.detail)

    def test_a8_archived_account_makes_no_call_and_keeps_the_books(self):
        self.account.action_archive()
        with patch(SEND, side_effect=AssertionError("a call left")):
            self.run_everything()
        self.assertEqual(self.sale_order(self.ref).state, "sale")
