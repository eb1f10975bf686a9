from .. import ConfigError, Rejected
from .common import GERMANY, AmazonCase, Reply, refusal


class TestAccessCalls(AmazonCase):
    """Reads that are made for the sake of being allowed (feature A4)."""

    def asked(self):
        return [(call.method, call.path, call.query) for call in self.amazon.calls]

    def test_a4_ask_as_amazon_documents(self):
        self.amazon_answers(
            refusal(404, "NOT_FOUND", "SKU was not found"),
            Reply(200, {"sku": "X"}),
            Reply(200, {"payload": {"transactions": []}}),
        )
        partner = self.seller()
        partner.try_listings("A1SELLER", GERMANY)
        partner.try_listings("A1SELLER", GERMANY)
        partner.try_finances(self.clock())
        sku = "amazon-connector-connection-test"
        listing = (
            "GET",
            f"/listings/2021-08-01/items/A1SELLER/{sku}",
            {"marketplaceIds": GERMANY},
        )
        self.assertEqual(
            self.asked(),
            [
                listing,
                listing,
                (
                    "GET",
                    "/finances/2024-06-19/transactions",
                    {
                        "postedAfter": "2026-11-20T10:00:00.000Z",
                        "postedBefore": "2026-11-20T11:00:00.000Z",
                    },
                ),
            ],
        )

    def test_a4_a_missing_role_differs_from_other_refusals(self):
        partner = self.seller()
        for call, args in (
            (partner.try_listings, ("A1SELLER", GERMANY)),
            (partner.try_finances, (self.clock(),)),
        ):
            denied = refusal(403, "Unauthorized", "Access is denied.")
            self.amazon_answers(denied, denied)
            error = self.failure_of(ConfigError, call, *args)
            self.assertEqual(error.reason, "role")
            self.amazon_answers(refusal(400, "InvalidInput", "No."))
            self.failure_of(Rejected, call, *args)

    def test_a4_a_strange_seller_is_not_asked_for(self):
        self.failure_of(ValueError, self.seller().try_listings, "../x", GERMANY)
        self.assertEqual(self.amazon.calls, [])
