//! Party members (đảng viên), official and probationary.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /members` | [`list_members`] |
//! | `POST /members` | [`create_member`] |
//! | `GET /members/{id}` | [`get_member`] |
//! | `PATCH /members/{id}` | [`change_member`] |
//! | `DELETE /members/{id}` | [`remove_member`] |
//! | `POST /members/{id}/reveals` | [`reveal_member`] |
//! | `POST /members/{id}/exports` | [`export_member`] |
//! | `GET /members/{id}/history` | [`history::get_member_history`] |
//! | `GET /members/{id}/transfers` | [`transfers::list_member_transfers`] |
//! | `POST /members/{id}/transfers` | [`transfers::transfer_member`] |
//! | `GET /transfers/{id}` | [`transfers::get_member_transfer`] |
//! | `DELETE /transfers/{id}` | [`transfers::remove_member_transfer`] |
//! | `POST /members/{id}/recognitions` | [`recognitions::recognise_member`] |
//! | `DELETE /members/{id}/recognitions` | [`recognitions::remove_recognition`] |
//! | `POST /members/{id}/corrections` | [`corrections::correct_member`] |
//! | `POST /members/{id}/namesake-confirmations` | [`namesakes::confirm_member`] |
//! | `POST /members/{id}/activity-changes` | [`activity_changes::create_activity_change`] |
//! | `DELETE /activity-changes/{id}` | [`activity_changes::remove_activity_change`] |
//! | `POST /members/{id}/leavings` | [`leavings::create_leaving`] |
//! | `DELETE /leavings/{id}` | [`leavings::remove_leaving`] |
mod activity_changes;
mod checks;
mod corrections;
mod history;
mod leavings;
mod namesakes;
mod recognitions;
mod store;
mod transfers;
mod wire;

use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use uuid::Uuid;

use crate::access::{ExportPersons, ReadMembers, RevealPersons, WriteMembers};
use crate::api::beyond;
use crate::api::body::{Body, Patch};
use crate::api::checks::{expect_not_in_future, refuse};
use crate::api::edit::{self, Reference};
use crate::api::export::{self, PersonalData};
use crate::api::headers::IfMatch;
use crate::api::law::Law;
use crate::api::list::List;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::query::Query;
use crate::api::reply::{Created, NoContent, Page, Reply};
use crate::api::resource::Editable;
use crate::api::reveal::{self, Reveal};
use crate::api::routes::Routes;
use crate::api::sealed;
use crate::auth::Permit;
use crate::db::tables::{candidate, department, member as table};
use crate::db::{Db, Tx, any_row};
use crate::error::{Code, Error, Fault, Result};
use crate::facts;
use crate::law::say;
use crate::law::text::{Text, plain};
use crate::recording::evidence::{Acknowledged, Evidence};
use crate::recording::reviews;

use checks::{elsewhere, expect_as_before, impossible};
use store::{SponsorshipsEnd, changes_after, end_sponsorships, no_vote_since, reopen_sponsorships};
pub use wire::{Member, NewMember};

pub fn configure(v1: &mut Routes) {
    v1.service(list_members)
        .service(create_member)
        .service(get_member)
        .service(change_member)
        .service(remove_member)
        .service(reveal_member)
        .service(export_member)
        .service(history::get_member_history)
        .service(transfers::list_member_transfers)
        .service(transfers::transfer_member)
        .service(transfers::get_member_transfer)
        .service(transfers::remove_member_transfer)
        .service(corrections::correct_member)
        .service(recognitions::recognise_member)
        .service(recognitions::remove_recognition)
        .service(namesakes::confirm_member)
        .service(activity_changes::list_activity_changes)
        .service(activity_changes::create_activity_change)
        .service(activity_changes::get_activity_change)
        .service(activity_changes::remove_activity_change)
        .service(leavings::list_leavings)
        .service(leavings::create_leaving)
        .service(leavings::get_leaving)
        .service(leavings::remove_leaving);
}

/// List members
#[operation(get, "/members")]
pub async fn list_members(
    permit: Permit<ReadMembers>,
    db: Data<Db>,
    query: List<Member>,
) -> Result<Page<Member>> {
    edit::list(&db, &permit, &query).await
}

/// Get a member
#[operation(get, "/members/{id}")]
pub async fn get_member(
    permit: Permit<ReadMembers>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<Member>,
) -> Result<Reply<Member>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// 409 if another row of the organisation is about this person, unless they were transferred to another
/// organisation before they came in that row, on the day `from`, or it is said why these are two.
async fn expect_new_person(
    tx: &Tx,
    found: &beyond::Found,
    new: &NewMember,
    (this, from): (Option<Uuid>, Option<NaiveDate>),
) -> Result<()> {
    let person = (new.full_name.as_str(), new.birth_date);
    let known = facts::known_person(tx, person.0, person.1, this).await?;
    if !known.at_all() {
        return Ok(());
    }
    if let Some(from) = from.filter(|_| !known.open_candidacy)
        && facts::came_back(tx, &known, from).await?
    {
        return expect_as_before(tx, &known, new).await;
    }
    found.somebody(true);
    if new.namesake_reason.is_some() {
        return Ok(());
    }
    Err(Error::faults(
        Code::Duplicate,
        vec![Fault::pointer(
            "/full_name",
            "duplicate",
            say(
                "Đã có đảng viên hoặc hồ sơ của người có họ tên và ngày sinh này.",
                "A member or candidacy with this name and birth date already exists.",
            ),
        )],
    ))
}

