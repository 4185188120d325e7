//! Recording an act and listing the acts of one kind: a pair of handlers per kind.
use std::collections::HashMap;

use actix_web::web::{Data, Path};
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::ExprTrait as _;
use uuid::Uuid;

use super::store;
use super::wire::{Act, ActsOfOneKind};
use crate::access::{
    self, AnnulActs, DecidePlans, HoldCeremonies, NoteSponsors, OpenDossiers, ReadActs,
    RecordDecisions, RecordDocuments, RecordExits, RecordIntroductions, RecordOpinions,
    RecordPoliticalIssues, RecordRecognitions, RecordResolutions, RecordTests, RecordVerification,
    RecordWaivers, ReturnFiles, Role, Show, SubmitFiles,
};
use crate::api::access_log::{self, Reading, Reason};
use crate::api::body::Body;
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::law::Law;
use crate::api::list::List;
use crate::api::names;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::query::Query;
use crate::api::reply::{Created, Page, Reply};
use crate::api::resource::Resource;
use crate::api::routes::Routes;
use crate::api::sealed;
use crate::auth::{By, Permit};
use crate::db::tables::act;
use crate::db::{Db, Tx, constant};
use crate::error::{Error, Result};
use crate::law::acts::{self, ActKind};
use crate::recording;
use crate::recording::evidence::Acknowledged;

/// Records the act, whichever it is: compiled once.
async fn record(
    db: &Db,
    by: By<'_>,
    law: &Law,
    at: (Uuid, &IfMatch),
    (act, (acknowledged, reason)): &(acts::Act, (bool, Option<String>)),
    fingerprint: &[u8],
) -> Result<Created<Act>> {
    let today = db.clock().today();
    edit::create_by(db, by, fingerprint, async |tx| {
        let new = (act.clone(), (*acknowledged, reason.as_deref()));
        recording::record(tx, by, law, at, new, today).await
    })
    .await
}

async fn list_kind(
    db: &Db,
    permit: &Permit<ReadActs>,
    id: Uuid,
    query: &List<ActsOfOneKind>,
    kind: ActKind,
) -> Result<Page<Act>> {
    let of_kind = act::Column::Kind.into_expr().eq(constant(kind));
    let part = act::Column::CandidateId.eq(id).and(of_kind);
    let part = part.and(store::shown_to(permit.role()));
    let reach = permit.reach();
    let parent = async |tx: &Tx| recording::get_candidate(tx, reach, id).await.map(drop);
    edit::list_below(db, permit, query, part, parent).await
}

macro_rules! acts {
    ($($(#[doc = $about:literal])+ $post:ident $list:ident $path:tt [$permission:ident $($asked:ident)?] $tag:tt $body:ident $($more:ident)*;)*) => {
        $(
            $(#[doc = $about])+
            ///
            /// `If-Match` is the candidate's version, which the act increments. Refused with 422
            /// `requirements_unmet`, listing every unmet requirement. See `next-steps`.
            #[operation(
                post,
                $path,
                tag = $tag,
                answer = "The act",
                refuses(RequirementsUnmet $(, $more)*)
            )]
            pub async fn $post(
                permit: Permit<$permission>,
                db: Data<Db>,
                law: Law,
                id: Path<Uuid>,
                seen: IfMatch,
                body: Body<acts::$body>,
                $($asked: Query<Acknowledged>,)?
            ) -> Result<Created<Act>> {
                let said: Option<(bool, Option<String>)> = None$(.or(Some($asked.said()?)))?;
                let new = (body.value.clone().into(), said.unwrap_or_default());
                record(&db, permit.by(), &law, (*id, &seen), &new, &body.fingerprint).await
            }
            /// List the acts of one kind of a candidacy
            #[operation(get, $path, tag = $tag, answer = "A page of acts")]
            pub async fn $list(
                permit: Permit<ReadActs>,
                db: Data<Db>,
                id: Path<Uuid>,
                query: List<ActsOfOneKind>,
            ) -> Result<Page<Act>> {
                list_kind(&db, &permit, *id, &query, ActKind::$body).await
            }
        )*
        /// Path below `/api/v1` at which this kind of act is recorded.
        pub const fn path(kind: ActKind) -> Option<&'static str> {
            match kind {
                $(ActKind::$body => Some($path),)*
                ActKind::Sponsorship => Some("/candidates/{id}/sponsorships"),
                ActKind::Readmission => Some("/candidates/{id}/readmission"),
                ActKind::Transfer => Some("/candidates/{id}/transfers"),
                // recorded through another resource: nomination, enrolment, sponsorship, candidate
                ActKind::Nomination
                | ActKind::Certificate
                | ActKind::SponsorshipEnd
                | ActKind::Acknowledgement => None,
            }
        }
        /// The operation that records this kind of act.
        pub const fn operation_of(kind: ActKind) -> Option<&'static str> {
            match kind {
                $(ActKind::$body => Some(stringify!($post)),)*
                ActKind::Sponsorship => Some("create_sponsorship"),
                ActKind::Readmission => Some("readmit_candidate"),
                ActKind::Transfer => Some("offer_transfer"),
                ActKind::Nomination | ActKind::Certificate | ActKind::SponsorshipEnd => None,
                ActKind::Acknowledgement => Some("change_candidate"),
            }
        }
        #[cfg(test)]
        const fn permission(kind: ActKind) -> access::Action {
            use crate::access::{ChangeCandidates, Nominate, OfferTransfers, Permission as _, Readmit, RecordEnrolments, WriteSponsorships};
            match kind {
                $(ActKind::$body => $permission::ACTION,)*
                ActKind::Sponsorship | ActKind::SponsorshipEnd => WriteSponsorships::ACTION,
                ActKind::Readmission => Readmit::ACTION,
                ActKind::Transfer => OfferTransfers::ACTION,
                ActKind::Nomination => Nominate::ACTION,
                ActKind::Certificate => RecordEnrolments::ACTION,
                ActKind::Acknowledgement => ChangeCandidates::ACTION,
            }
        }
        pub fn configure(v1: &mut Routes) {
            $(v1.service($post).service($list);)*
        }
    };
}

