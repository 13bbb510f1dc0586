"""postgres.py - a real PostgreSQL of the rig's own: fsync on, TCP inside its room, and a socket in
its home for the checker. Started directly, so that its postmaster is the rig's child."""
import os, pathlib, shutil, signal, subprocess, time

BIN = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
AS_POSTGRES = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
FAST_S = 15
SETTINGS = {"shared_buffers": "128MB", "max_connections": "100", "fsync": "on",
            "max_wal_size": "1GB", "checkpoint_timeout": "60s", "max_prepared_transactions": "4",
            "idle_in_transaction_session_timeout": "0", "log_min_messages": "warning"}


def initdb(home):
    """A fresh cluster in home/data; home belongs to postgres afterwards."""
    home.mkdir(parents=True, exist_ok=True)
    shutil.chown(home, "postgres", "postgres")
    subprocess.run([*AS_POSTGRES, BIN / "initdb", "-D", home / "data", "-U", "postgres", "-A", "trust",
                    "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], check=True, capture_output=True, cwd="/")
    with open(home / "data/pg_hba.conf", "a") as hba:
        hba.write("host all all 10.77.0.0/24 trust\n")


class Postgres:
    def __init__(self, home, room, settings=None):
        self.home, self.room, self.settings = home, room, {**SETTINGS, **(settings or {})}
        self.process, self.log = None, open(home / "postgres.log", "ab")
        self.conninfo = f"host={room.ip} user=postgres dbname=ekc connect_timeout=5"
        self.local = f"host={home} user=postgres dbname=ekc connect_timeout=5"

    def start(self):
        options = {**self.settings, "listen_addresses": self.room.ip, "unix_socket_directories": self.home}
        argv = [*AS_POSTGRES, BIN / "postgres", "-D", self.home / "data"]
        for name, value in options.items():
            argv += ["-c", f"{name}={value}"]
        self.process = subprocess.Popen(self.room.command(map(str, argv)), stdout=self.log,
                                        stderr=self.log, cwd="/", start_new_session=True)

    def await_up(self, seconds=60):
        deadline = time.monotonic() + seconds
        while not self.try_sql("SELECT 1", database="postgres"):
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError(f"PostgreSQL does not come up, see {self.home}/postgres.log")
            time.sleep(0.05)

    def stop(self, how=signal.SIGINT):
        """SIGINT is pg_ctl stop -m fast, SIGQUIT -m immediate. A fast stop that meets the recovery from a crash
        makes PostgreSQL 15 wait for ever, with its checkpointer alone: then it is stopped as a person would."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(timeout=FAST_S)
            except subprocess.TimeoutExpired:
                print(f"    PostgreSQL does not end within {FAST_S} s: stopped at once", flush=True)
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(timeout=60)

    def end(self):
        """No ceremony: the cluster is not used again."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.stop(signal.SIGQUIT)
        self.log.close()

    def sql(self, text, database="ekc", seconds=60):
        """The rows as lists of texts; raises when the server is away."""
        done = subprocess.run([BIN / "psql", "-XAtq", "-F\t", "-v", "ON_ERROR_STOP=1", "-d",
                               self.local.replace("dbname=ekc", f"dbname={database}"), "-c", text],
                              check=True, capture_output=True, text=True, timeout=seconds)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def try_sql(self, text, database="ekc", seconds=10):
        try:
            return self.sql(text, database, seconds)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return None

    def stream(self, query):
        """COPY of a query as tab-separated lines, for the checker."""
        with subprocess.Popen([BIN / "psql", "-XAtq", "-d", self.local, "-c", f"COPY ({query}) TO STDOUT"],
                              stdout=subprocess.PIPE, text=True) as process:
            yield from (line.rstrip("\n").split("\t") for line in process.stdout)
        if process.returncode:
            raise RuntimeError("the checker could not read the database")

    def backends(self):
        """pid and client address of each connection from a room, by the titles of processes."""
        found = []
        for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = path.read_bytes().replace(b"\0", b" ").split()
            except OSError:
                continue
            if len(words) > 3 and words[0] == b"postgres:" and words[2] == b"ekc" and words[3][:1].isdigit():
                found.append((int(path.parent.name), words[3].split(b"(")[0].decode()))
        return sorted(found)

    def signal_postmaster(self, number):
        os.kill(self.process.pid, number)
