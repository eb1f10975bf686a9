"""What only the addon writes, and what people may write (feature A1).

A form shows cursors, offsets, hashes and outcomes as read-only, or not at all; but by
RPC whoever may write a record writes each of its columns. Here it is refused: the addon
itself writes them with sudo.

Models of Odoo that the addon extends inherit `amazon.own.fields`, as its own do. What
completes the values of people by fields of the addon asks by itself, before that.
"""

from odoo import _, api, models
from odoo.exceptions import AccessError
from odoo.fields import NO_ACCESS

from ...tools.by_code import is_by_code

MODULE = "amazon_connector"
OWN_MODELS = "amazon."
# What our fields of Odoo's models begin with.
OWN_FIELDS = "amazon_"
DEFAULT = "default_"
# Odoo itself keeps these of each record.
OF_ODOO = {"id", "create_uid", "create_date", "write_uid", "write_date"}
# In a context, set by code: what Odoo does for a person may write our fields.
MAY_WRITE = "amazon_may_write"


class Copied(dict):
    """A value that Odoo copies for a person. What comes by RPC is a plain dict."""


def is_own_field(field):
    """Answer whether only the addon writes a field.

    :param Field|None field: of whatever model
    :return bool: whether it is a stored field of this addon that is read-only in forms,
        or that nobody sees
    """
    if field is None or not field.store or field.name in OF_ODOO:
        return False
    is_closed = field.readonly or field.groups == NO_ACCESS
    return is_closed and MODULE in field._modules


def own_fields_of(model, names):
    """Find the fields that only the addon writes.

    :param model: of whatever name
    :param names: of fields, or of none
    :return list: those of them that are not for people
    """
    if not model._name.startswith(OWN_MODELS):  # those are written all day
        names = [name for name in names if name.startswith(OWN_FIELDS)]
    return [name for name in names if is_own_field(model._fields.get(name))]


def check_own_fields(records, names):
    """Refuse values of what only the addon writes.

    :param records: of whatever model
    :param names: of the fields that somebody writes
    :raise AccessError: one of them is not for people
    """
    if records.env.su or is_by_code(records.env, MAY_WRITE):
        return
    closed = own_fields_of(records, names)
    if closed:
        raise AccessError(
            _(
                "%(fields)s: the Amazon Connector writes this by itself, nobody else "
                "can change it (%(model)s).",
                fields=", ".join(records._fields[name].string for name in closed),
                model=records._description,
            )
        )


def permitted_values(model, vals_list):
    """Check the values of new records; what is created with sudo, for Amazon or by Odoo
    for a person, takes no default of that person.

    :param model: of the records
    :param list vals_list: their values
    :return list: values to create them by
    :raise AccessError: a person chose one that only the addon writes
    """
    if model.env.su:
        return _without_defaults(model, vals_list)
    names = {
        name
        for vals in vals_list
        for name, value in vals.items()
        if not isinstance(value, Copied)
    }
    check_own_fields(model, sorted({*names, *_names_of_defaults(model)}))
    return vals_list


def _without_defaults(model, vals_list):
    """Fill in the addon's own defaults where a person chose others."""
    names = _names_of_defaults(model)
    if getattr(model, "_amazon_rows", False):
        fields = [model._fields[name] for name in names if name in model._fields]
        closed = [field.name for field in fields if field.store and not field.compute]
    else:
        closed = own_fields_of(model, names)
    if not closed:
        return vals_list
    blank = {}
    for name in closed:
        default = model._fields[name].default
        blank[name] = default(model) if default else False
    return [{**blank, **vals} for vals in vals_list]


def _names_of_defaults(model):
    """Name the fields whose default a person chose: whoever calls by RPC chooses the
    context, too, and each employee keeps defaults of their own.

    :return set: names, of fields of other models, too
    """
    context = model.env.context
    named = {key.removeprefix(DEFAULT) for key in context if key.startswith(DEFAULT)}
    return named | model.env["ir.default"]._get_model_defaults(model._name).keys()


class OwnFields(models.AbstractModel):
    """Mixin: fields that only the addon writes are refused.

    It asks where Odoo itself asks for the groups of fields, below each `create` and
    `write`: nothing passes it by, and a model of ours may still have its own.
    """

    _name = "amazon.own.fields"
    _description = "Amazon: record with fields of the connector"
    # Whether each field is the addon's: nobody else makes such records.
    _amazon_rows = False

    def _prepare_create_values(self, vals_list):
        return super()._prepare_create_values(permitted_values(self, vals_list))

    def check_field_access_rights(self, operation, field_names):
        """Odoo 17.0 asks this before it writes; and before it reads."""
        if operation == "write" and field_names:
            check_own_fields(self, field_names)
        return super().check_field_access_rights(operation, field_names)

    @api.model
    def _check_field_access(self, field, operation):
        """Later series ask this, and before they create, which see above."""
        if operation == "write" and self:
            check_own_fields(self, [field.name])
        return super()._check_field_access(field, operation)
