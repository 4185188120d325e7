//! Records an act, once for all kinds: lock, judge, append, carry the effects. Nothing else changes
//! a stage.
pub mod again;
pub mod carry;
mod deadlines;
pub mod evidence;
pub mod person;
pub mod reviews;
pub mod sponsors;

use chrono::NaiveDate;
use sea_orm::sea_query::ExprTrait as _;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _,
};
use serde_json::json;
use uuid::Uuid;

use crate::access::{self, Reach, Role, reach};
use crate::api::edit::{self, Reference};
use crate::api::headers::IfMatch;
use crate::api::resource::within;
use crate::api::sealed;
use crate::auth::By;
use crate::db::tables::{act, candidate, sponsorship};
use crate::db::{Tx, any_row, array_of, functions, locks};
use crate::error::{Error, Fault, Result};
use crate::facts::{self, Gathered};
use crate::law::acts::{Act, ActKind};
use crate::law::candidacy::{Recorded, hidden};
use crate::law::consequences::Effect;
use crate::law::judgement::{Facts, judge, judge_evidence};
use crate::law::regulation::Regulations;
use crate::law::told::told;
use crate::law::{Check, consequences, findings, say};
pub use deadlines::renew_deadlines;
use deadlines::write_deadlines;
use evidence::Evidence;

/// The candidate within the caller's reach, whatever fields the role may read.
pub async fn get_candidate(tx: &Tx, reach: Reach, id: Uuid) -> Result<candidate::Model> {
    let row = candidate::Entity::find_by_id(id)
        .filter(within(&tx.scope(&reach::candidate(reach), "")))
        .filter(candidate::Column::DeletedAt.is_null());
    tx.one(row).await?.ok_or_else(Error::not_found)
}

/// Locks the candidacy until the transaction ends and reads it, so that recordings do not overlap.
pub async fn lock_candidate(tx: &Tx, reach: Reach, id: Uuid) -> Result<candidate::Model> {
    tx.later(functions::lock("candidate", vec![id])).await;
    get_candidate(tx, reach, id).await
}

/// Checks that the member named by the act is visible to the caller, or is named by the file
/// already, as a sponsor of another branch is.
pub async fn check_members(tx: &Tx, role: Role, candidate: Uuid, act: &Act) -> Result<()> {
    // the upper committee names no member
    if role == Role::UpperCommittee {
        return Ok(());
    }
    match act.member() {
        Some(id) => {
            let seen = [Reference::to_member("/member_id", id)];
            let unknown = edit::check_references(tx, seen).await;
            if unknown.is_ok() {
                return Ok(());
            }
            let named = act::Column::CandidateId
                .eq(candidate)
                .and(facts::names_member(id));
            match tx.ask([any_row::<act::Entity>(named)]).await? {
                [true] => Ok(()),
                [false] => unknown,
            }
        }
        None => Ok(()),
    }
}

/// Judges `new` and appends it; the stage, the member and the deadlines follow. Refused with every
/// unmet requirement, and, unless acknowledged in `said`, where an act of another file would lose
/// its ground.
pub async fn record(
    tx: &Tx,
    by: By<'_>,
    law: &Regulations,
    (id, seen): (Uuid, &IfMatch),
    (new, said): (Act, (bool, Option<&str>)),
    today: NaiveDate,
) -> Result<act::Model> {
    hold_register(tx, id, [&new]).await;
    tx.later(functions::lock("candidate", vec![id])).await;
    // people whom an act names or gives back to a file are locked before the facts about them are
    // read
    let alone = new.member().is_none() && !new.opens() && new.kind() != ActKind::Annulment;
    let (row, gathered) = if alone {
        let scope = within(&tx.scope(&reach::candidate(by.reach), ""));
        let (row, gathered) = facts::gathered(tx, scope, id).await?;
        (row, Some(gathered))
    } else {
        (get_candidate(tx, by.reach, id).await?, None)
    };
    seen.check_at(row.version, row.stage)?;
    check_members(tx, by.role(), row.id, &new).await?;
    append_as(tx, by, law, (&row, gathered), (new, said), today)
        .await?
        .map_err(with_fields)
}

/// Refused with every unmet requirement; those about a field of the body name it.
fn with_fields(unmet: Vec<Check>) -> Error {
    let named = |c: &Check| {
        let pointer = format!("/{}", c.field?);
        Some(Fault::pointer(
            pointer,
            "requirements_unmet",
            c.detail.clone(),
        ))
    };
    let faults = unmet.iter().filter_map(named).collect();
    Error::unmet(unmet).with_faults(faults)
}

/// Before the candidacy is locked for acts that are judged by the branch's register, or change it:
/// that stays as it is until the transaction ends.
pub async fn hold_register<'a>(tx: &Tx, id: Uuid, new: impl IntoIterator<Item = &'a Act>) {
    let by_register = |act: &Act| {
        use ActKind::{Annulment, Ceremony, Exit, Recognition, Resolution};
        let kinds = [Resolution, Ceremony, Recognition, Exit, Annulment];
        kinds.contains(&act.kind())
    };
    if new.into_iter().any(by_register) {
        tx.later(locks::register_of(id)).await;
    }
}

