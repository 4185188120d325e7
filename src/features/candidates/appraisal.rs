//! The appraisal slip (phiếu thẩm định) of a file for the deciding body, filled from the acts.
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{self, Class, ReadActs, Role, Show};
use crate::api::access_log::{self, Reading, Reason};
use crate::api::edit;
use crate::api::law::Law;
use crate::api::operation::operation;
use crate::api::query::Query;
use crate::api::reply::Reply;
use crate::api::resource::{Viewer, all_hidden};
use crate::api::reveal;
use crate::auth::Permit;
use crate::db::Db;
use crate::error::Result;
use crate::facts;
use crate::law::Stage;
use crate::law::acts::{self, Act, Step};
use crate::law::candidacy::standing;
use crate::law::judgement::{Question, requirements};
use crate::law::text::plain;
use crate::law::vi;
use crate::law::votes::Tally;
use crate::law::words::{
    ClassKind, Conclusion, DecisionOutcome, GeneralEducation, Introducer, OpinionOf,
    PoliticalTheoryLevel, ProfessionalLevel, Purpose, Relation, VerificationStep, VotingBody,
};
use crate::recording::get_candidate;

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
}

/// Summary of the CV; P2 fields as your role sees them
#[derive(Debug, Serialize, ToSchema)]
pub struct Cv {
    #[schema(max_length = 200)]
    pub full_name: String,
    #[schema(required = true)]
    pub birth_date: Option<NaiveDate>,
    #[schema(required = true, max_length = 300)]
    pub home_town: Option<String>,
    #[schema(required = true, max_length = 100)]
    pub ethnic_group: Option<String>,
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
}

/// A verification step; relation, place and finding are P3
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

