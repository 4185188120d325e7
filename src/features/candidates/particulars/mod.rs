//! Candidates (quần chúng ưu tú, cảm tình Đảng). A candidate is created by a nomination; the stage
//! follows from acts.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /candidates` | [`list_candidates`] |
//! | `GET /candidates/{id}` | [`get_candidate`] |
//! | `PATCH /candidates/{id}` | [`change_candidate`] |
//! | `DELETE /candidates/{id}` | [`remove_candidate`] |
//! | `POST /candidates/{id}/reveals` | [`reveal_candidate`] |
//! | `POST /candidates/{id}/exports` | [`export_candidate`] |
use std::cell::Cell;

use actix_web::web::{Data, Path};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::ExprTrait as _;
use uuid::Uuid;

use crate::access::{
    ChangeCandidates, ExportPersons, ReadCandidates, RemoveCandidates, RevealPersons, Role,
};
use crate::api::beyond;
use crate::api::body::{Body, Patch};
use crate::api::checks::expect_not_erased;
use crate::api::edit::{self, Reference, refers};
use crate::api::export::{self, PersonalData};
use crate::api::headers::IfMatch;
use crate::api::law::Law;
use crate::api::list::List;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::reply::{NoContent, Page, Reply};
use crate::api::resource::{Editable, Viewer};
use crate::api::reveal::{self, Reveal};
use crate::api::routes::Routes;
use crate::api::sealed::{self, CANDIDATE, Sealed};
use crate::auth::Permit;
use crate::db::tables::{act, candidate, department, enrolment, sponsorship};
use crate::db::{Db, any_row};
use crate::error::{Code, Error, Result};
use crate::facts;
use crate::law::acts;
use crate::law::text::{PersonName, Text, plain, stored};
use crate::law::{Stage, say};
use crate::recording;

use super::{evidence, store};

mod wire;
pub(super) use wire::PERSONAL;
pub use wire::{Candidate, Particulars};

pub fn configure(v1: &mut Routes) {
    v1.service(list_candidates)
        .service(get_candidate)
        .service(change_candidate)
        .service(remove_candidate)
        .service(reveal_candidate)
        .service(export_candidate);
}

impl Editable for Candidate {
    type Edit = Particulars;
    const SEALED: Option<&'static Sealed> = Some(&CANDIDATE);
    const NOT_STORED: &[&str] = &["acknowledged", "reason", "namesake_reason"];
    fn closed(row: &candidate::Model, viewer: &Viewer) -> Option<Error> {
        if let Err(erased) = expect_not_erased(row.erased_on) {
            return Some(erased);
        }
        if viewer.role != Role::BranchCommittee {
            return None;
        }
        if row.stage.submitted() {
            return Some(Error::new(Code::InvalidTransition).detail(say(
                "Hồ sơ đã trình: chi bộ không sửa được nữa.",
                "The file has been submitted: the branch can no longer edit it.",
            )));
        }
        None
    }
    fn edit(row: &candidate::Model) -> Particulars {
        let row = row.clone();
        Particulars {
            department_id: row.department_id,
            full_name: PersonName::stored(row.full_name),
            other_names: stored(row.other_names),
            sex: row.sex,
            birth_date: row.birth_date,
            birth_place: stored(row.birth_place),
            home_town: stored(row.home_town),
            ethnic_group: stored(row.ethnic_group),
            religion: stored(row.religion),
            citizen_id: None,
            phone: None,
            address: None,
            occupation: stored(row.occupation),
            position: stored(row.position),
            general_education: row.general_education,
            professional_level: row.professional_level,
            political_theory_level: row.political_theory_level,
            priority_group: row.priority_group,
            youth_union_member: row.youth_union_member,
            trade_union_member: row.trade_union_member,
            union_membership_from_on: None,
            remarks: None,
            namesake_reason: None,
            acknowledged: false,
            reason: None,
        }
    }
    fn apply(edit: Particulars, active: &mut candidate::ActiveModel) {
        let Particulars {
            department_id,
            full_name,
            other_names,
            sex,
            birth_date,
            birth_place,
            home_town,
            ethnic_group,
            religion,
            citizen_id: _,
            phone: _,
            address: _,
            occupation,
            position,
            general_education,
            professional_level,
            political_theory_level,
            priority_group,
            youth_union_member,
            trade_union_member,
            union_membership_from_on: _,
            // kept under the branch that writes them, see `change_candidate`
            remarks: _,
            namesake_reason: _,
            acknowledged: _,
            reason: _,
        } = edit;
        active.department_id = Set(department_id);
        active.full_name = Set(full_name.into_string());
        active.other_names = Set(plain(other_names));
        active.sex = Set(sex);
        active.birth_date = Set(birth_date);
        active.birth_place = Set(plain(birth_place));
        active.home_town = Set(plain(home_town));
        active.ethnic_group = Set(plain(ethnic_group));
        active.religion = Set(plain(religion));
        active.occupation = Set(plain(occupation));
        active.position = Set(plain(position));
        active.general_education = Set(general_education);
        active.professional_level = Set(professional_level);
        active.political_theory_level = Set(political_theory_level);
        active.priority_group = Set(priority_group);
        active.youth_union_member = Set(youth_union_member);
        active.trade_union_member = Set(trade_union_member);
    }
}