/// Like [`record`], for a row that is already locked.
pub async fn append(
    tx: &Tx,
    by: By<'_>,
    law: &Regulations,
    row: &candidate::Model,
    new: Act,
    today: NaiveDate,
) -> Result<act::Model> {
    try_append(tx, by, law, row, new, today)
        .await?
        .map_err(Error::unmet)
}

/// Judges `new` without recording it; refused as recording it would be.
pub async fn would_be_accepted(
    tx: &Tx,
    by: By<'_>,
    law: &Regulations,
    row: &candidate::Model,
    new: Act,
    today: NaiveDate,
) -> Result<()> {
    let mut facts = facts::candidacy(tx, row, Some(&new), today).await?;
    facts.birth_year_only = access::birth_year_only(by.role(), row.stage.submitted());
    let recorded = Recorded {
        id: Uuid::now_v7(),
        account: by.caller.account,
        role: by.role(),
        act: filled(new, &facts, law)?,
        regulation: None,
    };
    if let Err(missing) = judge(&facts, law, &recorded) {
        return Err(Error::unmet(told(&facts, law, &recorded, missing)));
    }
    expect_own_number(tx, by, row, &recorded.act).await
}

/// The numbers of a deciding body are in files and in the register, of which it may see neither;
/// those of a union in files of every branch.
async fn expect_own_number(tx: &Tx, by: By<'_>, row: &candidate::Model, act: &Act) -> Result<()> {
    let own = async || facts::papers::expect_own_number(tx, row, act).await;
    match act.paper() {
        Some(paper) if paper.issuer.is_beyond() => {
            of_everybody(tx, by, row.organization_id, own).await
        }
        Some(_) | None => own().await,
    }
}

/// The act with what the register knows and the minutes of a vote leave out.
fn filled(mut act: Act, facts: &Facts, law: &Regulations) -> Result<Act> {
    if let Act::Waiver(waiver) = &mut act {
        waiver.fill(&findings::of(facts, law));
    }
    if let Act::Resolution(vote) = &mut act
        && !vote.fill(facts)
    {
        let words = say(
            "Nêu tổng số cấp ủy viên đương nhiệm.",
            "Say how many serving members the committee has.",
        );
        return Err(Error::invalid("/members", "required", words));
    }
    Ok(act)
}

/// Does what concerns the organisation's other files as its Office, which sees them all.
pub async fn of_everybody<T>(
    tx: &Tx,
    by: By<'_>,
    organization: Uuid,
    work: impl AsyncFnOnce() -> Result<T>,
) -> Result<T> {
    if by.role() == Role::PartyOffice {
        work().await
    } else {
        tx.as_the_office(organization, work).await
    }
}

/// Like [`append`], but returns the unmet requirements, for callers that record several acts.
pub async fn try_append(
    tx: &Tx,
    by: By<'_>,
    law: &Regulations,
    row: &candidate::Model,
    new: Act,
    today: NaiveDate,
) -> Result<std::result::Result<act::Model, Vec<Check>>> {
    // large: callers hold it only while it is awaited
    Box::pin(append_as(
        tx,
        by,
        law,
        (row, None),
        (new, (false, None)),
        today,
    ))
    .await
}

/// The number of the next act, and its place among the hidden acts that share that number. Only acts
/// that everybody is told of have numbers of their own, or a gap would reveal a hidden one.
fn place(acts: &[Recorded], unseen: bool) -> (i32, i32) {
    let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    let is_hidden = |r: &&Recorded| hidden(&r.act, acts);
    let since = acts.iter().rev().take_while(is_hidden).count();
    let shown = acts.len() - acts.iter().filter(is_hidden).count();
    if unseen {
        (count(shown), count(since + 1))
    } else {
        (count(shown + 1), 0)
    }
}

