"""callers.py - callers in numbers, as a process of their own: the same keys from everybody at once, and
connections that come and go.   callers.py duplicates|reconnects CONFIG.json"""
import json, pathlib, random, resource, sys, time, zmq

import wire
from wire import portal as pb

FINAL = {pb.ANSWER_DURABLE: "DURABLE", pb.ANSWER_DUPLICATE: "DUPLICATE", pb.ANSWER_KEY_REUSED: "KEY_REUSED",
         pb.ANSWER_INVALID: "INVALID"}
CHUNK, SILENCE_S = 25, 5.0


def connect(config, n):
    address = config["intakes"][n % len(config["intakes"])]
    return wire.connect(address, config["secret"].encode(), config["server_key"].encode())


class Twin:
    """One of many clients of one portal that all submit the same keys, again and again."""

    def __init__(self, config, n, journal):
        self.config, self.n, self.journal = config, n, journal
        self.random, self.socket = random.Random(f"{config['seed']}/{n}"), connect(config, n)
        self.rounds, self.left, self.requests, self.known = config["rounds"], [], 0, set()
        self.asked, self.other, self.sent_at = [], set(), 0.0
        self.send_next()

    def content(self, key):
        """Once a key is known to be taken, some say something else under it."""
        return self.config["contents"][1 if key in self.other else 0]

    def send_next(self):
        if not self.left:
            self.rounds -= 1
            self.left = self.random.sample(self.config["keys"], len(self.config["keys"]))
        self.ask([self.left.pop() for _ in range(min(CHUNK, len(self.left)))])

    def ask(self, keys):
        self.asked, self.requests = keys, self.requests + 1
        self.other = {key for key in keys if key in self.known and self.random.random() < 0.1}
        self.sent_at = time.monotonic()
        for key in keys:
            self.note(key)
        self.socket.send_multipart([b"", wire.submit(f"{self.n}.{self.requests}", [
            wire.inquiry(key, bytes.fromhex(self.content(key))) for key in keys])])

    def note(self, key, **answer):
        self.journal.write(json.dumps({"portal": self.config["portal"], "external_id": key, **answer}) + "\n")

    def turn(self, now):
        """False when this client has done all its rounds."""
        if self.socket.poll(0):
            self.take(wire.read(self.socket.recv_multipart()))
        elif self.asked and now - self.sent_at > SILENCE_S:
            sys.exit(f"callers: no answer for {SILENCE_S} s")
        return bool(self.asked)

    def take(self, answer):
        again = [] if answer.submitted.results else list(self.asked)
        for result in answer.submitted.results:
            word, key = FINAL.get(result.answer), result.external_id
            if word is None:
                again.append(key)
                continue
            if (word == "KEY_REUSED") != (key in self.other):
                sent_as = "another" if key in self.other else "the same"
                sys.exit(f"callers: {word} for {key}, which was sent as {sent_as}")
            self.known.add(key)
            self.note(key, answer=word, number=result.number, id=result.id, sent_at_us=int(self.sent_at * 1e6),
                      answered_at_us=int(time.monotonic() * 1e6))
        if again:
            self.ask(again)
        elif self.left or self.rounds > 0:
            self.send_next()
        else:
            self.asked = []


def duplicates(config):
    with open(config["journal"], "a") as journal:
        twins = [Twin(config, n, journal) for n in range(config["clients"])]
        while twins:
            poller = zmq.Poller()
            for twin in twins:
                poller.register(twin.socket, zmq.POLLIN)
            poller.poll(1000)
            now = time.monotonic()
            twins = [twin for twin in twins if twin.turn(now)]


def reconnects(config):
    """Each client connects, asks for the catalog, and is gone 100 ms later, answered or not."""
    question = wire.envelope.Envelope(request_id="c", get_catalog={}).SerializeToString()
    clients, made, until = [], 0, time.monotonic() + config["seconds"]
    while (now := time.monotonic()) < until:
        while clients and clients[0][0] <= now:
            clients.pop(0)[1].close()
        while len(clients) < config["clients"] and time.monotonic() < now + 0.02:
            try:
                socket = connect(config, made)
            except zmq.ZMQError:
                break  # closed sockets are still on their way out: as fast as this machine can
            socket.send_multipart([b"", question])
            clients.append((time.monotonic() + 0.1, socket))
            made += 1
        time.sleep(0.001)
    print(made, flush=True)


if __name__ == "__main__":
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    zmq.Context.instance().max_sockets = 8192
    {"duplicates": duplicates, "reconnects": reconnects}[sys.argv[1]](json.loads(pathlib.Path(sys.argv[2]).read_text()))
