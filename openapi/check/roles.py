# schemathesis as one role: only what the role may, with the ids of the demo, requests that follow
# one another. Fails at a 5xx, and at an answer that the document does not allow.
import json
import subprocess
import sys
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

base, login, phases, seconds = sys.argv[1:]
form = {"grant_type": "password", "username": login, "password": "ketnap-demo-2020-2025"}
answer = urlopen(f"{base}/api/v1/auth/token", urlencode(form).encode())  # noqa: S310
token = json.load(answer)["access_token"]
me = {"Authorization": f"Bearer {token}"}

document = json.loads(Path("openapi.json").read_text())
roles = {
    "office": "party_office",
    "standing": "standing_committee",
    "overseer": "committee_member",
    "union": "trade_union",
    "youth": "youth_union",
    "upper": "upper_committee",
    "admin": "system_admin",
}
role = roles.get(login, "branch_committee")
# these end the session or the second factor that the run itself needs
LEFT_OUT = {"set_password", "end_sign_in"}


def may(operation: dict) -> bool:
    if operation["operationId"] in LEFT_OUT:
        return False
    return any(entry["role"] == role for entry in operation.get("x-roles", []))


def own_id(resource: str) -> str | None:
    """The id of a row of this kind that the role reaches."""
    asked = Request(f"{base}/api/v1/{resource}?limit=1&fields=id", headers=me)  # noqa: S310
    try:
        rows = json.load(urlopen(asked))["items"]  # noqa: S310
    except (HTTPError, KeyError):
        return None  # there is no such list, or it is not the role's
    return rows[0]["id"] if rows else None


def with_own(path: str, parameter: dict) -> dict:
    """The parameter with an example that the role reaches, instead of the one that somebody else sends."""
    to = parameter.get("$ref", "").rsplit("/", 1)[-1]
    parameter = document["components"]["parameters"].get(to, parameter)
    if parameter.get("in") != "path" or parameter["name"] != "id":
        return parameter
    resource = path.split("/{id}")[0].rsplit("/", 1)[-1]
    if resource not in ids:
        ids[resource] = own_id(resource)
    return {**parameter, "example": ids[resource]} if ids[resource] else parameter


ids: dict[str, str | None] = {}
for path, item in list(document["paths"].items()):
    kept = {method: operation for method, operation in item.items() if may(operation)}
    for operation in kept.values():
        # what `fields` leaves out is missing, and the document says so
        asked = operation.get("parameters", [])
        asked = [p for p in asked if "fields" not in (p.get("name"), p.get("$ref", "")[24:])]
        if operation.get("x-example-login") != login:
            asked = [with_own(path, p) for p in asked]
        operation["parameters"] = asked
    if kept:
        document["paths"][path] = kept
    else:
        del document["paths"][path]
# a link leads to what the role may
known = {op["operationId"] for item in document["paths"].values() for op in item.values()}
for item in document["paths"].values():
    for operation in item.values():
        for answer in operation["responses"].values():
            if links := answer.get("links"):
                answer["links"] = {to: link for to, link in links.items() if to in known}
own = f"openapi-{login}.json"
Path(own).write_text(json.dumps(document))
settings = Path(__file__).with_name("schemathesis.toml")
ran = subprocess.run(  # noqa: S603
    [
        *("py/bin/st", "--config-file", str(settings), "run", own),
        *("--url", base, "--header", f"Authorization:{me['Authorization']}"),
        *("--phases", phases, "--max-time", seconds, "--workers", "1"),
        *("--checks", "not_a_server_error,status_code_conformance,content_type_conformance"),
        *("--checks", "response_headers_conformance,response_schema_conformance"),
        *("--suppress-health-check", "all", "--generation-deterministic", "--no-color"),
        *("--warnings", "off"),
    ],
    check=False,
)
sys.exit(ran.returncode)
