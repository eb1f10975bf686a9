"""The keys that encrypt secrets: outside of the database, so that a stolen dump opens
no seller account (feature A6).

They are searched for in this order: the environment variable ``AMAZON_CONNECTOR_KEY``,
the server option ``amazon_connector_key`` (odoo.conf) and the file
``amazon_connector.key`` in Odoo's data directory. Each may hold several keys, separated
by commas. The first key of all encrypts; any of them decrypts.
"""

import logging
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from odoo import _
from odoo.exceptions import UserError
from odoo.tools import config

_logger = logging.getLogger(__name__)
ENVIRONMENT_VARIABLE = "AMAZON_CONNECTOR_KEY"
SERVER_OPTION = "amazon_connector_key"
FILE_NAME = "amazon_connector.key"


def seal(text):
    """Encrypt a secret with the first key, which is made when there is none.

    :param str text: in plain
    :return str: safe to be stored
    :raise UserError: the key that is set is no key, or none can be stored
    """
    keys = _read_keys() or [_make_key_file()]
    try:
        ring = MultiFernet([Fernet(key) for key in keys])
    except ValueError:
        raise UserError(_explain_malformed()) from None
    return ring.encrypt(text.encode()).decode()


def open_sealed(sealed):
    """Decrypt a secret.

    :param str sealed: as `seal` gave it
    :return str|None: in plain; None when no key opens it
    """
    return _open(sealed, _read_keys())


def is_current(sealed):
    """Test whether a secret is sealed with the current key.

    :return bool: whether the first key opens it, so that the others may go
    """
    return _open(sealed, _read_keys()[:1]) is not None


def _open(sealed, keys):
    for key in keys:
        try:
            return Fernet(key).decrypt(sealed.encode()).decode()
        except (InvalidToken, ValueError):
            continue
    return None


def _read_keys():
    """Read the keys from all places in their order.

    :return list: all keys, the one that seals first
    """
    stated = [os.environ.get(ENVIRONMENT_VARIABLE), config.get(SERVER_OPTION)]
    # The file is made when a secret is to be sealed and there is no other key.
    with suppress(OSError, UnicodeDecodeError):
        stated.append(key_file().read_text())
    texts = ",".join(text for text in stated if isinstance(text, str))
    return [key.strip() for key in texts.split(",") if key.strip()]


def key_file():
    """Path of the key file in Odoo's data directory.

    :return Path: of the file, which need not exist
    """
    return Path(config["data_dir"]) / FILE_NAME


def _make_key_file():
    """Write a new key where only Odoo's own user can read it.

    Several workers may do so at once: the first one wins, none reads half a key.

    :return str: the key that stands in the file now
    """
    path = key_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent)  # made with mode 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(Fernet.generate_key())
            with suppress(FileExistsError):
                os.link(draft, path)
                _logger.info("made the key that seals secrets: %s", path)
        finally:
            os.unlink(draft)
        return path.read_text().strip()
    except OSError:
        raise UserError(
            _(
                "Odoo can not store the key that protects your Amazon secrets: its "
                "data directory is not writable. Ask whoever runs the server to set "
                "the server option %(option)s.",
                option=SERVER_OPTION,
            )
        ) from None


def _explain_malformed():
    return _(
        "The server option %(option)s (or the environment variable %(variable)s) is "
        "no key: it has to be 44 characters, as “Fernet.generate_key()” of Python's "
        "package cryptography makes them. Ask whoever runs the server to correct it.",
        option=SERVER_OPTION,
        variable=ENVIRONMENT_VARIABLE,
    )
