"""How the addon is built: nothing depends on the order in which its files are read."""

from collections import defaultdict
from inspect import isroutine

from odoo.fields import Field
from odoo.tests import TransactionCase, tagged

PACKAGE = "odoo.addons.amazon_connector."


def is_own(owner):
    """Return whether a class is of this addon."""
    return owner.__module__.startswith(PACKAGE)


def is_definition(value):
    """Return whether the value of a class is a method, a property or a field."""
    kinds = (property, classmethod, staticmethod, Field)
    return isroutine(value) or isinstance(value, kinds)


def find_doubles(model_class):
    """Find what several of the addon's own classes of one model define.

    :return dict: name -> list of str, the modules in the order in which Python looks
    """
    modules = defaultdict(list)
    for owner in filter(is_own, model_class.__mro__):
        for name, value in vars(owner).items():
            if is_definition(value) and not name.startswith("__"):
                modules[name].append(owner.__module__.removeprefix(PACKAGE))
    return {name: found for name, found in modules.items() if len(found) > 1}


@tagged("post_install", "-at_install")
class TestHouse(TransactionCase):
    def test_a_method_or_field_of_a_model_is_defined_once(self):
        """A step is a plain call: which of two definitions comes first would depend on
        the order of imports. ``super()`` is for models of other addons."""
        doubles = {
            (name, member): modules
            for name in self.env.registry
            for member, modules in find_doubles(type(self.env[name])).items()
        }
        self.assertEqual(doubles, {})

    def test_the_search_for_doubles_finds_methods_properties_and_fields(self):
        class First:
            __module__ = PACKAGE + "models.first"

            def note(self, vals):
                return vals

            def alone(self):
                return 1

        class Second(First):
            __module__ = PACKAGE + "models.second"

            @property
            def note(self):
                return 2

        class Other(Second):
            def alone(self):
                return 3

        First.count, Second.count = Field(), Field()
        Other.__module__ = "odoo.addons.sale.models.other"
        modules = ["models.second", "models.first"]
        self.assertEqual(find_doubles(Other), {"count": modules, "note": modules})

    def test_the_search_sees_the_classes_of_the_addon(self):
        for name in ("amazon.account", "sale.order", "stock.picking"):
            with self.subTest(name):
                self.assertTrue(any(map(is_own, type(self.env[name]).__mro__)))
