import json
import re

from dev.paths import ROOT

from .common import DevCase

TABLE = ROOT / "docs" / "journeys.rst"
NUMBERS = ROOT / "static" / "tests" / "tours" / "journeys.js"
ROW = re.compile(r"^.*``(\w+)`` +(\d+) +(\d+) +\d+", re.M)


class TestJourneys(DevCase):
    def test_the_table_says_what_the_tours_count(self):
        found = re.search(r"JOURNEYS = (\{.*?\});", NUMBERS.read_text(), re.S)[1]
        text = re.sub(r"(\w+):", r'"\1":', found).replace(",\n}", "\n}")
        counted = {name: tuple(pair) for name, pair in json.loads(text).items()}
        said = {
            name: (int(clicks), int(fields))
            for name, clicks, fields in ROW.findall(TABLE.read_text())
        }
        self.assertEqual(said, counted)

    def test_each_journey_is_held_by_a_tour(self):
        tours = "".join(path.read_text() for path in NUMBERS.parent.glob("*_tour.js"))
        held = set(re.findall(r'hold\("(\w+)"', tours.replace("hold(\n", "hold(")))
        names = {row[0] for row in ROW.findall(TABLE.read_text())}
        self.assertEqual(held, names)
