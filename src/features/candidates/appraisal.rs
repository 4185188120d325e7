//! The appraisal slip (phiếu thẩm định) of a file for the deciding body, filled from the acts.
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use uuid::Uuid;

use super::particulars::Candidate;
use super::slip::{Appraisal, Cv, PERSONAL, figures, fill};
use super::store;
use crate::access::{self, ReadActs, Role, Sensitivity, Show, reach};
use crate::api::access_log::{self, Reading, Reason};
use crate::api::edit;
use crate::api::law::Law;
use crate::api::operation::operation;
use crate::api::query::Query;
use crate::api::reply::Spoken;
use crate::api::resource::{Viewer, all_hidden, within};
use crate::api::reveal;
use crate::api::sealed;
use crate::auth::Permit;
use crate::db::Db;
use crate::error::Result;
use crate::facts;
use crate::law::acts::Step;
use crate::law::candidacy::standing;
use crate::law::judgement::{Question, requirements};
use crate::law::text::too_short;
use crate::law::words::{
    DecisionOutcome, GeneralEducation, PoliticalTheoryLevel, ProfessionalLevel, Purpose, VotingBody,
};
use crate::law::{say, vi};

/// Get the appraisal slip of a candidate
///
/// Background data are included for the Party Office, and for the Standing Committee with a written
/// `reason`; the birth date and other personal data for both with one of at least ten letters, which counts as a
/// reveal. Each access is logged, and so is each by the committee above, which sees personal data without
/// a reason.
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
) -> Result<Spoken<Appraisal>> {
    let reason = reason.given()?;
    let (viewer, today, english) = (
        edit::viewer(&db, &permit),
        db.clock().today(),
        permit.call.english,
    );
    db.run(&permit, async |tx| {
        let full = match access::background(permit.role(), false) {
            Some(show) => show == Show::Full,
            None => access_log::opens(reason.as_ref())?,
        };
        let findings = if full {
            Some(tx.soon(store::sealed_findings(*id)).await)
        } else {
            None
        };
        let scope = within(&tx.scope(&reach::candidate(permit.reach()), ""));
        let (row, gathered) = facts::gathered(&tx, scope, *id).await?;
        let mut facts = gathered.about(&row, today)?;
        facts.birth_year_only = access::birth_year_only(permit.role(), row.stage.submitted());
        let (known, facts) = (facts.clone(), facts.as_shown());
        let file = facts.file(&law);
        let standing = standing(&facts.acts);
        let submitted = row.stage.submitted();
        let revealed = reason.as_deref().is_some_and(|r| too_short(r).is_none());
        let viewer = Viewer {
            recorded: full && revealed,
            ..viewer.clone()
        };
        if viewer.recorded {
            reveal::expect_few(&tx, &permit).await?;
        }
        let personal = |value| viewer.see(Sensitivity::P2, submitted, value, all_hidden);
        let mut slip = Appraisal {
            candidate_id: row.id,
            cv: Cv {
                full_name: row.full_name.clone(),
                birth_date: viewer
                    .full(Sensitivity::P2, submitted)
                    .then_some(row.birth_date),
                home_town: personal(row.home_town.clone()),
                ethnic_group: personal(row.ethnic_group.clone()),
                religion: personal(row.religion.clone()),
                occupation: row.occupation.clone(),
                position: row.position.clone(),
                general_education: row.general_education.map(GeneralEducation::wire),
                professional_level: row.professional_level.map(ProfessionalLevel::wire),
                political_theory_level: row.political_theory_level.map(PoliticalTheoryLevel::wire),
                hidden: viewer.hidden(PERSONAL, submitted),
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
            // that there is a political issue is background data itself
            hidden: if full {
                Vec::new()
            } else {
                vec!["points_to_explain"]
            },
        };
        let mut votes = Vec::new();
        let findings = match findings {
            Some(findings) => findings.all().await?,
            None => Vec::new(),
        };
        let count = findings.len();
        let told = sealed::texts_of(&tx, (row.id, row.data_key.as_deref()), findings)?;
        for recorded in &standing {
            let prose = told.get(&recorded.id);
            fill(&mut slip, &mut votes, (&recorded.act, prose), full);
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
            // the recorded vote reveals which requirements were met by the exact birth date
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
            .filter(|c| full || c.rule != "admission.political_issues");
        let unmet = missing.map(|c| if english { c.detail.en } else { c.detail.vi });
        slip.points_to_explain.extend(unmet);
        if told.len() < count {
            let words = say(
                "Có nội dung thẩm tra chưa mở được: thiếu khóa niêm phong.",
                "Findings cannot be opened: a sealing key is missing.",
            );
            slip.points_to_explain
                .push(if english { words.en } else { words.vi });
        }
        let explained = slip.points_to_explain.is_empty();
        slip.proposal = match (&slip.decision, explained) {
            (Some(d), _) if d.outcome == DecisionOutcome::Refused => "refuse",
            (_, true) => "admit",
            (_, false) => "return",
        };
        // the upper committee sees the personal data without a reason, but each read is logged
        if full || access_log::traces::<Candidate>(&viewer) {
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
            let entry = if full && !viewer.recorded {
                access_log::background(&tx, &permit, &reading, reason.clone()).await?
            } else {
                access_log::entry(&tx, permit.by(), &reading, reason.clone())
            };
            tx.last().execute(entry).await?;
        }
        Ok(Spoken::new(&slip))
    })
    .await
}
