"""searchOrders and getOrder: the published rules."""

from .. import SELLER, SELLER_NA, Seller
from ..clock import parse_time
from .common import ORDERS, SimulatorCase

GERMANY, FRANCE, AMERICA = "A1PA6795UKMFR9", "A13V1IB3VIYZZH", "ATVPDKIKX0DER"


class TestParameters(SimulatorCase):
    """Strictness."""

    def test_exactly_one_after(self):
        self.assertInvalid(self.get(ORDERS), "exactly one")
        both = {"createdAfter": self.ago(days=1), "lastUpdatedAfter": self.ago(days=1)}
        self.assertInvalid(self.search(**both), "exactly one")

    def test_families_are_not_mixed(self):
        old, older = self.ago(days=1), self.ago(days=2)
        answer = self.search(createdAfter=older, lastUpdatedBefore=old)
        self.assertInvalid(answer, "can not go with")
        answer = self.search(lastUpdatedAfter=older, createdBefore=old)
        self.assertInvalid(answer, "can not go with")

    def test_before_is_not_earlier_than_after(self):
        old, older = self.ago(days=1), self.ago(days=2)
        answer = self.search(lastUpdatedAfter=old, lastUpdatedBefore=older)
        self.assertInvalid(answer, "must not be later")
        answer = self.search(lastUpdatedAfter=old, lastUpdatedBefore=old)
        self.assertEqual(answer.status, 200)

    def test_before_is_two_minutes_ago(self):
        for family in ("created", "lastUpdated"):
            after = {f"{family}After": self.ago(days=1)}
            good = {f"{family}Before": self.ago(minutes=2)}
            self.assertEqual(self.search(**after, **good).status, 200)
            bad = {f"{family}Before": self.ago(seconds=119)}
            self.assertInvalid(self.search(**after, **bad), "two minutes")

    def test_after_within_the_hidden_time(self):
        answer = self.search(lastUpdatedAfter=self.ago(minutes=1))
        self.assertInvalid(answer, "must not be later")

    def test_times_name_their_offset(self):
        for text in ("2026-11-01", "2026-11-01T00:00:00", "yesterday", "",
                     "2026-11-01 00:00:00+00:00", "2026-13-01T00:00:00Z"):  # fmt: skip
            self.assertInvalid(self.search(lastUpdatedAfter=text), "ISO 8601")
        for text in ("2026-11-01T00:00:00.123456+02:00", "2026-11-01T00:00:00Z"):
            self.assertEqual(self.search(lastUpdatedAfter=text).status, 200)

    def test_unencoded_plus_is_a_space(self):
        self.link()
        answer = self.send(
            "GET",
            f"{ORDERS}?lastUpdatedAfter=2026-11-01T00:00:00+00:00",
            headers={"x-amz-access-token": self.access},
        )
        self.assertInvalid(answer, "ISO 8601")

    def test_unknown_and_repeated_parameters(self):
        self.assertInvalid(self.search(MarketplaceIds=GERMANY), "Unknown parameter")
        self.link()
        query = (
            f"lastUpdatedAfter={self.ago(days=1)}&includedData=BUYER&includedData=TAX"
        )
        answer = self.send(
            "GET", f"{ORDERS}?{query}", headers={"x-amz-access-token": self.access}
        )
        self.assertInvalid(answer, "given twice")

    def test_lists(self):
        self.assertInvalid(self.search(includedData="BUYER,SHOES"), "SHOES")
        self.assertInvalid(self.search(includedData="BUYER,,TAX"), "empty value")
        self.assertInvalid(self.search(includedData=""), "empty value")
        self.assertInvalid(self.search(fulfillmentStatuses="CANCELED"), "CANCELED")
        self.assertInvalid(self.search(fulfilledBy="FBA"), "FBA")

    def test_marketplaces(self):
        self.assertInvalid(self.search(marketplaceIds=AMERICA), "region")
        self.assertInvalid(self.search(marketplaceIds="NOWHERE"), "region")
        many = ",".join([GERMANY] * 51)
        self.assertInvalid(self.search(marketplaceIds=many), "at most 50")
        every = ",".join(SELLER.marketplaces)
        self.assertEqual(self.search(marketplaceIds=every).status, 200)

    def test_page_size(self):
        for size in ("0", "101", "-1", "many", "1.5", ""):
            self.assertInvalid(self.search(maxResultsPerPage=size), "maxResultsPerPage")


