"""watch.py - looks at each worker twice a second: metrics, memory; and tells who is busy."""
import http.client, threading, time

from workers import ADMIN

MOVING = ("ekc_batches_total", "ekc_pages_total", "ekc_inquiries_total", "ekc_verdicts_total",
          "ekc_events_counted_total")
IN_HAND = ("ekc_open_items", "ekc_window_items", "ekc_lag_batches")
PERIOD_S = 0.5


def fetch(worker, path="/metrics", timeout=0.4):
    """The body, or None when nobody answers in time."""
    try:
        connection = http.client.HTTPConnection(worker.room.ip, ADMIN[worker.kind], timeout=timeout)
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read().decode()
        connection.close()
        return body if response.status == 200 else None
    except (OSError, http.client.HTTPException):
        return None


def metrics(worker):
    """Values by name, labelled ones also summed by their bare name."""
    values = {}
    for line in (fetch(worker) or "").splitlines():
        if line and line[0] != "#":
            name, value = line.rsplit(" ", 1)
            bare = name.split("{")[0]
            values[name] = float(value)
            if bare != name:
                values[bare] = values.get(bare, 0) + float(value)
    return values


def rss_kb(pid):
    try:
        with open(f"/proc/{pid}/status") as status:
            return next((int(line.split()[1]) for line in status if line.startswith("VmRSS")), 0)
    except OSError:
        return 0


def open_files(pid):
    import os
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0


def is_busy(worker):
    """Had it items in hand, or did its counters move, in the last second or so?"""
    recent = [values for at, values in worker.samples if at > time.monotonic() - 3 * PERIOD_S]
    if any(values.get(name, 0) > 0 for values in recent for name in IN_HAND):
        return True
    return len(recent) > 1 and any(recent[0].get(name) != recent[-1].get(name) for name in MOVING)


class Watch(threading.Thread):
    def __init__(self, workers):
        super().__init__(daemon=True)
        self.workers, self.is_over, self.error = workers, threading.Event(), None

    def run(self):
        while not self.is_over.wait(PERIOD_S):
            for worker in list(self.workers):
                self._look(worker)

    def _look(self, worker):
        pid, now = worker.pid, time.monotonic()
        if not worker.is_running:
            return
        values = metrics(worker)
        if values:
            worker.samples = [*worker.samples[-4:], (now, values)]
        if memory := rss_kb(pid):
            worker.rss_kb.append((now, memory))

    def stop(self):
        self.is_over.set()
        self.join()
