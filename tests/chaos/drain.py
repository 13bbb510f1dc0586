"""drain.py - how a world comes back: after one fault, and at the end of a part."""
import time

import checker
from world import wait_for

RECOVERY_S, DRAIN_S = 10.0, 60.0
# What is not judged, and what is not counted.
BEHIND = ("SELECT (SELECT count(*) FROM inquiry) - (SELECT count(*) FROM verdict WHERE n = 1), "
          "(SELECT count(*) FROM lane AS l LEFT JOIN stat_cursor AS c ON c.consumer = 'statistics' "
          "AND c.lane_id = l.id WHERE coalesce(c.pos, 0) <> l.last_seq)")


def recovery(world, result, what):
    """The first new answer and the first new verdict after a heal that was just now."""
    healed_at = time.monotonic()
    base, answer_s, verdict_s = world.judged(), None, None
    while (answer_s is None or verdict_s is None) and time.monotonic() < healed_at + 3 * RECOVERY_S:
        answered_at = max(board["last_ack_at"] for board in world.boards)
        if answer_s is None and answered_at > healed_at:
            answer_s = answered_at - healed_at
        judged = world.judged()
        base = judged if base is None else base
        if verdict_s is None and judged is not None and judged > base:
            verdict_s = time.monotonic() - healed_at
        time.sleep(0.05)
    for name, seconds, times in (("answer", answer_s, result.answers_s), ("verdict", verdict_s, result.verdicts_s)):
        times.append(3 * RECOVERY_S if seconds is None else seconds)
        if times[-1] > RECOVERY_S:
            result.fail(f"after {what}: the first new {name} came after {times[-1]:.1f} s"
                        + (" or later" if seconds is None else ""))


def behind(world):
    rows = world.postgres.try_sql(BEHIND, seconds=30)
    return [int(value) for value in rows[0]] if rows else None


def drain(world, result):
    """No more faults, no new inquiries: all must be answered, judged and counted in a minute."""
    began = time.monotonic()
    for board in world.boards:
        board["goes_on"] = 0
    try:
        wait_for("all inquiries answered", lambda: world.total("under_way") == 0, DRAIN_S)
        wait_for("all inquiries judged and counted", lambda: behind(world) == [0, 0],
                 began + DRAIN_S - time.monotonic(), 0.25)
    except TimeoutError as error:
        result.fail(f"{error}; under way {world.total('under_way'):.0f}; not judged, lanes not counted: {behind(world)}")
    result.drain_s = time.monotonic() - began


def settle(world, result, acknowledged_min):
    """Drain, then the checks that every part ends with; the latencies of acknowledgements."""
    drain(world, result)
    world.stop_portals()
    for worker in world.workers:
        for code, surprise in worker.surprises:
            result.surprise(code, surprise)
        if worker.rss_kb:
            peak = max(kb for _, kb in worker.rss_kb) / 1024
            result.rss_mb[worker.kind] = max(result.rss_mb.get(worker.kind, 0), peak)
    latencies = checker.check(world, result)
    if result.acknowledged < acknowledged_min:
        result.fail(f"only {result.acknowledged} acknowledged, {acknowledged_min} are due")
    return latencies
