"""`python3 -m dev screenshots`: make the pictures of the documentation anew.

A demo shop trades for a while, then its screens are photographed; so the pictures
show what the program does today.
"""

from . import demo_shop
from .console import DevError, say
from .paths import ROOT

FOLDER = ROOT / "static" / "description"


def make(_options):
    """Bring the demo up with a new database, take all pictures, stop it again.

    :raise DevError: the demo does not come up, or a screen is not as expected.
    """
    with demo_shop.running("screenshots") as shop:
        say("take the pictures")
        taken = shop.look("pictures", FOLDER)
        print(taken.stdout, end="")
        if taken.returncode:
            raise DevError("a picture could not be taken:\n" + taken.stderr[-3000:])
    return 0