// refusals besides those of the regulations: an act with a numbered paper may be a duplicate, and
// so may an annulment that reopens a file; an annulment or a corrected recognition may take the
// ground from a post that the member holds
acts! {
    /// Record the branch's decision about a person on its list
    record_plan_decision list_plan_decisions "/candidates/{id}/plan-decisions" [DecidePlans] "plan" PlanDecision Duplicate;
    /// Record a sponsor's quarterly note
    record_sponsor_note list_sponsor_notes "/candidates/{id}/sponsor-notes" [NoteSponsors asked] "plan" SponsorNote;
    /// Give a test assignment
    record_test_assignment list_test_assignments "/candidates/{id}/test-assignments" [RecordTests asked] "plan" TestAssignment;
    /// Record the result of a test assignment
    record_test_result list_test_results "/candidates/{id}/test-results" [RecordTests asked] "plan" TestResult;
    /// Open the dossier
    open_dossier list_dossiers "/candidates/{id}/dossier" [OpenDossiers] "dossier" Dossier;
    /// Record an introduction paper
    record_introduction list_introductions "/candidates/{id}/introductions" [RecordIntroductions asked] "dossier" Introduction Duplicate;
    /// Record a document of the dossier
    record_document list_documents "/candidates/{id}/documents" [RecordDocuments asked] "dossier" Document;
    /// Record a step of the background verification
    record_verification list_verification "/candidates/{id}/verification" [RecordVerification asked] "dossier" Verification;
    /// Propose or conclude a political issue
    record_political_issue list_political_issues "/candidates/{id}/political-issues" [RecordPoliticalIssues asked] "dossier" PoliticalIssue;
    /// Record an opinion
    record_opinion list_opinions "/candidates/{id}/opinions" [RecordOpinions asked] "dossier" Opinion;
    /// Record a vote
    record_resolution list_resolutions "/candidates/{id}/resolutions" [RecordResolutions] "admission" Resolution Duplicate;
    /// Submit the file to the deciding body
    submit_file list_submissions "/candidates/{id}/submission" [SubmitFiles] "admission" Submission Duplicate;
    /// Return a submitted file for correction
    return_file list_returns "/candidates/{id}/return" [ReturnFiles] "admission" Return;
    /// Record a decision on admission or strike-off
    record_decision list_decisions "/candidates/{id}/decisions" [RecordDecisions] "admission" Decision Duplicate;
    /// Record the ceremony, which starts the probation
    record_ceremony list_ceremonies "/candidates/{id}/ceremony" [HoldCeremonies] "admission" Ceremony;
    /// Record a waiver or a written agreement
    record_waiver list_waivers "/candidates/{id}/waivers" [RecordWaivers asked] "admission" Waiver Duplicate;
    /// Record the decision that recognises an official member
    record_recognition list_recognitions "/candidates/{id}/recognition" [RecordRecognitions asked] "recognition" Recognition Duplicate HasDependents;
    /// Record the end of a candidacy outside the procedure
    record_exit list_exits "/candidates/{id}/exits" [RecordExits] "recognition" Exit Duplicate;
    /// Annul an act that should never have been recorded
    annul_act list_annulments "/candidates/{id}/annulments" [AnnulActs asked] "recognition" Annulment Duplicate HasDependents;
}

/// What records acts of a kind through another resource, or as the answer to an offer. An
/// acknowledgement accompanies many changes.
pub const ELSEWHERE: &[(ActKind, &str, &str)] = &[
    (ActKind::Nomination, "post", "/nominations"),
    (ActKind::Certificate, "patch", "/enrolments/{id}"),
    (ActKind::SponsorshipEnd, "patch", "/sponsorships/{id}"),
    (
        ActKind::Transfer,
        "post",
        "/transfer-offers/{id}/acceptances",
    ),
];

