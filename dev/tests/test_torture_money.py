import random
import types
import unittest
from decimal import Decimal

from dev.torture import command, money_days, schedule, shrinker, trade_books
from dev.torture.play import Amazon
from dev.torture.trade import Trade

SKU = "MUG-BLUE"


class TestMoneyDays(unittest.TestCase):
    def draw(self, number):
        return schedule.draw(money_days.seed(number))

    def test_a_seed_is_the_same_day_each_time(self):
        self.assertEqual(self.draw(5), self.draw(5))
        self.assertNotEqual(self.draw(5).steps, self.draw(6).steps)

    def test_each_day_sells_invoices_gives_back_and_pays(self):
        for number in range(50):
            day = self.draw(number)
            verbs = {step.verb for step in day.steps}
            self.assertLessEqual({"place", *money_days.ALWAYS}, verbs)
            self.assertTrue(day.trades)

    def test_days_in_other_orders(self):
        def order(number):
            verbs = [step.verb for step in self.draw(number).steps]
            return tuple(sorted(("invoice", "refund", "pay"), key=verbs.index))

        self.assertEqual(len({order(number) for number in range(100)}), 6)

    def test_other_days_are_what_they_were_and_no_such_days(self):
        steps = schedule.draw("5").steps
        self.assertEqual(
            [step.verb for step in steps[:4]],
            ["place", "fault", "together", "place_late"],
        )
        self.assertFalse(any(schedule.draw(str(n)).trades for n in range(100)))
        self.assertFalse(schedule.draw("two servers book settlements").trades)

    def test_command_plays_so_many(self):
        options = types.SimpleNamespace(
            seed="7", commits=None, schedules=1, seconds=None, money=(3, 2)
        )
        seeds = list(command.seeds_of(options))
        self.assertEqual(seeds, ["money 3", "money 4", "7"])

    def test_a_day_is_shrunk_to_one_refund(self):
        def fails(steps):
            refunds = [r for s in steps for r in s.words.get("refunds", ())]
            return any(refund["share"] == "half" for refund in refunds)

        number = next(n for n in range(50) if fails(self.draw(n).steps))
        [step] = shrinker.shortest(self.draw(number).steps, fails)
        self.assertEqual(step.verb, "refund")
        self.assertEqual(len(step.words["refunds"]), 1)


class TestGivingBack(unittest.TestCase):
    def setUp(self):
        super().setUp()
        self.amazon = Amazon()
        self.amazon.begin_world("1")
        self.trade = Trade()
        self.trade.world = self.amazon.world
        self.trade.events = []
        self.trade.began = {SKU: {}}
        item = self.trade.world.item(SKU, quantity=2, price="10")
        self.ref = self.trade.world.place_order("fba", items=[item])

    def wish(self, share, **words):
        usual = {"more": {}, "status": "RELEASED", "kind": "Refund", "again": True}
        return {**usual, "share": share, **words}

    def refund(self, *shares, **words):
        rng = random.Random(1)
        self.trade._refund(rng, [self.wish(share, **words) for share in shares])
        return [f"{event.total:.2f}" for event in self.trade.world.refunds]

    def test_nothing_goes_back_of_what_was_not_shipped(self):
        self.assertEqual(self.refund("all"), [])

    def test_no_more_goes_back_than_was_paid(self):
        self.trade.world.ship_fba(self.ref)
        found = self.refund("half", "little", "all", "little", "all", "nothing")
        self.assertEqual(found, ["10.00", "2.00", "8.00"])

    def test_goodwill_and_fee(self):
        self.trade.world.ship_fba(self.ref)
        self.refund("little", more={"RestockingFee": "-1.00"})
        self.assertEqual(self.refund("nothing"), ["1.00", "3.00"])

    def test_released_refund_counts_once(self):
        self.trade.world.ship_fba(self.ref)
        self.refund("half", status="DEFERRED")
        self.trade._release(None)
        self.assertEqual(self.trade._refunded(self.ref), Decimal(10))

    def test_no_more_is_sent_back_than_was_shipped(self):
        self.trade.world.ship_fba(self.ref)
        goods = [{"condition": "SELLABLE", "status": "Approved"}] * 5
        self.trade._send_back(random.Random(1), goods)
        self.assertEqual(sum(e.quantity for e in self.trade.world.returns), 2)


