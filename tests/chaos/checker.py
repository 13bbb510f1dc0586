"""checker.py - after the drain: what the portals were told against what is stored, in the manner of
Jepsen's total-queue and set-full; then `ekc verify` with the portals' journals."""
import collections, json, os, subprocess

from world import EKC

ACKNOWLEDGED = ("DURABLE", "DUPLICATE")
STORED = ("SELECT p.name, i.external_id, i.id FROM inquiry AS i JOIN portal AS p ON p.id = i.portal_id")



class Told:
    """What the journals say of one inquiry."""
    __slots__ = ("first", "number", "id", "is_torn", "refused")

    def __init__(self):
        self.first, self.number, self.id = None, "", 0  # the first acknowledgement
        self.is_torn, self.refused = False, 0           # torn = another number was told later

    def acknowledge(self, answer, number, id):
        if self.first is None:
            self.first, self.number, self.id = answer, number, id
        self.is_torn |= (number, id) != (self.number, self.id)


def read(journals):
    """{(portal, external id): Told}, and of each acknowledgement the instant in us and its latency in s."""
    told, latencies = collections.defaultdict(Told), []
    for path in journals:
        with open(path) as journal:
            for text in journal:
                line = json.loads(text)
                entry = told[line["portal"], line["external_id"]]
                answer = line.get("answer")
                if answer in ACKNOWLEDGED:
                    entry.acknowledge(answer, line["number"], line["id"])
                    latencies.append((line["answered_at_us"], (line["answered_at_us"] - line["sent_at_us"]) / 1e6))
                elif answer in ("INVALID", "KEY_REUSED"):
                    entry.refused += 1
    return told, latencies


def number_fits(number, id):
    """A number is its id, at least seven digits, and a check digit."""
    return number.replace("-", "")[:-1] == f"{id:07d}"


def compare(told, stored):
    """The queue's figures; stored is an iterable of (portal, external id, id)."""
    copies = collections.defaultdict(list)
    for portal, external_id, id in stored:
        copies[portal, external_id].append(int(id))
    acknowledged = {key: entry for key, entry in told.items() if entry.first}
    lost = [key for key, entry in acknowledged.items() if entry.is_torn or not number_fits(entry.number, entry.id)
            or copies.get(key) != [entry.id]]
    return {"attempted": len(told), "acknowledged": len(acknowledged), "stored": sum(map(len, copies.values())),
            "lost": lost, "unexpected": [key for key in copies if key not in told],
            "duplicated": [key for key, ids in copies.items() if len(ids) > 1],
            "recovered": sum(key in told and told[key].first != "DURABLE" for key in copies),
            "refused": sum(entry.refused for entry in told.values())}


def verify(world):
    """The promises that are broken, as texts; all must have been checked."""
    argv = [EKC, "verify", "--format", "json"]
    for journal in world.journals:
        argv += ["--journal", journal]
    done = subprocess.run(argv, env={**os.environ, "EKC_DB": world.postgres.local}, capture_output=True, text=True)
    try:
        promises = json.loads(done.stdout)["promises"]
    except (ValueError, KeyError):
        return [f"ekc verify ended with {done.returncode}: {done.stderr.strip()[-300:]}"]
    broken = [f"{p['promise']} {p['about']}: {p['broken']} broken, such as {p['offenders'][:2]}"
              for p in promises if p["outcome"] != "holds"]
    if len(promises) < 8 or (done.returncode != 0 and not broken):
        broken.append(f"ekc verify ended with {done.returncode} after {len(promises)} promises")
    return broken


def check(world, result):
    """Fills result with figures and, where something is wrong, with failures."""
    told, latencies = read(world.journals)
    figures = compare(told, world.postgres.stream(STORED))
    result.acknowledged = figures["acknowledged"]
    for name in ("attempted", "stored", "recovered", "refused"):
        result.figures[name] = figures[name]
    for name in ("lost", "unexpected", "duplicated"):
        result.figures[name] = len(figures[name])
        if figures[name]:
            result.fail(f"{len(figures[name])} {name}, such as {figures[name][:3]}")
    dead = int(world.postgres.sql("SELECT count(*) FROM verdict WHERE status = 'dead'")[0][0])
    if dead != result.planted:
        result.fail(f"{dead} verdicts are dead, {result.planted} poisonous inquiries were planted")
    for broken in verify(world):
        result.fail(broken)
    return latencies
