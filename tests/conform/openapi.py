#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds recorded exchanges against the official OpenAPI documents.

Usage: openapi.py [--strict] RECORD [API-DIRECTORY]

RECORD is what `jsmsim --record` wrote: one JSON object a line. Every answer
must fit the schema of its operation, every request must be one that the
document allows: known path and method, documented query parameters of the
right types, required body members, a body that fits its schema. Prints TAP,
one line per operation seen. Records of faulted answers are left out, and so
are requests that the server refused (their answers are still checked) unless
--strict is given, which is for clients that must never send a wrong one.
"""
import json
import os
import re
import sys
import urllib.parse

DOCUMENTS = ("jsm-cloud.openapi.json", "jira-platform.openapi.json")

# The document marks these required or of one type, the real site does not
# behave so. Kept short on purpose: (schema, property) and the other type.
DEVIATIONS = {
    # Profiles that hide the address or the zone answer null.
    ("UserDTO", "emailAddress"): "null",
    ("UserDTO", "timeZone"): "null",
    # Epoch milliseconds in bulk reads, as in the document's own example.
    ("Changelog", "created"): "integer",
}
# Marked required, yet all have defaults.
DEFAULTED = {"start", "limit", "highlight"}
# Any call may name the language of its texts; said in prose only.
EVERYWHERE = {"requestLanguage"}
# Answers that come before the API proper have their own shapes.
EDGE_STATUS = {401, 403, 404, 405, 410, 412, 413, 415, 416, 429}


def skip(reason):
    print("1..0 # SKIP " + reason)
    sys.exit(0)


try:
    import jsonschema
except ImportError:
    skip("the Python module jsonschema is not installed")


def convert(node, name=None):
    """OpenAPI 3.0 schema to JSON schema: `nullable` becomes a union."""
    if isinstance(node, list):
        return [convert(item) for item in node]
    if not isinstance(node, dict):
        return node
    out = {}
    for key, value in node.items():
        if key in ("example", "xml", "discriminator", "externalDocs", "readOnly", "writeOnly"):
            continue
        if key == "properties":
            out[key] = {}
            for prop, schema in value.items():
                done = convert(schema)
                if (name, prop) in DEVIATIONS:
                    done = {"anyOf": [done, {"type": DEVIATIONS[(name, prop)]}]}
                out[key][prop] = done
        else:
            out[key] = convert(value)
    # A wrapper around one reference carries no type of its own to widen.
    if node.get("nullable"):
        out.pop("nullable", None)
        out = {"anyOf": [out, {"type": "null"}]}
    return out


class Document:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.raw = json.load(file)
        schemas = self.raw.get("components", {}).get("schemas", {})
        self.defs = {"schemas": {n: convert(s, n) for n, s in schemas.items()}}
        self.paths = []
        for template, item in self.raw["paths"].items():
            pattern = re.sub(r"\\\{[^/]*?\\\}", "([^/]+)", re.escape(template))
            self.paths.append((re.compile("^" + pattern + "$"), template, item))
        # Literal paths win over ones with parameters.
        self.paths.sort(key=lambda p: p[1].count("{"))

    def find(self, path):
        for pattern, template, item in self.paths:
            if pattern.match(path):
                return template, item
        return None, None

    def check(self, schema, value):
        whole = dict(convert(schema))
        whole["components"] = self.defs
        validator = jsonschema.Draft7Validator(whole)
        error = jsonschema.exceptions.best_match(validator.iter_errors(value))
        if not error:
            return None
        where = "/".join(str(part) for part in error.absolute_path)
        return "%s: %s" % (where or "(root)", error.message[:300])


def content_schema(part):
    for media, content in (part or {}).get("content", {}).items():
        if "json" in media:
            return content.get("schema")
    return None


def param_problem(param, values):
    schema = param.get("schema", {})
    kind = schema.get("type")
    if kind != "array" and len(values) > 1:
        return "query parameter %s is repeated" % param["name"]
    if kind == "array":
        kind = schema.get("items", {}).get("type")
    for value in values:
        if kind == "integer" and not re.match(r"^-?[0-9]+$", value):
            return "query parameter %s is not an integer: %s" % (param["name"], value)
        if kind == "boolean" and value not in ("true", "false"):
            return "query parameter %s is not a boolean: %s" % (param["name"], value)
        if "enum" in schema and value not in schema["enum"]:
            return "query parameter %s: %s is not allowed" % (param["name"], value)
    return None


def check_query(record, operation, item):
    given = urllib.parse.parse_qs(record["query"], keep_blank_values=True)
    params = {}
    for param in item.get("parameters", []) + operation.get("parameters", []):
        if param.get("in") == "query":
            params[param["name"]] = param
    for name, values in given.items():
        if name in EVERYWHERE:
            continue
        if name not in params:
            return "query parameter %s is not documented" % name
        problem = param_problem(params[name], values)
        if problem:
            return problem
    for name, param in params.items():
        if param.get("required") and name not in given and name not in DEFAULTED:
            return "query parameter %s is missing" % name
    return None


def check_request(document, record, operation, item):
    problem = check_query(record, operation, item)
    if problem:
        return problem
    body = operation.get("requestBody")
    if not body:
        return "a body was sent, none is documented" if record.get("request_body") else None
    schema = content_schema(body)
    if not schema:
        return None
    if not record.get("request_body"):
        return "the body is missing" if body.get("required") else None
    try:
        value = json.loads(record["request_body"])
    except ValueError as error:
        return "the body is not JSON: %s" % error
    return document.check(schema, value)


def check_answer(document, record, operation):
    status = str(record["status"])
    responses = operation.get("responses", {})
    known = responses.get(status)
    if known is None:
        if record["status"] in EDGE_STATUS or record["status"] == 400:
            return None
        if record["status"] in (206, 304):
            return None
        return "status %s is not documented" % status
    if record["status"] in (401, 204, 303):
        return "a %s with a body" % status if status == "204" and record.get("body") else None
    schema = content_schema(known)
    if not schema or "json" not in (record.get("content_type") or ""):
        return None
    try:
        value = json.loads(record["body"])
    except (TypeError, ValueError) as error:
        return "the answer is not JSON: %s" % error
    return document.check(schema, value)


def check_record(documents, record, strict):
    """The operation's name and a problem or None."""
    path = record["path"]
    if path.startswith("/rest/api/2/"):
        # The stored document is the one of version 3; rich text differs.
        path = "/rest/api/3/" + path[len("/rest/api/2/"):]
    method = record["method"].lower()
    for document in documents:
        template, item = document.find(path)
        if not item:
            continue
        name = "%s %s" % (record["method"], template)
        operation = item.get(method)
        if not operation:
            problem = None if record["status"] == 405 else "the method is not documented"
            return name, problem
        problem = check_answer(document, record, operation)
        if not problem and (strict or record["status"] < 400):
            problem = check_request(document, record, operation, item)
        return name, problem
    if record["status"] in (404, 410) or record["path"].startswith(("/_edge/", "/__media/")):
        return None, None
    return "%s %s" % (record["method"], path), "the path is not documented"


