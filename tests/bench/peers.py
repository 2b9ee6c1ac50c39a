# SPDX-License-Identifier: MIT
"""What a user would otherwise type."""
import os
import shutil
import subprocess

from measure import USER, Skip, run

JQ = r"""
.values[] | [.issueId, .issueKey, .requestTypeId, .serviceDeskId, .createdDate.iso8601,
  .reporter.key, .reporter.displayName, .reporter.emailAddress, .reporter.name,
  .reporter.timeZone, .currentStatus.status, (.participants.values | tojson), .summary] | @csv
"""

JIRA_JS_VERSION = "4.1.0"
JIRA_JS = r"""
// All requests as CSV, 16 calls at once, in order.
const { ServiceDeskClient } = require('jira.js');
const [url, n, inFlight, user, token] = process.argv.slice(2);
const client = new ServiceDeskClient({ host: url, noCheckAtlassianToken: true,
  authentication: { basic: { email: user, apiToken: token } } });
const pages = Math.ceil(n / 100);
const out = new Array(pages);
let next = 0;
const cell = v => v === undefined || v === null ? '' : '"' + String(v).replace(/"/g, '""') + '"';
async function worker() {
  while (next < pages) {
    const i = next++;
    const page = await client.request.getCustomerRequests({ start: i * 100, limit: 100,
      expand: ['participant'] });
    out[i] = page.values.map(r => [r.issueId, r.issueKey, r.requestTypeId, r.serviceDeskId,
      r.createdDate.iso8601, r.reporter.key, r.reporter.displayName, r.reporter.emailAddress,
      r.reporter.name, r.reporter.timeZone, r.currentStatus.status,
      JSON.stringify(r.participants.values), r.summary].map(cell).join(',')).join('\n');
  }
}
Promise.all(Array.from({ length: inFlight }, worker))
  .then(() => process.stdout.write(out.join('\n') + '\n'))
  .catch(e => { console.error(String(e)); process.exit(1); });
"""


def jq_pages(b, addresses):
    """One curl for all pages, one jq."""
    for tool in ("curl", "jq"):
        if not shutil.which(tool):
            raise Skip(tool + " is not installed")
    config = b.file("curl.conf", [f'url = "{a}"' for a in addresses])
    script = b.file("rows.jq", [JQ])
    argv = ["sh", "-c", 'curl -sf --noproxy "*" -u "$1" -K "$2" | jq -r -f "$3"', "sh", USER,
            config, script]
    return lambda: run(argv)


def jira_js(b, site):
    """The client library from npm, kept in build/ for the next time."""
    where = os.path.abspath("build/bench-node")
    if not shutil.which("node") or not shutil.which("npm"):
        raise Skip("node and npm are not installed")
    if not os.path.isdir(where + "/node_modules/jira.js"):
        os.makedirs(where, exist_ok=True)
        got = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--prefix", where,
                              "jira.js@" + JIRA_JS_VERSION], capture_output=True, timeout=300)
        if got.returncode:
            raise Skip("npm cannot get jira.js")
    script = where + "/all.js"
    with open(script, "w") as f:
        f.write(JIRA_JS)
    user, token = USER.split(":")
    argv = ["node", script, site.url, str(b.s.n), str(b.s.in_flight), user, token]
    return lambda: run(argv, environ=b.work.environ())