/// Create a member
///
/// In the register from the day of joining or `from_on` on, and in votes from `official_on` on. A
/// person who was transferred to another organisation and comes back is entered again, with
/// `from_on`. Refused if a recorded vote of the branch would then no longer be carried, naming it,
/// unless `acknowledged` with a `reason`.
#[operation(post, "/members", refuses(Duplicate, RequirementsUnmet))]
pub async fn create_member(
    permit: Permit<WriteMembers>,
    db: Data<Db>,
    law: Law,
    body: Body<NewMember>,
) -> Result<Created<Member>> {
    let today = db.clock().today();
    refuse(impossible(&body.value, None, &law, today))?;
    let found = beyond::Found::nothing(beyond::KNOWN_PERSON);
    let made = edit::create::<Member, _, _>(&db, &permit, &body, async |tx| {
        let new = body.value.clone();
        edit::check_references(
            tx,
            [
                Reference::to_branch("/branch_id", new.branch_id),
                Reference::to::<department::Entity>("/department_id", new.department_id),
            ],
        )
        .await?;
        edit::expect_department_of(tx, "/department_id", new.department_id, new.branch_id).await?;
        if let Some(from) = new.from_on {
            facts::expect_founded(tx, "/from_on", new.branch_id, from).await?;
        }
        let arrived = new.from_on.unwrap_or(new.joined_on);
        // only official members are counted in a vote
        let votes = new.official_on;
        let votes = votes.map(|from| (vec![new.branch_id], from.max(arrived)));
        let files = Evidence::of_votes(tx, &law, votes, today).await?;
        let (acknowledged, reason) = (new.acknowledged, new.reason.clone());
        let mut active = edit::blank::<Member>();
        sealed::create::<Member>(&db, &new, &mut active)?;
        let index = active.citizen_index.try_as_ref().cloned().flatten();
        found.expect_few(tx, &permit).await?;
        expect_new_person(tx, &found, &new, (None, new.from_on)).await?;
        let person = (new.full_name.as_str(), new.birth_date);
        let citizen = facts::expect_new_citizen(tx, index.as_deref(), person, None).await;
        found.somebody_if_refused(citizen)?;
        namesakes::say((&db, &permit), None, &new, &mut active)?;
        let waits = new.namesake_reason.is_some();
        let paper = plain(new.paper_number.clone());
        active.arrives_on = Set(waits.then_some(arrived));
        active.arrives_paper = Set(paper.clone().filter(|_| waits));
        reviews::put(tx, &law, (new.status, new.joined_on), &mut active).await?;
        Member::apply(new, &mut active);
        let row = edit::insert::<Member>(tx, permit.caller().organization, active).await?;
        if waits {
            return Ok(row);
        }
        store::enter(tx, &row, (arrived, paper)).await?;
        let said = (acknowledged, reason.as_ref().map(Text::as_str));
        files
            .still_holds_or_says_so(tx, permit.by(), &law, said)
            .await?;
        Ok(row)
    })
    .await;
    found.recorded(&db, &permit, made).await
}

/// Show a member unmasked
///
/// With the personal data. Each time is logged with its reason. At most 30 people in an hour and 100 in
/// a day.
#[operation(post, "/members/{id}/reveals", answer = "The member, unmasked")]
pub async fn reveal_member(
    permit: Permit<RevealPersons>,
    db: Data<Db>,
    id: Path<Uuid>,
    body: Body<Reveal>,
) -> Result<Reply<Member>> {
    let of = |row: &table::Model| (row.organization_id, None);
    reveal::reveal(&db, &permit, *id, &body, of).await
}

/// Export everything stored about a member
///
/// For a person who asks what the organisation knows of them (91/2025/QH15): every row about them,
/// personal and background data included, with who has read it. Logged with its reason and counted
/// like a reveal.
#[operation(
    post,
    "/members/{id}/exports",
    answer = "All that is held",
    refuses(InvalidTransition)
)]
pub async fn export_member(
    permit: Permit<ExportPersons>,
    db: Data<Db>,
    id: Path<Uuid>,
    body: Body<Reveal>,
) -> Result<Reply<PersonalData>> {
    let of = |row: &table::Model| (row.organization_id, None);
    export::export::<Member, _>(&db, &permit, *id, &body, of).await
}

