"""storm.py - the storm of all that is cheap, at several faults a second."""
from drain import recovery

from .base import Part

FULL_S = 1320


def storm(world, nemesis, result, options):
    nemesis.storm(options.choose(FULL_S, options.seconds))
    recovery(world, result, "the storm")


PARTS = [Part("storm", "kills, connections cut, servers restarted, all at once", storm, is_short=True, rate=900,
              world={"counts": {"intake": 2, "classifier": 3, "statistics": 2}})]
