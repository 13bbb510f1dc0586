"""The parts of the rig, in the order in which they are run; names are those of the issue."""
from .base import Options, Part  # noqa: F401
from . import crowds, disk, freezes, kills, load, network, oddities, orderly, points, storm

PARTS = [part for module in (storm, kills, points, freezes, network, disk, crowds, load, orderly, oddities)
         for part in module.PARTS]
