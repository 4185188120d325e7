"""The same story as story.ts, by the generated Python client alone."""

import sys
from datetime import date
from uuid import UUID

import httpx

from kinds import told
from ketnap_client import AuthenticatedClient, Client
from ketnap_client import models as m
from ketnap_client.api.access import issue_token
from ketnap_client.api.admission import record_resolution
from ketnap_client.api.candidates import change_candidate, get_candidate
from ketnap_client.api.classes import (
    record_enrolment,
    compile_class,
    confirm_class,
    create_class,
    create_enrolment,
)
from ketnap_client.api.members import get_member
from ketnap_client.api.nominations import create_nomination
from ketnap_client.api.plan import record_plan_decision
from ketnap_client.api.procedure import list_next_steps, list_timeline, record_acts
from ketnap_client.api.sponsorships import create_sponsorship

BASE = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080"
# the most requests that the story may take, signing in included
MOST = 75
calls = 0


def count(_: httpx.Request) -> None:
    global calls
    calls += 1


COUNTED = {"event_hooks": {"request": [count]}}


def sign_in(login: str) -> AuthenticatedClient:
    body = m.TokenRequest(
        grant_type="password", username=login, password="ketnap-demo-2020-2025"
    )
    with Client(base_url=BASE, httpx_args=COUNTED) as door:
        tokens = issue_token.sync(client=door, body=body)
    assert isinstance(tokens, m.Tokens), tokens
    return AuthenticatedClient(
        base_url=BASE, token=tokens.access_token, httpx_args=COUNTED
    )


def demo(key: str) -> UUID:
    return UUID(f"01750000-0000-7000-8000-0000{key}")


def tag(version: int) -> str:
    return f'"{version}"'


union, branch, office = sign_in("union"), sign_in("branch-01"), sign_in("office")
upper = sign_in("upper")

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


def stands() -> m.Candidate:
    candidate = get_candidate.sync(person, client=branch)
    assert isinstance(candidate, m.Candidate), candidate
    return candidate