/// List candidates
#[operation(get, "/candidates")]
pub async fn list_candidates(
    permit: Permit<ReadCandidates>,
    db: Data<Db>,
    query: List<Candidate>,
) -> Result<Page<Candidate>> {
    edit::list(&db, &permit, &query).await
}

/// Get a candidate
#[operation(get, "/candidates/{id}")]
pub async fn get_candidate(
    permit: Permit<ReadCandidates>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<Candidate>,
) -> Result<Reply<Candidate>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// Change a candidate
///
/// Recorded acts rest on birth date, education and union membership: a change that would leave one
/// of them without its ground is refused with 422 `requirements_unmet`, which names the acts. If
/// the change must be recorded because it is true, send `acknowledged` and a `reason`. When the person
/// joins or leaves a union, `union_membership_from_on` is the first day on which that holds: what was
/// recorded of earlier days stays right. The opposite change with the same day takes the last one back; the
/// day alone corrects the day of the last one.
#[operation(
    patch,
    "/candidates/{id}",
    refuses(Duplicate, InvalidTransition, RequirementsUnmet)
)]
pub async fn change_candidate(
    permit: Permit<ChangeCandidates>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<Particulars>,
) -> Result<Reply<Candidate>> {
    // refused without comparing: an answer that depended on the stored remarks would reveal them
    let written = patch.value.get("remarks").is_some_and(|new| !new.is_null());
    if permit.role() != Role::BranchCommittee && written {
        return Err(Error::invalid(
            "/remarks",
            "not_yours",
            say("Nhận xét là của chi bộ.", "Remarks are the branch's own."),
        ));
    }
    let today = db.clock().today();
    beyond::expect_a_name_with_its_reason(&patch.value)?;
    let found = beyond::Found::nothing(beyond::KNOWN_PERSON);
    let acknowledged = Cell::new(None);
    let (eased, member) = (Cell::new(false), Cell::new(false));
    let changed = edit::change_then::<Candidate, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, row, new, active| {
            if patch.value.get("remarks").is_some() {
                let (branch, own) = (row.branch_id.to_string(), plain(new.remarks.clone()));
                // the remarks of other branches stay as they are
                active.remarks = Set(sealed::rewrite::<Candidate>(
                    &db,
                    (row, "remarks"),
                    |all| {
                        if let Some(own) = own {
                            all.insert(branch, own.into());
                        } else {
                            all.remove(&branch);
                        }
                    },
                )?);
            }
            if new.department_id != row.department_id {
                let department = new.department_id;
                let there = Reference::to::<department::Entity>("/department_id", department);
                edit::check_references(tx, [there]).await?;
                edit::expect_department_of(tx, "/department_id", department, row.branch_id).await?;
            }
            if new.birth_date != row.birth_date {
                let (by, on) = (row.introduced_by, row.nominated_on);
                let oldest = facts::oldest(tx, by, on).await?;
                let days = (new.birth_date, on);
                let missing = acts::nomination::right_age(by, days, oldest, law.on(on));
                if !missing.is_empty() {
                    return Err(Error::unmet(missing));
                }
            }
            let unions = evidence::unions(row, new, today)?;
            let (judged, back) =
                evidence::judged_again(tx, &law, row, (new, &unions), today).await?;
            let [youth, trade] = unions;
            active.youth_union_changed_on = Set(youth);
            active.trade_union_changed_on = Set(trade);
            if new.full_name.as_str() != row.full_name || new.birth_date != row.birth_date {
                let name = new.full_name.as_str();
                found.expect_few(tx, &permit).await?;
                let known = facts::known_person(tx, name, new.birth_date, Some(row.id)).await?;
                // a reason is kept even without a namesake; otherwise its fate would reveal whether
                // there is one
                let namesake = new.namesake_reason.clone();
                let same = known.at_all() && namesake.is_none();
                found.somebody(known.at_all());
                let missing = acts::nomination::one_person(same, law.on(row.nominated_on));
                if !missing.is_empty() {
                    return Err(Error::unmet(missing));
                }
                // another spelling of the name changes nothing
                let columns = [
                    candidate::Column::Id,
                    candidate::Column::FullName,
                    candidate::Column::BirthDate,
                ];
                let same =
                    facts::bears::<candidate::Entity>(columns, row.id, (name, new.birth_date));
                if namesake.is_some() || tx.ask([same]).await? == [false] {
                    // whoever gave the reason cannot confirm it
                    active.namesake_by = Set(namesake.is_some().then_some(permit.caller().account));
                    let person = (row.id, row.data_key.as_deref());
                    let place = ("namesake_reason", row.branch_id);
                    let said = namesake.as_ref().map(Text::as_str);
                    active.namesake_reason = Set(sealed::reason(&db, person, place, said)?);
                    active.namesake_confirmed_by = Set(None);
                    active.namesake_confirmed_on = Set(None);
                }
            }
            if let Set(index) = &active.citizen_index
                && *index != row.citizen_index
            {
                found.expect_few(tx, &permit).await?;
                let (index, this) = (index.as_deref(), Some(row.id));
                let person = (new.full_name.as_str(), new.birth_date);
                found.somebody_if_refused(
                    facts::expect_new_citizen(tx, index, person, this).await,
                )?;
            }
            member.set(evidence::of_member(tx, row, new, active).await?);
            // this also settles the duty of what had lost its ground
            eased.set(back);
            let follows = judged.is_some() || eased.get() || member.get();
            acknowledged.set(judged);
            Ok(follows)
        },
        async |tx, row| {
            if member.get() {
                tx.later(store::same_member(&row, tx.now())).await;
            }
            let Some(act) = acknowledged.take() else {
                if eased.get() {
                    recording::renew_deadlines(tx, &law, &[row.id], today).await?;
                }
                return Ok(row);
            };
            recording::append(tx, permit.by(), &law, &row, act.into(), today).await?;
            recording::get_candidate(tx, permit.reach(), row.id).await
        },
    )
    .await;
    found.recorded(&db, &permit, changed).await
}

