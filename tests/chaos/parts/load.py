"""load.py - T9 and T10: a slow consumer, and more than can be done."""
import time

from drain import recovery

from .base import Part

FLAT = 0.20
SLOW_MS, SLOW_RATE = 20, 1200
# A database that takes its time makes capacity small and known, and leaves the processors idle, so
# that what is measured is intake's manners and not this machine.
SLOW_COMMIT = ("CREATE FUNCTION tardy() RETURNS trigger LANGUAGE plpgsql AS "
               "$$BEGIN PERFORM pg_sleep(0.05); RETURN NULL; END$$;"
               "CREATE TRIGGER tardy AFTER INSERT ON inquiry FOR EACH STATEMENT EXECUTE FUNCTION tardy()")
BATCH = 50
TIMES, GOODPUT, P99_S = 3, 0.9, 1.0


def memory(worker, since, until):
    """Its mean RSS in MB between two instants."""
    sizes = [kb for at, kb in worker.rss_kb if since <= at <= until]
    return sum(sizes) / len(sizes) / 1024 if sizes else 0.0


def require_flat(world, result, began, ended):
    """Memory of the intakes in the last fifth against the second fifth of the time."""
    length = (ended - began) / 5
    for worker in world.of("intake"):
        early, late = memory(worker, began + length, began + 2 * length), memory(worker, ended - length, ended)
        result.require(f"{worker.name}'s memory {early:.1f} → {late:.1f} MB", 0 < late <= early * (1 + FLAT))


def rate_of(world, seconds):
    """Acknowledgements a second over so long from now."""
    began, acknowledged = time.monotonic(), world.total("acknowledged")
    time.sleep(seconds)
    return (world.total("acknowledged") - acknowledged) / (time.monotonic() - began)


def slow_consumer(world, nemesis, result, options):
    recovery(world, result, "the start")
    for worker in world.of("classifier"):
        worker.once = {"CHAOS_FAULT": f"before_judge:0:{SLOW_MS}"}
        worker.kill()
        nemesis.count("slow classifier")
    began = time.monotonic()
    rate = rate_of(world, options.choose(60, 10))
    result.require(f"{rate:.0f}/s acknowledged while classifiers are slow", rate > 0.8 * SLOW_RATE)
    require_flat(world, result, began, time.monotonic())
    unjudged = int(world.postgres.sql("SELECT (SELECT count(*) FROM inquiry) - (SELECT count(*) FROM verdict)")[0][0])
    result.require(f"{unjudged} inquiries wait: the classifiers were slow indeed", unjudged > SLOW_RATE)
    for worker in world.of("classifier"):
        worker.kill()
        nemesis.count("kill classifier")
    recovery(world, result, "slow classifiers")


def overload(world, nemesis, result, options):
    world.postgres.sql(SLOW_COMMIT)
    seconds = options.choose(60, 15)
    closed = world.start_portals(100_000, window=4)
    recovery(world, result, "the start")
    most = rate_of(world, options.choose(15, 5))
    closed["goes_on"] = 0
    offered = world.start_portals(TIMES * most, prefix="o-", is_open_loop=True)
    time.sleep(1)  # until the first answers came
    began, attempted, busy = time.monotonic(), world.total("attempted"), world.total("busy")
    goodput = rate_of(world, seconds)
    ended = time.monotonic()
    pressure = (world.total("attempted") - attempted) / (ended - began)
    offered["goes_on"] = 0
    nemesis.count("overload")
    result.require(f"at most {most:.0f}/s; offered {pressure:.0f}/s", pressure >= 0.95 * TIMES * most)
    result.require(f"goodput {goodput:.0f}/s", goodput >= GOODPUT * most)
    result.require(f"{world.total('busy') - busy:.0f} BUSY, each says when to come again",
                   world.total("busy") > busy and world.total("retry_zero") == 0)
    require_flat(world, result, began, ended)

    def quick(latencies):
        times = sorted(s for at, s in latencies if began <= at / 1e6 <= ended)
        p99 = times[len(times) * 99 // 100] if times else float("inf")
        result.require(f"p99 of acknowledgements {p99:.2f} s", p99 < P99_S)
    return quick


PARTS = [Part("T9", "classifiers a hundred times slower", slow_consumer, rate=SLOW_RATE),
         Part("T10", "three times the capacity", overload, rate=0,
              world={"counts": {"intake": 1}, "environment": {"EKC_BATCH_ITEMS": str(BATCH)}})]
