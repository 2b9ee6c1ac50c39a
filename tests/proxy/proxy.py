#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A proxy for tests: HTTP (CONNECT and plain), SOCKS4, SOCKS4a and SOCKS5 on one port.

    proxy.py --port-file FILE --log FILE [--auth USER:PASSWORD] [--scheme basic|digest|bearer]
             [--tls CERT KEY] [--map NAME=HOST:PORT]... [--deny NAME] [--status CODE]

Loopback only.  A line of JSON in the log for each request to it; names that are
mapped need no name server.  It ends with its standard input.
"""
import argparse
import base64
import hashlib
import json
import os
import re
import select
import socket
import ssl
import struct
import sys
import threading

args = None
log_lock = threading.Lock()


def log(**what):
    with log_lock, open(args.log, "a") as f:
        f.write(json.dumps(what) + "\n")


def read_exactly(s, n):
    data = b""
    while len(data) < n:
        part = s.recv(n - len(data))
        if not part:
            raise EOFError
        data += part
    return data


def read_until(s, end):
    data = b""
    while not data.endswith(end):
        if len(data) > 65536:
            raise ValueError("too long")
        data += read_exactly(s, 1)
    return data


def open_target(host, port):
    for entry in args.map:
        name, where = entry.split("=", 1)
        if name == "%s:%d" % (host, port) or name == host:
            host, port = where.rsplit(":", 1)
            break
    return socket.create_connection((host.strip("[]"), int(port)), timeout=20)


def pump(a, b):
    try:
        while True:
            part = a.recv(65536)
            if not part:
                break
            b.sendall(part)
    except OSError:
        pass


def splice(a, b):
    """In one thread, because a connection with TLS takes no two at a time."""
    a.settimeout(None)
    b.settimeout(None)
    try:
        while True:
            waiting = [s for s in (a, b) if isinstance(s, ssl.SSLSocket) and s.pending()]
            for s in waiting or select.select([a, b], [], [])[0]:
                part = s.recv(65536)
                if not part:
                    return
                (b if s is a else a).sendall(part)
    except OSError:
        pass
    finally:
        b.close()


def fields(text):
    return dict(re.findall(r'(\w+)="?([^",]*)"?', text))


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


def may_pass(method, headers):
    """The user who signed in, or None."""
    given = headers.get("proxy-authorization", "")
    if not args.auth:
        return given or "-"
    user, password = args.auth.split(":", 1)
    kind, _, rest = given.partition(" ")
    if args.scheme == "basic" and kind == "Basic":
        return user if base64.b64decode(rest).decode() == args.auth else None
    if args.scheme == "bearer" and kind == "Bearer":
        return user if rest == password else None
    if args.scheme == "digest" and kind == "Digest":
        f = fields(rest)
        want = md5("%s:%s:%s:%s:%s:%s" % (
            md5("%s:test:%s" % (user, password)), f.get("nonce"), f.get("nc"),
            f.get("cnonce"), f.get("qop"), md5("%s:%s" % (method, f.get("uri")))))
        return user if f.get("response") == want and f.get("nonce") == "abc" else None
    return None


CHALLENGE = {"basic": 'Basic realm="test"', "bearer": "Bearer",
             "digest": 'Digest realm="test", nonce="abc", qop="auth", algorithm=MD5'}


def answer(s, status, text, extra=""):
    body = "<html>%s</html>\n" % text
    s.sendall(("HTTP/1.1 %d %s\r\n%sContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s"
               % (status, text, extra, len(body), body)).encode())


def forward(s, method, target, lines, body):
    m = re.match(r"http://([^/:]+|\[[^]]*\])(?::(\d+))?(/.*)?$", target)
    if not m:
        answer(s, 400, "what is that")
        return
    up = open_target(m.group(1), int(m.group(2) or 80))
    keep = [h for h in lines if not h.lower().startswith(("proxy-", "connection:"))]
    up.sendall(("%s %s HTTP/1.1\r\n%s\r\nConnection: close\r\n\r\n"
                % (method, m.group(3) or "/", "\r\n".join(keep))).encode() + body)
    pump(up, s)


def http(s, first):
    while True:
        head = first + read_until(s, b"\r\n\r\n")
        first = b""
        lines = head.decode().split("\r\n")
        method, target, _ = lines[0].split(" ", 2)
        lines = [h for h in lines[1:] if h]
        headers = {h.split(":", 1)[0].lower(): h.split(":", 1)[1].strip() for h in lines}
        body = read_exactly(s, int(headers.get("content-length", 0)))
        who = may_pass(method, headers)
        kind = "connect" if method == "CONNECT" else "forward"
        log(kind=kind, target=target, user=who, headers=sorted(headers))
        if who is None:
            answer(s, 407, "sign in", "Proxy-Authenticate: %s\r\n" % CHALLENGE[args.scheme])
            continue
        if args.status:
            answer(s, args.status, "no")
            continue
        if kind == "forward":
            forward(s, method, target, lines, body)
            return
        host, port = target.rsplit(":", 1)
        if host == args.deny:
            answer(s, 403, "forbidden")
            continue
        try:
            up = open_target(host, int(port))
        except OSError:
            answer(s, 502, "cannot reach it")
            continue
        s.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        splice(s, up)
        return


def socks4(s):
    _, port, address = struct.unpack("!BH4s", read_exactly(s, 7))
    user = read_until(s, b"\0")[:-1].decode()
    host, kind = socket.inet_ntoa(address), "socks4"
    if address[:3] == b"\0\0\0" and address[3]:
        host, kind = read_until(s, b"\0")[:-1].decode(), "socks4a"
    log(kind=kind, target="%s:%d" % (host, port), user=user)
    want = args.auth.split(":")[0] if args.auth else user
    if user != want or host == args.deny:
        s.sendall(b"\0\x5d" + bytes(6) if user != want else b"\0\x5b" + bytes(6))
        return
    try:
        up = open_target(host, port)
    except OSError:
        s.sendall(b"\0\x5b" + bytes(6))
        return
    s.sendall(b"\0\x5a" + bytes(6))
    splice(s, up)


def socks5(s):
    methods = read_exactly(s, read_exactly(s, 1)[0])
    want = 2 if args.auth else 0
    user = "-"
    if want not in methods:
        s.sendall(b"\5\xff")
        log(kind="socks5", target=None, user=None)
        return
    s.sendall(bytes([5, want]))
    if args.auth:
        read_exactly(s, 1)
        user = read_exactly(s, read_exactly(s, 1)[0]).decode()
        password = read_exactly(s, read_exactly(s, 1)[0]).decode()
        good = user + ":" + password == args.auth
        s.sendall(b"\1\0" if good else b"\1\1")
        if not good:
            log(kind="socks5", target=None, user=None)
            return
    _, _, _, kind = read_exactly(s, 4)
    if kind == 1:
        host = socket.inet_ntoa(read_exactly(s, 4))
    elif kind == 3:
        host = read_exactly(s, read_exactly(s, 1)[0]).decode()
    else:
        host = socket.inet_ntop(socket.AF_INET6, read_exactly(s, 16))
    port = struct.unpack("!H", read_exactly(s, 2))[0]
    log(kind="socks5", target="%s:%d" % (host, port), user=user)
    rest = b"\0\1" + bytes(6)
    if host == args.deny:
        s.sendall(b"\5\2" + rest)
        return
    try:
        up = open_target(host, port)
    except OSError:
        s.sendall(b"\5\4" + rest)
        return
    s.sendall(b"\5\0" + rest)
    splice(s, up)


def serve(s, context):
    try:
        s.settimeout(20)
        if context:
            s = context.wrap_socket(s, server_side=True)
        first = read_exactly(s, 1)
        if first == b"\4":
            socks4(s)
        elif first == b"\5":
            socks5(s)
        else:
            http(s, first)
    except (OSError, EOFError, ValueError):
        pass
    finally:
        s.close()


def main():
    global args
    p = argparse.ArgumentParser()
    p.add_argument("--port-file", required=True)
    p.add_argument("--log", required=True)
    p.add_argument("--auth")
    p.add_argument("--scheme", default="basic", choices=sorted(CHALLENGE))
    p.add_argument("--tls", nargs=2)
    p.add_argument("--map", action="append", default=[])
    p.add_argument("--deny")
    p.add_argument("--status", type=int)
    args = p.parse_args()
    context = None
    if args.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*args.tls)
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    with open(args.port_file + ".new", "w") as f:
        f.write("%d\n" % listener.getsockname()[1])
    os.rename(args.port_file + ".new", args.port_file)

    def accept():
        while True:
            s, _ = listener.accept()
            threading.Thread(target=serve, args=(s, context), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.buffer.read()


if __name__ == "__main__":
    main()
