"""network.py - T5 and T12: links that drop, reset or lose packets; the wrong listener on an address."""
import subprocess, sys, time, zmq

from drain import recovery
from ground import DROP, LOSS, RESET
from watch import metrics
from world import wait_for

from .base import Part

IDLE_CPU = 0.20
# Whose link, and with whom: all workers of the first kind are cut off from all of the second.
LINKS = (("intake", "pg"), ("classifier", "pg"), ("statistics", "pg"), ("intake", "portals"), ("classifier", "intake"),
         ("statistics", "intake"))


def cut_all(world, nemesis, result, link, how, seconds, both_ways=True):
    kind, other = link
    rooms = [world.ground.room(other)] if other in ("pg", "portals") else [w.room for w in world.of(other)]
    name = {DROP: "partition", RESET: "resets", LOSS: "loss of 10 %"}[how]
    name += (" one way" if how is DROP and not both_ways else "") + f" {seconds} s"
    for worker in world.of(kind):
        for room in rooms:
            nemesis.cut(name, how, seconds, (worker, room), both_ways)
    began, ticks = time.monotonic(), {w.name: cpu_s(w) for w in world.of(kind)}
    while nemesis.heals:
        time.sleep(max(0.0, nemesis.heals[0][0] - time.monotonic()))
        for worker in world.of(kind):
            share = (cpu_s(worker) - ticks[worker.name]) / (time.monotonic() - began)
            if seconds >= 8 and how is DROP and kind != "intake" and share > IDLE_CPU:
                result.fail(f"{worker.name} used {share:.0%} of a processor while {name} from {other}")
        nemesis.heal_due(float("inf"))
    recovery(world, result, f"{name} between {kind} and {other}")


def cpu_s(worker):
    fields = open(f"/proc/{worker.pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def partition(world, nemesis, result, options):
    if not options.is_full:
        cut_all(world, nemesis, result, ("classifier", "intake"), DROP, 1)
        return cut_all(world, nemesis, result, ("intake", "pg"), RESET, 1)
    for link in LINKS:
        for seconds, both_ways in ((1, True), (1, False), (8, True), (8, False)):
            cut_all(world, nemesis, result, link, DROP, seconds, both_ways)
        cut_all(world, nemesis, result, link, RESET, 2)
    for link in ("intake", "pg"), ("classifier", "intake"), ("classifier", "pg"):
        cut_all(world, nemesis, result, link, DROP, 40)
    for link in ("intake", "pg"), ("intake", "portals"), ("classifier", "intake"):
        cut_all(world, nemesis, result, link, LOSS, 8)


def usurp(world, kind, secret):
    """A listener that is not ours on an intake's own address for workers."""
    worker = world.of("intake")[0]
    code = ("import sys, time, zmq; s = zmq.Context().socket(getattr(zmq, sys.argv[1])); s.linger = 0\n"
            "if sys.argv[3]: s.curve_server = True; s.curve_secretkey = sys.argv[3].encode()\n"
            "s.bind(sys.argv[2]); print('up', flush=True); time.sleep(3600)")
    process = subprocess.Popen(worker.room.command([sys.executable, "-c", code, kind, f"tcp://{worker.room.ip}:5511",
                                                    secret]), stdout=subprocess.PIPE)
    process.stdout.readline()
    return process


def zombie_endpoint(world, nemesis, result, options):
    """Whoever connects there must come back to the right one by itself, without a restart."""
    intake, other_key = world.of("intake")[0], zmq.curve_keypair()[1].decode()
    for name, kind, secret in ("PUB in plain text", "PUB", ""), ("ROUTER with another key", "ROUTER", other_key):
        starts = [worker.starts for worker in world.of("classifier")]
        intake.stop()
        impostor = usurp(world, kind, secret)
        nemesis.count(f"usurper: {name}")
        time.sleep(options.choose(12, 6))  # the length of the fault
        impostor.kill()
        impostor.wait()
        intake.start()
        recovery(world, result, f"a usurper, {name}")
        wait_for("all classifiers served again", lambda: metrics(intake).get("ekc_classifiers") == len(starts), 10)
        if starts != [worker.starts for worker in world.of("classifier")]:
            result.fail("a classifier was restarted")


PARTS = [Part("T5", "partitions one way and both ways: 1, 8, 40 s; resets; 10 % loss", partition, is_short=True),
         Part("T12", "the wrong listener on a producer's address", zombie_endpoint, world={"counts": {"intake": 1}})]
