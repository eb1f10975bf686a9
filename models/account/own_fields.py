"""What only the addon writes, and what people may write (feature A1).

A form shows cursors, offsets, hashes and outcomes as read-only, or not at all; but by
RPC whoever may write a record writes each of its columns. Here it is refused: the addon
itself writes them with sudo.
"""

from odoo import _
from odoo.exceptions import AccessError
from odoo.fields import NO_ACCESS

MODULE = "amazon_connector"
OWN_MODELS = "amazon."
# What our fields of Odoo's models begin with.
OWN_FIELDS = "amazon_"
DEFAULT = "default_"
# Odoo itself keeps these of each record.
OF_ODOO = {"id", "create_uid", "create_date", "write_uid", "write_date"}


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


def check_own_fields(records, names):
    """Refuse values of what only the addon writes.

    :param records: of whatever model
    :param names: of the fields that somebody writes
    :raise AccessError: one of them is not for people
    """
    if records.env.su:
        return
    if not records._name.startswith(OWN_MODELS):  # those are written all day
        names = [name for name in names if name.startswith(OWN_FIELDS)]
    closed = [name for name in names if is_own_field(records._fields.get(name))]
    if closed:
        raise AccessError(
            _(
                "%(fields)s: the Amazon Connector writes this by itself, nobody else "
                "can change it (%(model)s).",
                fields=", ".join(records._fields[name].string for name in closed),
                model=records._description,
            )
        )


def check_new_own_fields(model, vals_list):
    """Refuse values of what only the addon writes in records that somebody creates, and
    as defaults.

    :param model: of the records
    :param list vals_list: their values
    :raise AccessError: one of them is not for people
    """
    if model.env.su:
        return
    defaults = [key for key in model.env.context if key.startswith(DEFAULT)]
    names = {name for vals in vals_list for name in vals}
    names |= {key.removeprefix(DEFAULT) for key in defaults}
    check_own_fields(model, sorted(names))
