"""All that the tests say to Amazon is held against Amazon's published models (S1)."""

from odoo.addons.amazon_connector.sim import contract

from .common import AmazonCase


class TestContract(AmazonCase):
    """Where the models are not at hand, this test alone is skipped: the others go on
    without the check."""

    def test_s1_contract_is_checked(self):
        if contract.missing():
            self.skipTest(contract.missing())
        ref = self.buy("MUG-BLUE")
        self.world.tamper(ref, lambda order: order.update(colour="red"))
        self.sync()
        found = self.amazon.contract_violations
        self.assertEqual(len(found), 1, found)
        self.assertIn("searchOrders: answer", found[0])
        self.assertIn("'colour' was unexpected", found[0])
        found.clear()
