{
    "name": "Amazon Connector",
    "summary": "Amazon orders (FBA and FBM) in Odoo, to the cent, and back",
    "version": "17.0.1.0.0",
    "category": "Sales/Sales",
    "license": "LGPL-3",
    "author": "Amazon Connector contributors",
    "website": "https://github.com/amazon-connector/amazon_connector",
    "depends": ["sale_management", "stock_delivery"],
    "external_dependencies": {"python": ["requests", "sp_api"]},
    "data": [],
    "application": True,
}
