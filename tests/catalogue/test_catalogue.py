"""What Amazon lists becomes offers, and follows it (feature C4)."""

from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.models.catalogue.amazon_offer import AmazonOffer
from odoo.addons.amazon_connector.models.reports import (
    amazon_account as amazon_account_reports,
)
from odoo.addons.amazon_connector.models.reports import amazon_report

from ..common import DE, FR, GB
from .case import CatalogueCase


class TestCatalogue(CatalogueCase):
    def test_c4_all_listings_become_offers(self):
        self.world.listing("TEA-SENCHA").quantity = 0
        self.assertIn("Amazon.de", self.press())
        self.assertEqual(
            self.account.catalogue_progress, "Amazon.de: Amazon makes the list."
        )
        self.let_odoo_read()
        self.let_odoo_read()
        self.assertEqual(self.in_odoo(), self.at_amazon())
        self.assertEqual(len(self.offers()), 10)
        matched = {offer.sku: offer.product_id for offer in self.offers()}
        self.assertEqual(matched, {**matched, **self.products})
        self.assertFalse(matched["MUG-BLUE-FBA"])
        self.assertFalse(any(self.offers().mapped("sync_stock")))
        report = self.env["amazon.report"].search([])
        self.assertRecordValues(
            report,
            [{"state": "done", "changed_count": 10, "summary": "Listings read: 10."}],
        )
        self.account.invalidate_recordset()
        self.assertFalse(self.account.catalogue_progress)
        self.assertIn("half hour", self.press())
        self.assertEqual(len(self.amazon.reports), 1)

    def test_c4_second_import_writes_only_what_changed(self):
        self.import_catalogue()
        then = self.age(self.offers())
        self.assertEqual(self.import_catalogue().changed_count, 0)
        self.world.listing("MUG-BLUE").price = Decimal("11.95")
        self.world.listing("MUG-WHITE").title = "A mug that is white"
        self.world.listing("TEA-SENCHA").quantity = 0
        self.assertEqual(self.import_catalogue().changed_count, 3)
        self.assertEqual(self.in_odoo(), self.at_amazon())
        # or the look at the stock would compute all of them
        self.assertEqual(set(self.offers().mapped("write_date")), {then})

    def test_c4_reports_in_local_words_and_charsets(self):
        self.account.active_marketplace_ids += self.shop(FR)
        self.world.listing("MUG-BLUE").title = "Größe „M“ – für 5 €"
        self.world.listing("MUG-BLUE", FR).title = "Café crème, œuvre"
        self.world.listing("MUG-BLUE").price = Decimal("1234.50")
        with patch.dict(amazon_report.REPORT_OPTIONS, clear=True):
            for states_charset in (True, False):
                self.amazon.reports.states_charset = states_charset
                self.env["amazon.offer"].search([]).unlink()
                reports = self.import_catalogue()
                self.assertEqual(reports.mapped("state"), ["done", "done"])
                for place in (DE, FR):
                    with self.subTest(place, states_charset=states_charset):
                        self.assertEqual(self.in_odoo(place), self.at_amazon(place))
        self.assertIn("Händler-SKU", self.amazon.reports[0].text)

    def test_c4_what_people_changed_is_kept(self):
        self.import_catalogue()
        mug = self.offer("MUG-BLUE")
        chosen = {
            "product_id": self.products["MUG-WHITE"].id,
            "quantity_factor": 6.0,
            "sync_stock": True,
            "stock_buffer": 2.0,
        }
        mug.write(chosen)
        self.world.listing("MUG-BLUE").price = Decimal("60.00")
        self.import_catalogue()
        self.env.invalidate_all()
        self.assertRecordValues(mug, [{**chosen, "price": 60.0}])

    def test_c4_product_that_came_later_is_found(self):
        self.import_catalogue()
        unmatched = self.offers().filtered(lambda offer: not offer.product_id)
        skus = unmatched[:2].mapped("sku")
        product = self._create_product(skus[0], "By its reference")
        other = self._create_product("OTHER", "By its barcode", barcode=skus[1])
        then = self.age(self.offers())
        self.assertEqual(self.import_catalogue().changed_count, 2)
        self.env.invalidate_all()
        found = self.offers().filtered(lambda offer: offer.sku in skus)
        self.assertEqual(found.product_id, product + other)
        # now there is a quantity: the look at the stock has to see it
        self.assertTrue(all(offer.write_date > then for offer in found))

    def test_c4_reading_goes_on_where_it_stopped(self):
        self.press()
        self.let_odoo_read()
        take, pages = AmazonOffer._take_listings, []

        def stop_at_second(offers, *args):
            pages.append(args)
            if len(pages) == 2:
                raise ValueError
            return take(offers, *args)

        with (
            patch.dict(amazon_account_reports.PAGE_ROWS, catalogue=4),
            patch.object(AmazonOffer, "_take_listings", stop_at_second),
            mute_logger(amazon_account_reports.__name__),
        ):
            self.let_odoo_read()
        report = self.env["amazon.report"].search([])
        self.assertEqual((report.state, report.position), ("failed", 4))
        self.assertEqual(len(self.offers()), 4)
        report.write({"state": "reading", "error_message": False})
        self.account.invalidate_recordset()
        self.assertEqual(
            self.account.catalogue_progress, "Amazon.de: 4 of 10 rows read."
        )
        self.let_odoo_read()
        self.assertRecordValues(report, [{"state": "done", "changed_count": 10}])
        self.assertEqual(self.in_odoo(), self.at_amazon())

    def test_c4_k4_progress_is_one_line_for_all_marketplaces_that_wait(self):
        def works():
            self.env.invalidate_all()
            progress = self.account.get_progress()
            return [(work["text"], work["percent"]) for work in progress["works"]]

        self.account.active_marketplace_ids += self.shop(FR)
        self.press()
        text = "Catalogue: Amazon.de, Amazon.fr: Amazon makes the list."
        self.assertEqual(works(), [(text, False)])
        reports = self.open_reports()
        reports.write({"state": "reading", "row_count": 10})
        reports[0].position = 5
        [(text, percent)] = works()
        self.assertIn("5 of 10 rows read.", text)
        self.assertEqual(percent, 25)
        for report in reports:
            self.assertEqual(
                report.get_progress(), {"works": [], "seconds": 10, "reload": True}
            )
        reports.write({"state": "done"})
        self.assertEqual(works(), [])
        self.assertEqual(reports[0].get_progress()["seconds"], 0)

    def test_c4_order_of_an_archived_offer_finds_it(self):
        self.import_catalogue()
        mug = self.offer("MUG-BLUE")
        ref = self.buy("MUG-BLUE")
        self.unlist("MUG-BLUE")
        self.import_catalogue()
        self.assertFalse(mug.active)
        self.sync()
        order = self.sale_order(ref)
        self.assertEqual(order.order_line.amazon_offer_id, mug)
        self.assertEqual(order.order_line.product_id, self.products["MUG-BLUE"])

    def test_c4_daily_for_each_marketplace_unless_switched_off(self):
        def run():
            cron = self.env.ref("amazon_connector.ir_cron_import_catalogue")
            cron.ir_actions_server_id.run()
            return self.open_reports().marketplace_ids

        self.account.active_marketplace_ids += self.shop(FR) + self.shop(GB)
        self.account.import_catalogue = False
        self.assertFalse(run())
        self.account.import_catalogue = True
        self.assertEqual(run(), self.account.active_marketplace_ids)
        self.assertEqual(run(), self.account.active_marketplace_ids)
        self.assertEqual(len(self.open_reports()), 3)
        self.assertCalls()

    def test_c4_who_may(self):
        def user(name, groups, **values):
            return new_test_user(self.env, name, groups=groups, **values)

        ours = {
            "company_id": self.company.id,
            "company_ids": [Command.set(self.company.ids)],
        }
        connector = "amazon_connector.group_amazon_user"
        salesman = user("c4_sales", "sales_team.group_sale_salesman", **ours)
        clerk = user("c4_clerk", connector, **ours)
        stranger = user("c4_stranger", "amazon_connector.group_amazon_manager")
        for outsider in (salesman, stranger):
            with self.assertRaises(AccessError):
                self.account.with_user(outsider).action_import_catalogue()
        self.account.with_user(clerk).action_import_catalogue()
        self.assertTrue(self.account.with_user(clerk).catalogue_progress)
        self.let_odoo_read()
        self.let_odoo_read()
        mug = self.offer("MUG-BLUE")
        self.assertEqual(mug.with_user(salesman).listing_status, "active")
        for person in (salesman, clerk):
            with self.assertRaises(AccessError):
                mug.with_user(person).active = False
        self.assertFalse(self.env["amazon.offer"].with_user(stranger).search([]))
