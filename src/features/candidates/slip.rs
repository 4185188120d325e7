//! The appraisal slip as it is shown, and how acts fill it.
use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::Sensitivity;
use crate::api::resource::Personal;
use crate::law::Stage;
use crate::law::acts::{self, Act};
use crate::law::votes::Tally;
use crate::law::words::{
    ClassKind, Conclusion, DecisionOutcome, Introducer, OpinionOf, Purpose, Relation,
    VerificationStep, VotingBody,
};

/// The appraisal slip of a file
#[derive(Debug, Serialize, ToSchema)]
pub struct Appraisal {
    pub candidate_id: Uuid,
    pub stage: Stage,
    pub cv: Cv,
    /// Steps of the verification
    #[schema(max_items = 200)]
    pub verification: Vec<Visit>,
    #[schema(required = true)]
    pub verification_conclusion: Option<Conclusion>,
    /// Number of the awareness certificate
    #[schema(required = true, max_length = 60)]
    pub certificate_number: Option<String>,
    #[schema(required = true)]
    pub certificate_on: Option<NaiveDate>,
    #[schema(required = true)]
    pub application_on: Option<NaiveDate>,
    #[schema(max_items = 50)]
    pub introducers: Vec<Introducing>,
    #[schema(max_items = 100)]
    pub opinions: Vec<OpinionGiven>,
    #[schema(required = true)]
    pub branch_resolution: Option<ResolutionFigures>,
    #[schema(required = true)]
    pub committee_resolution: Option<ResolutionFigures>,
    /// Points that the deciding body should ask about, in words: waivers, failed votes, unmet
    /// requirements
    #[schema(max_items = 200)]
    pub points_to_explain: Vec<String>,
    /// `admit` if nothing is missing or to be explained, `return` otherwise, `refuse` after a
    /// refusal
    #[schema(example = "admit", max_length = 20)]
    pub proposal: &'static str,
    /// The decision, once it is recorded
    #[schema(required = true)]
    pub decision: Option<DecisionGiven>,
    /// Properties that your role does not see here, or only in part, whether they hold a value or not.
    /// In all others null means that there is none
    #[serde(rename = "_hidden")]
    #[schema(max_items = 20)]
    pub hidden: Vec<&'static str>,
}

/// Summary of the CV; personal data as your role sees them
#[derive(Debug, Serialize, ToSchema)]
pub struct Cv {
    #[schema(max_length = 200)]
    pub full_name: String,
    /// Personal data: for the committee above and, until submission, the own branch; for others only where it is revealed with a reason
    #[schema(required = true)]
    pub birth_date: Option<NaiveDate>,
    /// Home town (quê quán). Personal data: for the committee above and, until submission, the own branch; for others only where it is revealed with a reason
    #[schema(required = true, max_length = 300)]
    pub home_town: Option<String>,
    /// Personal data: for the committee above and, until submission, the own branch; for others only where it is revealed with a reason
    #[schema(required = true, max_length = 100)]
    pub ethnic_group: Option<String>,
    /// Personal data: for the committee above and, until submission, the own branch; for others only where it is revealed with a reason
    #[schema(required = true, max_length = 100)]
    pub religion: Option<String>,
    #[schema(required = true, max_length = 200)]
    pub occupation: Option<String>,
    #[schema(required = true, max_length = 200)]
    pub position: Option<String>,
    #[schema(required = true, max_length = 60)]
    pub general_education: Option<&'static str>,
    #[schema(required = true, max_length = 60)]
    pub professional_level: Option<&'static str>,
    #[schema(required = true, max_length = 60)]
    pub political_theory_level: Option<&'static str>,
    /// Properties that your role does not see here, or only in part, whether they hold a value or not.
    /// In all others null means that there is none
    #[serde(rename = "_hidden")]
    #[schema(max_items = 20)]
    pub hidden: Vec<&'static str>,
}

/// The personal data of the slip.
pub(super) const PERSONAL: &[Personal] = &[
    ("birth_date", Sensitivity::P2),
    ("home_town", Sensitivity::P2),
    ("ethnic_group", Sensitivity::P2),
    ("religion", Sensitivity::P2),
];

/// A verification step; relation, place and finding are background data, for those who may read them
#[derive(Debug, Serialize, ToSchema)]
pub struct Visit {
    pub on: NaiveDate,
    pub step: VerificationStep,
    #[schema(required = true)]
    pub relation: Option<Relation>,
    #[schema(required = true, max_length = 300)]
    pub place: Option<String>,
    #[schema(required = true, max_length = 2000)]
    pub finding: Option<String>,
    /// Properties that your role does not see here, or only in part, whether they hold a value or not.
    /// In all others null means that there is none
    #[serde(rename = "_hidden")]
    #[schema(max_items = 20)]
    pub hidden: Vec<&'static str>,
}

/// An introduction of the person
#[derive(Debug, Serialize, ToSchema)]
pub struct Introducing {
    pub by: Introducer,
    #[schema(required = true)]
    pub member_id: Option<Uuid>,
    #[schema(max_length = 60)]
    pub paper_number: String,
    pub on: NaiveDate,
}

