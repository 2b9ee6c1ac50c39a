# SPDX-License-Identifier: MIT
"""The benches, by name: each runs its contenders and prints its rows."""
import json
import math
import os
import shutil
import subprocess
import tempfile
import threading
import time

from measure import (BIN, USER, Mount, Sample, Site, Skip, end_process, median, process_cpu_s,
                     ratios, run, take_turns, wait_until)
from peers import jira_js, jq_pages

REQUEST = ("issueId issueKey requestTypeId serviceDeskId createdDate.iso8601 reporter.key "
           "reporter.displayName reporter.emailAddress reporter.name reporter.timeZone "
           "currentStatus.status participants.values summary").split()

# a row of Requests as CSV, about
SLOW_ROW_BYTES = 2500

# table, word to expand, member that holds the rows, what is in a row
CHILDREN = [
    ("RequestComments", "comment", "comments",
     "id body public author.key created.iso8601".split()),
    ("RequestSLACycles", "sla", "sla", "id name completedCycles ongoingCycle".split()),
    ("RequestParticipants", "participant", "participants",
     "key displayName emailAddress name timeZone".split()),
    ("RequestStatusChangelog", "status", "status",
     "status statusCategory statusDate.iso8601".split()),
]


class Bench:
    def __init__(self, work, settings, row, limit):
        self.work, self.s, self.row, self.limit = work, settings, row, limit

    def site(self, n=None, *options, keys=()):
        return Site(self.work, n or self.s.n, *options, keys=keys)

    def mount(self, site, *options):
        return Mount(self.work, site, self.s.in_flight, *options)

    def turns(self, contenders, runs=None):
        return take_turns(contenders, runs or self.s.runs)

    def file(self, name, lines):
        path = self.work.path(name)
        with open(path, "w") as f:
            f.write("".join(line + "\n" for line in lines))
        return path

    def floor(self, addresses, rows, columns, by="extract", n=None):
        """A function that fetches the addresses and takes that out of them."""
        given = self.file(f"addresses-{len(os.listdir(self.work.dir))}", addresses)
        argv = [BIN + "/bench/floor", "-n", str(n or self.s.in_flight), "-u", USER, "-p", by,
                rows, *columns]
        return lambda: run(argv, stdin=given)

    def sql(self, site, statement):
        """The engine without a mount: a new process with nothing kept, every time."""
        argv = [BIN + "/jsmfs", "sql", "-f", "csv", "-o", f"MaxConnections={self.s.in_flight}",
                "-o", "ScanGuard=1000000", "-o", "Timeout=3600", statement]

        def once():
            home = tempfile.mkdtemp(prefix="home.", dir=self.work.dir)
            return run(argv, environ=self.work.environ() | site.connection() | {"HOME": home})

        return once


def cat(mount, name):
    """Reads a file that is fetched anew at every open."""
    return lambda: run(["cat", f"{mount.path}/{name}"], daemon=mount.pid)


def cold(b):
    """All requests with the latency: what counts is calls in flight."""
    site = b.site()
    mount = b.mount(site)
    site.latency(b.s.latency)
    t = b.turns({"ours": cat(mount, "Requests/_fresh=0/_scan=yes/rows.csv"),
                 "floor": b.floor(site.pages(b.s.n, "participant"), "values", REQUEST)})
    b.row("cold rows.csv with latency", median(t["ours"]), "floor",
          median(t["floor"]), ratios(t["ours"], t["floor"]), at_most=1.15)


