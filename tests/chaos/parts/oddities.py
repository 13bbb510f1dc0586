"""oddities.py - T16, T17 and T19: a transaction that does not end, poison, clocks that jump."""
import json, signal, subprocess, time

from drain import recovery
from postgres import BIN
from watch import fetch
from world import HERE, ekc, wait_for

from .base import Part
from .load import rate_of

POSITIONS = ("SELECT l.id, l.last_seq, coalesce(c.pos, 0) FROM lane AS l LEFT JOIN stat_cursor AS c "
             "ON c.consumer = 'statistics' AND c.lane_id = l.id")
LAG_S, LOSS_MAX = 2.0, 0.2
WORD, EVERY = "ЯДЪ", 4000


def worst_lag(world, seconds):
    """How long what was in the log waited to be counted, at the most."""
    seen, worst, end = [], 0.0, time.monotonic() + seconds
    while (now := time.monotonic()) < end:
        rows = [[int(value) for value in row] for row in world.postgres.sql(POSITIONS)]
        counted = {lane: position for lane, _, position in rows}
        seen.append((now, {lane: last for lane, last, _ in rows}))
        while seen and all(counted[lane] >= last for lane, last in seen[0][1].items()):
            seen.pop(0)
        worst = max(worst, now - seen[0][0] if seen else 0.0)
        time.sleep(0.2)
    return worst


def long_transaction(world, nemesis, result, options):
    """It holds back the oldest snapshot of the whole cluster; readers by snapshot would stand still."""
    seconds = options.choose(60, 10)
    recovery(world, result, "the start")
    usual = rate_of(world, 5)
    world.postgres.sql("CREATE DATABASE other", database="postgres")
    world.postgres.sql("CREATE TABLE t (n int)", database="other")
    with subprocess.Popen([BIN / "psql", "-XAtq", "-d", world.postgres.local.replace("dbname=ekc", "dbname=other")],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as session:
        session.stdin.write("BEGIN ISOLATION LEVEL REPEATABLE READ; INSERT INTO t VALUES (1); SELECT 'begun';\n")
        session.stdin.flush()
        session.stdout.readline()
        nemesis.count("long transaction")
        lag, rate = worst_lag(world, seconds), rate_of(world, 5)
        session.stdin.write("COMMIT; SELECT count(*) FROM t;\n")
        session.stdin.close()
        result.require("the transaction lasted", session.stdout.read().strip() == "1")
    result.require(f"events waited {lag:.1f} s at the most", lag < LAG_S)
    result.require(f"{usual:.0f} → {rate:.0f} acknowledged/s", rate >= (1 - LOSS_MAX) * usual)
    recovery(world, result, "a long transaction")


def poison(world, nemesis, result, options):
    """Some inquiries abort whoever judges them: five times, then they are dead; all others are judged."""
    for worker in world.of("classifier"):
        worker.extra, worker.allowed, worker.respawn_after_s = {"CHAOS_POISON": WORD}, {signal.SIGABRT}, 0.2
        worker.kill()
    wait_for("classifiers that know the poison", lambda: all(fetch(w, "/readyz") for w in world.of("classifier")), 20)
    starts = {worker.name: worker.starts for worker in world.of("classifier")}
    world.start_portals(400, count=1, poison=WORD, poison_every=EVERY)
    time.sleep(options.choose(30, 12))  # so many inquiries, so much poison
    world.boards[-1]["goes_on"] = 0
    wait_for("all answered", lambda: world.total("under_way") == 0, 60)
    ids = [row[0] for row in world.postgres.sql(f"SELECT id FROM inquiry WHERE body = '{WORD}'")]
    result.planted = len(ids)
    result.require(f"{result.planted} poisonous inquiries were stored", result.planted > 0)
    wait_for("each has its verdict", lambda: int(world.postgres.sql(
        "SELECT count(*) FROM verdict WHERE status = 'dead'")[0][0]) >= result.planted, 120, 0.5)
    deaths = sum(worker.starts - starts[worker.name] for worker in world.of("classifier"))
    result.faults["crash classifier by poison"] += deaths
    result.busy += deaths
    result.require(f"classifiers died {deaths} times", result.planted <= deaths <= 5 * result.planted + 5)
    revive(world, result, ids)


def revive(world, result, ids):
    """An administrator sees the dead, and once the cause is mended has them judged again."""
    database = {"EKC_DB": world.postgres.local}
    listed = ekc("dead", "list", "--format", "json", **database)
    [dead] = json.loads(listed).values()
    result.require("ekc dead list names each, and no other", len(dead) == len(ids) and all(id in listed for id in ids))
    for worker in world.of("classifier"):
        worker.extra = {}
        worker.kill()
    ekc("dead", "revive", "--all", **database)
    wait_for("each revived and judged", lambda: int(world.postgres.sql(
        "SELECT count(*) FROM verdict WHERE n = 2 AND status <> 'dead'")[0][0]) == len(ids), 60, 0.5)
    result.note("ekc dead revive: each has a second verdict")


def clocks(world, nemesis, result, options):
    library, clock = world.home / "clock.so", world.home / "clock"
    subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-D_GNU_SOURCE", HERE / "clock.c", "-o", library], check=True)
    clock.write_text("0")
    for kind in "intake", "classifier", "statistics":
        worker = world.of(kind)[0]
        worker.extra = {"LD_PRELOAD": str(library), "CHAOS_CLOCK": str(clock)}
        worker.kill()
    wait_for("workers with other clocks", lambda: all(fetch(w, "/readyz") for w in world.workers), 20)
    recovery(world, result, "the start with other clocks")
    clock.write_text("3600")
    argv = ["env", f"LD_PRELOAD={library}", f"CHAOS_CLOCK={clock}", "date", "+%s"]
    ahead = int(subprocess.run(argv, check=True, capture_output=True).stdout) - time.time()
    carried = [w.name for w in world.workers if "clock.so" in open(f"/proc/{w.pid}/maps").read()]
    result.require(f"{', '.join(carried)} live by a clock {ahead:.0f} s ahead",
                   len(carried) == 3 and 3590 < ahead < 3610)
    for hours in (1, -1, 0) * options.choose(3, 1):
        clock.write_text(f"{hours * 3600}")
        nemesis.count(f"clock {hours:+d} h")
        recovery(world, result, f"a clock that jumped to {hours:+d} h")
        time.sleep(options.choose(8, 2))  # the length of the fault: deadlines must not have moved
        recovery(world, result, f"some time with a clock at {hours:+d} h")


PARTS = [Part("T16", "a long transaction in another database", long_transaction),
         Part("T17", "poison", poison, rate=0),
         Part("T19", "wall clocks that jump by an hour", clocks)]