/// Like [`try_append`], with the facts where they were read with the row; what has lost its ground by
/// it may be acknowledged in `said`.
pub async fn append_as(
    tx: &Tx,
    by: By<'_>,
    law: &Regulations,
    (row, gathered): (&candidate::Model, Option<Gathered>),
    (new, said): (Act, (bool, Option<&str>)),
    today: NaiveDate,
) -> Result<std::result::Result<act::Model, Vec<Check>>> {
    if matches!(new, Act::Annulment(_)) {
        // annulling an end may take the last place of a sponsor
        let of_file = sponsorship::Column::CandidateId.eq(row.id);
        let sponsors = array_of::<sponsorship::Entity>(sponsorship::Column::MemberId, of_file);
        tx.later(functions::lock_selected("member", sponsors)).await;
    }
    let id = Uuid::now_v7();
    let (new, texts) = sealed::take_texts(tx, row, id, new)?;
    let mut facts = match gathered {
        Some(read) => read.about(row, today)?,
        None => facts::candidacy(tx, row, Some(&new), today).await?,
    };
    facts.birth_year_only = access::birth_year_only(by.role(), row.stage.submitted());
    let recorded = Recorded {
        id,
        account: by.caller.account,
        role: by.role(),
        act: filled(new, &facts, law)?,
        regulation: None,
    };
    let (verdict, fallen) = match judge_evidence(&facts, law, &recorded) {
        Ok(judged) => judged,
        Err(missing) => return Ok(Err(told(&facts, law, &recorded, missing))),
    };
    let change = (&facts, &recorded.act, &*fallen);
    let later = Evidence::of_later_attempts(tx, by, law, row, change, today);
    let later = Box::pin(later).await?;
    if later.is_none() && !fallen.is_empty() && !said.0 {
        return Ok(Err(fallen));
    }
    expect_own_number(tx, by, row, &recorded.act).await?;
    let first = facts.acts.is_empty();
    let unseen = hidden(&recorded.act, &facts.acts);
    let (seq, hidden_since) = place(&facts.acts, unseen);
    let reopened = row.stage.ended() && !verdict.after.stage.ended();
    if reopened {
        person::expect_to_reopen(tx, by, row).await?;
    }
    let others = match verdict.register_from() {
        Some(from) => {
            let resting = async || Evidence::of_official(tx, law, row, &facts, (from, today)).await;
            Some(of_everybody(tx, by, row.organization_id, resting).await?)
        }
        None => None,
    };
    let mut written = act::Model {
        recorded_branch_id: Some(row.branch_id),
        id: recorded.id,
        organization_id: row.organization_id,
        branch_id: row.branch_id,
        candidate_id: row.id,
        seq,
        kind: recorded.act.kind(),
        on_date: recorded.act.on(),
        data: recorded.act.data().map_err(Error::internal)?,
        texts,
        regulation: verdict.regulation.clone(),
        corrects_id: recorded.act.corrects(),
        stage_after: verdict.after.stage,
        account_id: recorded.account,
        role: recorded.role,
        vote: verdict.vote.map(|v| json!(v)),
        version: row.version + i32::from(!first && !unseen),
        recorded_at: tx.now(),
        unseen: hidden_since,
    };
    // no RETURNING: a union may record its withdrawal but cannot read acts
    let insert = act::Entity::insert(written.clone().into_active_model().reset_all());
    tx.later(insert).await;
    let effects = consequences::of(&facts, law, &recorded.act, &verdict);
    let file_to = effects.iter().find_map(|e| {
        if let Effect::Stays { file_to, .. } = e {
            *file_to
        } else {
            None
        }
    });
    if effects
        .iter()
        .any(|e| matches!(e, Effect::MemberGone { .. }))
    {
        tx.later(locks::claim(row.id)).await;
    }
    // other acts without their ground did not lose it by this one
    let changes = matches!(recorded.act, Act::Acknowledgement(_) | Act::Annulment(_))
        || recorded.act.corrects().is_some();
    let again_by = Some(recorded.account).filter(|_| changes);
    let effects = carry::value(&effects, again_by, unseen);
    let carry = functions::carry(Some(written.id), effects);
    tx.later(carry).await;
    person::move_file(tx, by, row, (file_to, reopened)).await?;
    if let Some(end) = verdict.after.ended_on
        && (recorded.act.corrects().is_some()
            || verdict.before.ceremony_on != verdict.after.ceremony_on)
    {
        let ended = (&recorded.act, verdict.after.stage, end);
        Box::pin(person::expect_the_next_holds(tx, by, row, ended)).await?;
    }
    if verdict.before.official_from() != verdict.after.official_from() {
        person::expect_posts_of_an_official(tx, by, row, &verdict.after).await?;
    }
    if verdict.before.recognised_on != verdict.after.recognised_on {
        // people sponsored by this member lose their sponsor when the recognition is annulled
        let renewed = async || {
            let files = sponsors::sponsored_by(tx, row.id).await?;
            renew_deadlines(tx, law, &files, today).await
        };
        of_everybody(tx, by, row.organization_id, renewed).await?;
    }
    for others in others.into_iter().chain(later) {
        let checked = others.still_holds_or_says_so(tx, by, law, said);
        // the acknowledgements are acts of other files, and nothing follows from them
        Box::pin(checked).await?;
    }
    if first {
        // the branch's plan may have named the person before the nomination
        let planned = functions::plan_candidates(vec![row.id], row.branch_id, tx.now());
        tx.later(planned).await;
    }
    if !fallen.is_empty() {
        let says = evidence::acknowledgement(said.1, today)?;
        if ActKind::Acknowledgement.recorded_by().contains(&by.role()) {
            let row = get_candidate(tx, by.reach, row.id).await?;
            let says = append(tx, by, law, &row, says.into(), today).await?;
            written.version = says.version;
        }
    }
    Ok(Ok(written))
}
