"""People read in their language what a scheduled action has written (feature U1)."""

from odoo.tests import new_test_user

from .common import AmazonCase


class TestLanguages(AmazonCase):
    def setUp(self):
        super().setUp()
        self.env["res.lang"]._activate_lang("fr_FR")
        self.account.user_id = new_test_user(
            self.env,
            "u1_responsible",
            groups="amazon_connector.group_amazon_user",
            company_id=self.company.id,
            company_ids=self.company.ids,
            lang="fr_FR",
        )

    def test_u1_reasons_are_in_the_language_of_the_responsible(self):
        ref = self.buy("MUG-BLUE", status="CANCELLED")
        self.run_cron()
        self.assertEqual(
            self.row(ref).error_message,
            "Annulée chez Amazon avant d'arriver dans Odoo.",
        )

    def test_u1_notes_of_several_orders_are_in_the_language_of_the_responsible(self):
        refs = [self.buy("MUG-BLUE"), self.buy("MUG-BLUE")]
        self.run_cron()
        for order in map(self.sale_order, refs):
            notes = "\n".join(order.message_ids.mapped("body"))
            self.assertIn("Achetée et payée sur ", notes)
            self.assertNotIn("Bought and paid", notes)
