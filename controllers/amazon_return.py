"""Where Amazon's consent page sends the browser back to (feature A3).

The one place of the addon that waits for Amazon in the request of a page: the code
that comes back is good for five minutes, and the person waits for the outcome.
"""

from odoo import _
from odoo.http import Controller, request, route

from ..models.amazon_link_request import LinkRefused
from ..models.res_company import RETURN_PATH
from ..wizards.amazon_link_account import SESSION_KEY

# The address holds a code: it must neither be told to other sites nor be kept.
HEADERS = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


class AmazonReturn(Controller):
    @route(RETURN_PATH, type="http", auth="user", methods=["GET"], sitemap=False)
    def amazon_return(self, **answer):
        """The seller decided on Amazon's consent page.

        :param answer: state, selling_partner_id and spapi_oauth_code, or error
        :return: the account that was linked, or a page that says why none was
        """
        if not request.env.user.has_group("amazon_connector.group_amazon_manager"):
            return self._refuse("manager")
        requests = request.env["amazon.link.request"]
        try:
            account = requests._complete(answer, request.session.get(SESSION_KEY) or "")
        except LinkRefused as refused:
            return self._refuse(refused.reason, refused.detail)
        action = request.env.ref("amazon_connector.amazon_account_action")
        response = request.redirect(
            f"/web#id={account.id}&model=amazon.account&view_type=form"
            f"&action={action.id}"
        )
        response.headers.update(HEADERS)
        return response

    def _refuse(self, reason, detail=""):
        title, text = self._explain(reason)
        response = request.render(
            "amazon_connector.link_refused",
            {
                "title": title,
                "text": text,
                "detail": detail,
                "back_url": "/web#action=%s"
                % request.env.ref("amazon_connector.amazon_account_action").id,
            },
            status=403 if reason in ("manager", "user") else 400,
        )
        response.headers.update(HEADERS)
        return response

    def _explain(self, reason):
        """:return tuple: (title, text), for people"""
        again = _("Nothing was linked. Go back to Odoo and begin again.")
        return {
            "manager": (
                _("This is for managers"),
                _("Only managers of the Amazon connector can link accounts."),
            ),
            "unknown": (
                _("This was not begun here"),
                _("Odoo did not ask Amazon for this authorization.") + " " + again,
            ),
            "user": (
                _("Somebody else began this"),
                _("Another user of Odoo went to Amazon, and only that user can finish.")
                + " "
                + again,
            ),
            "session": (
                _("This was begun elsewhere"),
                _(
                    "It was begun in another browser, or you have signed in again since "
                    "then."
                )
                + " "
                + again,
            ),
            "expired": (
                _("That took too long"),
                _("Odoo waits a quarter of an hour for Amazon.") + " " + again,
            ),
            "used": (
                _("This was done already"),
                _(
                    "Each way back from Amazon is good once. Look at the account: it may "
                    "be linked already."
                ),
            ),
            "denied": (
                _("Amazon gave no authorization"),
                _("The authorization was refused or broken off at Amazon.")
                + " "
                + again,
            ),
            "seller": (
                _("This is another seller"),
                _(
                    "Sign out of Seller Central, sign in as the seller of this account "
                    "and begin again."
                ),
            ),
            "exchange": (
                _("Amazon did not complete the link"),
                _("The authorization could not be turned into a key.") + " " + again,
            ),
        }[reason]
