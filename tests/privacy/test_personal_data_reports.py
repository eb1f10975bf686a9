"""Reports, stock at Amazon, checks, history: none of them keeps a buyer (P1)."""

from datetime import timedelta

from odoo import fields

from ..everything import listen
from .case import DOCUMENTS, ERIKA, PLANTED, ErasureCase, OldOrdersCase

CITY = "Porreestadt"  # the report of orders names it
WORDS = (*PLANTED, CITY)


class TestReportsNameNobody(ErasureCase):
    def all_crons(self):
        """Each scheduled action of the connector runs, whichever there are."""
        data = self.env["ir.model.data"].search(
            [("module", "=", "amazon_connector"), ("model", "=", "ir.cron")]
        )
        self.assertGreater(len(data), 8)
        for cron in self.env["ir.cron"].browse(data.mapped("res_id")):
            self.env["amazon.report"].search([]).next_try_at = False
            cron.ir_actions_server_id.run()

    def test_p1_days_of_all_crons_leave_buyers_in_the_documents_only(self):
        """A day, and a night in which two orders turn out to be missing."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE amazon_account SET create_date = create_date - interval '30 days'"
        )
        self.env.invalidate_all()
        bought = self.world.now() - timedelta(hours=5)
        details = {
            "buyer": ERIKA,
            "address": self.address(city=CITY),
            "created": bought,
            "updated": bought,
        }
        gift = self.world.item("MUG-BLUE", gift_message="Radieschen for you!")
        self.buy(items=[gift], **details)
        missed = [
            self.buy(items=[gift], **details),
            self.buy("MUG-WHITE", channel="fba", status="SHIPPED", **details),
        ]
        self.account.last_orders_sync = fields.Datetime.now()
        with listen() as heard:
            for _time in range(3):
                self.all_crons()
        checks = self.env["amazon.order.check"].search(
            [("account_id", "=", self.account.id)]
        )
        self.assertLessEqual(
            {*missed}, {*checks.missing_ids.mapped("amazon_order_ref")}
        )
        reports = self.env["amazon.report"].search(
            [("account_id", "=", self.account.id)]
        )
        self.assertIn("done", reports.mapped("state"))
        expected = DOCUMENTS | {"res_partner": DOCUMENTS["res_partner"] | {CITY}}
        self.assertEqual(self.found(*WORDS), expected)
        for word in WORDS:
            self.assertNotIn(word, heard.text)

    def test_p1_report_with_a_buyer_in_the_wrong_column_shows_nobody(self):
        self.env.cr.execute(
            "UPDATE amazon_account SET create_date = create_date - interval '30 days'"
        )
        self.env.invalidate_all()
        bought = self.world.now() - timedelta(hours=5)
        self.buy("MUG-BLUE", created=bought, updated=bought)
        self.account.last_orders_sync = fields.Datetime.now()
        for column in ("Unshipped", "Amazon.de", "MUG-BLUE"):
            self.amazon.reports.edit_next(
                lambda text, cell=column: text.replace(cell, ERIKA["name"])
            )
            with self.subTest(column), listen() as heard:
                for _time in range(2):
                    self.all_crons()
                self.assertEqual(self.found(), {})
                self.assertNotIn("Zwiebelmann", heard.text)


class TestHistoryNamesNobody(OldOrdersCase):
    def test_p1_history_brings_no_buyer_along(self):
        gift = self.world.item("MUG-BLUE", gift_message="Radieschen for you!")
        with listen() as heard:
            refs = [
                self.sold(items=[gift], channel=channel, **details)
                for channel in ("fbm", "fba")
                for details in [{"buyer": ERIKA, "address": self.address()}]
            ]
            history = self.import_history()
            self.run_cron()
        self.assertEqual(self.counts(history), (2, 2, 0, 0))
        self.assertTrue(all(self.sale_order(ref) for ref in refs))
        self.assertEqual(self.found(), {})
        for word in PLANTED:
            self.assertNotIn(word, heard.text)
