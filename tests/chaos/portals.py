"""portals.py - a process of some city portals: they submit inquiries at a given rate until told not to.
The journal of every attempt and answer is one that `ekc verify --journal` reads.   portals.py CONFIG.json"""
import json, pathlib, random, sys, time, zmq

from board import Board
from portal import Portal


def main(config):
    board, seed = Board(pathlib.Path(config["board"])), config["seed"]
    rng, due, last = random.Random(seed), 0.0, time.monotonic()
    with open(config["journal"], "a", buffering=1 << 20) as journal:
        portals = [Portal(config, name, secret.encode(), journal, board, f"{seed}/{name}")
                   for name, secret in config["portals"].items()]
        while not board["quits"]:
            poller = zmq.Poller()
            for line in (line for portal in portals for line in portal.lines):
                poller.register(line.socket, zmq.POLLIN)
            poller.poll(5)
            now = time.monotonic()
            due, last = min(due + board["rate"] * (now - last), 200 + board["rate"]), now
            for portal in portals:
                for line in portal.lines:
                    portal.receive(line)
                portal.turn(now)
            for portal in rng.sample(portals, len(portals)):
                while board["goes_on"] and due >= 100 and portal.has_room():
                    portal.create(count := rng.randint(50, 100))
                    due -= count
            board["under_way"] = sum(portal.under_way() for portal in portals)


if __name__ == "__main__":
    main(json.loads(pathlib.Path(sys.argv[1]).read_text()))
