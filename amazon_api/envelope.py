"""The envelope of Amazon's XML feeds, and the checks that all of them share.

Source: Amazon's XML schemas amzn-envelope and amzn-header.
"""

from __future__ import annotations

from xml.etree import ElementTree

from .writer import reference, sized_feed

_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_SCHEMA = "{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation"


def envelope(seller_id: str, message_type: str) -> ElementTree.Element:
    """An envelope without any message yet.

    :param str seller_id: the seller's number at Amazon
    :param str message_type: of all messages in it
    """
    root = ElementTree.Element("AmazonEnvelope", {_SCHEMA: "amzn-envelope.xsd"})
    header = ElementTree.SubElement(root, "Header")
    add_text(header, "DocumentVersion", "1.01")
    add_text(header, "MerchantIdentifier", reference(seller_id, "The seller"))
    add_text(root, "MessageType", message_type)
    return root


def add_text(parent: ElementTree.Element, name: str, text: str, **attributes) -> None:
    """Add an element that holds a text."""
    ElementTree.SubElement(parent, name, attributes).text = text


def envelope_bytes(root: ElementTree.Element) -> bytes:
    """The document of an envelope.

    :raise ValueError: it is larger than 10 MiB
    """
    return sized_feed(_DECLARATION + ElementTree.tostring(root, encoding="utf-8"))
