"""The feed UPLOAD_VAT_INVOICE: an invoice or a credit note as a PDF."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from .feed_result import Result
from .listing_changes import Problem
from .model import PARTIALLY_SHIPPED, SHIPPED
from .money import ZERO, rounded

TYPE = "UPLOAD_VAT_INVOICE"
COUNTRIES = ("BE", "DE", "ES", "FR", "GB", "IE", "IT", "NL", "PL", "SE")
MISSING, MADE_BY_AMAZON, WRONG = "79513", "79525", "79530"
_PREFIX = "metadata:"
_IBA = "INVOICE_BY_AMAZON"


@dataclass(frozen=True)
class Upload:
    """A document that was uploaded, and what became of it."""

    order: str
    kind: str
    number: str
    shipping: str | None
    transaction: str | None
    problem: str = ""

    @property
    def is_accepted(self):
        """Tell whether Amazon shows it to the buyer."""
        return not self.problem


def work(world, feed):
    """Keep the invoice and return its result."""
    stated = {
        name.removeprefix(_PREFIX).lower(): value
        for name, value in feed.options.items()
        if name.startswith(_PREFIX)
    }
    if stated.get("shippingid"):  # the order is ignored then
        stated["orderid"] = _order_of(world, stated["shippingid"])
    ref = stated.get("orderid")
    problem = _problem(world, feed, stated)
    if ref in world.feeds.refusals:
        problem = Problem(WRONG, world.feeds.refusals[ref])
    upload = Upload(
        ref,
        stated.get("documenttype", ""),
        stated.get("invoicenumber", ""),
        stated.get("shippingid"),
        stated.get("transactionid"),
        problem.message if problem else "",
    )
    world.invoice_data.append(upload)
    if problem:
        return [Result(1, ref, [problem])]
    key = (ref, stated["documenttype"], stated["invoicenumber"])
    if key in world.invoices:
        world.dangers.append(f"{ref}: {stated['invoicenumber']} was uploaded twice")
    world.invoices[key] = feed.content
    return [Result(1, ref, [])]


def _order_of(world, shipping):
    """Return the reference of the order with a shipment; an unknown one for none."""
    return next(
        (ref for ref, order in world.orders.items() if shipping in order.parcels()),
        "unknown",
    )


def _problem(world, feed, stated):
    """Say why Amazon does not take the document, or return None."""
    needed = {"invoicenumber", "documenttype", "orderid"}
    if not needed <= stated.keys() or stated["documenttype"] not in (
        "Invoice",
        "CreditNote",
    ):
        return Problem(
            MISSING,
            "Please provide metadata:shippingid or metadata:orderid,"
            "metadata:invoicenumber,metadata:totalamount,metadata:totalvatamount",
        )
    if not feed.content.startswith(b"%PDF-"):
        return Problem(WRONG, "The document is not a PDF.")
    order = world.orders.get(stated["orderid"])
    if order is None or order.seller != feed.merchant:
        return Problem(WRONG, "The order is unknown, or another seller's.")
    if feed.marketplaces != (order.marketplace.id,):
        return Problem(WRONG, "The marketplace is not that of the order.")
    if order.marketplace.country not in COUNTRIES:
        return Problem(WRONG, "Invoices are not taken in this marketplace.")
    if order.status not in (SHIPPED, PARTIALLY_SHIPPED):
        return Problem(WRONG, "The order is not shipped.")
    if _IBA in order.programs:
        return Problem(
            MADE_BY_AMAZON,
            f"Amazon will generate invoice for shipmentId N/A, orderId {order.ref}",
        )
    return _transaction_problem(world, order, stated) or _total_problem(order, stated)


def _transaction_problem(world, order, stated):
    """Check the number of the refund, which credit notes need where Amazon calculates
    the VAT."""
    number = stated.get("transactionid")
    is_credit_note = stated["documenttype"] == "CreditNote"
    if number is None:
        if not (world.calculates_vat and is_credit_note):
            return None
        return Problem(MISSING, "Please provide metadata:transactionid")
    known = {event.number for event in world.refunds if event.order == order.ref}
    if not is_credit_note or number not in known:
        return Problem(WRONG, "TransactionId is not that of a refund of the order.")
    return None


def _total_problem(order, stated):
    """Compare the totals, which have to be Amazon's to the cent when they are given:
    those of the shipment, where one is named."""
    if "totalamount" not in stated or stated["documenttype"] != "Invoice":
        return None
    try:
        total = Decimal(stated["totalamount"])
        tax = Decimal(stated.get("totalvatamount", "0"))
    except InvalidOperation:
        return Problem(WRONG, "An amount is not a number.")
    theirs, their_tax = order.total, sum((item.tax for item in order.items), ZERO)
    if "shippingid" in stated:
        units = order.parcels()[stated["shippingid"]].items()
        parts = [
            (order.item(code), Decimal(count) / order.item(code).quantity)
            for code, count in units
        ]
        theirs, their_tax = (
            sum(
                (rounded(amount(item) * share, order.currency) for item, share in parts)
            )
            for amount in (
                lambda item: item.total(order.inclusive),
                lambda item: item.tax,
            )
        )
    if total != theirs:
        return Problem(WRONG, f"TotalAmount is not {theirs}.")
    if tax != their_tax:
        return Problem(WRONG, "TotalVATAmount is not what Amazon has calculated.")
    return None


def report(feed, results, refused=""):
    """Write the report: a table below a summary."""
    problems = [problem for result in results for problem in result.problems]
    if refused:
        problems.append(Problem(WRONG, refused))
    count = max(len(results), 1)
    rows = [
        "Feed Processing Summary:",
        f"\tNumber of records processed\t\t{count if results or refused else 0}",
        f"\tNumber of records successful\t\t{0 if problems else len(results)}",
    ]
    if problems:
        columns = ("original-record-number", "sku", "error-code", "error-type")
        rows += ["", "\t".join([*columns, "error-message"])]
    rows += [f"1\t\t{each.code}\tError\t{each.message}" for each in problems]
    return "".join(f"{row}\n" for row in rows).encode()
