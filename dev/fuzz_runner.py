"""Run the fuzz tests on data that atheris generates. Executed by another Python.

usage: python -m dev.fuzz_runner FOLDER_OR_FILE [OPTION…]   (from the checkout)
"""

import logging
import random
import sys
import unittest

import atheris
from hypothesis import given, settings

with atheris.instrument_imports(include=["amazon_api"]):
    from amazon_api.tests import (
        test_amounts_properties,
        test_fuzz,
        test_fuzz_addresses,
        test_fuzz_calls,
        test_fuzz_invoice_data,
        test_fuzz_money,
        test_fuzz_reports,
        test_fuzz_strange,
        test_fuzz_tables,
    )

MODULES = (
    *(test_fuzz, test_fuzz_calls, test_fuzz_reports, test_fuzz_tables),
    *(test_fuzz_strange, test_fuzz_addresses, test_amounts_properties),
    *(test_fuzz_money, test_fuzz_invoice_data),
)
ENOUGH = 2000


def main():
    logging.disable(logging.CRITICAL)
    targets = [
        target(test)
        for module in MODULES
        for suite in unittest.defaultTestLoader.loadTestsFromModule(module)
        for test in suite
        if hasattr(method_of(test), "hypothesis")
    ]
    print(f"{len(targets)} tests", flush=True)

    def try_one(data):
        """Run one of the tests on the bytes that atheris has chosen.

        :param bytes data: the first byte chooses the test, the rest the answer; for
        an answer that is longer, the others follow from these"""
        if data:
            more = random.Random(data).randbytes(ENOUGH)
            targets[data[0] % len(targets)](data[1:] + more)

    atheris.Setup(sys.argv, try_one)
    atheris.Fuzz()


def method_of(test):
    return getattr(test, test._testMethodName)


def target(test):
    """Unwrap a property test, so that atheris can drive it.

    :return: a function that runs a test on the answer some bytes stand for
    """
    handle = method_of(test).hypothesis

    def run(**drawn):
        handle.inner_test(test, **drawn)

    run.__name__ = test.id().replace(".", "_")
    drawing = given(**handle._given_kwargs)(run)
    return settings(database=None, deadline=None)(drawing).hypothesis.fuzz_one_input


if __name__ == "__main__":
    main()
