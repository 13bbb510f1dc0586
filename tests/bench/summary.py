#!/usr/bin/python3
"""summary.py - what the rounds of run.sh say: medians, worst and best, against the targets.
summary.py SETTINGS FIGURES RESULTS"""
import collections, datetime, statistics, sys

# title, figure, unit, decimals, divisor, target
ROWS = [
    ("**Whole history: fed, classified, counted**", "rate", "inquiries/s", 0, 1, (">=", 25000)),
    ("Whole history: acknowledged", "acknowledged", "inquiries/s", 0, 1, None),
    *((f"Memory of {worker}: {title}", f"{kind}_{worker}", "MB", 1, 1, ("<=", 64))
      for worker in ("intake", "classifier", "statistics") for kind, title in (("rss", "at the end"), ("peak", "peak"))),
    ("**One inquiry acknowledged: median**", "submit_p50", "ms", 2, 1000, ("<=", 1.5)),
    *((f"{title}: {name}", f"{probe}_{p}", "ms", 2, 1000, None)
      for probe, title in (("submit", "One inquiry acknowledged"), ("echo", "Control, ZeroMQ echo"),
                           ("commit", "Control, commit of a row"), ("fdatasync", "Control, fdatasync of 8 KiB"))
      for p, name in (("p50", "median"), ("p90", "p90"), ("p99", "p99")) if (probe, p) != ("submit", "p50")),
    ("One inquiry / (echo + commit), medians", "overhead", "times", 2, 1, None),
    *((f"CPU of an inquiry: {name}", f"cpu_{name}", "µs", 1, 1, None)
      for name in ("submit", "intake", "classifier", "statistics", "postgres", "centre")),
    ("Messages sent again after BUSY or silence", "repeated", "", 0, 1, None),
    ("Done by sweep (0 = undisturbed)", "sweep", "", 0, 1, ("<=", 0)),
    ("Noise: CPU of others during the feed", "foreign", "%", 1, 1, None),
    ("Noise: load before the round", "load", "", 2, 1, None),
    ("Noise: CPU pressure avg10 before the round", "pressure", "%", 1, 1, None),
]

def read(path):
    figures = collections.defaultdict(dict)
    for line in open(path):
        number, name, value = line.split()
        figures[name][number] = float(value)
    for number in figures["submit_p50"]:
        floor = figures["echo_p50"][number] + figures["commit_p50"][number]
        figures["overhead"][number] = figures["submit_p50"][number] / floor
    return figures

def verdict(values, target):
    if not target:
        return ""
    how, limit = target
    good = [value >= limit if how == ">=" else value <= limit for value in values]
    middle = statistics.median(values)
    is_met = middle >= limit if how == ">=" else middle <= limit
    return f"{'≥' if how == '>=' else '≤'} {limit:,}: {'met' if is_met else '**missed**'} ({sum(good)} of {len(good)} rounds)"

def table(figures):
    yield "| what | median | min – max | target |"
    yield "|---|---|---|---|"
    for title, name, unit, decimals, divisor, target in ROWS:
        values = [value / divisor for value in figures[name].values()]
        if not values:
            continue
        show = lambda value: f"{value:,.{decimals}f}"
        yield (f"| {title} | {show(statistics.median(values))} {unit}".rstrip() +
               f" | {show(min(values))} – {show(max(values))} | {verdict(values, target)} |")

def main(settings_path, figures_path, results_path):
    figures = read(figures_path)
    settings = dict(line.rstrip("\n").split("=", 1) for line in open(settings_path))
    disturbed = sum(value > 0 for value in figures["sweep"].values())
    text = "\n".join([
        "# Results", "",
        "Written by `make bench`; how it is measured is in [README.md](README.md).", "",
        f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC, {settings['rounds']} rounds, {disturbed} of them disturbed.", "",
        *table(figures), "", "Measured with:", "",
        *(f"- {name}: {value}" for name, value in settings.items() if name != "rounds")]) + "\n"
    print(text, end="")
    with open(results_path, "w") as file:
        file.write(text)

if __name__ == "__main__":
    main(*sys.argv[1:])
