"""freezes.py - T4: processes that stand still and come back: zombies."""
import os, signal, time

from drain import recovery
from nemesis import KINDS
from watch import is_busy

from .base import Part


def hold(world, nemesis, result, what):
    """Waits for the heals that are due, then for work to go on."""
    while nemesis.heals:
        time.sleep(max(0.0, nemesis.heals[0][0] - time.monotonic()))
        nemesis.heal_due(time.monotonic())
    recovery(world, result, what)


def freeze(world, nemesis, result, target, seconds):
    if target == "postmaster":
        nemesis.freeze_postmaster(seconds)
    elif target == "backend":
        nemesis.backend(f"stop backend {seconds} s", signal.SIGSTOP, hold_s=seconds)
    else:
        nemesis.freeze(target, seconds)
    hold(world, nemesis, result, f"SIGSTOP of {target} for {seconds} s")


def freeze_all(world, nemesis, result, kind, seconds):
    """All of a kind, so that nobody stands in for them."""
    for worker in world.of(kind):
        busy = is_busy(worker)
        if worker.send(signal.SIGSTOP):
            nemesis.count(f"stop {kind} {seconds} s", busy)
            nemesis.heal_in(seconds, lambda worker=worker: os.kill(worker.pid, signal.SIGCONT))
    hold(world, nemesis, result, f"SIGSTOP of each {kind} for {seconds} s")


def freeze_each(world, nemesis, result, options):
    for seconds in options.choose((1, 6, 40), (1,)):
        for target in (*KINDS, "backend", "postmaster"):
            freeze(world, nemesis, result, target, seconds)
    for seconds in options.choose((1, 6), ()):
        for kind in KINDS:
            freeze_all(world, nemesis, result, kind, seconds)


PARTS = [Part("T4", "SIGSTOP of each service, a backend, the postmaster: 1, 6, 40 s", freeze_each, is_short=True,
              world={"counts": {"statistics": 2}})]
