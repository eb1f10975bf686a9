"""Documents in Amazon's store, and the presigned addresses that lead to them."""

from dataclasses import dataclass
from datetime import timedelta

LINK_LIFETIME = timedelta(minutes=5)


@dataclass
class Document:
    """A document in Amazon's store: sent by the seller, or made by Amazon."""

    id: str
    merchant: str
    created: object
    content_type: str = ""
    content: bytes | None = None  # as stored: None until it is uploaded
    gzip: bool = False


@dataclass
class Link:
    """A presigned address of a document."""

    document: Document
    method: str
    expires: object
    signature: str
    encoding: str = ""


class DocumentStore:
    """Holds documents and the addresses that were given out."""

    def __init__(self):
        self.documents = {}
        self.links = {}

    def new_document(self, world, merchant, content_type=""):
        """Create an empty document."""
        code = f"amzn1.tortuga.4.{world.new_key('document', 32)}"
        document = Document(code, merchant, world.now(), content_type)
        self.documents[code] = document
        return document

    def presign(self, world, document, method, encoding=""):
        """Return path and query at which a document is reached for five minutes."""
        key, signature = world.new_key("link", 40), world.new_key("signature", 64)
        expires = world.now() + LINK_LIFETIME
        self.links[key] = Link(document, method, expires, signature, encoding)
        seconds = int(LINK_LIFETIME.total_seconds())
        return f"/{key}?X-Amz-Expires={seconds}&X-Amz-Signature={signature}"
