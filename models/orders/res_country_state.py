"""Countries and states by all their spellings, read once for all orders."""

from odoo import api, models, tools

from ...tools.state_names import COUNTRIES, find, spellings


class ResCountryState(models.Model):
    _inherit = "res.country.state"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if {"name", "code", "country_id"} & vals.keys():
            self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    # === BUSINESS METHODS === #

    @api.model
    def _amazon_find(self, country_code, text):
        """Find country and state as an address of Amazon names them.

        :param str country_code: ISO code, or what stands in its place; may be None
        :param str text: state, province or region as the buyer wrote it; may be None
        :return tuple: id of res.country, id of res.country.state; False for unknown
        """
        code = (country_code or "").strip().upper()
        code = COUNTRIES.get(code, code)
        country, known = self._amazon_spellings().get(code, (False, {}))
        return country, text and find(known, code, text) or False

    @api.model
    @tools.ormcache()
    def _amazon_spellings(self):
        """Read all countries and states.

        :return dict: ISO code -> (id of the country, dict: see state_names.spellings)
        """
        states = {}
        for state in self.sudo().search_read([], ["name", "code", "country_id"]):
            country = state["country_id"][0]
            row = state["id"], state["name"], state["code"]
            states.setdefault(country, []).append(row)
        countries = self.env["res.country"].sudo().search_read([], ["code"])
        return {
            country["code"].upper(): (
                country["id"],
                spellings(country["code"].upper(), states.get(country["id"], [])),
            )
            for country in countries
            if country["code"]
        }
