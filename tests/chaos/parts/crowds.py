"""crowds.py - T7, T8 and T11: the same keys from everybody, garbage, connections that come and go."""
import contextlib, json, socket as tcp, subprocess, sys, time

import wire
from drain import recovery
from watch import open_files, rss_kb
from world import HERE, wait_for

from .base import Part

KEYS = 100


def call(world, what, **config):
    """Runs callers.py; what it printed. What it does is pressure, not counted as faults."""
    config = {"portal": "p7", "secret": world.template.secret("p7"), "server_key": world.template.server_key,
              "seed": world.seed, "intakes": [f"{w.room.ip}:5510" for w in world.of("intake")], **config}
    path = world.home / f"{what}.json"
    path.write_text(json.dumps(config))
    argv = world.ground.room("portals").command([sys.executable, str(HERE / "callers.py"), what, str(path)])
    done = subprocess.run(argv, capture_output=True, text=True, timeout=300)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    return done.stdout


def duplicate_storm(world, nemesis, result, options):
    journal = world.home / "duplicates.journal"
    world.journals.append(journal)
    clients, rounds = options.choose(50, 20), options.choose(100, 5)
    call(world, "duplicates", journal=str(journal), clients=clients, rounds=rounds,
         keys=[f"same-{n}" for n in range(KEYS)], contents=[content.hex() for content in wire.contents(2)])
    reused = sum('"KEY_REUSED"' in line for line in open(journal))
    result.require(f"{reused} times KEY_REUSED", reused > 0)
    rows = int(world.postgres.sql("SELECT count(*) FROM inquiry")[0][0])
    result.require(f"{rows} rows of {KEYS} keys, each submitted {clients * rounds} times", rows == KEYS)
    deadlocks = sum("deadlock detected" in line for line in open(world.home / "postgres.log"))
    result.require("no deadlock", deadlocks == 0)


SIGNATURE = b"\xff" + bytes(8) + b"\x7f"  # of a ZMTP greeting
GARBAGE = (b"", b"\0" * 64, b"GET / HTTP/1.1\r\n\r\n", SIGNATURE, SIGNATURE + b"\x03\x01",
           SIGNATURE + b"\x03\x00CURVE" + bytes(48), SIGNATURE + b"\x03\x00NULL" + bytes(49) + b"\x06" + b"\xff" * 9,
           b"\xff" * 100_000)


def garbage(world, nemesis, result, options):
    """Half-made greetings, huge lengths, noise; what follows them is served within a second."""
    for worker in world.of("intake"):
        with contextlib.ExitStack() as held:
            for n in range(200):
                line = held.enter_context(tcp.create_connection((worker.room.ip, (5510, 5511, 5512)[n % 3]), 2))
                kind = GARBAGE[n % len(GARBAGE)] if n % 2 else nemesis.random.randbytes(nemesis.random.randint(1, 300))
                with contextlib.suppress(OSError):
                    line.sendall(kind)
            began = time.monotonic()
            key, server_key = world.template.secret("p6").encode(), world.template.server_key.encode()
            good = wire.connect(f"{worker.room.ip}:5510", key, server_key)
            good.send_multipart([b"", wire.envelope.Envelope(request_id="g", get_catalog={}).SerializeToString()])
            is_served = bool(good.poll(1000)) and wire.read(good.recv_multipart()).HasField("catalog")
            result.require(f"a good client of {worker.name} is served in {time.monotonic() - began:.2f} s", is_served)
            good.close()
    recovery(world, result, "garbage")


def reconnect_storm(world, nemesis, result, options):
    """Memory and files of the intakes, after a first wave and after the storm."""
    def measure():
        return {w.name: (rss_kb(w.pid), open_files(w.pid)) for w in world.of("intake")}
    call(world, "reconnects", clients=500, seconds=10)
    time.sleep(2)  # the length of one pause between waves
    before = measure()
    made = int(call(world, "reconnects", clients=500, seconds=options.choose(60, 5)))

    def is_back():
        now = measure()
        return all(now[name][1] <= files + 5 for name, (_, files) in before.items())
    wait_for("the files of those that went closed", is_back, 30)
    for name, (memory, files) in measure().items():
        was = before[name][0]
        result.require(f"{name} after {made} connections: {was / 1024:.1f} → {memory / 1024:.1f} MB, "
                       f"{before[name][1]} → {files} files", abs(memory - was) <= 0.2 * was)
    recovery(world, result, "the reconnect storm")


PARTS = [Part("T7", "100 keys from 50 clients, 100 times each", duplicate_storm, is_short=True, rate=0, least=KEYS),
         Part("T8", "garbage on the sockets (and tests/integration/hostile.py)", garbage, is_short=True, least=100),
         Part("T11", "500 clients that reconnect each 100 ms", reconnect_storm, rate=300)]
