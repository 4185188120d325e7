"""A client that is installed goes on when an answer has a kind, a value or a property that it does
not know."""

from typing import Any

from ketnap_client.models import ActPage, NextSteps, OtherAct, WaiverAct

ID = "01750000-0000-7000-8000-0000ca010001"
ACT: dict[str, Any] = {
    "id": ID,
    "candidate_id": ID,
    "branch_id": ID,
    "recorded_branch_id": ID,
    "recorded_branch_name": "Chi bộ Khám bệnh",
    "seq": 1,
    "kind": "waiver",
    "on": "2021-01-15",
    "data": {
        "act_id": None,
        "approver": "Ban Thường vụ",
        "paper_number": "31-CV/ĐU",
        "reason": "vùng khó khăn",
        "rules": None,
        "what": "new_member_class",
    },
    "regulation": "24-QĐ/TW",
    "stage_after": "dossier",
    "vote": None,
    "corrects_id": None,
    "superseded_by": None,
    "account_id": ID,
    "role": "party_office",
    "actor": None,
    "version": 7,
    "recorded_at": "2021-01-15T02:00:00Z",
    "_hidden": [],
}
LATER = {**ACT, "kind": "moon_landing", "data": {"crater": 7}}
UNKNOWN = {**ACT, "stage_after": "on_the_moon", "role": "astronaut", "crater": 7}

page = ActPage.from_dict(
    {"items": [ACT, UNKNOWN, LATER], "page": {"limit": 50, "next_cursor": None, "total": None}}
)
known, unknown, later = page.items
assert isinstance(known, WaiverAct) and known.data.what == "new_member_class"
assert isinstance(unknown, WaiverAct) and unknown.stage_after == "on_the_moon"
assert isinstance(later, OtherAct) and later.kind == "moon_landing"
steps = NextSteps.from_dict(
    {
        "candidate_id": ID,
        "on": "2021-01-15",
        "stage": "on_the_moon",
        "regulation": "24-QĐ/TW",
        "version": 7,
        "steps": [],
    }
)
assert steps.stage == "on_the_moon"
print("open.py: unknown kinds, values and properties pass")
