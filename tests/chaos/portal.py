"""portal.py - one city portal: submits, sends again what is not answered for good, writes all of it down.
In an open loop the rate does not depend on the answers: what is BUSY is given up, or the load would
grow without end."""
import heapq, itertools, random, sys, time, zmq

import wire
from wire import portal as pb

ANSWERS = {pb.ANSWER_DURABLE: "DURABLE", pb.ANSWER_DUPLICATE: "DUPLICATE", pb.ANSWER_BUSY: "BUSY",
           pb.ANSWER_DRAINING: "DRAINING", pb.ANSWER_INVALID: "INVALID", pb.ANSWER_KEY_REUSED: "KEY_REUSED"}
ACKNOWLEDGED = (pb.ANSWER_DURABLE, pb.ANSWER_DUPLICATE)
AGAIN = (pb.ANSWER_BUSY, pb.ANSWER_DRAINING)
# The protocol lets a portal wait up to 30 s. These are impatient, to make more doubles, and so that
# a recovery that is measured is the centre's, not a portal's pause.
SILENCE_S, PAUSE_MAX_S, LATE_TWINS = 2.0, 4.0, 2000


class Batch:
    def __init__(self, ids):
        self.ids, self.silences, self.sent_at, self.request_id, self.line = ids, 0, 0.0, "", None


class Line:
    """A socket to one intake; opened anew after three silences in a row."""

    def __init__(self, address, secret, server_key):
        self.address, self.secret, self.server_key, self.socket = address, secret, server_key, None
        self.open()

    def open(self):
        if self.socket:
            self.socket.close()
        self.socket, self.silences = wire.connect(self.address, self.secret, self.server_key), 0

    def silence(self):
        self.silences += 1
        if self.silences >= 3:
            self.open()


class Portal:
    """One portal, with a line to each intake: each batch goes by any, also when sent again."""

    def __init__(self, config, name, secret, journal, board, seed):
        self.config, self.name = config, name
        self.journal, self.board, self.random = journal, board, random.Random(seed)
        self.contents, self.serial, self.requests = wire.contents(), 0, 0
        self.waiting, self.twins, self.again = {}, {}, []  # by request id; heap of (due, n, batch)
        self.lines = [Line(address, secret, config["server_key"].encode()) for address in config["intakes"]]

    def under_way(self):
        return len(self.waiting) + len(self.again)

    def has_room(self):
        return self.config["is_open_loop"] or self.under_way() < self.config["window"]

    def create(self, count):
        ids = [f"{self.config['prefix']}{self.name}-{n}" for n in range(self.serial, self.serial + count)]
        self.serial += count
        self.send(Batch(ids))

    def content(self, external_id):
        n = int(external_id.rsplit("-", 1)[1])
        if n % self.config.get("poison_every", 10**9) == 7 and "poison" in self.config:
            return wire.plain(self.config["poison"])
        return self.contents[n % len(self.contents)]

    def send(self, batch):
        self.requests += 1
        batch.request_id, batch.sent_at = f"{self.name}.{self.requests}", time.monotonic()
        at_us = int(batch.sent_at * 1e6)
        self.journal.write("".join(f'{{"portal":"{self.name}","external_id":"{i}","sent_at_us":{at_us}}}\n'
                                   for i in batch.ids))
        self.board["attempted"] += len(batch.ids)
        body = wire.submit(batch.request_id, [wire.inquiry(i, self.content(i)) for i in batch.ids])
        self.waiting[batch.request_id], batch.line = batch, self.random.choice(self.lines)
        try:
            batch.line.socket.send_multipart([b"", body], zmq.NOBLOCK)
        except zmq.Again:
            pass  # the same as an answer that never comes

    def later(self, ids, pause_s, silences=0):
        batch = Batch(ids)
        batch.silences = silences
        heapq.heappush(self.again, (time.monotonic() + pause_s, self.random.random(), batch))

    def receive(self, line):
        while line.socket.poll(0):
            answer = wire.read(line.socket.recv_multipart())
            batch = self.waiting.pop(answer.request_id, None)
            late = self.twins.pop(answer.request_id, None)
            if batch or late:
                line.silences = 0
                self.take(answer, batch, batch or late)

    def take(self, answer, batch, asked):
        """A late twin of what was sent again is written down too, for what it acknowledges binds."""
        if answer.WhichOneof("body") == "refused":
            answer.refused.retry_after_ms or sys.exit(f"portals: refused for good: {answer}")
            self.refuse(batch, asked.ids, answer.refused.retry_after_ms)
            return
        now, again, pause_ms, lines, acked = time.monotonic(), [], 0, [], 0
        for result in answer.submitted.results:
            kind, word = result.answer, ANSWERS[result.answer]
            if kind in ACKNOWLEDGED:
                acked += 1
            elif kind in AGAIN:
                again.append(result.external_id)
                pause_ms = max(pause_ms, result.retry_after_ms)
                self.board["retry_zero"] += result.retry_after_ms == 0
            else:
                self.board["other"] += 1
            lines.append(f'{{"portal":"{self.name}","external_id":"{result.external_id}","answer":"{word}",'
                         f'"number":"{result.number}","id":{result.id},"answered_at_us":{int(now * 1e6)},'
                         f'"sent_at_us":{int(asked.sent_at * 1e6)}}}\n')
        self.journal.write("".join(lines))
        if acked:
            self.board["last_ack_at"] = now
        if batch:
            self.board["acknowledged"] += acked
        if again:
            self.refuse(batch, again, pause_ms)

    def refuse(self, batch, ids, pause_ms):
        """BUSY or DRAINING; a late twin's refusal changes nothing."""
        self.board["busy"] += len(ids)
        if batch and not self.config["is_open_loop"]:
            self.later(ids, pause_ms / 1000 * self.random.uniform(1, 1.3))

    def turn(self, now):
        """What was not answered in time goes again."""
        for batch in [*itertools.takewhile(lambda b: now - b.sent_at > SILENCE_S, self.waiting.values())]:
            del self.waiting[batch.request_id]
            self.twins[batch.request_id] = batch
            batch.line.silence()
            self.board["silences"] += 1
            self.later(batch.ids, self.random.uniform(0, min(PAUSE_MAX_S, 2 * 2**batch.silences)), batch.silences + 1)
        while len(self.twins) > LATE_TWINS:
            self.twins.pop(next(iter(self.twins)))
        while self.again and self.again[0][0] <= now:
            self.send(heapq.heappop(self.again)[2])
