"""kills.py - T1 and T2: processes and servers that die, one fault at a time, and how soon work goes on."""
import signal, time

from drain import recovery
from nemesis import KINDS
from watch import is_busy
from world import wait_for

from .base import Part


def kill_all(world, nemesis, kind):
    """All of a kind at the same time, while they have work in hand."""
    wait_for(f"a busy {kind}", lambda: any(is_busy(worker) for worker in world.of(kind)), 10)
    for worker in world.of(kind):
        busy = is_busy(worker)
        if worker.kill():
            nemesis.count(f"kill {kind}", busy)


def kill_each(world, nemesis, result, options):
    for _ in range(options.choose(5, 1)):
        for kind in KINDS:
            kill_all(world, nemesis, kind)
            wait_for(f"each {kind} restarted", lambda: all(w.is_running for w in world.of(kind)), 5)
            recovery(world, result, f"SIGKILL of each {kind}")
    nemesis.storm(options.choose(60, 4), only={f"kill {kind}" for kind in KINDS})
    recovery(world, result, "many kills")


def kill_postgres(world, nemesis, result, options):
    for _ in range(options.choose(5, 1)):
        nemesis.backend("kill backend", signal.SIGKILL)
        recovery(world, result, "SIGKILL of a backend")
        for name, how in ("kill PostgreSQL, immediate", signal.SIGQUIT), ("restart PostgreSQL, fast", signal.SIGINT):
            nemesis.restart_postgres(name, how)
            nemesis.heal_all()
            recovery(world, result, name)
            time.sleep(nemesis.random.uniform(0, 0.5))  # the phase of the next one is to differ


PARTS = [Part("T1", "SIGKILL of each service", kill_each, is_short=True),
         Part("T2", "SIGKILL of a backend, immediate and fast stop of PostgreSQL", kill_postgres, is_short=True)]
