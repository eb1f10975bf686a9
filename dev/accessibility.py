"""`python3 -m dev accessibility`: axe-core looks at each view of the addon.

A demo shop trades for a while; then a manager opens each screen of ours, on a desktop
and on a phone. What is serious or critical on our own elements fails.
"""

import json
from pathlib import Path

from . import demo_shop, node_env
from .console import DevError, say

FOLDER = Path(__file__).resolve().parent / "axe"


def check(options):
    """Bring the demo up, look at all screens, print what is wrong on which.

    :raise DevError: the demo does not come up, or a screen can not be opened
    """
    script = node_env.modules(FOLDER) / "axe-core" / "axe.min.js"
    with demo_shop.running("accessibility", options.series) as shop:
        say("look at the screens")
        looked = shop.look("axe_browser", script)
        if looked.returncode:
            raise DevError("a screen can not be opened:\n" + looked.stderr[-3000:])
    screens = json.loads(looked.stdout)
    return _report(screens)


def _report(screens):
    """Print what axe-core found.

    :param dict screens: name -> list of findings
    :return int: exit code
    """
    for name, findings in screens.items():
        for finding in findings:
            print(f"{name}: {finding['rule']} ({finding['impact']})")
            for node in finding["nodes"]:
                print(f"    {node['html']}\n        {node['message']}")
    bad = [name for name, findings in screens.items() if findings]
    print(f"{len(screens)} screens, {len(bad)} with findings")
    return 1 if bad else 0
