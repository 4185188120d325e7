"""Every kind of act is read as its own type, without a cast: mypy --strict must take this file."""

from typing import assert_never

from ketnap_client.models import (
    AcknowledgementAct,
    AnnulmentAct,
    CeremonyAct,
    CertificateAct,
    DecisionAct,
    DocumentAct,
    DossierAct,
    ExitAct,
    IntroductionAct,
    NominationAct,
    OpinionAct,
    OtherAct,
    PlanDecisionAct,
    PoliticalIssueAct,
    ReadmissionAct,
    RecognitionAct,
    ResolutionAct,
    ReturnAct,
    SponsorNoteAct,
    SponsorshipAct,
    SponsorshipEndAct,
    SubmissionAct,
    TestAssignmentAct,
    TestResultAct,
    TransferAct,
    VerificationAct,
    WaiverAct,
)

Act = (
    AcknowledgementAct
    | AnnulmentAct
    | CeremonyAct
    | CertificateAct
    | DecisionAct
    | DocumentAct
    | DossierAct
    | ExitAct
    | IntroductionAct
    | NominationAct
    | OpinionAct
    | OtherAct
    | PlanDecisionAct
    | PoliticalIssueAct
    | ReadmissionAct
    | RecognitionAct
    | ResolutionAct
    | ReturnAct
    | SponsorNoteAct
    | SponsorshipAct
    | SponsorshipEndAct
    | SubmissionAct
    | TestAssignmentAct
    | TestResultAct
    | TransferAct
    | VerificationAct
    | WaiverAct
)


def told(act: Act) -> str:
    match act:
        case NominationAct():
            return str(act.data.by)
        case PlanDecisionAct():
            return str(act.data.action)
        case SponsorshipAct():
            return str(act.data.member_id)
        case SponsorshipEndAct():
            return str(act.data.member_id)
        case SponsorNoteAct():
            return str(act.data.assessment)
        case TestAssignmentAct():
            return str(act.data.due_on)
        case TestResultAct():
            return str(act.data.assessment)
        case TransferAct():
            return str(act.data.from_branch_id)
        case IntroductionAct():
            return str(act.data.by)
        case CertificateAct():
            return str(act.data.class_kind)
        case DossierAct():
            return str(act.data.application_on)
        case DocumentAct():
            return str(act.data.code)
        case VerificationAct():
            return str(act.data.step)
        case PoliticalIssueAct():
            return str(act.data.step)
        case OpinionAct():
            return str(act.data.of)
        case ResolutionAct():
            return str(act.data.body)
        case SubmissionAct():
            return str(act.data.paper_number)
        case ReturnAct():
            return str(act.data.reason)
        case DecisionAct():
            return str(act.data.body)
        case CeremonyAct():
            return str(act.data.place)
        case WaiverAct():
            return str(act.data.approver)
        case RecognitionAct():
            return str(act.data.body)
        case ExitAct():
            return str(act.data.kind)
        case ReadmissionAct():
            return str(act.data.by)
        case AcknowledgementAct():
            return str(act.data.reason)
        case AnnulmentAct():
            return str(act.data.act_id)
        case OtherAct():
            return act.kind
        case _:
            assert_never(act)
