"""`python3 -m dev fuzz`: let atheris search for answers that the parsers can not take.

The strategies of the tests (`amazon_api/tests/test_fuzz*.py`) make the answers. There a
few hundred of each are tried; here it goes on, and whatever reaches a line that none
before has reached is kept and varied.
"""

import os

from . import python_env
from .console import DevError, say
from .paths import ROOT, cache
from .process import start
from .workbench import FOREIGN_VARIABLES, setting_up


def fuzz(options):
    """Try answers for some minutes; what is worth varying is kept for the next time.

    :raise DevError: an answer was found that breaks a test, or takes too long.
    """
    with setting_up():
        python = python_env.environment("fuzz")
    folder = cache() / "fuzz"
    folder.mkdir(exist_ok=True)
    environ = {k: v for k, v in os.environ.items() if k not in FOREIGN_VARIABLES}
    say(f"{options.minutes:g} minutes of strange answers, kept in {folder}")
    limits = (
        f"-max_total_time={options.minutes * 60:.0f}",
        *(
            "-timeout=20",
            "-rss_limit_mb=3000",
            "-max_len=4096",
            "-len_control=0",
            "-print_final_stats=1",
        ),
        f"-artifact_prefix={folder}-",
    )
    command = (python, "-m", "dev.fuzz_runner", folder, *limits)
    if start(*command, cwd=ROOT, env=environ).wait():
        raise DevError(
            "an answer was found that can not be taken, see above",
            f"again: {python} -m dev.fuzz_runner THE-FILE   (named above)",
        )
    return 0
