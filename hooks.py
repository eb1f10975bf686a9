"""What has to be put right in Odoo's own tables before the addon goes."""


def uninstall_hook(env):
    """Held goods are free again: nobody would know any more what holds them."""
    moves = env["stock.move"].sudo().search([("amazon_order_id", "!=", False)])
    moves._amazon_let_go()
    companies = env["res.company"].sudo().search([])
    companies.amazon_pending_location_id.active = False
