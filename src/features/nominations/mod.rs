//! Nominations: a union or a member introduces a person (giới thiệu quần chúng ưu tú), which
//! creates the candidate.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /nominations` | [`list_nominations`] |
//! | `POST /nominations` | [`create_nomination`] |
//! | `GET /nominations/{id}` | [`get_nomination`] |
//! | `PATCH /nominations/{id}` | [`change_nomination`] |
//! | `DELETE /nominations/{id}` | [`remove_nomination`] |

use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use crate::access::{self, ChangeNominations, Nominate, Reach, ReadNominations, Role};
use crate::api::beyond;
use crate::api::body::{Body, Patch};
use crate::api::checks::expect_not_in_future;
use crate::api::edit::{self, Reference};
use crate::api::headers::IfMatch;
use crate::api::law::Law;
use crate::api::list::List;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::reply::{Created, NoContent, Page, Reply};
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::tables::{activity, nomination as table};
use crate::db::{Db, Tx, locks};
use crate::error::{Code, Error, Result};
use crate::law::acts::{self, Act};
use crate::law::calendar::year_end;
use crate::law::say;
use crate::law::text::Text;
use crate::law::words::{ExitKind, Introducer, NominationOutcome};
use crate::{facts, recording};

mod store;
mod wire;
use store::{
    Asked, another_date, expect_held, names_ahead, new_candidate, new_nomination,
    own_not_before_the_end,
};
pub use wire::*;

pub fn configure(v1: &mut Routes) {
    v1.service(list_nominations)
        .service(create_nomination)
        .service(get_nomination)
        .service(change_nomination)
        .service(remove_nomination);
}

const fn introducer(role: Role) -> Introducer {
    match role {
        Role::TradeUnion => Introducer::TradeUnion,
        Role::YouthUnion => Introducer::YouthUnion,
        Role::StandingCommittee
        | Role::PartyOffice
        | Role::CommitteeMember
        | Role::BranchCommittee
        | Role::UpperCommittee
        | Role::ServiceAccount
        | Role::SystemAdmin => Introducer::Member,
    }
}

/// Nominate a person
///
/// Creates the candidate in stage `nominated`. Refused with every unmet requirement: for example, a
/// union nominates only its own members, and the person must not have an open candidacy.
#[operation(post, "/nominations", refuses(Duplicate, RequirementsUnmet))]
pub async fn create_nomination(
    permit: Permit<Nominate>,
    db: Data<Db>,
    law: Law,
    body: Body<NewNomination>,
) -> Result<Created<Nomination>> {
    let today = db.clock().today();
    let found = beyond::Found::nothing(beyond::KNOWN_PERSON);
    let same = &body.fingerprint;
    let made = edit::create_named::<Nomination>(&db, permit.by(), same, async |tx| {
        let new = &body.value;
        let by = introducer(permit.role());
        if (by == Introducer::Member) != new.introducer_member_id.is_some() {
            return Err(Error::invalid(
                "/introducer_member_id",
                "required",
                say(
                    "Chi bộ ghi đảng viên giới thiệu; đoàn thể thì không.",
                    "A branch names the introducing member; a union does not.",
                ),
            ));
        }
        if permit.reach() == Reach::OwnBranch && permit.caller().branch != Some(new.branch_id) {
            return Err(Error::faults(
                Code::ValidationFailed,
                vec![crate::api::http::unknown_reference("/branch_id")],
            ));
        }
        let asked = Asked::of(tx, &permit, by, new).await;
        let answers = asked.expect(tx, new).await?;
        let name = new.full_name.as_str();
        let alone = acts::nomination::Proposal {
            by,
            introducer_able: answers.introducer_able,
            youth_union_member: new.youth_union_member,
            trade_union_member: new.trade_union_member,
            open_candidacy: false,
            former_member: false,
            birth_date: new.birth_date,
            oldest: answers.oldest,
            paper_on: new.paper_on,
            today,
        };
        let version = law.on(new.paper_on);
        let unmet = acts::nomination::unmet(&alone, version);
        if !unmet.is_empty() {
            return Err(Error::unmet(unmet));
        }
        beyond::expect_few_hits(answers.too_many_hits)?;
        let names = names_ahead(tx, new).await;
        let known = facts::known_to_all(tx, name, new.birth_date, None).await?;
        let another = new.namesake_reason.is_some();
        let overlaps = known.open_on(new.paper_on) && !another;
        if overlaps {
            own_not_before_the_end(tx, &permit, &known, new.paper_on).await?;
        }
        let proposal = acts::nomination::Proposal {
            // callers who cannot see an earlier attempt learn neither of it nor when it ended
            open_candidacy: overlaps || known.open_candidacy && !another,
            former_member: known.former() && !another,
            ..alone
        };
        let unmet = acts::nomination::unmet(&proposal, version);
        found.somebody(known.at_all() || overlaps);
        if !unmet.is_empty() {
            return Err(Error::unmet(unmet));
        }
        let candidate = new_candidate((&db, tx), &permit, new, by, known).await?;
        let act = acts::Nomination {
            on: new.paper_on,
            by,
            member_id: new.introducer_member_id,
            paper_number: new.paper_number.clone(),
            corrects: None,
        };
        recording::append(tx, permit.by(), &law, &candidate, act.into(), today).await?;
        let row = new_nomination(tx, &candidate, new).await;
        let (branch, introducer) = names.one().await?.unwrap_or_default();
        // the stage is the one that `show` begins with
        let names = vec![branch, introducer, Some(candidate.full_name)];
        Ok((row, Some(names)))
    })
    .await;
    found.recorded(&db, &permit, made).await
}

