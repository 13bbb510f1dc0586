"""nemesis.py - what is done to a world. Every choice comes from the world's seeded random; every fault
is counted by kind, and so is whether it hit a process that was busy."""
import heapq, os, signal, threading, time

from ground import DROP, LOSS, RESET, Cut
from watch import is_busy

KINDS = ("intake", "classifier", "statistics")


class Nemesis:
    def __init__(self, world, result):
        self.world, self.result, self.random = world, result, world.random
        self.heals, self.restarting = [], None

    def count(self, kind, busy=None):
        """Without `busy` it is whether anybody at all is."""
        if busy is None:
            busy = any(is_busy(worker) for worker in self.world.workers)
        self.result.faults[kind] += 1
        self.result.busy += bool(busy)

    def heal_in(self, seconds, heal):
        heapq.heappush(self.heals, (time.monotonic() + seconds, self.random.random(), heal))

    def heal_due(self, now):
        while self.heals and self.heals[0][0] <= now:
            heapq.heappop(self.heals)[2]()

    def heal_all(self):
        self.heal_due(float("inf"))
        if self.restarting:
            self.restarting.join()
            self.restarting = None

    def some(self, kind):
        running = [worker for worker in self.world.of(kind) if worker.is_running]
        return self.random.choice(running) if running else None

    # --- processes --------------------------------------------------------------------------

    def kill(self, kind):
        worker = self.some(kind)
        busy = worker and is_busy(worker)
        if worker and worker.kill():
            self.count(f"kill {kind}", busy)

    def freeze(self, kind, seconds):
        worker = self.some(kind)
        busy = worker and is_busy(worker)
        if worker and worker.send(signal.SIGSTOP):
            process = worker.process
            self.count(f"stop {kind} {seconds:g} s", busy)
            self.heal_in(seconds, lambda: worker.process is process and worker.send(signal.SIGCONT))

    def backend(self, name, number, hold_s=None):
        """A signal to one of PostgreSQL's backends; SIGTERM is what pg_terminate_backend sends."""
        backends = self.world.postgres.backends()
        if not backends:
            return
        pid, ip = self.random.choice(backends)
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        self.count(name, any(worker.room.ip == ip and is_busy(worker) for worker in self.world.workers))
        if hold_s:
            self.heal_in(hold_s, lambda: self._continue(pid))

    @staticmethod
    def _continue(pid):
        try:
            os.kill(pid, signal.SIGCONT)
        except ProcessLookupError:
            pass

    def restart_postgres(self, name, how):
        """The whole server; beside what else goes on, but one restart at a time."""
        if self.restarting and self.restarting.is_alive():
            return
        self.count(name)
        self.restarting = threading.Thread(target=self._restart, args=(how,))
        self.restarting.start()

    def _restart(self, how):
        self.world.postgres.stop(how)
        self.world.postgres.start()
        self.world.postgres.await_up()

    def freeze_postmaster(self, seconds):
        busy, process = any(is_busy(worker) for worker in self.world.workers), self.world.postgres.process
        process.send_signal(signal.SIGSTOP)
        self.count(f"stop postmaster {seconds:g} s", busy)
        self.heal_in(seconds, lambda: process.send_signal(signal.SIGCONT))

    # --- links ------------------------------------------------------------------------------

    def links(self):
        """Pairs (worker, the room of whom it talks to)."""
        rooms, of = self.world.ground.room, self.world.of
        pairs = [(worker, rooms("pg")) for worker in self.world.workers]
        pairs += [(worker, rooms("portals")) for worker in of("intake")]
        for kind, others in ("classifier", of("intake")), ("statistics", of("intake") + of("classifier")):
            pairs += [(worker, other.room) for worker in of(kind) for other in others]
        return pairs

    def cut(self, name, how, seconds, link=None, both_ways=True):
        worker, other = link or self.random.choice(self.links())
        busy, cut = is_busy(worker), Cut(worker.room, other, how, both_ways)
        self.count(name, busy)
        self.heal_in(seconds, cut.heal)

    # --- all of it --------------------------------------------------------------------------

    def orders(self):
        """Name: (how often a second when all goes on, the deed)."""
        pick = self.random.choice
        kills = {f"kill {kind}": (0.6, lambda kind=kind: self.kill(kind)) for kind in KINDS}
        return kills | {
            "terminate": (3, lambda: self.backend("terminate backend", signal.SIGTERM)),
            "reset": (1.6, lambda: self.cut("reset link", RESET, 0.1)),
            "stop": (0.5, lambda: self.freeze(pick(KINDS), pick((0.2, 1)))),
            "loss": (0.3, lambda: self.cut("loss of 10 %", LOSS, 2)),
            "partition": (0.15, lambda: self.cut("partition", DROP, 1, both_ways=pick((True, False)))),
            "kill backend": (0.02, lambda: self.backend("kill backend", signal.SIGKILL)),
            "immediate": (0.015, lambda: self.restart_postgres("kill PostgreSQL, immediate", signal.SIGQUIT)),
            "fast": (0.01, lambda: self.restart_postgres("restart PostgreSQL, fast", signal.SIGINT))}

    def storm(self, seconds, only=None, pace=1.0):
        """Faults as they come for so long; then all is healed. The longest silences are told."""
        orders = {name: order for name, order in self.orders().items() if only is None or name in only}
        names, weights = [*orders], [order[0] * pace for order in orders.values()]
        now = time.monotonic()
        end, due, last_ack, silence = now + seconds, now, now, 0.0
        while now < end:
            self.heal_due(now)
            if now >= due:
                orders[self.random.choices(names, weights)[0]][1]()
                due = max(due + self.random.expovariate(sum(weights)), now - 1)
            last_ack = max(last_ack, max(board["last_ack_at"] for board in self.world.boards))
            silence = max(silence, now - last_ack)
            next_heal = self.heals[0][0] if self.heals else end
            time.sleep(max(0.0, min(due, end, next_heal) - time.monotonic()))
            now = time.monotonic()
        self.heal_all()
        self.result.note(f"longest time without an acknowledgement {silence:.1f} s")
