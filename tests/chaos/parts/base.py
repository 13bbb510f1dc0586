"""base.py - what a part is."""
import dataclasses, traceback, typing

from drain import settle
from nemesis import Nemesis
from world import World


@dataclasses.dataclass
class Options:
    seed: str
    seconds: typing.Optional[float]  # of the storm; None = the full run
    names: object                    # the rig's /etc/hosts
    excused: list

    @property
    def is_full(self):
        return self.seconds is None

    def choose(self, full, short):
        return full if self.is_full else short


@dataclasses.dataclass
class Part:
    name: str
    about: str
    body: typing.Callable  # of (world, nemesis, result, options); may return a check of latencies
    is_short: bool = False
    rate: float = 1500     # inquiries a second; 0 = the part starts its own portals
    least: int = 1000      # inquiries that must be acknowledged
    world: dict = dataclasses.field(default_factory=dict)

    def run(self, template, result, options):
        with World(template, self.name, options.seed, **self.world) as world:
            if self.rate:
                world.start_portals(self.rate)
            nemesis, check = Nemesis(world, result), None
            try:
                check = self.body(world, nemesis, result, options)
            except Exception as error:  # what is broken off must still keep the promises
                result.fail(f"{type(error).__name__}: {error}")
                traceback.print_exc()
                nemesis.heal_all()
            latencies = settle(world, result, self.least)
            if check:
                check(latencies)
