#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""TLS in front of a server without it, for tests; what clients showed goes to the log.

    front.py --port-file FILE --log FILE --to HOST:PORT CERT KEY
             [--client-ca FILE [--optional]] [--newest TLSv1_1|TLSv1_2]
             [--redirect GLOB=ADDRESS]... [--status CODE] [--media ORIGIN]

With --client-ca nobody gets in without a certificate of that authority, or everybody
does, but is asked for one.  With
--redirect requests whose path matches are sent to ADDRESS, in which %s is the path.
With --media attachments are always redirected, and to that scheme, host and port.
It ends with its standard input.
"""
import argparse
import fnmatch
import json
import os
import re
import socket
import ssl
import sys
import threading

args = None
log_lock = threading.Lock()


def log(**what):
    with log_lock, open(args.log, "a") as f:
        f.write(json.dumps(what) + "\n")


def read_head(s, data=b""):
    while b"\r\n\r\n" not in data:
        part = s.recv(65536)
        if not part or len(data) > 1 << 20:
            raise EOFError
        data += part
    head, rest = data.split(b"\r\n\r\n", 1)
    return head.decode("latin-1"), rest


def pump(a, b):
    try:
        while True:
            part = a.recv(65536)
            if not part:
                break
            b.sendall(part)
    except OSError:
        pass


def name_of(cert):
    return ",".join("%s=%s" % item for rdn in cert.get("subject", ()) for item in rdn) if cert else None


def serve_one(s, shown):
    """One request, for a connection each: what is behind closes it."""
    head, rest = read_head(s)
    method, path, _ = head.split("\r\n")[0].split(" ", 2)
    lines = head.split("\r\n")[1:]
    log(method=method, path=path, headers=sorted(h.split(":")[0].lower() for h in lines), **shown)
    for entry in args.redirect:
        glob, address = entry.split("=", 1)
        if fnmatch.fnmatch(path, glob):
            s.sendall(("HTTP/1.1 %d Elsewhere\r\nLocation: %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                       % (args.status, address.replace("%s", path))).encode())
            return
    media = args.media and "/attachment/content/" in path
    if media:
        path = path.replace("redirect=false", "redirect=true")
    host, port = args.to.rsplit(":", 1)
    up = socket.create_connection((host, int(port)), timeout=30)
    lines = [h for h in lines if not h.lower().startswith("connection:")] + ["Connection: close"]
    # the whole request first: a connection with TLS takes no two threads at a time
    length = next((int(h.split(":")[1]) for h in lines if h.lower().startswith("content-length:")), 0)
    while len(rest) < length:
        part = s.recv(65536)
        if not part:
            raise EOFError
        rest += part
    up.sendall(("%s %s HTTP/1.1\r\n%s\r\n\r\n" % (method, path, "\r\n".join(lines))).encode("latin-1") + rest)
    if media:
        answer = b""
        while part := up.recv(65536):
            answer += part
        s.sendall(re.sub(rb"(?i)(location: )https?://[^/]*", rb"\1" + args.media.encode(), answer))
    else:
        pump(up, s)
    up.close()


def drain(s):
    """Bytes left unread would make the kernel take back the alert that was sent."""
    try:
        s.shutdown(socket.SHUT_WR)
        while s.recv(65536):
            pass
    except OSError:
        pass


def serve(s, context):
    try:
        s.settimeout(30)
        shown = {"version": None}
        if context:
            s = context.wrap_socket(s, server_side=True, do_handshake_on_connect=False)
            s.do_handshake()
            shown = {"version": s.version(), "reused": s.session_reused, "client": name_of(s.getpeercert())}
        serve_one(s, shown)
        if context:
            s.unwrap()
    except ssl.SSLError as e:
        log(refused=re.sub(r"\s*\(_ssl.*", "", str(e)))
        drain(s)
    except (OSError, EOFError, ValueError):
        pass
    finally:
        s.close()


def main():
    global args
    p = argparse.ArgumentParser()
    p.add_argument("--port-file", required=True)
    p.add_argument("--log", required=True)
    p.add_argument("--to", required=True)
    p.add_argument("--client-ca")
    p.add_argument("--optional", action="store_true")
    p.add_argument("--newest")
    p.add_argument("--redirect", action="append", default=[])
    p.add_argument("--media")
    p.add_argument("--status", type=int, default=302)
    p.add_argument("cert", nargs="?")
    p.add_argument("key", nargs="?")
    args = p.parse_args()
    context = None
    if args.cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(args.cert, args.key)
        if args.client_ca:
            context.verify_mode = ssl.CERT_OPTIONAL if args.optional else ssl.CERT_REQUIRED
            context.load_verify_locations(args.client_ca)
        if args.newest:
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = getattr(ssl.TLSVersion, args.newest)
            context.set_ciphers("ALL:@SECLEVEL=0")
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
