"""Plain unittest, without Odoo: ``python -m unittest discover -s amazon_api -t .``"""