def cpu(b):
    """All requests without latency: what counts is work."""
    site = b.site()
    mount = b.mount(site)
    pages = site.pages(b.s.n, "participant")
    contenders = {"ours": cat(mount, "Requests/_fresh=0/_scan=yes/rows.csv"),
                  "floor": b.floor(pages, "values", REQUEST),
                  "curl | jq": jq_pages(b, pages)}
    try:
        contenders["jira.js"] = jira_js(b, site)
    except Skip as why:
        print(f"cpu: without jira.js, {why}", flush=True)
    t = b.turns(contenders)
    b.row("cold rows.csv, 0 ms", median(t["ours"]), "floor, extracting", median(t["floor"]),
          ratios(t["ours"], t["floor"]), at_most=1.5)
    b.row("  CPU of that run", median(t["ours"], "cpu"), "floor, extracting",
          median(t["floor"], "cpu"), ratios(t["ours"], t["floor"], "cpu"), at_most=2.0)
    for peer, least in (("curl | jq", 10), ("jira.js", 8)):
        if peer in t:
            b.row("  against", median(t["ours"]), peer, median(t[peer]),
                  ratios(t[peer], t["ours"]), at_least=least)


def gzip(b):
    """Packed answers against plain ones, over a line that is not as fast as memory."""
    keys = certificate(b)
    sites = {"packed": b.site(b.s.n, keys=keys), "plain": b.site(b.s.n, "--no-gzip", keys=keys)}
    for mbit, rows in ((10, 1000), (100, 5000)):
        contenders = {}
        for name, site in sites.items():
            site.latency(b.s.latency)
            site.tell("bandwidth", str(mbit * 1000000 // 8 // 1024))
            contenders[name] = b.sql(site, f"SELECT * FROM Requests LIMIT {rows}")
        t = b.turns(contenders)
        b.row(f"{rows} requests over {mbit} Mbit/s, packed", median(t["packed"]), "plain",
              median(t["plain"]), ratios(t["packed"], t["plain"]), at_most=1.0)


def certificate(b):
    cert, key = b.work.path("cert.pem"), b.work.path("key.pem")
    if not shutil.which("openssl"):
        raise Skip("openssl is not installed")
    made = subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days",
                           "2", "-subj", "/CN=localhost", "-addext",
                           "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
                          capture_output=True)
    if made.returncode:
        raise Skip("openssl makes no certificate")
    return cert, key


def memory(b):
    """The most memory while a long result is fetched and kept."""
    site = b.site(b.s.big)
    mount = b.mount(site)
    run(["cat", mount.path + "/ServiceDesks/rows.csv"])
    idle = mount.memory_kib("VmRSS")
    mount.forget_peak()
    # some of the columns, so that the disk has room for it anywhere
    cat(mount, "Requests/_scan=yes/_select=RequestId,RequestKey,Summary,CurrentStatus/rows.csv")()
    peak = (mount.memory_kib("VmHWM") - idle) / 1024
    b.limit(f"memory for {b.s.big} rows, above idle", peak, 64, "MiB", [peak])


def head(b):
    """The first line of a long stream: how long, and how much is asked for."""
    site = b.site(b.s.big)
    mount = b.mount(site)
    name = "Requests/_fresh=0/_scan=yes/stream.csv"
    once = cat_head(mount, name)
    calls = []

    def counted():
        before = site.calls()
        sample = once()
        sample.value = site.calls() - before
        calls.append(sample.value)
        return sample

    trips = round_trips(b, site, counted)
    b.limit(f"head -1 stream.csv of {b.s.big} rows", median_of(trips), 1.5, "trips", trips)
    b.limit("  calls made for it in all", max(calls), 9, "calls", calls)


def cat_head(mount, name):
    return lambda: run(["sh", "-c", f'head -n 2 "{mount.path}/{name}" | tail -n 1'])


def median_of(values):
    return sorted(values)[len(values) // 2]


def round_trips(b, site, once):
    """What the latency adds to the time, in what it adds to that of one plain call."""
    call = b.floor([site.api + "/request?limit=1"], "values", ["issueId"])
    values = []
    for _ in range(b.s.runs):
        site.latency(0)
        once()
        near, one = once(), call()
        site.latency(b.s.latency * 4)
        values.append((once().wall - near.wall) / (call().wall - one.wall))
    site.latency(0)
    return values


def calls(b):
    """Rows that only a call for each request brings."""
    site = b.site(b.s.children)
    keys = request_keys(b, site)
    site.latency(b.s.latency)
    addresses = [f"{site.api}/request/{k}/comment?start=0&limit=100&expand=" for k in keys]
    few = addresses[:max(10, len(addresses) // 25)]
    columns = CHILDREN[0][3]
    listed = ",".join(f"'{k}'" for k in keys)
    t = b.turns({
        "ours": b.sql(site, f"SELECT * FROM RequestComments WHERE RequestId IN ({listed})"),
        "floor": b.floor(addresses, "values", columns)})
    one = b.floor(few, "values", columns, n=1)
    alone = [scaled(one(), len(addresses) / len(few)) for _ in range(2)]
    measure = f"comments of {len(keys)} requests, a call each"
    b.row(measure, median(t["ours"]), "floor", median(t["floor"]),
          ratios(t["ours"], t["floor"]), at_most=1.15)
    b.row("  against", median(t["ours"]), "sequential client *", median(alone),
          [median(alone) / s.wall for s in t["ours"]], at_least=12)


def request_keys(b, site):
    path = b.work.path("keys")
    with open(path, "wb") as f:
        subprocess.run([BIN + "/jsmfs", "sql", "-f", "tsv", "-o", "ScanGuard=1000000",
                        "SELECT RequestId FROM Requests"], stdout=f, check=True,
                       env=b.work.environ() | site.connection())
    with open(path) as f:
        return f.read().split()[1:]


def scaled(sample, times):
    return Sample(sample.wall * times, sample.cpu * times)


def join(b):
    """Requests with what belongs to each, in one statement."""
    site = b.site(b.s.children)
    keys = request_keys(b, site)
    site.latency(b.s.latency)
    addresses = site.pages(b.s.children, "") + [
        f"{site.api}/request/{k}/sla?start=0&limit=100" for k in keys]
    t = b.turns({
        "ours": b.sql(site, "SELECT r.RequestKey, r.Summary, c.* FROM Requests r "
                            "JOIN RequestSLACycles c ON c.RequestId = r.RequestId"),
        "floor": b.floor(addresses, "values", CHILDREN[1][3])})
    b.row("Requests JOIN RequestSLACycles", median(t["ours"]), "floor, a call each",
          median(t["floor"]), ratios(t["ours"], t["floor"]), at_most=1.3)


def expand(b):
    """Rows that the pages of requests bring along."""
    site = b.site(b.s.children)
    keys = request_keys(b, site)
    site.latency(b.s.latency)
    for table, word, member, columns in CHILDREN:
        floor = b.floor(site.pages(b.s.children, word), f"values.{member}.values", columns)
        t = b.turns({"ours": b.sql(site, f"SELECT * FROM {table}"), "floor": floor})
        b.row(f"{table} of {b.s.children} requests", median(t["ours"]), "floor, expand",
              median(t["floor"]), ratios(t["ours"], t["floor"]), at_most=1.5)
        if word != "comment":
            continue
        each = b.floor([f"{site.api}/request/{k}/comment?start=0&limit=100" for k in keys],
                       "values", columns)()
        b.row("  against", median(t["ours"]), "a call each, 16 at once", each.wall,
              [each.wall / s.wall for s in t["ours"]], at_least=20)


def capped(b):
    """A server that gives 37 rows a page, whatever is asked for."""
    site = b.site(b.s.children, "--page-cap", "37")
    mount = b.mount(site)
    needed = -(-b.s.children // 37)
    site.latency(b.s.latency)
    once = cat(mount, "Requests/_fresh=0/_scan=yes/rows.csv")
    vain = counted(site, once)[0] - needed
    floor = b.floor(site.pages(b.s.children, "participant", 37), "values", REQUEST)
    calls = []

    def ours():
        n, sample = counted(site, once)
        calls.append(n)
        return sample

    t = b.turns({"ours": ours, "floor": floor})
    b.row(f"{needed} pages of 37", median(t["ours"]), "floor, told so", median(t["floor"]),
          ratios(t["ours"], t["floor"]), at_most=1.15)
    b.limit("  calls in vain, the first time", vain, b.s.in_flight, "calls", [vain])
    b.limit("  calls made, from then on", max(calls), needed, "calls", calls)


def counted(site, once):
    before = site.calls()
    sample = once()
    return site.calls() - before, sample


def limited(b):
    """A server that allows 20 calls a second: as long as that takes, and few in vain."""
    rate, n = 20, min(b.s.n, 40000)
    log = b.work.path("limited.log")
    site = b.site(n, "--rate", str(rate), "--log", log)
    site.latency(b.s.latency)
    sample = b.sql(site, "SELECT * FROM Requests")()
    with open(log) as f:
        answers = f.read()
    refused = answers.count('"status":429')
    served = answers.count('"status":200')
    # those of a second may go at once
    demanded = (n / 100 - rate) / rate
    b.row(f"{n} requests at {rate} calls a second", sample.wall, "the limit", demanded,
          [sample.wall / demanded], at_most=1.15)
    b.limit("  refused calls", refused, served / 10, "calls", [refused])


def slow(b):
    """A reader that stops in the middle of a stream: what the daemon keeps for it."""
    site = b.site(b.s.big)
    mount = b.mount(site)
    run(["cat", mount.path + "/ServiceDesks/rows.csv"])
    idle = mount.memory_kib("VmRSS")
    mount.forget_peak()
    before = site.calls()
    with open(mount.path + "/Requests/_fresh=0/_scan=yes/stream.csv", "rb") as f:
        read = 0
        while read < 4 << 20:
            read += len(f.read(4096))
        last = -1
        # what is on its way comes; then nothing more may be asked for
        while last != (last := site.calls()):
            time.sleep(max(0.5, b.s.latency / 250))
        peak = (mount.memory_kib("VmHWM") - idle) / 1024
        calls = last - before
    pages = read / (SLOW_ROW_BYTES * 100)
    b.limit("memory for a stream nobody reads on, above idle", peak, 32, "MiB", [peak])
    b.limit("  calls made for it", calls, pages + 2 * b.s.in_flight, "calls", [calls])


def second(b):
    """A result that was read before, by tools, against the same bytes in memory."""
    site = b.site()
    mount = b.mount(site, "-o", "CacheTolerance=3600")
    ours = mount.path + "/Requests/_scan=yes/rows.csv"
    theirs = memory_copy(b, ours)
    for tool in (["cat"], ["grep", "-c", "nobody wrote this"], ["wc", "-c", "-l"]):
        t = b.turns({"ours": reader(tool, ours), "tmpfs": reader(tool, theirs)},
                    b.s.runs * 3)
        b.row(f"second {tool[0]} of rows.csv", median(t["ours"]), "tmpfs", median(t["tmpfs"]),
              ratios(t["tmpfs"], t["ours"]), at_least=0.95)


def memory_copy(b, path):
    if subprocess.run(["stat", "-f", "-c", "%T", "/dev/shm"],
                      capture_output=True).stdout.strip() != b"tmpfs":
        raise Skip("/dev/shm is no tmpfs")
    copy = f"/dev/shm/jsmfs-bench.{os.getpid()}"
    b.work.ends.append(lambda: os.path.exists(copy) and os.unlink(copy))
    shutil.copyfile(path, copy)
    return copy


def reader(tool, path):
    # grep says with 1 that nothing was found
    return lambda: run(["sh", "-c", '"$@" || [ $? = 1 ]', "sh", *tool, path])


def names(b):
    """Listing and looking at names, against the same names in memory."""
    site = b.site(b.s.names // 33)
    make_views(b, b.s.names // 33)
    mount = b.mount(site)
    run(["cat", mount.path + "/Requests/_scan=yes/rows.csv"])
    where = mount.path + "/Requests/id"
    copy = memory_dir(b)
    n = mirror(where, copy)
    # one by one only those of the requests: who names what is below them asks for its rows
    keys = sorted(os.listdir(copy))
    listed = b.file("dirs", [f"{where}/{k}" for k in keys])
    copied = b.file("copies", [f"{copy}/{k}" for k in keys])
    ls = 'xargs -d "\\n" ls -l <"$1" >/dev/null'
    before = site.calls()
    t = b.turns({"ours": lambda: run(["sh", "-c", ls, "sh", listed], daemon=mount.pid),
                 "tmpfs": lambda: run(["sh", "-c", ls, "sh", copied])}, b.s.runs * 3)
    b.row(f"ls -l of {len(keys)} directories", median(t["ours"]), "tmpfs", median(t["tmpfs"]),
          ratios(t["ours"], t["tmpfs"]), at_most=1.5)
    walk(b, mount, where, copy, f"  ls -lR of {n} names")
    n = mirror(mount.path + "/UserViews", copy + ".views")
    walk(b, mount, mount.path + "/UserViews", copy + ".views", f"  ls -lR of {n} names of views")
    n = mirror(mount.path, copy + ".all")
    walk(b, mount, mount.path, copy + ".all", f"  ls -lR of all, {n} names")
    stat = [BIN + "/bench/stats", "20"]
    t = b.turns({"ours": lambda: run(stat, stdin=listed),
                 "tmpfs": lambda: run(stat, stdin=copied)}, b.s.runs * 3)
    b.row("  stat of warm names", median(t["ours"]), "tmpfs", median(t["tmpfs"]),
          ratios(t["ours"], t["tmpfs"]), at_most=1.5)
    b.limit("  calls made for all that", site.calls() - before, 1, "calls",
            [site.calls() - before])


def walk(b, mount, where, copy, measure):
    t = b.turns({"ours": lambda: run(["ls", "-lR", where], daemon=mount.pid),
                 "tmpfs": lambda: run(["ls", "-lR", copy])}, b.s.runs * 3)
    b.row(measure, median(t["ours"]), "tmpfs", median(t["tmpfs"]),
          ratios(t["ours"], t["tmpfs"]), at_most=1.5)


def memory_dir(b):
    copy = f"/dev/shm/jsmfs-bench.names.{os.getpid()}"
    for end in ("", ".views", ".all"):
        b.work.ends.append(lambda path=copy + end: shutil.rmtree(path, ignore_errors=True))
    return copy


def make_views(b, n):
    """Views of the user's own, of which each has some names as well."""
    home = b.work.home + "/.config/jsmfs"
    os.makedirs(home, mode=0o700)
    with open(home + "/UserDefinedViews.json", "w") as f:
        json.dump({f"View{i}": {"query": "SELECT * FROM Requests"} for i in range(n)}, f)


def mirror(where, copy):
    """The same tree, of empty files; how many names are in it."""
    n = 0
    for path, inside, files in os.walk(where):
        to = copy + path[len(where):]
        os.mkdir(to)
        n += len(inside) + len(files)
        for name in inside + files:
            if os.path.islink(f"{path}/{name}"):
                os.symlink(os.readlink(f"{path}/{name}"), f"{to}/{name}")
            elif name in files:
                open(f"{to}/{name}", "w").close()
    return n


def metadata(b):
    """Looking at names while queries run."""
    site = b.site()
    mount = b.mount(site)
    site.latency(b.s.latency)
    stop = threading.Event()

    def query(i):
        while not stop.is_set():
            run(["cat", f"{mount.path}/Requests/_fresh=0/_scan=yes/_limit={2000 + i}/rows.csv"])

    threads = [threading.Thread(target=query, args=(i,)) for i in range(32)]
    for t in threads:
        t.start()
    wait_until(lambda: site.calls() > 100, "32 queries")
    values = []
    for turn in range(b.s.runs):
        # names that nobody has asked for: the kernel knows none of them
        paths = b.file("paths", [f"{mount.path}/Requests/CurrentStatus={turn}-{i}/rows.csv"
                                 for i in range(2000)])
        out = b.work.path("stats")
        with open(out, "w") as f:
            run([BIN + "/bench/stats", "1", "p99"], stdin=paths, stdout=f)
        with open(out) as f:
            values.append(float(f.read()) / 1e6)
    stop.set()
    for t in threads:
        t.join()
    b.limit("stat while 32 queries run, p99", median_of(values), 2, "ms", values)


def first(b):
    """From the command to the first row, with metadata known from before."""
    site = b.site()
    mount = b.mount(site)
    run(["cat", mount.path + "/Requests/_limit=1/rows.csv"])
    mount.close()

    def once():
        began = time.monotonic()
        m = b.mount(site)
        cat_head(m, "Requests/_scan=yes/stream.csv")()
        sample = Sample(time.monotonic() - began)
        m.close()
        return sample

    trips = round_trips(b, site, once)
    # two trips, and what the clock of two processes on a busy machine is good for
    b.limit("mount to first row, metadata known", median_of(trips), 2.05, "trips", trips)


def start(b):
    """CPU time until the mount is there."""
    site = b.site(100)
    values = []
    for _ in range(b.s.runs):
        m = b.mount(site)
        values.append(process_cpu_s(m.pid) * 1000)
        m.close()
    b.limit("CPU of the start of the daemon", median_of(values), 30, "ms", values)


def growth(b):
    """How what it costs grows with the rows: the exponent of n."""
    sizes = [n for n in (1000, 10000, 100000, 1000000) if n <= b.s.big]
    if len(sizes) < 2:
        raise Skip("BIG is too small for it")
    points = {}
    for n in sizes:
        runs = b.s.runs if n < 1000000 else 1
        for name, cost in grown(b, n, runs).items():
            points.setdefault(name, []).append((n, cost))
        print(f"growth: {n:>8} rows, " + ", ".join(
            f"{name} {costs[-1][1]:.3f}" for name, costs in points.items()
            if costs[-1][0] == n), flush=True)
    for name, costs in points.items():
        e = exponent(costs)
        most = {"MiB above idle": 0.5, "s to the first row": 0.1}.get(name, 1.05)
        b.limit(f"growth of {name}, exponent of n", e, most, "", [e])


def grown(b, n, runs):
    """The measures of a site with n requests, and of a tree with n names."""
    costs = {}
    site = b.site(n)
    mount = b.mount(site, "-o", "CacheTolerance=3600")
    run(["cat", mount.path + "/ServiceDesks/rows.csv"])
    idle = mount.memory_kib("VmRSS")
    cold = [cat(mount, "Requests/_fresh=0/_scan=yes/rows.csv")() for _ in range(runs)]
    costs["s for all rows"] = median(cold)
    costs["s of CPU for them"] = median(cold, "cpu")
    costs["MiB above idle"] = (mount.memory_kib("VmHWM") - idle) / 1024
    top = cat_head(mount, "Requests/_fresh=0/_scan=yes/stream.csv")
    costs["s to the first row"] = median([top() for _ in range(runs + 2)])
    mount.close()
    all_comments = b.sql(site, "SELECT count(*), max(Body) FROM RequestComments")
    costs["s for all comments"] = median([all_comments() for _ in range(runs)])
    end_process(site.process)
    # a mount remembers some thousand rows, of which each has 33 names
    if n <= 100000:
        few = b.site(n // 33)
        mount = b.mount(few, "-o", "CacheTolerance=3600")
        run(["cat", mount.path + "/Requests/_scan=yes/rows.csv"])
        ls = [run(["ls", "-lR", mount.path + "/Requests/id"], daemon=mount.pid)
              for _ in range(runs + 1)]
        costs["s for ls -lR of so many names"] = median(ls[1:])
        mount.close()
        end_process(few.process)
    return costs


def exponent(points):
    """Of the line through the points in a plot with two logarithmic axes."""
    xs = [math.log(x) for x, _ in points]
    ys = [math.log(max(y, 1e-9)) for _, y in points]
    mx, my = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - mx) * (y - my) for x, y in zip(xs, ys)) / sum((x - mx) ** 2 for x in xs)


ALL = [cold, cpu, gzip, memory, head, calls, join, expand, capped, limited, slow, second, names,
       metadata, first, start, growth]