/// Whether the introducing member may introduce on that day; true for a union.
async fn able(tx: &Tx, introducer: Option<Uuid>, on: NaiveDate) -> Result<bool> {
    match introducer {
        Some(id) => Ok(facts::registered(tx, id).await?.able_on(on)),
        None => Ok(true),
    }
}

/// Only pending nominations can be corrected or withdrawn, and a branch only its own.
fn expect_pending(role: Role, row: &table::Model) -> Result<()> {
    if introducer(role) != row.introduced_by {
        return Err(Error::new(Code::Forbidden).detail(say(
            "Giới thiệu này của tổ chức khác.",
            "Another organisation made this nomination.",
        )));
    }
    if row.outcome != NominationOutcome::Pending {
        return Err(Error::new(Code::InvalidTransition).detail(say(
            "Giới thiệu đã được xét.",
            "The nomination has been reviewed.",
        )));
    }
    Ok(())
}

/// List nominations
#[operation(get, "/nominations")]
pub async fn list_nominations(
    permit: Permit<ReadNominations>,
    db: Data<Db>,
    query: List<Nomination>,
) -> Result<Page<Nomination>> {
    edit::list(&db, &permit, &query).await
}

/// Get a nomination
#[operation(get, "/nominations/{id}")]
pub async fn get_nomination(
    permit: Permit<ReadNominations>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<Nomination>,
) -> Result<Reply<Nomination>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// Change a nomination
#[operation(
    patch,
    "/nominations/{id}",
    refuses(Duplicate, InvalidTransition, RequirementsUnmet)
)]
pub async fn change_nomination(
    permit: Permit<ChangeNominations>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<NominationPaper>,
) -> Result<Reply<Nomination>> {
    let found = beyond::Found::nothing(beyond::KNOWN_PERSON);
    let changed = edit::change::<Nomination, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, row, new, _active| {
            expect_pending(permit.role(), row)?;
            expect_not_in_future("/paper_on", new.paper_on, db.clock().today())?;
            let fresh = new
                .activity_id
                .filter(|_| new.activity_id != row.activity_id);
            edit::check_references(
                tx,
                [Reference::to::<activity::Entity>("/activity_id", fresh)],
            )
            .await?;
            expect_held(tx, new.activity_id, new.paper_on).await?;
            if new.paper_on == row.paper_on && new.paper_number.as_str() == row.paper_number {
                return Ok(());
            }
            facts::expect_founded(tx, "/paper_on", row.branch_id, new.paper_on).await?;
            let paper = (new.paper_number.as_str(), new.paper_on);
            tx.later(locks::paper(paper.0)).await;
            let another = another_date(row.introduced_by, row.branch_id, paper, Some(row.id));
            let [taken, too_many] = tx
                .ask([another, beyond::too_many_hits(tx, &permit)])
                .await?;
            facts::papers::expect_free(taken, "/paper_number")?;
            // the paper is recorded in the first act, so a new act corrects it
            let candidate = recording::lock_candidate(tx, permit.reach(), row.candidate_id).await?;
            let (by, born) = (row.introduced_by, candidate.birth_date);
            let version = law.on(new.paper_on);
            // a union sees the year of birth only, which the branch may have corrected
            let known_birth = if access::birth_year_only(permit.role(), false) {
                year_end(born)
            } else {
                born
            };
            let oldest = facts::oldest(tx, by, new.paper_on).await?;
            let days = (known_birth, new.paper_on);
            let able = able(tx, row.introducer_member_id, new.paper_on).await?;
            let mut wrong = acts::nomination::right_age(by, days, oldest, version);
            wrong.extend(acts::nomination::able_introducer(able, version));
            if !wrong.is_empty() {
                return Err(Error::unmet(wrong));
            }
            let name = candidate.full_name.as_str();
            beyond::expect_few_hits(too_many)?;
            let known = facts::known_person(tx, name, born, Some(candidate.id)).await?;
            if known.open_on(new.paper_on) && candidate.namesake_by.is_none() {
                own_not_before_the_end(tx, &permit, &known, new.paper_on).await?;
                found.somebody(true);
                return Err(Error::unmet(acts::nomination::one_person(true, version)));
            }
            let today = db.clock().today();
            let acts = facts::candidacy(tx, &candidate, None, today).await?.acts;
            let first = acts.iter().rfind(|a| matches!(a.act, Act::Nomination(_)));
            let Some(corrects) = first.map(|a| a.id) else {
                return Ok(());
            };
            let by = introducer(permit.role());
            let act = acts::Nomination {
                on: new.paper_on,
                by,
                member_id: row.introducer_member_id,
                paper_number: new.paper_number.clone(),
                corrects: Some(corrects),
            };
            recording::append(tx, permit.by(), &law, &candidate, act.into(), today)
                .await
                .map(drop)
        },
    )
    .await;
    found.recorded(&db, &permit, changed).await
}

/// Withdraw a nomination
///
/// Only while it is pending. The candidacy ends in stage `withdrawn`; both remain on record.
#[operation(
    delete,
    "/nominations/{id}",
    answer = "Withdrawn",
    refuses(InvalidTransition, RequirementsUnmet)
)]
pub async fn remove_nomination(
    permit: Permit<ChangeNominations>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<NoContent> {
    let today = db.clock().today();
    edit::remove::<Nomination, _>(&db, &permit, *id, seen, async |tx, row| {
        expect_pending(permit.role(), &row)?;
        let mut active = edit::blank::<Nomination>();
        active.outcome = Set(NominationOutcome::Withdrawn);
        active.outcome_on = Set(Some(today));
        edit::update::<Nomination>(tx, row.id, row.version, active).await?;
        let candidate = recording::lock_candidate(tx, permit.reach(), row.candidate_id).await?;
        let reason = Text::stored("rút giới thiệu".to_owned());
        let act = acts::Exit {
            on: today,
            kind: ExitKind::Withdrawn,
            reason,
            to: None,
            body: None,
            decision_number: None,
            ground: None,
            corrects: None,
        };
        recording::append(tx, permit.by(), &law, &candidate, act.into(), today)
            .await
            .map(drop)
    })
    .await
}
