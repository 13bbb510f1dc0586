"""report.py - the result of a part, the table of all, and what is written to build/chaos/."""
import collections, json, signal, statistics


# Deaths inside a library, by the name under which CHAOS_EXCUSE may let them pass; always counted. libzmq
# 4.3.4 aborts when a peer's reset is read and the socket is writable in the same turn, as after a SIGSTOP:
# its issues 4841 and 4767.
LIBRARY_DEATHS = {"libzmq4841": (-signal.SIGABRT, "Assertion failed: !_io_error (src/stream_engine_base.cpp")}


class Result:
    def __init__(self, name, about, excused=()):
        self.name, self.about, self.failures, self.excused = name, about, [], list(excused)
        self.library_deaths = collections.Counter()
        self.faults, self.busy = collections.Counter(), 0
        self.acknowledged, self.planted, self.figures = 0, 0, {}
        self.answers_s, self.verdicts_s, self.drain_s = [], [], None
        self.notes, self.rss_mb, self.seconds, self.is_run = [], {}, 0, False

    def fail(self, why):
        self.failures.append(why)
        print(f"    FAIL {self.name}: {why}", flush=True)

    def surprise(self, code, why):
        """A worker that died of itself."""
        for name, (death, words) in LIBRARY_DEATHS.items():
            if code == death and words in why:
                self.library_deaths[name] += 1
                return self.note(f"{name}, excused: {why}") if name in self.excused else self.fail(why)
        return self.fail(why)

    def note(self, what):
        self.notes.append(what)
        print(f"    {self.name}: {what}", flush=True)

    def require(self, what, ok):
        """Each requirement that a part makes beyond the common ones is told, met or not."""
        self.note(f"ok, {what}") if ok else self.fail(what)

    @property
    def kills(self):
        return sum(count for kind, count in self.faults.items() if kind.startswith(("kill", "crash")))

    @property
    def outcome(self):
        return "not run" if not self.is_run else "FAIL" if self.failures else "ok"

    def as_dict(self):
        return {**self.__dict__, "faults": dict(self.faults), "library_deaths": dict(self.library_deaths),
                "outcome": self.outcome, "kills": self.kills}


HEADS = ("part", "outcome", "s", "faults", "busy", "acknowledged", "lost", "twice", "answer ≤ s", "verdict ≤ s",
         "drained s", "RSS MB")


def row(result):
    faults = ", ".join(f"{kind} {count}" for kind, count in sorted(result.faults.items())) or "–"
    longest = [f"{max(times):.1f}" if times else "–" for times in (result.answers_s, result.verdicts_s)]
    memory = ", ".join(f"{kind} {mb:.0f}" for kind, mb in result.rss_mb.items())
    return (f"{result.name} {result.about}", result.outcome, f"{result.seconds:.0f}", faults, str(result.busy),
            str(result.acknowledged), str(result.figures.get("lost", "–")),
            str(result.figures.get("duplicated", "–")), *longest,
            "–" if result.drain_s is None else f"{result.drain_s:.1f}", memory or "–")


def markdown(results, sums):
    lines = ["| " + " | ".join(HEADS) + " |", "|" + "---|" * len(HEADS)]
    lines += ["| " + " | ".join(row(result)) + " |" for result in results]
    return "\n".join([*lines, "", *(f"- {name}: {value}" for name, value in sums.items())]) + "\n"


def summary(times):
    return f"median {statistics.median(times):.2f} s, longest {max(times):.2f} s of {len(times)}" if times else "–"


def sums_of(results, seed):
    answers = [s for r in results for s in r.answers_s]
    verdicts = [s for r in results for s in r.verdicts_s]
    kinds = sum((r.faults for r in results), collections.Counter())
    return {"seed": seed, "faults": sum(kinds.values()), "process kills": sum(r.kills for r in results),
            "faults that hit a busy process": sum(r.busy for r in results),
            "faults by kind": ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items())),
            "inquiries acknowledged": sum(r.acknowledged for r in results),
            "lost": sum(r.figures.get("lost", 0) for r in results),
            "stored twice": sum(r.figures.get("duplicated", 0) for r in results),
            "recovered (stored, and the first answer was lost)": sum(r.figures.get("recovered", 0) for r in results),
            "deaths inside a library": dict(sum((r.library_deaths for r in results), collections.Counter())) or "none",
            "first answer after a fault healed": summary(answers), "first verdict after": summary(verdicts)}


def write(folder, results, sums, failures):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "result.json").write_text(json.dumps({"parts": [r.as_dict() for r in results], "sums": sums,
                                                    "failures": failures}, ensure_ascii=False, indent=2) + "\n")
    (folder / "result.md").write_text(markdown(results, sums))


def show(results, sums):
    print()
    for result in results:
        print("  ".join(f"{head} {value}" if head not in ("part", "outcome") else value
                        for head, value in zip(HEADS, row(result))))
    for name, value in sums.items():
        print(f"{name}: {value}")
