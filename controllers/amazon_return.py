"""Where Amazon's consent page sends the browser back to (feature A3).

The one place of the addon that waits for Amazon in the request of a page: the code
that comes back is good for five minutes, and the person waits for the outcome.
"""

from odoo.http import Controller, request, route

from ..models.account.res_company import RETURN_PATH
from ..models.connection.amazon_link_request import LinkRefused
from ..wizards.amazon_link_session import SESSION_KEY

# The address holds a code: it must neither reach other sites nor be kept.
HEADERS = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


class AmazonReturn(Controller):
    # Public, for Odoo's way to its sign-in page carries the whole address with it: into
    # that page's own address, and to other sites that one can sign in with. Whoever
    # has to sign in first has a new session, which can not finish anyway.
    @route(RETURN_PATH, type="http", auth="public", methods=["GET"], sitemap=False)
    def amazon_return(self, **answer):
        """Finish the link when the seller has decided on Amazon's consent page.

        :param answer: state, selling_partner_id and spapi_oauth_code, or error
        :return: the account that was linked, or a page that says why none was
        """
        if request.env.user._is_public():
            return self._refuse("nobody")
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
        """Show why no account was linked.

        :param str reason: ``manager``, or as in `LinkRefused`
        """
        action = request.env.ref("amazon_connector.amazon_account_action")
        response = request.render(
            "amazon_connector.link_refused",
            {
                "reason": reason,
                "detail": detail,
                "back_url": f"/web#action={action.id}",
            },
            status=403 if reason in ("nobody", "manager", "user") else 400,
        )
        response.headers.update(HEADERS)
        return response
