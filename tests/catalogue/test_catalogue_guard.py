"""A list that leaves out too much archives nothing: a person decides (feature C4)."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user

from ..common import DE, FR
from .case import CatalogueCase

GUARD = "amazon_connector.mail_activity_type_catalogue_guard"


class TestCatalogueGuard(CatalogueCase):
    """A hundred listings in Germany; 21 of them are too many to go at once."""

    def setUp(self):
        super().setUp()
        self.world.add_listings(90, prefix="ART")
        self.import_catalogue()
        self.all = self.skus()
        self.assertEqual(len(self.all), 100)

    def lose(self, count):
        """Amazon's list leaves out so many offers.

        :return: amazon.report
        """
        self.lost = {f"ART-{number:05d}" for number in range(count)}
        for sku in self.lost & {sku for _seller, _place, sku in self.world.listings}:
            self.unlist(sku)
        return self.import_catalogue()

    def missing(self):
        """Open the list of missing offers.

        :return set: SKUs of the offers that somebody has to decide about
        """
        action = self.account.action_view_missing()
        self.env.invalidate_all()
        return set(self.env["amazon.offer"].search(action["domain"]).mapped("sku"))

    def activities(self):
        self.env.invalidate_all()
        return self.account.activity_ids.filtered(
            lambda activity: activity.activity_type_id == self.env.ref(GUARD)
        )

    def assertAsked(self, message):
        """A person is asked, or (empty message) nobody is any more."""
        self.account.invalidate_recordset()
        self.assertEqual(self.account.catalogue_guard_message, message)
        self.assertEqual(len(self.activities()), 1 if message else 0)
        problems = self.env["amazon.problem"].search(
            [("account_id", "=", self.account.id)]
        )
        self.assertEqual(problems.mapped("kind"), ["catalogue"] if message else [])

    def test_c4_a_fifth_is_archived(self):
        report = self.lose(20)
        self.assertIn("now archived: 20", report.summary)
        self.assertEqual(self.skus(), self.all - self.lost)
        self.assertAsked(False)

    def test_c4_more_than_a_fifth_is_asked_about(self):
        report = self.lose(21)
        self.assertEqual(self.skus(), self.all)
        self.assertEqual(self.missing(), self.lost)
        self.assertEqual(report.changed_count, 0)
        self.assertEqual(
            report.summary,
            "Listings read: 79.\n"
            "Not in the list, too many to archive unseen: 21. Decide on the account.",
        )
        message = (
            "Amazon.de: listings that are not in Amazon's report any more: 21 of 100."
        )
        self.assertAsked(message)
        activity = self.activities()
        self.assertEqual(activity.user_id, self.env.ref("base.user_admin"))
        self.assertIn("21 of 100", activity.note)
        [problem] = self.env["amazon.problem"].search(
            [("account_id", "=", self.account.id)]
        )
        self.assertEqual((problem.reason, problem.can_retry), (message, False))
        self.assertEqual(problem.action_open()["res_id"], self.account.id)

    def test_c4_few_are_archived_whatever_their_share(self):
        self.offers().filtered(lambda offer: offer.sku > "ART-00015").unlink()
        self.assertLess(len(self.skus()), 20)
        self.lose(16)
        self.assertFalse(self.missing())
        self.assertFalse(self.skus() & self.lost)

    def test_c4_archive_does_what_the_list_said(self):
        self.lose(30)
        answer = self.account.action_archive_missing()["params"]["message"]
        self.assertIn("Archived listings: 30.", answer)
        self.assertEqual(self.skus(), self.all - self.lost)
        self.assertAsked(False)
        self.world.add_listing("ART-00003")
        self.import_catalogue()
        self.assertEqual(self.skus() & self.lost, {"ART-00003"})

    def test_c4_keep_keeps_and_nobody_is_asked_again(self):
        self.lose(30)
        answer = self.account.action_keep_missing()["params"]["message"]
        self.assertIn("Kept listings: 30.", answer)
        self.assertAsked(False)
        self.import_catalogue()
        self.assertEqual(self.skus(), self.all)
        self.assertAsked(False)
        self.unlist("MUG-BLUE")
        self.import_catalogue()
        self.assertEqual(self.skus(), self.all - {"MUG-BLUE"})

    def test_c4_the_question_goes_when_amazon_lists_them_again(self):
        self.lose(30)
        then = self.age(self.offers())
        self.world.add_listings(30, prefix="ART")
        report = self.import_catalogue()
        self.assertEqual((report.changed_count, self.missing()), (0, set()))
        self.assertEqual(self.skus(), self.all)
        self.assertAsked(False)
        # no quantity changed: the look at the stock need not compute them
        self.assertEqual(set(self.offers().mapped("write_date")), {then})

    def test_c4_what_is_still_missing_later_is_archived_when_it_is_little(self):
        self.lose(30)
        self.world.add_listings(20, prefix="ART")
        self.import_catalogue()
        self.assertEqual(len(self.all - self.skus()), 10)
        self.assertAsked(False)

    def test_c4_responsible_is_asked_once_and_sees_the_newest_count(self):
        self.lose(30)
        activity = self.activities()
        self.lose(40)
        self.assertEqual(self.activities(), activity)
        self.assertIn("40 of 100", self.account.catalogue_guard_message)
        activity.action_feedback()
        self.import_catalogue()
        self.assertFalse(self.activities(), "asked once")
        self.assertEqual(len(self.missing()), 40)

    def test_c4_each_marketplace_is_judged_by_itself(self):
        self.account.active_marketplace_ids += self.shop(FR)
        self.import_catalogue()
        self.world.add_listings(10, prefix="ART")  # there already: nothing new
        self.unlist("MUG-BLUE", marketplace=FR)
        self.lose(30)
        self.assertNotIn("MUG-BLUE", self.offers(FR).mapped("sku"))
        self.assertEqual(self.skus(), self.all)
        self.assertIn(
            "Amazon's report any more: 30 of 100", self.account.catalogue_guard_message
        )
        self.assertNotIn("Amazon.fr", self.account.catalogue_guard_message)

    def test_c4_archived_by_hand_is_decided(self):
        self.lose(30)
        self.offers().filtered("missing_at").action_archive()
        self.assertFalse(self.missing())
        self.account.invalidate_recordset()
        self.assertFalse(self.account.catalogue_guard_message)
        self.import_catalogue()
        self.assertAsked(False)

    def test_c4_stock_of_missing_offers_is_still_sent(self):
        offer = self.offer("ART-00001")
        [row] = self.env["amazon.submission"]._enqueue(
            "stock",
            [
                {
                    "account_id": self.account.id,
                    "offer_id": offer.id,
                    "dedup_key": offer._get_stock_key(),
                }
            ],
        )
        self.lose(30)
        self.assertEqual(row.state, "todo")
        self.account.action_archive_missing()
        self.assertEqual(row.state, "superseded")

    def test_c4_who_decides(self):
        self.lose(30)

        def user(name, group, **values):
            return new_test_user(self.env, name, groups=group, **values)

        ours = {
            "company_id": self.company.id,
            "company_ids": [Command.set(self.company.ids)],
        }
        connector = "amazon_connector.group_amazon_user"
        salesman = user("c4_guard_sales", "sales_team.group_sale_salesman", **ours)
        stranger = user("c4_guard_stranger", "amazon_connector.group_amazon_manager")
        clerk = user("c4_guard_clerk", connector, **ours)
        for outsider in (salesman, stranger):
            for press in ("action_archive_missing", "action_keep_missing"):
                with self.assertRaises(AccessError):
                    getattr(self.account.with_user(outsider), press)()
        self.account.with_user(clerk).action_archive_missing()
        self.assertEqual(self.skus(), self.all - self.lost)
        self.assertEqual(self.offer("ART-00001", marketplace=DE).active, False)