class TestTradeBooks(unittest.TestCase):
    """Books of a refund, a settlement and two returns that are right, and each kind of
    mistake in them."""

    def setUp(self):
        super().setUp()
        amazon = Amazon()
        amazon.begin_world("1")
        self.world = world = amazon.world
        item = world.item(SKU, quantity=3, price="10")
        self.fba = world.place_order("fba", items=[item])
        world.ship_fba(self.fba)
        self.fbm = world.place_order(items=[item])
        world.ship_fbm(self.fbm)
        world.refund_payment(self.fba, "4.00")
        world.settle()
        world.refund_payment(self.fba, "5.00", parts={"Goodwill": "1.00"})
        self.sellable = world.return_goods(self.fba)
        self.broken = world.return_goods(self.fba, disposition="DEFECTIVE")
        self.request = world.return_goods(self.fbm, quantity=2)
        self.received = world.return_goods(self.fbm)
        total = f"{world.order(self.fba).total:.2f}"
        self.invoice = self.document("out_invoice", total, "0.00")
        self.first = self.document("out_refund", "4.00", "0.00", is_refund=True)
        self.second = self.document("out_refund", "6.00", "-6.00", is_refund=True)
        self.sale = {"order": self.fbm, "amount": f"-{total}", "open": f"-{total}"}
        paid = {"order": self.fba, "amount": f"-{total}", "open": "0.00"}
        taken = {"order": self.fba, "amount": "4.00", "open": "0.00"}
        self.refund = self.booked("1", "4.00")
        self.goods = self.come(self.request, "expected", 0, 2)
        before = {"shelf": 9, "Amazon": 8, "unsellable": 7}
        self.found = {
            "refunds": [self.refund, self.booked("2", "6.00")],
            "documents": [self.invoice, self.first, self.second],
            "payments": [paid, taken, self.sale],
            "returns": [
                self.come(self.sellable, "booked", 1, 0),
                self.come(self.broken, "booked", 1, 0),
                self.goods,
                self.come(self.received, "received", 1, 0),
            ],
            "refunded": {self.fba: "10.00", self.fbm: "0.00"},
            "unbalanced": [],
            "began": {SKU: before},
            "stock": {SKU: {"shelf": 9 - 3 + 1, "Amazon": 8 - 3 + 2, "unsellable": 8}},
        }

    def document(self, kind, total, left, is_refund=False):
        return {
            "order": self.fba,
            "type": kind,
            "state": "posted",
            "total": total,
            "open": left,
            "is_refund": is_refund,
        }

    def booked(self, ref, amount):
        return {
            "ref": ref,
            "order": self.fba,
            "amount": amount,
            "state": "posted",
            "reason": "refund",
            "hold": False,
            "message": False,
            "notes": [f"posted {amount}"],
        }

    def come(self, event, state, done, is_open):
        return {
            "ref": event.number,
            "order": event.order.ref,
            "sku": event.item.sku,
            "channel": event.order.channel,
            "quantity": event.quantity,
            "state": state,
            "hold": False,
            "message": False,
            "done": done,
            "open": is_open,
        }

    def assert_wrong(self, *said):
        found = trade_books.compare(self.world, self.found)
        self.assertEqual(len(found), len(said), found)
        for text, words in zip(found, said, strict=True):
            self.assertIn(words, text)

    def test_all_is_well(self):
        self.assert_wrong()

    def test_refund_is_lost(self):
        self.found["refunds"].pop()
        self.assert_wrong("1 refunds of 6.00 at Amazon, 0 in Odoo")

    def test_refund_is_known_twice(self):
        self.found["refunds"].append(self.booked("3", "4.00"))
        self.assert_wrong("1 refunds of 4.00 at Amazon, 2 in Odoo")

    def test_refund_is_credited_twice(self):
        self.refund["notes"] *= 2
        self.assert_wrong("credited more than once")

    def test_a_cent_is_missing_in_a_credit_note(self):
        self.refund["notes"] = ["posted 3.99"]
        self.assert_wrong("its credit note is another")

    def test_credit_note_is_a_draft(self):
        self.refund.update(state="draft", notes=["draft 4.00"])
        self.assert_wrong("it has a credit note and does not say so")

    def test_refund_waits_although_it_is_invoiced(self):
        self.refund.update(state="waiting", notes=[])
        self.assert_wrong("waits, and is invoiced")

    def test_refund_before_the_invoice_waits_for_it(self):
        self.found["documents"] = []
        for refund in self.found["refunds"]:
            refund.update(state="waiting", notes=[])
        for payment in self.found["payments"]:
            payment["open"] = payment["amount"]
        self.assert_wrong()

    def test_claim_asks_a_person_and_says_why(self):
        self.found["documents"].remove(self.second)
        claim = self.found["refunds"][1]
        claim.update(state="person", reason="a_to_z", hold="a_to_z", notes=[])
        self.assert_wrong("nobody hears of it")
        claim["message"] = "Amazon decided a claim."
        self.assert_wrong()
        claim.update(reason="refund", hold="above")
        self.assert_wrong("a person is asked without need")

    def test_credit_note_of_nothing(self):
        self.second["is_refund"] = False
        self.assert_wrong("credit note of nothing")

    def test_order_is_invoiced_twice_or_for_another_amount(self):
        self.invoice["total"] = "0.01"
        self.assert_wrong("the buyer paid 30.00", "is what Amazon's figures leave")
        self.invoice["total"] = "30.00"
        self.found["documents"].append(self.invoice)
        self.assert_wrong("is not the only one", "is what Amazon's figures leave")

    def test_payment_is_not_reconciled(self):
        self.invoice["open"], self.found["payments"][0]["open"] = "30.00", "-30.00"
        self.assert_wrong("-30.00, -6.00, +30.00 is open in Odoo, -6.00 is what")

    def test_payment_is_taken_twice(self):
        self.found["payments"].append(self.sale)
        self.assert_wrong("-30.00, -30.00 is open in Odoo, -30.00 is what")

    def test_settled_refund_is_missing(self):
        self.found["payments"][1]["open"] = "4.00"
        self.assert_wrong("-6.00, +4.00 is open in Odoo, -6.00 is what")

    def test_order_shows_another_sum(self):
        self.found["refunded"][self.fba] = "14.00"
        self.assert_wrong("10.00 went back, 14.00 in Odoo")

    def test_entry_is_not_balanced(self):
        self.found["unbalanced"] = ["AMZ/1"]
        self.assert_wrong("not balanced: AMZ/1")

    def test_return_is_lost_or_twice_or_of_nobody(self):
        self.found["returns"].remove(self.goods)
        self.assert_wrong("return D000003 (Approved): [] in Odoo")
        self.found["returns"] += [self.goods, self.goods]
        self.assert_wrong("return D000003 (Approved)")
        self.found["returns"][-1] = {**self.goods, "ref": "D9"}
        self.assert_wrong("return D9 is not known at Amazon")

    def test_request_that_nobody_approved_is_no_return(self):
        self.request.status = "Pending"
        self.assert_wrong("return D000003 (Pending)")
        self.found["returns"].remove(self.goods)
        self.assert_wrong()

    def test_nobody_waits_for_a_return(self):
        self.goods["state"] = "person"
        self.assert_wrong("nobody waits for it")

    def test_other_goods_come_back(self):
        self.goods["quantity"] = 1
        self.assert_wrong("2 × MUG-BLUE came back")
        self.goods.update(quantity=2, open=4)
        self.assert_wrong("other goods are expected")
        self.goods.update(state="received", done=1, open=1)
        self.found["stock"][SKU]["shelf"] += 2
        self.assert_wrong("other goods were received")

    def test_goods_come_back_twice_or_lie_elsewhere(self):
        for place in ("shelf", "Amazon", "unsellable"):
            with self.subTest(place):
                self.found["stock"][SKU][place] += 1
                self.assert_wrong(f"{SKU}, {place}: ")
                self.found["stock"][SKU][place] -= 1