/// An opinion; whether it is favourable is P3
#[derive(Debug, Serialize, ToSchema)]
pub struct OpinionGiven {
    pub of: OpinionOf,
    pub on: NaiveDate,
    #[schema(required = true)]
    pub favourable: Option<bool>,
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

fn figures(acts: &[&acts::Resolution], body: VotingBody) -> Option<ResolutionFigures> {
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

/// Get the appraisal slip of a candidate
///
/// P3 data is included for the Party Office, and for the Standing Committee with a written `reason`;
/// the birth date and other P2 data for both with one of at least ten letters, which counts as a
/// reveal. Each access is logged.
#[operation(
    get,
    "/candidates/{id}/appraisal",
    tag = "procedure",
    answer = "The appraisal slip"
)]
pub async fn get_appraisal(
    permit: Permit<ReadActs>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    reason: Query<Reason>,
) -> Result<Reply<Appraisal>> {
    let reason = reason.given()?;
    let (viewer, today, english) = (
        edit::viewer(&db, &permit),
        db.clock().today(),
        permit.call.english,
    );
    db.run(&permit, async |tx| {
        let row = get_candidate(&tx, permit.reach(), *id).await?;
        let mut facts = facts::candidacy(&tx, &row, None, today).await?;
        facts.birth_year_only = access::birth_year_only(permit.role(), row.stage.submitted());
        let (known, facts) = (facts.clone(), facts.as_shown());
        let full =
            access::background(permit.role(), false).map_or(reason.is_some(), |s| s == Show::Full);
        let file = facts.file(&law);
        let standing = standing(&facts.acts);
        let submitted = row.stage.submitted();
        let revealed = reason
            .as_deref()
            .is_some_and(|r| reveal::too_short(r).is_none());
        let viewer = Viewer {
            recorded: full && revealed,
            ..viewer.clone()
        };
        if viewer.recorded {
            reveal::expect_few(&tx, &permit).await?;
        }
        let personal = |value| viewer.see(Class::P2, submitted, value, all_hidden);
        let mut slip = Appraisal {
            candidate_id: row.id,
            cv: Cv {
                full_name: row.full_name.clone(),
                birth_date: viewer.full(Class::P2, submitted).then_some(row.birth_date),
                home_town: personal(row.home_town.clone()),
                ethnic_group: personal(row.ethnic_group.clone()),
                religion: personal(row.religion.clone()),
                occupation: row.occupation.clone(),
                position: row.position.clone(),
                general_education: row.general_education.map(GeneralEducation::wire),
                professional_level: row.professional_level.map(ProfessionalLevel::wire),
                political_theory_level: row.political_theory_level.map(PoliticalTheoryLevel::wire),
            },
            stage: row.stage,
            verification: Vec::new(),
            verification_conclusion: file.concluded.by(NaiveDate::MAX).map(|c| c.1),
            certificate_number: None,
            certificate_on: None,
            application_on: None,
            introducers: Vec::new(),
            opinions: Vec::new(),
            branch_resolution: None,
            committee_resolution: None,
            points_to_explain: Vec::new(),
            proposal: "admit",
            decision: None,
        };
        let mut votes = Vec::new();
        for recorded in &standing {
            fill(&mut slip, &mut votes, &recorded.act, full);
        }
        let failed = file.votes.iter();
        let failed = failed.filter(|v| v.purpose == Purpose::Admission && !v.carried);
        slip.points_to_explain.extend(failed.map(|v| {
            let (body, day) = (v.body, vi(v.on));
            if english {
                format!("The {} voted on {}: not carried.", body.en(), v.on)
            } else {
                format!("{} biểu quyết ngày {day}: không đủ phiếu.", body.vi())
            }
        }));
        slip.branch_resolution = figures(&votes, VotingBody::Branch);
        slip.committee_resolution = figures(&votes, VotingBody::Committee);
        let day = slip.branch_resolution.as_ref().map_or(today, |v| v.on);
        let question = Question {
            facts: &facts,
            file: &file,
            law: &law,
            version: law.on(day),
            on: day,
            role: Role::BranchCommittee,
            account: Uuid::nil(),
            recording: false,
            lost: &[],
        };
        let vote = Step::Resolution((Purpose::Admission, VotingBody::Branch));
        let mut asked = requirements(&question, vote, None);
        if slip.branch_resolution.is_some() {
            // that the vote was recorded tells what is met by the whole birth date
            let question = Question {
                facts: &known,
                ..question
            };
            let met = requirements(&question, vote, None);
            asked.retain(|c| met.iter().any(|known| known.rule == c.rule && !known.met));
        }
        let papers = requirements(
            &Question {
                on: today.max(file.stage_on),
                ..question
            },
            Step::Submission(()),
            None,
        );
        let missing = asked
            .into_iter()
            .chain(papers)
            .filter(|c| !c.met && !c.rule.starts_with("act."))
            // the existence of a political issue is P3 itself
            .filter(|c| full || c.rule != "admission.political_issues");
        let missing: Vec<_> = missing.collect();
        let explained = slip.points_to_explain.is_empty() && missing.is_empty();
        let shown = missing.into_iter();
        slip.points_to_explain
            .extend(shown.map(|c| if english { c.detail.en } else { c.detail.vi }));
        slip.proposal = match (&slip.decision, explained) {
            (Some(d), _) if d.outcome == DecisionOutcome::Refused => "refuse",
            (_, true) => "admit",
            (_, false) => "return",
        };
        if full {
            let reading = Reading {
                organization: row.organization_id,
                resource: if viewer.recorded {
                    reveal::APPRAISAL
                } else {
                    "appraisal"
                },
                id: row.id,
                candidate: Some(row.id),
            };
            let entry = access_log::entry(&tx, &permit, &reading, reason.clone());
            tx.last().execute(entry).await?;
        }
        Ok(Reply::new(&slip).cache("no-store"))
    })
    .await
}

fn fill<'a>(slip: &mut Appraisal, votes: &mut Vec<&'a acts::Resolution>, act: &'a Act, full: bool) {
    match act {
        Act::Verification(a) => slip.verification.push(Visit {
            on: a.on,
            step: a.step,
            relation: a.relation.filter(|_| full),
            place: plain(a.new_place.clone().or(a.old_place.clone())).filter(|_| full),
            finding: plain(a.finding.clone()).filter(|_| full),
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
