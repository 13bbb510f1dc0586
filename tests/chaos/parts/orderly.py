"""orderly.py - T13 and T14: workers that come and go as they should, under load."""
import contextlib, os, signal, time

from drain import recovery
from nemesis import KINDS
from watch import fetch, is_busy, metrics
from world import wait_for

from .base import Part

STOP_S, AT_ONCE_S, RESOLVED_S = 20, 1.0, 15


def redeliveries(world):
    return {w.name: metrics(w).get("ekc_redeliveries_total") for w in world.of("intake") if w.is_running}


def names_of(world, options):
    """What DNS answers now: the workers that run."""
    options.names.set({f"{kind}s": [w.room for w in world.of(kind) if w.is_wanted]
                       for kind in ("intake", "classifier")})


def add(world, options, kind, number):
    worker = next((w for w in world.of(kind) if w.name == f"{kind}{number}"), None) or world.add_worker(kind, number)
    worker.start()
    wait_for(f"{worker.name} ready", lambda: fetch(worker, "/readyz"), 20)
    names_of(world, options)
    return worker


def remove(world, result, options, worker):
    """An orderly stop: nothing that it held is delivered a second time because of it."""
    worker.is_wanted = False
    names_of(world, options)
    before = redeliveries(world)
    code, seconds = worker.stop()
    result.require(f"{worker.name}: exit {code} after {seconds:.1f} s", code == 0 and seconds <= STOP_S)
    recovery(world, result, f"the orderly stop of {worker.name}")
    after = redeliveries(world)
    grown = {name: after[name] - before[name] for name in after if None not in (before.get(name), after[name])}
    result.require(f"no re-deliveries by the stop of {worker.name}: {grown}", bool(grown or worker.kind == "intake")
                   and not any(grown.values()))


def scale(world, nemesis, result, options):
    """1 → 4 → 1 classifiers, 1 → 2 → 1 intakes; whoever looks for them finds them by name alone."""
    names_of(world, options)
    recovery(world, result, "the start")
    intake = world.of("intake")[0]
    more = [add(world, options, "classifier", n) for n in (2, 3, 4)]
    nemesis.count("scaled up")
    wait_for("4 classifiers served", lambda: metrics(intake).get("ekc_classifiers") == 4, RESOLVED_S)
    statistics = world.of("statistics")[0]
    wait_for("5 producers heard by statistics", lambda: metrics(statistics).get("ekc_peers") == 5, RESOLVED_S)
    second = add(world, options, "intake", 2)
    nemesis.count("scaled up")
    world.start_portals(500, intakes=[f"{second.room.ip}:5510", f"{intake.room.ip}:5510"], room="portals2", prefix="s-")
    wait_for("4 classifiers served by the new intake", lambda: metrics(second).get("ekc_classifiers") == 4, RESOLVED_S)
    remove(world, result, options, second)
    for worker in more:
        remove(world, result, options, worker)
        nemesis.count("scaled down")
    wait_for("1 classifier served", lambda: metrics(intake).get("ekc_classifiers") == 1, RESOLVED_S)
    wait_for("2 producers heard by statistics", lambda: metrics(statistics).get("ekc_peers") == 2, 2 * RESOLVED_S)
    result.require("what stayed was not restarted", all(w.starts == 1 for w in world.workers if w not in more))


def in_hand(world, kind):
    """One of a kind that has work; of statistics only one counts at a time."""
    def busy():
        return next((w for w in world.of(kind) if is_busy(w)
                     and (kind != "statistics" or metrics(w).get("ekc_counting"))), None)
    return wait_for(f"a {kind} with work in hand", busy, 40)


def twice(world, nemesis, result, kind):
    """A drain that cannot end, for the database stands still; the second SIGTERM ends it at once."""
    worker = in_hand(world, kind)
    frozen = [pid for pid, ip in world.postgres.backends() if ip == worker.room.ip]
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    try:
        time.sleep(0.5)  # so that a batch is under way for certain
        worker.is_wanted, process, worker.allowed = False, worker.process, {signal.SIGTERM}
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)  # a second signal that came with the first would be the same one
        is_draining, began = process.poll() is None, time.monotonic()
        if is_draining:
            process.send_signal(signal.SIGTERM)
        wait_for(f"the end of {worker.name}", lambda: process.poll() is not None, STOP_S)
        seconds = time.monotonic() - began
    finally:
        for pid in frozen:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
    result.require(f"{worker.name} drains after the first SIGTERM, its {len(frozen)} backends stand still", is_draining)
    result.require(f"{worker.name} ends {seconds:.2f} s after the second", seconds <= AT_ONCE_S)
    return worker


def as_first_process(world, nemesis, result, worker):
    """As in a container: pid 1 of its namespace, for which a signal without a handler is none."""
    worker.wrapper = ["unshare", "--pid", "--fork", "--kill-child"]
    worker.start()
    wait_for(f"{worker.name} ready as pid 1", lambda: fetch(worker, "/readyz"), 20)
    children = f"/proc/{worker.pid}/task/{worker.pid}/children"
    pid = int(open(children).read().split()[0])
    worker.is_wanted, process, began = False, worker.process, time.monotonic()
    os.kill(pid, signal.SIGTERM)
    wait_for(f"the end of {worker.name} as pid 1", lambda: process.poll() is not None, STOP_S + 5)
    seconds = time.monotonic() - began
    result.require(f"{worker.name} as pid 1: exit {process.returncode} after {seconds:.1f} s",
                   process.returncode == 0 and seconds <= STOP_S)
    worker.wrapper = []


def terminate_each(world, nemesis, result, options):
    names_of(world, options)
    recovery(world, result, "the start")
    for kind in KINDS:
        worker = nemesis.random.choice(world.of(kind))
        for _ in range(options.choose(3, 1)):
            remove(world, result, options, worker)
            nemesis.count(f"SIGTERM of {kind}")
            add(world, options, kind, int(worker.name[-1]))
            recovery(world, result, f"the return of {worker.name}")
        worker = twice(world, nemesis, result, kind)
        nemesis.count(f"SIGTERM twice of {kind}")
        as_first_process(world, nemesis, result, worker)
        nemesis.count(f"SIGTERM of pid 1, {kind}")
        add(world, options, kind, int(worker.name[-1]))
        recovery(world, result, f"the return of {worker.name}")


PARTS = [Part("T13", "1 → 4 → 1 classifiers, 1 → 2 → 1 intakes, found by name", scale,
              world={"by_name": True, "counts": {"intake": 1, "classifier": 1}}),
         Part("T14", "SIGTERM under load, twice, and as pid 1", terminate_each, world={"counts": {"statistics": 2}})]
