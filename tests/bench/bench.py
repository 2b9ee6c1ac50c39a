# SPDX-License-Identifier: MIT
"""
bench.py: what jsmfs costs, against what anybody would type instead and against
what cannot be done cheaper.  See README.md beside this file.

    BENCH=NAME[,NAME]  only these        RUNS=7        turns, of which the median counts
    N=50000            requests          LATENCY=50    ms that every answer takes
    IN_FLIGHT=16       calls on their way   CHILDREN=5000  requests with children
    BIG=1000000        requests where size is the point   NAMES=10000  names to list
"""
import os
import signal
import statistics
import sys

import cases
from measure import Skip, Work


def number(name, default):
    text = os.environ.get(name) or str(default)
    if not text.isdigit() or not int(text):
        sys.exit(f"bench: {name}={text} is no number")
    return int(text)


class Settings:
    n = number("N", 50000)
    runs = number("RUNS", 7)
    latency = number("LATENCY", 50)
    in_flight = number("IN_FLIGHT", 16)
    children = number("CHILDREN", 5000)
    big = number("BIG", 1000000)
    names = number("NAMES", 10000)


COLUMNS = "{:<44} {:>11} {:<21} {:>11} {:>8} {:>15} {:>9}  {}"
failed = []


def shown(value, unit):
    if unit == "s":
        return f"{value:.3f} s" if value < 10 else f"{value:.1f} s"
    if unit == "ms":
        return f"{value:.2f} ms"
    return f"{value:.0f} {unit}" if value >= 10 else f"{value:.2f} {unit}"


def row(measure, ours, other, theirs, ratios, unit="s", at_most=None, at_least=None):
    """ratios: ours to theirs, or theirs to ours when at_least is the target."""
    ratio = statistics.median(ratios)
    met = ratio <= at_most if at_most is not None else ratio >= at_least
    target = f"<= {at_most:g}" if at_most is not None else f">= {at_least:g}"
    spread = f"{min(ratios):.2f}-{max(ratios):.2f}" if len(ratios) > 1 else "one run"
    print(COLUMNS.format(measure, shown(ours, unit), other, shown(theirs, unit),
                         f"x{ratio:.2f}", spread, target, "met" if met else "MISSED"),
          flush=True)
    if not met:
        failed.append(measure)


def limit(measure, ours, most, unit, values):
    """A target that is a number of its own."""
    row(measure, ours, "limit", most, [v / most for v in values], unit, at_most=1.0)


def main():
    # whatever ends it, what it started ends too; one in the background has SIGINT ignored
    for ending in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(ending, lambda *_: sys.exit("bench: interrupted"))
    wanted = [w for w in os.environ.get("BENCH", "").split(",") if w]
    known = {f.__name__: f for f in cases.ALL}
    for w in wanted:
        if w not in known:
            sys.exit(f"bench: no bench {w}; there are {' '.join(known)}")
    print(f"{Settings.runs} turns, {Settings.n} requests, {Settings.children} with children, "
          f"{Settings.latency} ms, {Settings.in_flight} calls in flight", flush=True)
    print(COLUMNS.format("measure", "ours", "against", "theirs", "ratio", "spread", "target",
                         ""))
    for name in wanted or known:
        work = Work()
        try:
            known[name](cases.Bench(work, Settings, row, limit))
        except Skip as why:
            print(f"{name}: skipped, {why}", flush=True)
        finally:
            work.close()
    if failed:
        print(f"{len(failed)} missed: " + "; ".join(failed))
    return 0


if __name__ == "__main__":
    sys.exit(main())
