"""The same story as story.ts, by the generated Python client alone."""

import sys
from datetime import date
from uuid import UUID

from kinds import told
from ketnap_client import AuthenticatedClient, Client
from ketnap_client import models as m
from ketnap_client.api.access import issue_token
from ketnap_client.api.admission import record_resolution
from ketnap_client.api.candidates import get_candidate
from ketnap_client.api.classes import (
    record_enrolment,
    compile_class,
    confirm_class,
    create_class,
    create_enrolment,
)
from ketnap_client.api.nominations import create_nomination
from ketnap_client.api.plan import record_plan_decision
from ketnap_client.api.procedure import list_next_steps, list_timeline, record_acts
from ketnap_client.api.sponsorships import create_sponsorship

BASE = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080"


def sign_in(login: str) -> AuthenticatedClient:
    body = m.TokenRequest(
        grant_type="password", username=login, password="ketnap-demo-2020-2025"
    )
    with Client(base_url=BASE) as door:
        tokens = issue_token.sync(client=door, body=body)
    assert isinstance(tokens, m.Tokens), tokens
    return AuthenticatedClient(base_url=BASE, token=tokens.access_token)


def demo(key: str) -> UUID:
    return UUID(f"01750000-0000-7000-8000-0000{key}")


def tag(version: int) -> str:
    return f'"{version}"'


union, branch, office = sign_in("union"), sign_in("branch-01"), sign_in("office")

nomination = create_nomination.sync(
    client=union,
    body=m.NewNomination(
        branch_id=demo("0b010000"),
        full_name="Đặng Thị Hoài Bình",
        sex="female",
        birth_date=date(1990, 2, 4),
        youth_union_member=False,
        trade_union_member=True,
        paper_number="22-NQ/CĐ",
        paper_on=date(2021, 1, 12),
    ),
)
assert isinstance(nomination, m.Nomination), nomination
person = nomination.candidate_id
assert isinstance(person, UUID)
sponsorship = create_sponsorship.sync(
    person,
    client=branch,
    if_match=tag(1),
    body=m.NewSponsorship(member_id=demo("dd010006"), from_on=date(2021, 1, 15)),
)
assert isinstance(sponsorship, m.Sponsorship), sponsorship
candidate = get_candidate.sync(person, client=branch)
assert isinstance(candidate, m.Candidate), candidate
adopted = record_plan_decision.sync(
    person,
    client=branch,
    if_match=tag(candidate.version),
    body=m.PlanDecision(
        on=date(2021, 1, 18),
        action="add",
        minutes_number="03-BB/CB",
        political_standard=True,
        conduct=True,
        capacity=True,
        task_performance=True,
        priority_group="woman",
    ),
)
assert isinstance(adopted, m.PlanDecisionAct), adopted
assert adopted.stage_after == "in_plan" and adopted.data.action == "add"

school = create_class.sync(
    client=office,
    body=m.NewClass(
        kind="awareness",
        title="Lớp nhận thức về Đảng 2",
        issuer="Trung tâm Chính trị huyện",
        starts_on=date(2021, 1, 20),
        ends_on=date(2021, 1, 24),
        capacity=30,
    ),
)
assert isinstance(school, m.Class), school
seat = create_enrolment.sync(
    school.id, client=branch, body=m.NewEnrolment(candidate_id=person)
)
assert isinstance(seat, m.Enrolment), seat
compiled = compile_class.sync(
    school.id,
    client=office,
    if_match=tag(1),
    body=m.NewCompilation(on=date(2021, 1, 18), paper_number="15-CV/ĐU"),
)
assert isinstance(compiled, m.Class), compiled
confirmed = confirm_class.sync(
    school.id,
    client=office,
    if_match=tag(2),
    body=m.NewConfirmation(on=date(2021, 1, 19), paper_number="102-CV/BTC"),
)
assert isinstance(confirmed, m.Class), confirmed
certified = record_enrolment.sync(
    seat.id,
    client=office,
    if_match=tag(3),
    body=m.EnrolmentRecordChanges(
        state="completed",
        grade="good",
        certificate_number="GCN-2021-779",
        certificate_on=date(2021, 1, 30),
    ),
)
assert isinstance(certified, m.Enrolment), certified

steps = list_next_steps.sync(person, client=branch)
assert isinstance(steps, m.NextSteps), steps
dossier = [s for s in steps.steps if isinstance(s, m.DossierNextStep)]
assert dossier and dossier[0].possible, dossier
votes = [s for s in steps.steps if isinstance(s, m.ResolutionNextStep)]
assert any(v.fields.purpose == "admission" and not v.possible for v in votes), votes

day = date(2021, 4, 2)
batch = m.NewActBatch(
    acts=[
        m.DossierActEntry(
            kind="dossier",
            act=m.Dossier(on=date(2021, 4, 1), application_on=date(2021, 3, 30)),
        ),
        m.VerificationActEntry(
            kind="verification",
            act=m.Verification(on=day, step="declared", relation="self_person"),
        ),
        m.VerificationActEntry(
            kind="verification",
            act=m.Verification(on=day, step="declared", relation="father"),
        ),
    ],
    dry_run=True,
)
judged = record_acts.sync(person, client=branch, if_match=tag(steps.version), body=batch)
assert isinstance(judged, m.ActBatch) and judged.accepted, judged
batch.dry_run = False
done = record_acts.sync(person, client=branch, if_match=tag(steps.version), body=batch)
assert isinstance(done, m.ActBatch) and done.stage == "dossier", done
stale = record_acts.sync(person, client=branch, if_match=tag(steps.version), body=batch)
assert isinstance(stale, m.Problem) and stale.code == "precondition_failed", stale
early = record_resolution.sync(
    person,
    client=branch,
    if_match=tag(done.version),
    body=m.Resolution(
        on=date(2021, 6, 1),
        purpose="admission",
        body="branch",
        number="06-NQ/CB",
        method="secret_ballot",
        members=14,
        exempt_absent=0,
        suspended=0,
        present=14,
        in_favor=14,
        against=0,
        abstain=0,
    ),
)
assert isinstance(early, m.Problem) and len(early.requirements) > 2, early

timeline = list_timeline.sync(person, client=office)
assert isinstance(timeline, m.ActPage), timeline
lines = [f"{act.on} {act.kind}: {told(act)}" for act in timeline.items]
assert len(lines) >= 7, lines
print(f"story.py: {len(lines)} acts")
