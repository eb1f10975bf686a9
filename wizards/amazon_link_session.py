"""Tie a visit to Amazon's consent page to the browser that makes it."""

import secrets

from odoo import _
from odoo.exceptions import UserError
from odoo.http import request

SESSION_KEY = "amazon_link_key"


def get_session_key():
    """A secret of the browser's session; it stays when the session gets a new number.

    :return str:
    :raise UserError: there is no browser
    """
    if not request:
        raise UserError(_("Amazon's consent page is opened from a browser only."))
    if not request.session.get(SESSION_KEY):
        request.session[SESSION_KEY] = secrets.token_urlsafe(32)
    return request.session[SESSION_KEY]