/// An opinion; whether it is favourable is background data, for those who may read them
#[derive(Debug, Serialize, ToSchema)]
pub struct OpinionGiven {
    pub of: OpinionOf,
    pub on: NaiveDate,
    #[schema(required = true)]
    pub favourable: Option<bool>,
    /// Properties that your role does not see here, or only in part, whether they hold a value or not.
    /// In all others null means that there is none
    #[serde(rename = "_hidden")]
    #[schema(max_items = 20)]
    pub hidden: Vec<&'static str>,
}

/// Figures of a vote
#[derive(Debug, Serialize, ToSchema)]
pub struct ResolutionFigures {
    #[schema(max_length = 60)]
    pub number: String,
    pub on: NaiveDate,
    /// Number of members of the body
    #[schema(minimum = 0)]
    pub members: i32,
    /// Number of members who count
    #[schema(minimum = 0)]
    pub entitled: i32,
    #[schema(minimum = 0)]
    pub present: i32,
    #[schema(minimum = 0)]
    pub absent: i32,
    #[schema(minimum = 0)]
    pub in_favor: i32,
}

/// A recorded decision
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionGiven {
    pub outcome: DecisionOutcome,
    #[schema(max_length = 60)]
    pub number: String,
    pub on: NaiveDate,
    #[schema(required = true, max_length = 500)]
    pub reason: Option<String>,
}

pub(super) fn figures(acts: &[&acts::Resolution], body: VotingBody) -> Option<ResolutionFigures> {
    let a = acts
        .iter()
        .rfind(|a| a.body == body && a.purpose == Purpose::Admission)?;
    Some(ResolutionFigures {
        number: a.number.as_str().to_owned(),
        on: a.on,
        members: a.members,
        entitled: Tally::of(a).entitled(),
        present: a.present,
        absent: (a.members - a.present).max(0),
        in_favor: a.in_favor,
    })
}

/// Enters an act; its prose for those who see it.
pub(super) fn fill<'a>(
    slip: &mut Appraisal,
    votes: &mut Vec<&'a acts::Resolution>,
    (act, prose): (&'a Act, Option<&Map<String, Value>>),
    full: bool,
) {
    let prose = |name: &str| prose?.get(name)?.as_str().map(str::to_owned);
    let unless_full = |names: &[&'static str]| if full { Vec::new() } else { names.to_vec() };
    match act {
        Act::Verification(a) => slip.verification.push(Visit {
            on: a.on,
            step: a.step,
            relation: a.relation.filter(|_| full),
            place: prose("new_place").or_else(|| prose("old_place")),
            finding: prose("finding"),
            hidden: unless_full(&["relation", "place", "finding"]),
        }),
        Act::Certificate(a) if a.class_kind == ClassKind::Awareness => {
            slip.certificate_number = Some(a.number.as_str().to_owned());
            slip.certificate_on = Some(a.on);
        }
        Act::Dossier(a) => slip.application_on = Some(a.application_on),
        Act::Introduction(a) => {
            slip.introducers.push(Introducing {
                by: a.by,
                member_id: a.member_id,
                paper_number: a.paper_number.as_str().to_owned(),
                on: a.on,
            });
        }
        Act::Opinion(a) if a.purpose == Purpose::Admission => {
            slip.opinions.push(OpinionGiven {
                of: a.of,
                on: a.on,
                favourable: full.then_some(a.favourable),
                hidden: unless_full(&["favourable"]),
            });
        }
        Act::Resolution(a) => votes.push(a),
        Act::Acknowledgement(a) => slip.points_to_explain.push(a.reason.as_str().to_owned()),
        Act::Waiver(a) => slip.points_to_explain.push(format!(
            "{}: {} ({})",
            a.paper_number.as_str(),
            a.reason.as_str(),
            a.approver.as_str()
        )),
        Act::Decision(a) if a.purpose == Purpose::Admission => {
            let reason = a.reason.as_ref().map(|r| r.as_str().to_owned());
            slip.decision = Some(DecisionGiven {
                outcome: a.outcome,
                number: a.number.as_str().to_owned(),
                on: a.on,
                reason,
            });
        }
        Act::Certificate(_)
        | Act::Opinion(_)
        | Act::Decision(_)
        | Act::Nomination(_)
        | Act::PlanDecision(_)
        | Act::Sponsorship(_)
        | Act::SponsorshipEnd(_)
        | Act::SponsorNote(_)
        | Act::TestAssignment(_)
        | Act::TestResult(_)
        | Act::Transfer(_)
        | Act::Document(_)
        | Act::PoliticalIssue(_)
        | Act::Submission(_)
        | Act::Return(_)
        | Act::Ceremony(_)
        | Act::Recognition(_)
        | Act::Exit(_)
        | Act::Readmission(_)
        | Act::Annulment(_) => {}
    }
}
