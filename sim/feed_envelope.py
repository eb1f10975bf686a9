"""What the XML feeds share: the envelope, its shape, and the processing report."""

from xml.etree import ElementTree

from .feed_result import FeedRefused, Result
from .listing_changes import BAD_MESSAGE, Problem

_ENVELOPE = {
    "AmazonEnvelope": ("Header", "MessageType", "Message*"),
    "Header": ("DocumentVersion", "MerchantIdentifier"),
}


def messages(feed, message_type, shapes):
    """Read a feed: the number and the content of each message.

    :param shapes: {element: its children in their order}; those with ? or * may be left
        out, + is one or more
    :raise FeedRefused: the document as a whole can not be read
    """
    root = _document(feed, message_type, {**_ENVELOPE, **shapes})
    numbers = [message.findtext("MessageID").strip() for message in root[2:]]
    if len(set(numbers)) < len(numbers) or not all(map(str.isdigit, numbers)):
        raise FeedRefused("Each MessageID must be a number of its own.")
    return [
        (int(number), message[-1])
        for number, message in zip(numbers, root[2:], strict=True)
    ]


def _document(feed, message_type, shapes):
    if b"<!DOCTYPE" in feed.content:
        raise FeedRefused("A document type is not allowed.")
    try:
        root = ElementTree.fromstring(feed.content)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise FeedRefused(f"The document is not XML: {error}") from None
    if root.tag != "AmazonEnvelope":
        raise FeedRefused("The document must be an AmazonEnvelope.")
    _check_shape(root, shapes)
    if root.findtext("Header/MerchantIdentifier").strip() != feed.merchant:
        raise FeedRefused("MerchantIdentifier names another seller.")
    if root.findtext("MessageType").strip() != message_type:
        raise FeedRefused(f"MessageType must be {message_type}.")
    if len(root) < 3:
        raise FeedRefused("The document holds no message.")
    return root


def _check_shape(element, shapes):
    left = list(element)
    for child in shapes.get(element.tag, ()):
        name, mark = child.rstrip("*?+"), child[-1]
        if mark not in "*?" and (not left or left[0].tag != name):
            raise FeedRefused(f"{element.tag} must hold {name} in its place.")
        taken = 0
        while left and left[0].tag == name and (mark in "*+" or not taken):
            _check_shape(left.pop(0), shapes)
            taken += 1
    if left:
        raise FeedRefused(f"{element.tag} can not hold {left[0].tag} there.")


def report(feed, results, refused=""):
    """Write the processing report; `refused` is said of the feed as a whole."""
    root = ElementTree.Element("AmazonEnvelope")
    _add(root, "Header", DocumentVersion="1.02", MerchantIdentifier=feed.merchant)
    _add(root, MessageType="ProcessingReport")
    message = _add(root, "Message", MessageID="1")
    report_node = _add(
        message,
        "ProcessingReport",
        DocumentTransactionID=feed.id,
        StatusCode="Complete",
    )
    wrong = sum(bool(result.problems) for result in results)
    _add(
        report_node,
        "ProcessingSummary",
        MessagesProcessed=str(len(results)),
        MessagesSuccessful=str(len(results) - wrong),
        MessagesWithError=str(wrong),
        MessagesWithWarning="0",
    )
    if refused:
        results = [Result(0, None, [Problem(BAD_MESSAGE, refused)]), *results]
    for result in results:
        for problem in result.problems:
            _add_result(report_node, result, problem)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _add_result(report_node, result, problem):
    node = _add(
        report_node,
        "Result",
        MessageID=str(result.message_id),
        ResultCode="Error",
        ResultMessageCode=problem.code,
        ResultDescription=problem.message,
    )
    if result.subject:
        _add(node, "AdditionalInfo", AmazonOrderID=result.subject)


def _add(parent, tag=None, **texts):
    node = parent if tag is None else ElementTree.SubElement(parent, tag)
    for name, text in texts.items():
        ElementTree.SubElement(node, name).text = text
    return node
