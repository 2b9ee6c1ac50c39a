# SPDX-License-Identifier: MIT
"""The steps of day.steps, each with every call of it going wrong in every way.

	day.py STEPS MOUNT URL CONTEXT USER:PASSWORD SIMLOG JSMFS CONNECTION [all]

Afterwards the server's state, the exit code and what the mount tells must agree: applied is
there once, refused is not there, unknown is there once or not at all, and said so.  Prints
"ok TEXT" and "not ok TEXT" lines; without "all" only some of the calls go wrong.
"""
import base64, configparser, json, os, subprocess, sys
import urllib.request

steps_file, mount, url, context, credentials, simlog, jsmfs, connection = sys.argv[1:9]
everything = len(sys.argv) > 9
api = url + context + "/rest/servicedeskapi/"
on_cloud = not context
head = {
    "Authorization": "Basic " + base64.b64encode(credentials.encode()).decode(),
    "X-ExperimentalApi": "opt-in" if on_cloud else "true",
}
kinds = [
    "reset", "reset-after", "truncate", "status=401", "status=403", "status=409",
    "status=413", "status=429,retry-after=0", "status=500", "status=503,retry-after=0",
    "badjson", "html",
]
# a bounded check tries these now and then
rare = ("status=409", "status=413", "status=503,retry-after=0", "badjson", "html")


def get(path):
    with urllib.request.urlopen(urllib.request.Request(api + path, headers=head)) as answer:
        return json.load(answer)


def who(person):
    """What a person is called by when something is written."""
    return person["accountId"] if on_cloud else person["name"]


def sim(what, body=""):
    urllib.request.urlopen(urllib.request.Request(
        f"{url}/__sim/{what}", data=body.encode(), method="POST")).close()


def requests(since):
    """What the server was asked from that place of its log on."""
    with open(simlog, "rb") as log:
        log.seek(since)
        lines = [json.loads(line) for line in log]
    return [r for r in lines if r["path"] and "__sim" not in r["path"]]


def log_end():
    return os.path.getsize(simlog)


def find_names():
    """What the steps work on: a participant to add, a request that waits, one that can go on."""
    people = [get(f"request/HELP-{i}")["reporter"] for i in range(1, 41)]
    there = {who(p) for p in get("request/HELP-4/participant?limit=100")["values"]}
    types = get("servicedesk/1/requesttype")["values"]
    organization = get("organization")["values"][0]["id"]
    members = {who(p) for p in get(f"organization/{organization}/user?limit=100")["values"]}
    names = {
        "ACCOUNT": next(who(p) for p in people if who(p) not in there | members),
        "PARTICIPANT": min(there), "TYPE": types[0]["id"],
        "ORGANIZATION": organization, "MEMBER": min(members),
    }
    for i in range(1, 41):
        key = f"HELP-{i}"
        for a in get(f"request/{key}/approval")["values"]:
            if a["finalDecision"] == "pending" and a["canAnswerApproval"]:
                names.setdefault("PENDING", key)
                names.setdefault("APPROVAL", a["id"])
        transitions = get(f"request/{key}/transition")["values"]
        if transitions:
            names.setdefault("OPEN", key)
            names.setdefault("TRANSITION", transitions[0]["id"])
    return names


class Step:
    def __init__(self, name, section):
        self.name = name
        self.do = section["do"]
        self.at = section.get("at")
        self.count_text = section.get("count")
        self.told = section.get("told")
        self.see_text = section.get("see")
        self.posts = section.get("posts")
        self.command = self.do.startswith("jsmfs ")


def fill(text, token):
    for name, value in {**names, "T": token}.items():
        text = text.replace("{" + name + "}", value)
    return text


def errors():
    with open(mount + "/errors.ndjson", encoding="utf-8") as f:
        return f.read().splitlines()


