"""disk.py - T6: the data's disk is full, then the log's; both small tmpfs of their own."""
import os, shutil, time

from drain import recovery
from ground import run
from world import wait_for

from .base import Part

# Two rooms for two kinds of trouble: a full data disk refuses rows, a full log disk stops the server.
DATA, WAL = "256m", "192m"
SETTLING_S, FULL_S = 4, 10


def prepare(home):
    """Moves the cluster that was copied here onto two small disks."""
    os.rename(home / "data", home / "copied")
    (home / "data").mkdir(mode=0o700)
    run("mount", "-t", "tmpfs", "-o", f"size={DATA},mode=0700", "data", str(home / "data"))
    (home / "data/pg_wal").mkdir(mode=0o700)
    run("mount", "-t", "tmpfs", "-o", f"size={WAL},mode=0700", "wal", str(home / "data/pg_wal"))
    shutil.copytree(home / "copied", home / "data", dirs_exist_ok=True)
    shutil.rmtree(home / "copied")
    run("chown", "-R", "postgres:postgres", str(home))


def fill(folder):
    """A file that takes every free byte; its path."""
    path = folder / "ballast"
    with open(path, "wb", buffering=0) as ballast:
        try:
            while ballast.write(bytes(1 << 16)):
                pass
        except OSError:
            return path


def refusals_go_on(world, result, what):
    """BUSY, and no silence once the first commits have failed: 10 s are watched."""
    time.sleep(SETTLING_S)
    busy, silences = world.total("busy"), world.total("silences")
    time.sleep(FULL_S)
    result.require(f"{what}: {world.total('busy') - busy:.0f} times BUSY in {FULL_S} s", world.total("busy") > busy)
    result.require(f"{what}: no silence", world.total("silences") == silences)
    result.require(f"{what}: BUSY says when to come again", world.total("retry_zero") == 0)


def fill_data(world, nemesis, result):
    ballast = fill(world.home / "data")
    nemesis.count("data disk full")
    wait_for("a commit refused", lambda: world.total("busy") > 0, 60)
    refusals_go_on(world, result, "data disk full")
    ballast.unlink()
    recovery(world, result, "a full data disk")


def fill_wal(world, nemesis, result):
    """The server panics, and cannot start before there is room."""
    ballast = fill(world.home / "data/pg_wal")
    nemesis.count("log disk full")
    wait_for("PANIC", lambda: world.postgres.process.poll() is not None
             or b"PANIC" in (world.home / "postgres.log").read_bytes(), 90)
    refusals_go_on(world, result, "log disk full")
    ballast.unlink()
    if world.postgres.process.poll() is not None:
        world.postgres.start()
    world.postgres.await_up()
    recovery(world, result, "a full log disk")


def disk_full(world, nemesis, result, options):
    recovery(world, result, "the start")
    fill_data(world, nemesis, result)
    fill_wal(world, nemesis, result)
    result.require("no worker was restarted", all(worker.starts == 1 for worker in world.workers))


PARTS = [Part("T6", "data disk full; log disk full, PANIC", disk_full, rate=800,
              world={"prepare": prepare, "postgres": {"max_wal_size": "96MB", "min_wal_size": "32MB",
                                                      "checkpoint_timeout": "30s"}})]
