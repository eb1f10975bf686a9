"""The judge itself: it must see what is wrong."""

from ..operations import OPERATIONS
from .common import ORDERS, SimulatorCase, needs_contract


@needs_contract
class TestContract(SimulatorCase):
    """Violations are collected, on both sides."""

    options = {"check_contract": True}

    def assertViolated(self, *said):
        found = self.sim.contract_violations
        self.assertEqual(len(found), len(said), found)
        for text, part in zip(found, said, strict=True):
            self.assertIn(part, text)

    def test_a_good_call_violates_nothing(self):
        self.world.seed(5)
        self.search(includedData="BUYER,TAX", marketplaceIds="A1PA6795UKMFR9")
        self.assertViolated()

    def test_bad_requests(self):
        self.search(MarketplaceIds="X")
        self.assertViolated("MarketplaceIds is unknown")
        self.sim.contract_violations.clear()
        self.search(includedData="SHOES")
        self.assertViolated("'SHOES' is not one of")
        self.sim.contract_violations.clear()
        self.search(marketplaceIds=",".join(["A1PA6795UKMFR9"] * 51))
        self.assertViolated("is too long")
        self.sim.contract_violations.clear()
        self.get(ORDERS, lastUpdatedAfter="yesterday", maxResultsPerPage="many")
        self.assertViolated("is not a 'date-time'", "is not of type 'integer'")

    def test_bad_answers(self):
        ref = self.world.place_order()
        self.world.tamper(ref, lambda order: order.pop("salesChannel"))
        self.search()
        self.assertViolated("'salesChannel' is a required property")
        self.sim.contract_violations.clear()
        self.world.tamper(ref, lambda order: order.update(colour="red"))
        self.search()
        self.assertViolated("'colour' was unexpected")

    def test_every_operation_is_published(self):
        for name, operation in OPERATIONS.items():
            if operation.needs_token:
                key = operation.method, operation.template
                self.assertEqual(self.sim._contract.published_name(*key), name)