def shell(text, token):
    env = {**os.environ, **names, "T": token, "CONNECTION": connection}
    if text.startswith("jsmfs "):
        _, command, rest = text.split(" ", 2)
        text = f'"{jsmfs}" {command} -o MetadataTTL=0 --connection "$CONNECTION" {rest}'
    return subprocess.run(["sh", "-c", text], cwd=mount, env=env, timeout=100,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def count(step, token, since):
    if step.posts:
        # carried out and then lost, or answered well
        return sum(r["method"] == "POST" and r["path"].endswith(step.posts) and
                   (r["fault"] in ("reset-after", "truncate") or 200 <= r["status"] < 300)
                   for r in requests(since))
    return eval(step.count_text, {"d": get(fill(step.at, token)), "T": token, "who": who, **names})


def run(step, token, fault=None):
    """Runs it once; returns how many calls it made, and what does not agree."""
    wrong = []
    sim("reset")
    before = set(errors())
    since = log_end()
    if fault:
        sim("fault", "ANY,*," + fault)
    done = shell(step.do, token)
    sim("fault")
    calls = len(requests(since))
    there = count(step, token, since)
    new = [json.loads(line) for line in errors() if line not in before]
    message = ""
    if done.returncode == 0:
        outcome = "applied"
        if new:
            wrong.append(f"success, but errors.ndjson says {new[-1]['message']}")
    elif step.command:
        outcome = {3: "unknown", 1: "refused"}.get(done.returncode, f"exit {done.returncode}")
        message = done.stderr
    elif new:
        outcome = {"none": "refused"}.get(new[0]["outcome"], new[0]["outcome"])
        message = new[0]["message"]
    else:
        outcome = "failed silently"
    if step.told:
        with open(f"{mount}/{fill(step.told, token)}", encoding="utf-8") as f:
            rows = json.load(f)
        if len(rows) != 1 or rows[0].get("outcome") != outcome:
            wrong.append(f"the receipts say {json.dumps(rows)[:300]}")
    fits = {"applied": (1,), "refused": (0,), "unknown": (0, 1)}.get(outcome, ())
    if there not in fits:
        wrong.append(f"{outcome}, but it is there {there} times")
    if outcome == "unknown" and "again" not in message and "do not repeat" not in message:
        wrong.append(f"does not say how to find out: {message}")
    if step.see_text and (shell(step.see_text, token).returncode == 0) != (there > 0):
        wrong.append(f"the mount does not show what is there {there} times")
    if wrong:
        wrong.append(f"exit {done.returncode}: {message or done.stderr}".strip())
    return calls, outcome, wrong


parser = configparser.ConfigParser(interpolation=None)
parser.optionxform = str
parser.read(steps_file, encoding="utf-8")
sim("reset")
names = find_names()
number = 0
tally = {}
for name in parser.sections():
    if parser[name].get("on") == "cloud" and not on_cloud:
        print(f"# {name}: left out, the site could not show it")
        continue
    step = Step(name, parser[name])
    if step.told and not os.path.exists(f"{mount}/{fill(step.told, 'x')}"):
        print(f"not ok {name}: {step.told} is not there")
        continue
    calls, outcome, wrong = run(step, f"dry{number}")
    calls, outcome, again = run(step, f"wet{number}")
    number += 1
    if wrong + again or outcome != "applied":
        print(f"not ok {name}: {outcome}: {wrong + again} {errors()[-1:]}")
        continue
    bad = []
    n = 0
    for call in range(1, calls + 1):
        for kind in kinds:
            number += 1
            # the last call is the one that matters; of the others a few
            if not everything and call != calls and (number + call) % 7:
                continue
            if not everything and kind in rare and number % 3:
                continue
            n += 1
            _, outcome, wrong = run(step, f"day{number}", f"n={call},{kind}")
            tally[outcome] = tally.get(outcome, 0) + 1
            if wrong:
                bad.append(f"call {call} of {calls}, {kind}: {'; '.join(wrong)}")
    print(f"{'not ok' if bad else 'ok'} {name}: {n} failures")
    for b in bad:
        print("# " + b)
    sys.stdout.flush()
print("# " + ", ".join(f"{v} {k}" for k, v in sorted(tally.items())))
for want in ("applied", "refused", "unknown"):
    print(f"{'ok' if tally.get(want) else 'not ok'} some were {want}")