class TestFilters(SimulatorCase):
    """What is found."""

    def test_marketplace_status_and_channel(self):
        plain = self.world.place_order()
        french = self.world.place_order(marketplace=FRANCE)
        fba = self.world.place_order("fba")
        self.world.ship_fba(fba)
        self.assertEqual(self.found(), [plain, french, fba])
        self.assertEqual(self.found(marketplaceIds=FRANCE), [french])
        self.assertEqual(
            self.found(marketplaceIds=f"{FRANCE},{GERMANY}"), [plain, french, fba]
        )
        self.assertEqual(self.found(fulfilledBy="AMAZON"), [fba])
        self.assertEqual(self.found(fulfilledBy="MERCHANT"), [plain, french])
        self.assertEqual(self.found(fulfillmentStatuses="SHIPPED,PENDING"), [fba])

    def test_both_ends_of_the_window_belong_to_it(self):
        ref = self.world.place_order(updated=parse_time("2026-11-19T10:00:00.500Z"))
        moment = "2026-11-19T10:00:00.500Z"
        later, earlier = "2026-11-19T10:00:00.501Z", "2026-11-19T10:00:00.499Z"
        self.assertEqual(self.found(lastUpdatedAfter=moment), [ref])
        self.assertEqual(self.found(lastUpdatedAfter=later), [])
        window = {"lastUpdatedAfter": "2026-11-19T00:00:00Z"}
        self.assertEqual(self.found(**window, lastUpdatedBefore=moment), [ref])
        self.assertEqual(self.found(**window, lastUpdatedBefore=earlier), [])

    def test_created_window(self):
        ref = self.world.place_order(created=parse_time("2026-11-01T10:00:00Z"))
        self.world.place_order()
        found = self.found(
            createdAfter="2026-11-01T00:00:00Z", createdBefore="2026-11-02T00:00:00Z"
        )
        self.assertEqual(found, [ref])

    def test_a_seller_sees_only_its_own(self):
        mine = self.world.place_order()
        theirs = self.world.place_order(marketplace=AMERICA)
        rival = self.world.add_seller(Seller("Rival", "eu", "A1RIVAL"))
        rivals = self.world.place_order(seller=rival)
        self.assertEqual(self.found(), [mine])
        for other in (theirs, rivals):
            self.assertEqual(self.get(f"{ORDERS}/{other}").status, 404)
        self.link(SELLER_NA)
        self.assertEqual(self.found(), [theirs])

    def test_get_order(self):
        ref = self.world.place_order()
        answer = self.get(f"{ORDERS}/{ref}")
        self.assertEqual(answer.json["order"]["orderId"], ref)
        answer = self.get(f"{ORDERS}/302-0000000-0000000")
        self.assertEqual((answer.status, answer.error["code"]), (404, "NotFound"))
        self.assertInvalid(self.get(f"{ORDERS}/12345"), "order id")
        self.assertInvalid(self.get(f"{ORDERS}/{ref}", marketplaceIds="X"), "Unknown")


class TestPages(SimulatorCase):
    """Pagination."""

    def page(self, token=None, **parameters):
        more = {"paginationToken": token} if token else {}
        body = self.search(**parameters, **more).json
        refs = [order["orderId"] for order in body["orders"]]
        return refs, body.get("pagination", {}).get("nextToken"), body

    def test_pages_of_at_most_a_hundred(self):
        refs = [self.world.place_order() for _ in range(201)]
        first, token, body = self.page()
        second, token2, _body = self.page(token)
        third, token3, last = self.page(token2)
        self.assertEqual([len(first), len(second), len(third)], [100, 100, 1])
        self.assertEqual(first + second + third, refs)
        self.assertIsNone(token3)
        self.assertNotIn("pagination", last)
        self.assertEqual(body["lastUpdatedBefore"], last["lastUpdatedBefore"])

    def test_exactly_one_page_has_no_token(self):
        for _ in range(3):
            self.world.place_order()
        _refs, token, body = self.page(maxResultsPerPage=3)
        self.assertIsNone(token)
        self.assertNotIn("pagination", body)

    def test_size_and_datasets_may_change_between_pages(self):
        refs = [self.world.place_order() for _ in range(5)]
        first, token, _body = self.page(maxResultsPerPage=2)
        rest, _token, _body = self.page(
            token, maxResultsPerPage=50, includedData="BUYER"
        )
        self.assertEqual(first + rest, refs)

    def test_nothing_else_may_change(self):
        for _ in range(3):
            self.world.place_order()
        _refs, token, _body = self.page(maxResultsPerPage=1, fulfilledBy="MERCHANT")
        answer = self.search(paginationToken=token)
        self.assertInvalid(answer, "other parameters")
        answer = self.search(
            paginationToken=token,
            fulfilledBy="MERCHANT",
            lastUpdatedAfter=self.ago(days=1),
        )
        self.assertInvalid(answer, "other parameters")

    def test_token_lives_for_a_day_and_is_the_sellers_own(self):
        for _ in range(3):
            self.world.place_order()
        _refs, token, _body = self.page(maxResultsPerPage=1)
        self.link(SELLER_NA)
        self.assertInvalid(self.search(paginationToken=token), "not valid")
        self.clock.advance(hours=23, minutes=59)
        self.link()
        self.assertEqual(self.search(paginationToken=token).status, 200)
        self.clock.advance(minutes=1)
        self.link()
        self.assertInvalid(self.search(paginationToken=token), "expired")
        self.assertInvalid(self.search(paginationToken="x"), "not valid")
        self.assertInvalid(self.search(paginationToken=""), "empty")

    def test_orders_that_change_between_pages(self):
        refs = [self.world.place_order() for _ in range(6)]
        first, token, body = self.page(maxResultsPerPage=2)
        self.world.cancel(refs[0])
        self.world.cancel(refs[3])
        new = self.world.place_order()
        rest, _token, _body = self.page(token)
        self.assertEqual(first + rest, [refs[0], refs[1], refs[2], refs[4], refs[5]])
        later = self.found(lastUpdatedAfter=body["lastUpdatedBefore"])
        self.assertEqual(later, [refs[0], refs[3], new])
