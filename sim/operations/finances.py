"""Finances API v2024-06-19: the list of transactions, which are none so far."""

from ..sellers import ROLE_FINANCE
from . import parameters
from .base import Answer, Operation, invalid

_SEARCH = {
    "postedAfter": parameters.moment,
    "postedBefore": parameters.moment,
    "marketplaceId": parameters.plain,
    "transactionStatus": parameters.plain,
    "relatedIdentifierName": parameters.plain,
    "relatedIdentifierValue": parameters.plain,
    "nextToken": parameters.plain,
}


def list_transactions(call):
    """GET /finances/2024-06-19/transactions."""
    wanted = parameters.read(call.query, _SEARCH)
    if not {"postedAfter", "relatedIdentifierName"} & wanted.keys():
        raise invalid("Give postedAfter or relatedIdentifierName")
    return Answer(body={"payload": {"transactions": []}})


OPERATIONS = (
    Operation(
        "listTransactions",
        "GET",
        "/finances/2024-06-19/transactions",
        list_transactions,
        rate=0.5,
        burst=10,
        roles=(ROLE_FINANCE,),
    ),
)