/// Change a member
#[operation(patch, "/members/{id}", refuses(Duplicate, InvalidTransition))]
pub async fn change_member(
    permit: Permit<WriteMembers>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<NewMember>,
) -> Result<Reply<Member>> {
    let today = db.clock().today();
    beyond::expect_a_name_with_its_reason(&patch.value)?;
    let found = beyond::Found::nothing(beyond::KNOWN_PERSON);
    let changed = edit::change::<Member, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, row, new, active| {
            let file = any_row::<candidate::Entity>(candidate::Column::Id.eq(row.id));
            let [has_file] = tx.ask([file]).await?;
            refuse(elsewhere(row, new, has_file, |field| {
                patch.value.get(field).is_some()
            }))?;
            if new.birth_date != row.birth_date {
                refuse(impossible(new, Some(row), &law, today))?;
            }
            let department =
                Reference::to::<department::Entity>("/department_id", new.department_id);
            edit::check_references(tx, [department]).await?;
            if new.department_id != row.department_id {
                let department = new.department_id;
                edit::expect_department_of(tx, "/department_id", department, row.branch_id).await?;
            }
            let renamed = new.full_name.as_str() != row.full_name;
            if renamed || new.birth_date != row.birth_date {
                let columns = [
                    table::Column::Id,
                    table::Column::FullName,
                    table::Column::BirthDate,
                ];
                let named = (new.full_name.as_str(), new.birth_date);
                let same = facts::bears::<table::Entity>(columns, row.id, named);
                // another spelling of the name changes nothing
                let [same] = tx.ask([same]).await?;
                if !same {
                    found.expect_few(tx, &permit).await?;
                    let stays = facts::registered(tx, row.id).await?.stays;
                    let this = (Some(row.id), stays.first().map(|stay| stay.1));
                    expect_new_person(tx, &found, new, this).await?;
                }
                // a member who waits for confirmation goes on waiting
                if new.namesake_reason.is_some() || !same && row.arrives_on.is_none() {
                    namesakes::say((&db, &permit), Some(row), new, active)?;
                }
            }
            if let Set(index) = &active.citizen_index
                && *index != row.citizen_index
            {
                found.expect_few(tx, &permit).await?;
                let (index, this) = (index.as_deref(), Some(row.id));
                let person = (new.full_name.as_str(), new.birth_date);
                let citizen = facts::expect_new_citizen(tx, index, person, this).await;
                found.somebody_if_refused(citizen)?;
            }
            Ok(())
        },
    )
    .await;
    found.recorded(&db, &permit, changed).await
}

fn out_of_range() -> Error {
    Error::invalid(
        "/on",
        "out_of_range",
        say(
            "Không phải ngày người này là đảng viên ở đây, hoặc trước thay đổi gần nhất.",
            "Outside the membership here, or before the last change.",
        ),
    )
}

/// Remove a member
///
/// For a row entered by mistake on which nothing rests: 409 where something names it, or the branch
/// has voted since. It then disappears from the registers of all days; refused if an earlier vote
/// rests on it, unless `acknowledged` with a `reason`. Leaving is `POST /members/{id}/leavings`.
#[operation(
    delete,
    "/members/{id}",
    refuses(InvalidTransition, HasDependents, RequirementsUnmet)
)]
pub async fn remove_member(
    permit: Permit<WriteMembers>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    asked: Query<Acknowledged>,
) -> Result<NoContent> {
    let today = db.clock().today();
    let (acknowledged, reason) = asked.said()?;
    edit::remove::<Member, _>(&db, &permit, *id, seen, async |tx, row| {
        edit::refuse_dependents(tx, store::rests_on(row.id)).await?;
        let known = facts::registered(tx, row.id).await?;
        for stay in &known.stays {
            no_vote_since(tx, *stay, row.created_at).await?;
        }
        let votes = known
            .official_from
            .map(|from| (known.branches_from(from), from));
        let files = Evidence::of_votes(tx, &law, votes, today).await?;
        store::never_belonged(tx, row.id).await?;
        edit::mark_deleted::<Member>(tx, row).await?;
        let said = (acknowledged, reason.as_deref());
        let checked = files.still_holds_or_says_so(tx, permit.by(), &law, said);
        checked.await
    })
    .await
}

/// 409 while the member waits to be told from a namesake, and so is in no register.
fn expect_told_apart(member: &table::Model) -> Result<()> {
    if member.arrives_on.is_none() {
        return Ok(());
    }
    Err(Error::new(Code::InvalidTransition).detail(say(
        "Đảng viên này đang chờ xác nhận là người khác với người trùng họ tên: hãy xác nhận, hoặc xóa, trước.",
        "The member waits to be told from a namesake: confirm that first, or remove the row.",
    )))
}

/// The day must be within the membership and not in the future.
fn day_of_membership(member: &table::Model, on: NaiveDate, today: NaiveDate) -> Result<()> {
    expect_told_apart(member)?;
    expect_not_in_future("/on", on, today)?;
    if on < member.joined_on {
        return Err(out_of_range());
    }
    Ok(())
}