def main():
    args = [arg for arg in sys.argv[1:] if arg != "--strict"]
    strict = len(args) < len(sys.argv) - 1
    if not args:
        sys.exit("usage: openapi.py [--strict] RECORD [API-DIRECTORY]")
    here = os.path.dirname(os.path.abspath(__file__))
    api = args[1] if len(args) > 1 else os.path.join(here, "../../../shared/api")
    for name in DOCUMENTS:
        if not os.path.exists(os.path.join(api, name)):
            skip("the official documents are not here (%s)" % api)
    documents = [Document(os.path.join(api, name)) for name in DOCUMENTS]
    seen = {}
    with open(args[0], encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            if record.get("fault"):
                continue
            name, problem = check_record(documents, record, strict)
            if not name:
                continue
            entry = seen.setdefault(name, [0, None, None])
            entry[0] += 1
            if problem and not entry[1]:
                entry[1] = problem
                entry[2] = record
    failed = 0
    for number, (name, (count, problem, record)) in enumerate(sorted(seen.items()), 1):
        print("%sok %d - %s (%d)" % ("not " if problem else "", number, name, count))
        if problem:
            failed += 1
            print("#   %s" % problem)
            print("#   %s %s?%s -> %s" % (record["method"], record["path"], record["query"],
                                          record["status"]))
            print("#   sent: %s" % (record.get("request_body") or "")[:300])
            print("#   body: %s" % (record.get("body") or "")[:300])
    print("1..%d" % len(seen))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
