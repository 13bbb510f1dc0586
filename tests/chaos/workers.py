"""workers.py - the services as processes, and their supervisor: whoever dies is started again after
0 to 1 s. A death that the rig did not order is remembered, and fails the part."""
import os, pathlib, random, signal, subprocess, threading, time

PORTS = {"intake": {"EKC_INTAKE_PORTALS_BIND": 5510, "EKC_INTAKE_WORK_BIND": 5511,
                    "EKC_INTAKE_EVENTS_BIND": 5512, "EKC_INTAKE_ADMIN_BIND": 5519},
         "classifier": {"EKC_CLASSIFIER_EVENTS_BIND": 5521, "EKC_CLASSIFIER_ADMIN_BIND": 5529},
         "statistics": {"EKC_STATISTICS_QUERY_BIND": 5540, "EKC_STATISTICS_ADMIN_BIND": 5549}}
ADMIN = {"intake": 5519, "classifier": 5529, "statistics": 5549}


class Worker:
    def __init__(self, kind, number, room, binary, environment, log, seed):
        self.kind, self.name, self.room, self.binary = kind, f"{kind}{number}", room, binary
        self.environment = {**environment, **{key: f"{room.ip}:{port}" for key, port in PORTS[kind].items()}}
        self.log, self.random = log, random.Random(f"{seed}/{self.name}")
        self.extra, self.once, self.lock = {}, {}, threading.RLock()  # more environment: always, at one start
        self.wrapper, self.allowed = [], set()  # a command before the binary; deaths that surprise nobody
        self.process, self.is_wanted, self.ordered = None, False, set()
        self.respawn_after_s = None  # None = a random pause
        self.starts, self.surprises, self.rss_kb = 0, [], []
        self.samples = []  # (instant, metrics), the last few
        self.ended = threading.Event()

    @property
    def pid(self):
        return self.process.pid if self.process else None

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def start(self):
        """Starts the process and a thread that waits for its end."""
        with self.lock:
            self.is_wanted, self.ordered = True, set()
            environment = {**os.environ, **self.environment, **self.extra, **self.once}
            if self.once.get("CHAOS_FAULT", "").endswith(":crash"):
                self.ordered.add(signal.SIGKILL)
            self.once = {}
            with open(self.log, "ab") as log:
                self.process = subprocess.Popen(self.room.command([*self.wrapper, self.binary]), env=environment,
                                                stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
            self.starts += 1
            self.samples, self.ended = [], threading.Event()
        threading.Thread(target=self._watch, args=(self.process, self.ended), daemon=True).start()

    def _watch(self, process, ended):
        code = process.wait()
        with self.lock:
            if -code not in self.ordered | self.allowed and not (code == 0 and not self.is_wanted):
                self.surprises.append((code, f"{self.name} ended by itself with {code}: {self.last_words()}"))
            self.ordered.discard(-code)
            ended.set()
        pause = self.random.random() if self.respawn_after_s is None else self.respawn_after_s
        until = time.monotonic() + pause
        while self.is_wanted and time.monotonic() < until:
            time.sleep(0.01)
        with self.lock:
            if self.is_wanted and self.process is process:
                self.start()

    def send(self, number, is_death=False):
        """Signals the process; with is_death its end by that signal is no surprise."""
        with self.lock:
            if not self.is_running:
                return False
            if is_death:
                self.ordered.add(int(number))
            self.process.send_signal(number)
            return True

    def kill(self):
        return self.send(signal.SIGKILL, is_death=True)

    def expect_death(self, number=signal.SIGKILL):
        with self.lock:
            self.ordered.add(int(number))

    def stop(self, seconds=25):
        """SIGTERM and no respawn; its exit code and how long it took."""
        began, self.is_wanted = time.monotonic(), False
        process = self.process
        if process is None:
            return 0, 0.0
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.expect_death()
            process.kill()
            process.wait()
        return process.returncode, time.monotonic() - began

    def end(self):
        """No respawn, no ceremony."""
        with self.lock:
            self.is_wanted = False
            if self.is_running:
                self.ordered.add(signal.SIGKILL)
                self.process.send_signal(signal.SIGCONT)
                self.process.kill()
        if self.process:
            self.process.wait()

    def last_words(self):
        with open(self.log, "rb") as log:
            return log.read()[-500:].decode(errors="replace").strip().splitlines()[-1:]

    def log_holds(self, text, offset):
        with open(self.log, "rb") as log:
            log.seek(offset)
            return text.encode() in log.read()

    def log_size(self):
        return pathlib.Path(self.log).stat().st_size if pathlib.Path(self.log).exists() else 0