# the branch takes her on: particulars, sponsor, its list
changed = change_candidate.sync(
    person,
    client=branch,
    if_match=tag(stands().version),
    body=m.ParticularsChanges(general_education="upper_secondary"),
)
assert isinstance(changed, m.Candidate), changed
sponsor = demo("dd010006")
sponsorship = create_sponsorship.sync(
    person,
    client=branch,
    if_match=tag(changed.version),
    body=m.NewSponsorship(member_id=sponsor, from_on=date(2021, 1, 15)),
)
assert isinstance(sponsorship, m.Sponsorship), sponsorship
assert isinstance(sponsorship.candidate_version, int)
adopted = record_plan_decision.sync(
    person,
    client=branch,
    if_match=tag(sponsorship.candidate_version),
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


def taught(kind: m.ClassKindInput, on: date, certificate: str) -> None:
    school = create_class.sync(
        client=office,
        body=m.NewClass(
            kind=kind,
            title="Lớp 2",
            issuer="Trung tâm Chính trị huyện",
            starts_on=on,
            ends_on=on,
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
        body=m.NewCompilation(on=on, paper_number="15-CV/ĐU"),
    )
    assert isinstance(compiled, m.Class), compiled
    confirmed = confirm_class.sync(
        school.id,
        client=office,
        if_match=tag(2),
        body=m.NewConfirmation(on=on, paper_number="102-CV/BTC"),
    )
    assert isinstance(confirmed, m.Class), confirmed
    certified = record_enrolment.sync(
        seat.id,
        client=office,
        if_match=tag(3),
        body=m.EnrolmentRecordChanges(
            state="completed",
            grade="good",
            certificate_number=certificate,
            certificate_on=on,
        ),
    )
    assert isinstance(certified, m.Enrolment), certified


taught("awareness", date(2021, 1, 25), "GCN-2021-779")

steps = list_next_steps.sync(person, client=branch)
assert isinstance(steps, m.NextSteps), steps
dossier = [s for s in steps.steps if isinstance(s, m.DossierNextStep)]
assert dossier and dossier[0].possible, dossier
votes = [s for s in steps.steps if isinstance(s, m.ResolutionNextStep)]
assert any(v.fields.purpose == "admission" and not v.possible for v in votes), votes


def visit(
    on: date, step: m.VerificationStepInput, relation: m.RelationInput
) -> m.VerificationActEntry:
    act = m.Verification(on=on, step=step, relation=relation)
    if step == "returned":
        act.flagged = False
    return m.VerificationActEntry(kind="verification", act=act)


ALL: list[m.RelationInput] = ["self_person", "father", "mother"]


def vote(
    purpose: m.PurposeInput, body: m.VotingBodyInput, on: date
) -> m.ResolutionActEntry:
    members = 14 if body == "branch" else 15
    return m.ResolutionActEntry(
        kind="resolution",
        act=m.Resolution(
            on=on,
            purpose=purpose,
            body=body,
            number=f"07-NQ/{on}",
            method="secret_ballot",
            members=members,
            exempt_absent=0,
            suspended=0,
            present=members,
            in_favor=members,
            against=0,
            abstain=0,
        ),
    )


def papers(on: date, *codes: str) -> list[m.DocumentActEntry]:
    return [
        m.DocumentActEntry(
            kind="document", act=m.Document(on=on, code=code, received_on=on)
        )
        for code in codes
    ]


def note(on: date) -> m.SponsorNoteActEntry:
    act = m.SponsorNote(on=on, member_id=sponsor, assessment="good")
    return m.SponsorNoteActEntry(kind="sponsor_note", act=act)


# the dossier and its first papers at once; first only judged
batch = m.NewActBatch(
    acts=[
        m.DossierActEntry(
            kind="dossier",
            act=m.Dossier(on=date(2021, 2, 5), application_on=date(2021, 2, 1)),
        ),
        *(visit(date(2021, 2, 6), "declared", relation) for relation in ALL),
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
    body=vote("admission", "branch", date(2021, 3, 15)).act,
)
assert isinstance(early, m.Problem) and len(early.requirements) > 2, early


Entry = (
    m.CeremonyActEntry
    | m.DecisionActEntry
    | m.DocumentActEntry
    | m.IntroductionActEntry
    | m.OpinionActEntry
    | m.RecognitionActEntry
    | m.ResolutionActEntry
    | m.SponsorNoteActEntry
    | m.SubmissionActEntry
    | m.VerificationActEntry
)


def records(who: AuthenticatedClient, stage: str, *acts: Entry) -> None:
    """These acts at once, on the file as it is read."""
    recorded = record_acts.sync(
        person,
        client=who,
        if_match=tag(stands().version),
        body=m.NewActBatch(acts=[*acts]),
    )
    assert isinstance(recorded, m.ActBatch) and recorded.accepted, recorded
    assert recorded.stage == stage, recorded


def introduced(member: str) -> m.IntroductionActEntry:
    return m.IntroductionActEntry(
        kind="introduction",
        act=m.Introduction(
            on=date(2021, 2, 10),
            by="member",
            member_id=demo(member),
            shared_from=date(2018, 5, 2),
            shared_kind="work",
            paper_number="3-KNĐ",
        ),
    )


def opinion(of: m.OpinionOfInput) -> m.OpinionActEntry:
    act = m.Opinion(on=date(2021, 3, 5), of=of, purpose="admission", favourable=True)
    return m.OpinionActEntry(kind="opinion", act=act)


# the rest of the file, and the branch's vote
sealed = m.Verification(on=date(2021, 2, 7), step="sealed")
concluded = m.Verification(on=date(2021, 3, 3), step="concluded", conclusion="clear")
records(
    branch,
    "branch_resolved",
    m.VerificationActEntry(kind="verification", act=sealed),
    *(visit(date(2021, 2, 8), "sent", relation) for relation in ALL),
    *(visit(date(2021, 3, 1), "returned", relation) for relation in ALL),
    m.VerificationActEntry(kind="verification", act=concluded),
    introduced("dd010007"),
    introduced("dd010008"),
    opinion("trade_union"),
    opinion("residence_branch_committee"),
    note(date(2021, 3, 10)),
    vote("admission", "branch", date(2021, 3, 15)),
)

# the committee votes, the file goes up and is decided
submission = m.Submission(on=date(2021, 4, 1), paper_number="15-TTr/ĐU")
admission = ("1-KNĐ", "2-KNĐ", "3-KNĐ", "5-KNĐ", "6-KNĐ", "8-KNĐ")
records(
    office,
    "submitted",
    vote("admission", "committee", date(2021, 3, 25)),
    *papers(date(2021, 3, 27), *admission),
    m.SubmissionActEntry(kind="submission", act=submission),
)
decision = m.Decision(
    on=date(2021, 4, 20),
    purpose="admission",
    outcome="granted",
    number="28-QĐNS/HU",
    body="upper_standing_committee",
    members=11,
    in_favor=6,
    received_on=date(2021, 4, 23),
)
records(upper, "decided", m.DecisionActEntry(kind="decision", act=decision))

# the ceremony, a year of probation, the second class, the recognition
ceremony = m.Ceremony(on=date(2021, 5, 5), place="Hội trường")
records(
    branch,
    "probationary",
    m.CeremonyActEntry(kind="ceremony", act=ceremony),
    note(date(2021, 8, 5)),
)
taught("new_member", date(2021, 9, 10), "GCN-2021-780")
day = date(2022, 5, 4)
records(office, "probationary", *papers(day, "10-KNĐ", "11-KNĐ", "12-KNĐ"))
day = date(2022, 5, 6)
records(branch, "recognition_branch_resolved", vote("recognition", "branch", day))
records(
    office,
    "recognition_committee_resolved",
    vote("recognition", "committee", date(2022, 5, 16)),
    *papers(date(2022, 5, 17), "13-KNĐ", "15-KNĐ"),
)
recognition = m.Recognition(
    on=date(2022, 5, 20),
    number="42-QĐCN/HU",
    body="upper_standing_committee",
    members=11,
    in_favor=9,
)
records(upper, "official", m.RecognitionActEntry(kind="recognition", act=recognition))

timeline = list_timeline.sync(person, client=office, limit=200)
assert isinstance(timeline, m.ActPage), timeline
lines = [f"{act.on} {act.kind}: {told(act)}" for act in timeline.items]
assert len(lines) >= 40, lines
member = get_member.sync(person, client=office)
assert isinstance(member, m.Member) and member.official_on == date(2022, 5, 5), member
print(f"story.py: {len(lines)} acts, {calls} calls")
assert calls <= MOST, calls
