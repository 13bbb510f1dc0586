"""points.py - T3: a worker dies, or stands still, at each point that its code names."""
import re, signal, time

from drain import recovery
from watch import fetch, is_busy
from world import TOP, wait_for

from .base import Part

# Found in the sources, so that none is forgotten; these must be among them.
DUE = {"intake": {"before_commit", "after_commit", "before_answer", "after_work_sent", "before_attempt"},
       "classifier": {"before_judge", "before_commit", "after_commit", "before_done", "before_cursor"},
       "statistics": {"before_cursor", "before_commit", "after_commit"}}
# Passed only when a classifier died holding work.
AFTER_A_DEATH = {("intake", "before_attempt"), ("intake", "after_attempt"), ("classifier", "before_cursor")}
VISIT_S = 30
# A look is 50 ms. A worker that passes nowhere after 3 s is idle: another may have all the work.
LOOKS_A_STEP, IDLE_LOOKS = 10, 60


def points_of(kind):
    sources = "".join(path.read_text() for path in sorted((TOP / "services" / kind).glob("*.c")))
    return sorted(set(re.findall(r'EKC_FAULT\("(\w+)"\)', sources)))


class Visit:
    """One worker, restarted with the order to do `action` at the nth visit of a point."""

    def __init__(self, world, nemesis, kind, point, nth, action):
        self.world, self.nemesis, self.point, self.action = world, nemesis, point, action
        self.worker = nemesis.random.choice(world.of(kind))
        self.name, self.looks, self.victim = f"{action} at {point} of {kind}", 0, None
        wait_for(f"{self.worker.name} running", lambda: self.worker.is_running, 10)
        self.offset = self.worker.log_size()
        self.worker.once = {"CHAOS_FAULT": f"{point}:{nth}:{action}"}
        busy = is_busy(self.worker)
        self.worker.kill()
        nemesis.count(f"kill {kind}", busy)

    def provoke(self):
        """A classifier that stood still when it died held work for certain."""
        others = [w for w in self.world.of("classifier") if w is not self.worker]
        if not self.victim:
            self.victim = self.nemesis.random.choice(others)
            if self.victim.send(signal.SIGSTOP):
                self.nemesis.count("stop classifier")
        else:
            if self.victim.kill():
                self.nemesis.count("kill classifier", True)
            self.victim = None

    def came(self):
        self.looks += 1
        is_due = (self.worker.kind, self.point) in AFTER_A_DEATH or self.looks > IDLE_LOOKS
        if is_due and self.looks % LOOKS_A_STEP == 0:
            self.provoke()
        return self.worker.log_holds(f"fault {self.action} at visit", self.offset)

    def run(self, result):
        try:
            wait_for(self.name, self.came, VISIT_S)
        except TimeoutError:
            result.fail(f"{self.point} of {self.worker.kind} was not visited within {VISIT_S} s")
            self.worker.kill()
            return
        finally:
            if self.victim:
                self.provoke()
        self.nemesis.count(self.name, True)
        if self.action == "stall":
            process = self.worker.process
            self.nemesis.heal_in(self.nemesis.random.choice((1, 6)), lambda: process.send_signal(signal.SIGCONT))
            wait_for("its awakening", self.awake, 10)
        wait_for(f"{self.worker.name} ready again", lambda: fetch(self.worker, "/readyz"), 30)
        recovery(self.world, result, self.name)

    def awake(self):
        self.nemesis.heal_due(time.monotonic())
        return not self.nemesis.heals


def visit_all(world, nemesis, result, options):
    rng = nemesis.random
    for kind, due in DUE.items():
        if missing := due - {*points_of(kind)}:
            result.fail(f"{kind} has no fault points {missing}")
    todo = [(kind, point) for kind in DUE for point in points_of(kind)]
    if not options.is_full:
        todo = rng.sample([place for place in todo if place not in AFTER_A_DEATH], 5)
    for kind, point in todo:
        visits = [(1, "crash")]
        if options.is_full:
            deep = (2, 2) if (kind, point) in AFTER_A_DEATH else (rng.randint(2, 9), rng.randint(10, 40))
            visits += [(deep[0], "crash"), (deep[1], "crash"), (rng.randint(1, 3), "stall")]
        for nth, action in visits:
            Visit(world, nemesis, kind, point, nth, action).run(result)


PARTS = [Part("T3", "crash and stall at each fault point of each service", visit_all, is_short=True,
              world={"environment": {"EKC_SWEEP_AFTER_MS": "1000"}})]