/// List the timeline of a candidacy
///
/// All acts in order of recording, with actor and regulation. Background data are null; read the
/// single act for them.
#[operation(
    get,
    "/candidates/{id}/timeline",
    tag = "procedure",
    answer = "A page of acts"
)]
pub async fn list_timeline(
    permit: Permit<ReadActs>,
    db: Data<Db>,
    id: Path<Uuid>,
    query: List<Act>,
) -> Result<Page<Act>> {
    let reach = permit.reach();
    let parent = async |tx: &Tx| recording::get_candidate(tx, reach, *id).await.map(drop);
    edit::list_below(
        &db,
        &permit,
        &query,
        act::Column::CandidateId
            .eq(*id)
            .and(store::shown_to(permit.role())),
        parent,
    )
    .await
}

/// Whether a reader of this role and branch sees the act's P3 data; `None`: with a reason.
pub(super) fn opens(role: Role, branch: Option<Uuid>, row: &act::Model) -> Option<bool> {
    // the branch that recorded it, wherever the file is now
    let own = row.role == role && branch.is_none_or(|b| row.recorded_branch_id == Some(b));
    let shown = if row.kind.remarks() {
        access::remarks(role, own)
    } else {
        access::background(role, own)
    };
    shown.map(|s| s == Show::Full)
}

/// Whether this reader sees the act's P3 data; 400 for a reason that says nothing.
pub fn sees_background<P>(
    permit: &Permit<P>,
    row: &act::Model,
    reason: Option<&String>,
) -> Result<bool> {
    let opens = opens(permit.role(), permit.caller().branch, row);
    opens.map_or_else(|| access_log::opens(reason), Ok)
}

/// Shows the P3 data of acts of one candidacy, as far as it opens.
pub(super) async fn reveal(
    tx: &Tx,
    candidate: Uuid,
    shown: Vec<(&mut Act, &act::Model)>,
) -> Result<()> {
    let sealed = shown.iter();
    let sealed = sealed.filter_map(|(_, row)| Some((row.id, row.texts.clone()?)));
    let sealed: Vec<(Uuid, Vec<u8>)> = sealed.collect();
    let mut opened = HashMap::new();
    if !sealed.is_empty() {
        let key = tx.one(store::data_key(candidate)).await?;
        let person = (candidate, key.as_ref().and_then(|k| k.0.as_deref()));
        opened = sealed::texts_of(tx, person, sealed)?;
    }
    for (act, row) in shown {
        act.reveal(row, opened.remove(&row.id));
    }
    Ok(())
}

/// Get an act
///
/// With its background data for those who may read them: the Party Office (a branch's remarks only with a
/// written `reason`), the branch for what it recorded, the Standing Committee with a written
/// `reason`. Each access is logged, and the people whose background is read are limited by the hour and day.
#[operation(get, "/acts/{id}", tag = "procedure")]
pub async fn get_act(
    permit: Permit<ReadActs>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<Act>,
    reason: Query<Reason>,
) -> Result<Reply<Act>> {
    let reason = reason.given()?;
    let chosen = wanted.chosen()?;
    let viewer = edit::viewer(&db, &permit);
    db.run(&permit, async |tx| {
        let row = edit::find::<Act>(&tx, permit.reach(), *id, false).await?;
        let told = matches!(row.kind, ActKind::PoliticalIssue | ActKind::Annulment);
        if told && !store::is_shown_to(&tx, permit.role(), *id).await? {
            return Err(Error::not_found());
        }
        let hidden = row.kind.sensitive();
        let full = chosen.has("data")
            && !hidden.is_empty()
            && sees_background(&permit, &row, reason.as_ref())?;
        let mut one = [Act::show(row.clone(), &viewer)];
        names::beside(&tx, &mut one, |act| act.id).await?;
        if full {
            reveal(&tx, row.candidate_id, vec![(&mut one[0], &row)]).await?;
        }
        let body = One::written(&chosen, Some(&tx), &one[0]).await?;
        if full {
            let reading = Reading {
                organization: row.organization_id,
                resource: "act",
                id: row.id,
                candidate: Some(row.candidate_id),
            };
            let entry = access_log::background(&tx, &permit, &reading, reason.clone()).await?;
            tx.last().execute(entry).await?;
        }
        Ok(edit::seen(row.version, body, &chosen).cache("no-store"))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::words::Role;

    /// The law and the permission table state independently who records an act; they agree.
    #[test]
    fn a_kind_of_act_is_recorded_by_whom_the_permission_table_names() {
        for kind in ActKind::ALL {
            let reaches = |role: &Role| access::may(*role, permission(*kind)).is_some();
            let permitted: Vec<Role> = Role::ALL.iter().copied().filter(reaches).collect();
            assert_eq!(kind.recorded_by(), permitted, "{}", kind.wire());
        }
    }

    /// A batch looks for the candidate as far as each of its acts would.
    #[test]
    fn a_batch_reaches_as_far_as_its_acts() {
        for role in Role::ALL {
            let batch = access::may(*role, access::Action::RecordBatches);
            for kind in ActKind::ALL.iter().filter(|kind| !kind.opens()) {
                if let Some(reach) = access::may(*role, permission(*kind)) {
                    assert_eq!(Some(reach), batch, "{} {}", role.wire(), kind.wire());
                }
            }
        }
    }
}
