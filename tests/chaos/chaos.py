#!/usr/bin/python3
"""chaos.py - the rig: real workers, a real PostgreSQL, real portals, and a seeded nemesis.

CHAOS_SECONDS  length of the storm; not given: the full run (some 45 minutes)
CHAOS_SEED     every choice comes from it; else one is made, and printed
CHAOS_PARTS    T1,T5: these alone
CHAOS_EXCUSE   T6: may be 'not run' in a full run; libzmq4841: see report.py
CHAOS_BIN, CHAOS_EKC   folder of the workers (build/fault/bin), the administrator (build/bin/ekc)"""
import os, pathlib, secrets, shutil, signal, subprocess, sys, tempfile, time, traceback

TOP = pathlib.Path(__file__).resolve().parents[2]
INSIDE = "CHAOS_HOME"
FULL_ACKNOWLEDGED, FULL_FAULTS, FULL_KILLS, SHORT_ACKNOWLEDGED = 1_000_000, 10_000, 2_000, 2_000


def outside():
    """Starts the rig in namespaces of its own: whatever way it ends, all it made ends with it."""
    if os.geteuid() != 0:
        os.execvp("sudo", ["sudo", "--preserve-env", sys.executable, *sys.argv])
    home = tempfile.mkdtemp(prefix="ekc-chaos.")
    os.chmod(home, 0o755)
    apart = ["setpriv", "--pdeathsig", "KILL", "unshare", "--net", "--mount", "--pid", "--fork", "--kill-child",
             "--mount-proc"]
    environment = {**os.environ, INSIDE: home, "PYTHONDONTWRITEBYTECODE": "1"}
    rig = subprocess.Popen([*apart, sys.executable, "-u", *sys.argv], env=environment, start_new_session=True)
    for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
        signal.signal(number, lambda *_: rig.kill())
    try:
        return rig.wait()
    finally:
        if "CHAOS_KEEP" not in os.environ:
            shutil.rmtree(home, ignore_errors=True)


def run_part(part, template, options):
    from report import Result
    result, began = Result(part.name, part.about, options.excused), time.monotonic()
    print(f"{part.name} {part.about}", flush=True)
    try:
        part.run(template, result, options)
    except Exception as error:
        result.fail(f"{type(error).__name__}: {error}")
        traceback.print_exc()
    result.is_run, result.seconds = True, time.monotonic() - began
    print(f"    {result.name}: {result.outcome}, {result.seconds:.0f} s, {sum(result.faults.values())} faults, "
          f"{result.acknowledged} acknowledged", flush=True)
    return result


def judge(results, is_full, is_subset, excused):
    """What is wrong with the run as a whole."""
    failures = [f"{r.name}: {why}" for r in results for why in r.failures]
    failures += [f"{r.name}: not run" for r in results if not r.is_run and not is_subset and r.name not in excused]
    if not any(r.busy for r in results):
        failures.append("no fault hit a busy process: the run proves nothing")
    sums = {"acknowledged": sum(r.acknowledged for r in results), "kills": sum(r.kills for r in results),
            "faults": sum(sum(r.faults.values()) for r in results)}
    due = {"acknowledged": FULL_ACKNOWLEDGED, "faults": FULL_FAULTS, "kills": FULL_KILLS} if is_full and not is_subset \
        else {"acknowledged": SHORT_ACKNOWLEDGED}
    return failures + [f"{sums[name]} {name}, {least} are due" for name, least in due.items() if sums[name] < least]


def inside(home):
    import report
    from ground import Ground, Names
    from parts import PARTS, Options
    from world import Template
    seconds, seed = os.environ.get("CHAOS_SECONDS"), os.environ.get("CHAOS_SEED") or secrets.token_hex(4)
    wanted = set(filter(None, os.environ.get("CHAOS_PARTS", "").split(",")))
    unknown = wanted - {part.name for part in PARTS}
    if unknown:
        sys.exit(f"chaos: no such part: {', '.join(sorted(unknown))}")
    print(f"chaos: CHAOS_SEED={seed}", flush=True)
    ground = Ground()
    excused = os.environ.get("CHAOS_EXCUSE", "").split(",")
    options = Options(seed, float(seconds) if seconds else None, Names(home / "hosts"), excused)
    template = Template(ground, home, portals=8)
    results = []
    for part in PARTS:
        if (part.name in wanted) if wanted else (part.is_short or options.is_full):
            results.append(run_part(part, template, options))
        elif options.is_full:
            results.append(report.Result(part.name, part.about))
    failures = judge(results, options.is_full, bool(wanted), excused)
    sums = report.sums_of(results, seed)
    report.write(TOP / "build/chaos", results, sums, failures)
    report.show(results, sums)
    print("\n".join(f"FAIL {failure}" for failure in failures) or "all parts passed")
    return bool(failures)


if __name__ == "__main__":
    if INSIDE in os.environ:
        sys.exit(inside(pathlib.Path(os.environ[INSIDE])))
    sys.exit(outside())
