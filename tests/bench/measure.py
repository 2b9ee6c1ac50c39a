# SPDX-License-Identifier: MIT
"""Processes, a simulator, a mount, and what they took.  Knows no bench."""
import os
import re
import shutil
import ssl
import statistics
import subprocess
import tempfile
import time
import urllib.request
from dataclasses import dataclass

BIN = os.path.abspath(os.environ.get("BUILD", "build/release"))
USER = "agent@example.com:demo-token"
PATIENCE_S = 60


class Skip(Exception):
    """Why a bench or a peer cannot run here."""


@dataclass
class Sample:
    wall: float = 0.0
    cpu: float = 0.0
    value: float = 0.0  # whatever else the bench looks at


def process_cpu_s(pid):
    """User and system time of all threads, also of those that ended."""
    return time.clock_gettime((~pid << 3) | 2)


def wait_until(true, what):
    end = time.monotonic() + PATIENCE_S
    while not true():
        if time.monotonic() > end:
            raise RuntimeError("gave up waiting for " + what)
        time.sleep(0.001)


def run(argv, daemon=None, stdin=None, stdout=subprocess.DEVNULL, environ=None):
    """One command; the daemon's CPU time in the meantime counts as its own."""
    spent = process_cpu_s(daemon) if daemon else 0.0
    before = time.monotonic()
    given = open(stdin) if stdin else subprocess.DEVNULL
    p = subprocess.Popen(argv, stdin=given, stdout=stdout, env=environ,
                         shell=isinstance(argv, str))
    _, status, usage = os.wait4(p.pid, 0)
    wall = time.monotonic() - before
    p.returncode = os.waitstatus_to_exitcode(status)
    if stdin:
        given.close()
    if p.returncode:
        raise RuntimeError(f"{argv} ended with {p.returncode}")
    cpu = usage.ru_utime + usage.ru_stime
    if daemon:
        cpu += process_cpu_s(daemon) - spent
    return Sample(wall, cpu)


class Work:
    """A directory and processes that end with it."""

    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="jsmfs-bench.")
        self.ends = []
        self.home = os.path.join(self.dir, "home")
        os.mkdir(self.home)

    def path(self, name):
        return os.path.join(self.dir, name)

    def environ(self):
        e = {k: v for k, v in os.environ.items()
             if not k.startswith(("JSMFS_", "XDG_")) and not k.lower().endswith("_proxy")}
        return e | {"HOME": self.home, "LC_ALL": "C.UTF-8"}

    def close(self):
        for end in reversed(self.ends):
            end()
        shutil.rmtree(self.dir, ignore_errors=True)


def end_process(p):
    if p.poll() is None:
        p.terminate()
    try:
        p.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        p.kill()
        p.wait()


class Site:
    """A simulator with N requests; keys: the files of a certificate and its key, for https."""

    def __init__(self, work, n, *options, keys=()):
        ports = work.path(f"port-{n}-{len(work.ends)}")
        self.n = n
        self.process = subprocess.Popen(
            [BIN + "/jsmsim", "--quiet", "--data", str(n), "--port-file", ports,
             *(["--tls", *keys] if keys else []), *options],
            env=work.environ(), stdout=subprocess.DEVNULL)
        work.ends.append(lambda: end_process(self.process))
        wait_until(lambda: os.path.exists(ports) and os.path.getsize(ports), "the simulator")
        with open(ports) as f:
            self.url = f"http{'s' if keys else ''}://127.0.0.1:" + f.read().strip()
        self.trust = ssl.create_default_context(cafile=keys[0]) if keys else None
        self.keys = keys
        self.api = self.url + "/rest/servicedeskapi"

    def tell(self, what, text=""):
        urllib.request.urlopen(self.url + "/__sim/" + what, data=text.encode(),
                               context=self.trust).read()

    def latency(self, ms):
        self.tell("latency", str(ms))

    def calls(self):
        with urllib.request.urlopen(self.url + "/__sim/stats", context=self.trust) as answer:
            return int(re.search(rb'"total":(\d+)', answer.read()).group(1))

    def pages(self, n, expand, size=100):
        """Addresses of the pages with the first n requests."""
        return [f"{self.api}/request?expand={expand}&limit=100&start={i}"
                for i in range(0, n, size)]

    def connection(self):
        user, token = USER.split(":")
        e = {"JSMFS_URL": self.url, "JSMFS_USER": user, "JSMFS_APITOKEN": token}
        return e | ({"SSL_CERT_FILE": self.keys[0]} if self.keys else {})


def is_mounted(path):
    with open("/proc/self/mountinfo") as f:
        return any(f" {path} " in line and "fuse.jsmfs" in line for line in f)


class Mount:
    """jsmfs on a site, in the foreground."""

    def __init__(self, work, site, in_flight, *options):
        if not os.access("/dev/fuse", os.R_OK | os.W_OK):
            raise Skip("no access to /dev/fuse")
        self.path = tempfile.mkdtemp(prefix="mnt.", dir=work.dir)
        self.log = open(self.path + ".log", "wb")
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [BIN + "/jsmfs", "mount", "-f", "-o", f"MaxConnections={in_flight}",
             "-o", "ScanGuard=1000000", "-o", "Timeout=3600", *options, self.path],
            env=work.environ() | site.connection(), stdout=self.log, stderr=self.log)
        self.pid = self.process.pid
        work.ends.append(self.close)
        wait_until(self.is_up, "the mount")

    def is_up(self):
        if self.process.poll() is not None:
            with open(self.path + ".log") as f:
                raise RuntimeError("the mount failed: " + f.read())
        return is_mounted(self.path)

    def close(self):
        if self.process.poll() is None and is_mounted(self.path):
            subprocess.run(["umount", self.path], stderr=subprocess.DEVNULL)
        end_process(self.process)
        if is_mounted(self.path):
            subprocess.run(["fusermount3", "-uz", self.path])
        self.log.close()

    def memory_kib(self, what):
        with open(f"/proc/{self.pid}/status") as f:
            return int(re.search(what + r":\s+(\d+) kB", f.read()).group(1))

    def forget_peak(self):
        with open(f"/proc/{self.pid}/clear_refs", "w") as f:
            f.write("5")


def take_turns(contenders, runs):
    """{name: function} -> {name: [Sample]}, one of each in every turn."""
    samples = {name: [] for name in contenders}
    for _ in range(runs):
        for name, once in contenders.items():
            samples[name].append(once())
    return samples


def median(samples, field="wall"):
    return statistics.median(getattr(s, field) for s in samples)


def ratios(ours, theirs, field="wall"):
    """Turn by turn, so that what slows a turn slows both."""
    return [getattr(a, field) / max(getattr(b, field), 1e-9) for a, b in zip(ours, theirs)]
