"""world.py - one centre and its portals: rooms, PostgreSQL, keys, workers, a journal."""
import json, os, pathlib, random, re, shutil, subprocess, sys, time

import watch
from board import Board
from postgres import Postgres, initdb
from workers import Worker

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[1]
BIN = TOP / os.environ.get("CHAOS_BIN", "build/fault/bin")
EKC = TOP / os.environ.get("CHAOS_EKC", "build/bin/ekc")
COUNTS = {"intake": 2, "classifier": 2, "statistics": 1}


def ekc(*argv, **environment):
    return subprocess.run([EKC, *argv], env={**os.environ, **environment}, check=True, capture_output=True,
                          text=True).stdout


def wait_for(what, condition, seconds, period_s=0.05):
    """The condition's value as soon as it is true, or TimeoutError that says what was awaited."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"within {seconds} s not: {what}")
        time.sleep(period_s)
    return value


class Template:
    """Made once: a cluster with schema, keys and portals in it, which each world copies."""

    def __init__(self, ground, home, portals):
        self.ground, self.home, self.keys = ground, home, {}
        initdb(home / "template")
        postgres = Postgres(home / "template", ground.room("pg"))
        postgres.start()
        postgres.await_up()
        postgres.sql("CREATE DATABASE ekc", database="postgres")
        self.server_key = self._new_key("server")
        ekc("migrate", EKC_DB=postgres.local)
        ekc("key", "admit", "--name", "worker", self.server_key, EKC_DB=postgres.local)
        for n in range(portals):
            name = f"p{n}"
            ekc("portal", "add", name, "--key", self._new_key(name), EKC_DB=postgres.local)
        postgres.stop()

    def _new_key(self, name):
        path = self.home / f"{name}.key"
        text = ekc("key", "new", "--out", str(path))
        self.keys[name] = path
        return re.search(r"[0-9a-zA-Z.\-:+=^!/*?&<>()\[\]{}@%$#]{40}", text).group()

    def secret(self, name):
        return self.keys[name].read_text().split()[0]


class World:
    def __init__(self, template, name, seed, counts=None, environment=None, postgres=None, by_name=False, prepare=None):
        self.template, self.ground, self.seed = template, template.ground, seed
        self.home = template.home / name
        self.random = random.Random(f"{seed}/{name}")
        self.counts, self.settings = {**COUNTS, **(counts or {})}, postgres
        self.environment, self.by_name, self.prepare = environment or {}, by_name, prepare
        self.workers, self.portals, self.boards, self.journals = [], [], [], []

    def __enter__(self):
        shutil.copytree(self.template.home / "template", self.home)
        subprocess.run(["chown", "-R", "postgres:postgres", self.home], check=True)
        if self.prepare:
            self.prepare(self.home)
        self.postgres = Postgres(self.home, self.ground.room("pg"), self.settings)
        self.postgres.start()
        self.postgres.await_up()
        for kind, count in self.counts.items():
            for n in range(1, count + 1):
                self.add_worker(kind, n).start()
        self.watch = watch.Watch(self.workers)
        self.watch.start()
        wait_for("all workers ready", lambda: all(watch.fetch(w, "/readyz") for w in self.workers), 30)
        return self

    def __exit__(self, *_):
        for process in self.portals:
            process.kill()
            process.wait()
        self.watch.stop()
        for worker in self.workers:
            worker.end()
        self.postgres.end()
        if sys.exc_info()[0] is None:
            shutil.rmtree(self.home / "data", ignore_errors=True)

    def of(self, kind):
        return [worker for worker in self.workers if worker.kind == kind]

    def addresses(self, kinds_and_ports):
        if self.by_name:
            return ",".join(f"{kind}s:{port}" for kind, port in kinds_and_ports)
        return ",".join(f"{self.ground.room(kind + str(n)).ip}:{port}" for kind, port in kinds_and_ports
                        for n in range(1, self.counts[kind] + 1))

    def add_worker(self, kind, number):
        environment = {"EKC_DB": self.postgres.conninfo, "EKC_KEY_FILE": str(self.template.keys["server"]),
                       "EKC_WORK": self.addresses([("intake", 5511)]),
                       "EKC_EVENTS": self.addresses([("intake", 5512), ("classifier", 5521)]), **self.environment}
        room = self.ground.room(f"{kind}{number}")
        worker = Worker(kind, number, room, str(BIN / f"ekc-{kind}"), environment, self.home / f"{kind}{number}.log",
                        self.seed)
        self.workers.append(worker)
        return worker

    def start_portals(self, rate, count=4, window=8, room="portals", prefix="", is_open_loop=False, **config):
        """A process of `count` portals that submit `rate` inquiries a second together."""
        n = len(self.portals)
        board, journal = Board(self.home / f"board{n}"), self.home / f"journal{n}"
        config = {"board": str(self.home / f"board{n}"), "journal": str(journal), "seed": f"{self.seed}/{n}",
                  "server_key": self.template.server_key, "prefix": prefix, "window": window,
                  "intakes": [f"{w.room.ip}:5510" for w in self.of("intake")], "is_open_loop": is_open_loop,
                  "portals": {f"p{i}": self.template.secret(f"p{i}") for i in range(count)}, **config}
        (path := self.home / f"portals{n}.json").write_text(json.dumps(config))
        board["rate"], board["goes_on"] = rate, 1
        with open(self.home / f"portals{n}.log", "ab") as log:
            argv = self.ground.room(room).command([sys.executable, str(HERE / "portals.py"), str(path)])
            self.portals.append(subprocess.Popen(argv, stdout=log, stderr=log))
        self.boards.append(board)
        self.journals.append(journal)
        return board

    def total(self, name):
        return sum(board[name] for board in self.boards)

    def judged(self):
        """A figure that grows with each committed batch of verdicts; None while PostgreSQL is away."""
        rows = self.postgres.try_sql("SELECT coalesce(sum(last_seq), 0) FROM lane WHERE role = 'classifier'", seconds=3)
        return int(rows[0][0]) if rows else None

    def stop_portals(self):
        for board in self.boards:
            board["quits"] = 1
        for process in self.portals:
            process.wait(timeout=30)
            if process.returncode:
                raise RuntimeError(f"a portal's process ended with {process.returncode}, see {self.home}")
