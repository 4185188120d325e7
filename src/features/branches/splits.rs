//! A branch is split.
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::history::{Line, check, write};
use super::moves::{Leaving, move_on};
use super::store;
use super::wire::Branch;
use crate::access::WriteBranches;
use crate::api::body::Body;
use crate::api::checks::repeated;
use crate::api::edit::{self};
use crate::api::headers::IfMatch;
use crate::api::law::Law;
use crate::api::operation::operation;
use crate::api::reply::Created;
use crate::auth::Permit;
use crate::db::Db;
use crate::error::{Code, Error, Fault, Result};
use crate::law::calendar::day_before;
use crate::law::text::Text;
use crate::law::words::{BranchChangeKind, UnitKind};
use crate::law::{say, vi};
use crate::recording::evidence::Evidence;
use crate::recording::sponsors;

/// A branch to split off
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct BranchSplit {
    /// First day of the new branch
    #[schema(example = "2021-01-15")]
    pub on: NaiveDate,
    #[schema(example = "11")]
    pub number: Text<20>,
    #[schema(example = "Chi bộ Y học cổ truyền")]
    pub name: Text<200>,
    pub kind: UnitKind,
    /// Non-members in its departments; deducted from the old branch's number
    #[schema(minimum = 0, maximum = 100_000, example = 4)]
    pub non_member_count: i32,
    #[schema(example = "13-QĐ/ĐU")]
    pub paper_number: Text<100>,
    pub reason: Option<Text<1000>>,
    /// True: record it although acts on record lose their ground, for the `reason`; their files carry a deadline `ground_lost`
    #[serde(default)]
    pub acknowledged: bool,
    /// Members who move; the file of a probationary member moves along
    #[schema(max_items = 1000)]
    pub member_ids: Vec<Uuid>,
    /// Open candidacies that move
    #[schema(max_items = 1000)]
    pub candidate_ids: Vec<Uuid>,
    /// Departments that the new branch covers
    #[schema(max_items = 200)]
    pub department_ids: Vec<Uuid>,
}

/// Split a branch
///
/// Founds a new branch from a date on and moves the given people and departments to it. Earlier
/// admissions remain with the old branch, and each person keeps their history. Answers 201 with the
/// new branch; `If-Match` is the old branch's version. A sponsorship ends where the sponsor moves without the person.
#[operation(
    post,
    "/branches/{id}/splits",
    refuses(Duplicate, InvalidTransition, RequirementsUnmet)
)]
pub async fn split_branch(
    permit: Permit<WriteBranches>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<BranchSplit>,
) -> Result<Created<Branch>> {
    let today = db.clock().today();
    edit::create::<Branch, _, _>(&db, &permit, &body, async |tx| {
        let new = &body.value;
        let old = edit::find::<Branch>(tx, permit.reach(), *id, true).await?;
        seen.check(old.version)?;
        check(tx, &old, new.on, today, true).await?;
        let ids = |list: &[Uuid]| list.to_vec();
        // a probationary member's file and membership go together
        let people: Vec<Uuid> = new
            .member_ids
            .iter()
            .chain(&new.candidate_ids)
            .copied()
            .collect();
        let named: [&[Uuid]; 3] = [&people, &new.candidate_ids, &new.department_ids];
        let there = tx
            .one(store::belonging(old.id, Some(named)))
            .await?
            .unwrap_or_default();
        let mut faults = Vec::new();
        repeated("/member_ids", &new.member_ids, &mut faults);
        repeated("/candidate_ids", &new.candidate_ids, &mut faults);
        repeated("/department_ids", &new.department_ids, &mut faults);
        let members = there.members.clone().unwrap_or_default();
        let lists = [
            ("member_ids", &new.member_ids, there.members),
            ("candidate_ids", &new.candidate_ids, there.candidates),
            ("department_ids", &new.department_ids, there.departments),
        ];
        for (name, list, known) in lists {
            let known = known.unwrap_or_default();
            let places = list
                .iter()
                .enumerate()
                .filter(|(_, id)| !known.contains(id));
            faults.extend(places.map(|(place, _)| {
                crate::api::http::unknown_reference(&format!("/{name}/{place}"))
            }));
        }
        for (id, from) in tx
            .all(store::come_since(old.id, (new.on, today), people.clone()))
            .await?
        {
            let lists = [
                ("member_ids", &new.member_ids),
                ("candidate_ids", &new.candidate_ids),
            ];
            let place = lists.into_iter().find_map(|(name, list)| {
                let place = list.iter().position(|named| *named == id)?;
                Some(format!("/{name}/{place}"))
            });
            let words = say(
                format!(
                    "Thuộc chi bộ từ ngày {}: chỉ chuyển đi sau ngày này.",
                    vi(from)
                ),
                format!("Of the branch since {from}: moves only after that day."),
            );
            faults.extend(place.map(|place| Fault::pointer(place, "out_of_range", words)));
        }
        if new.non_member_count > old.non_member_count {
            faults.push(Fault::pointer(
                "/non_member_count",
                "out_of_range",
                say(
                    "Nhiều hơn số quần chúng của chi bộ cũ.",
                    "More than in the old branch.",
                ),
            ));
        }
        if !faults.is_empty() {
            return Err(Error::faults(Code::ValidationFailed, faults));
        }
        let mut active = edit::blank::<Branch>();
        active.number = Set(new.number.as_str().to_owned());
        active.name = Set(new.name.as_str().to_owned());
        active.kind = Set(new.kind);
        active.non_member_count = Set(new.non_member_count);
        active.previous_term_admissions = Set(0);
        active.has_youth_union = Set(old.has_youth_union);
        active.founded_on = Set(Some(new.on));
        let fresh = edit::insert::<Branch>(tx, old.organization_id, active).await?;
        let mut active = edit::blank::<Branch>();
        active.non_member_count = Set(old.non_member_count - new.non_member_count);
        edit::update::<Branch>(tx, old.id, old.version, active).await?;
        let moved = (&*new.member_ids, &*new.candidate_ids);
        let files = Evidence::of_moved(tx, &law, moved, (old.id, None, new.on), today).await?;
        let (moving, last) = ((old.id, &people[..]), day_before(new.on));
        sponsors::end_apart(tx, permit.by(), &law, moving, last, today).await?;
        let leaving = Leaving {
            members: people
                .into_iter()
                .filter(|id| members.contains(id))
                .collect(),
            candidates: ids(&new.candidate_ids),
            departments: ids(&new.department_ids),
        };
        move_on(
            tx,
            &permit,
            &law,
            (old.id, fresh.id),
            leaving,
            (new.on, &new.paper_number),
            today,
        )
        .await?;
        let said = (new.acknowledged, new.reason.as_ref().map(Text::as_str));
        files
            .still_holds_or_says_so(tx, permit.by(), &law, said)
            .await?;
        // overseers follow the people they are responsible for
        tx.execute(store::overseen(old.id, fresh.id, new.on, tx.now())?)
            .await?;
        for (branch, kind, other) in [
            (old.id, BranchChangeKind::Split, fresh.id),
            (fresh.id, BranchChangeKind::Founded, old.id),
        ] {
            let (both, reason) = (
                (Some(old.name.as_str()), Some(fresh.name.as_str())),
                new.reason.as_ref(),
            );
            write(
                tx,
                old.organization_id,
                Line {
                    branch,
                    kind,
                    on: new.on,
                    paper_number: &new.paper_number,
                    reason,
                    names: both,
                    other: Some(other),
                },
            )
            .await?;
        }
        Ok(fresh)
    })
    .await
}