/// Show a candidate unmasked
///
/// With the personal data and the remarks of the branch that keeps the file. Each time is logged with
/// its reason, and the branch sees that it happened. At most 30 people in an hour and 100 in a day.
#[operation(post, "/candidates/{id}/reveals", answer = "The candidate, unmasked")]
pub async fn reveal_candidate(
    permit: Permit<RevealPersons>,
    db: Data<Db>,
    id: Path<Uuid>,
    body: Body<Reveal>,
) -> Result<Reply<Candidate>> {
    let of = |row: &candidate::Model| (row.organization_id, Some(row.id));
    reveal::reveal(&db, &permit, *id, &body, of).await
}

/// Export everything stored about a candidate
///
/// For a person who asks what the organisation knows of them (91/2025/QH15): every row about them,
/// personal and background data included, with who has read it. Logged with its reason and counted
/// like a reveal.
#[operation(
    post,
    "/candidates/{id}/exports",
    answer = "All that is held",
    refuses(InvalidTransition)
)]
pub async fn export_candidate(
    permit: Permit<ExportPersons>,
    db: Data<Db>,
    id: Path<Uuid>,
    body: Body<Reveal>,
) -> Result<Reply<PersonalData>> {
    let of = |row: &candidate::Model| (row.organization_id, Some(row.id));
    export::export::<Candidate, _>(&db, &permit, *id, &body, of).await
}

/// Remove a candidate
#[operation(delete, "/candidates/{id}", refuses(HasDependents))]
pub async fn remove_candidate(
    permit: Permit<RemoveCandidates>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<NoContent> {
    edit::remove::<Candidate, _>(&db, &permit, *id, seen, async |tx, row| {
        if row.stage != Stage::Nominated {
            return Err(Error::new(Code::HasDependents).detail(say(
                "Chỉ xóa được người mới được giới thiệu.",
                "Only a person who has just been nominated can be removed.",
            )));
        }
        // the first act opened the file; any other one forbids the removal
        let later = act::Column::CandidateId
            .eq(row.id)
            .and(act::Column::Seq.gt(1));
        let dependents = [
            refers::<sponsorship::Entity>(sponsorship::Column::CandidateId, row.id),
            refers::<enrolment::Entity>(enrolment::Column::CandidateId, row.id),
            any_row::<act::Entity>(later),
        ];
        edit::refuse_dependents(tx, dependents).await?;
        store::withdraw_nomination(tx, row.id, db.clock().today()).await?;
        edit::mark_deleted::<Candidate>(tx, row).await
    })
    .await
}
