//! Candidates (quần chúng ưu tú, cảm tình Đảng). A candidate is created by a nomination; the stage
//! follows from acts.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /candidates` | [`list_candidates`] |
//! | `GET /candidates/{id}` | [`get_candidate`] |
//! | `PATCH /candidates/{id}` | [`change_candidate`] |
//! | `DELETE /candidates/{id}` | [`remove_candidate`] |
use std::cell::Cell;

use actix_web::web::{Data, Path};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::ExprTrait as _;
use sea_orm::{ColumnTrait as _, QueryFilter as _};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::access::{ChangeCandidates, Class, ReadCandidates, RemoveCandidates, Role, reach};
use crate::api::beyond;
use crate::api::body::Patch;
use crate::api::edit::{self, Reference, refers};
use crate::api::headers::{IfMatch, IfNoneMatch};
use crate::api::law::Law;
use crate::api::list::List;
use crate::api::operation::operation;
use crate::api::reply::{NoContent, Page, Reply};
use crate::api::resource::{
    EXPAND_BRANCH, Editable, Field, Kind, Resource, Spec, Viewer, all_hidden, name_key, tail_shown,
};
use crate::auth::Permit;
use crate::db::tables::{act, candidate as table, department, enrolment, nomination, sponsorship};
use crate::db::{Db, any_row, revise};
use crate::error::{Code, Error, Result};
use crate::facts;
use crate::law::acts::{self, ActKind};
use crate::law::calendar::year;
use crate::law::text::{PersonName, Text, plain, stored};
use crate::law::words::{
    GeneralEducation, Introducer, NominationOutcome, PoliticalTheoryLevel, PriorityGroup,
    ProfessionalLevel, Sex,
};
use crate::law::{Stage, say};
use crate::recording;

use super::evidence;

pub fn configure(v1: &mut ServiceConfig) {
    v1.service(list_candidates)
        .service(get_candidate)
        .service(change_candidate)
        .service(remove_candidate);
}

/// A person on the way to admission. Fields of class P2 and P3 are null or masked where your role may not see them; `stage` follows from recorded acts.
#[derive(Debug, Serialize, ToSchema)]
pub struct Candidate {
    pub id: Uuid,
    pub organization_id: Uuid,
    pub branch_id: Uuid,
    #[schema(required = true)]
    pub department_id: Option<Uuid>,
    pub introduced_by: Introducer,
    pub stage: Stage,
    /// Since when in this stage
    pub stage_on: NaiveDate,
    pub nominated_on: NaiveDate,
    /// Date of the admission decision: Party age counts from it (Điều lệ, 5)
    #[schema(required = true)]
    pub decided_on: Option<NaiveDate>,
    /// Day of the ceremony
    #[schema(required = true)]
    pub admitted_on: Option<NaiveDate>,
    /// Day from which official (ngày chính thức): ceremony + 12 calendar months, however late the decision
    #[schema(required = true)]
    pub official_on: Option<NaiveDate>,
    /// The earlier attempt of the same person
    #[schema(required = true)]
    pub previous_id: Option<Uuid>,
    /// Year for which an approved source plan of the branch has this person; null: in no approved plan, an admission would be outside any plan (kế hoạch, I.2)
    #[schema(required = true, minimum = 1990, maximum = 2100)]
    pub planned_year: Option<i32>,
    #[schema(example = "Nguyễn Đức Vinh", max_length = 200)]
    pub full_name: String,
    #[schema(required = true, max_length = 200)]
    pub other_names: Option<String>,
    pub sex: Sex,
    #[schema(minimum = 1900, maximum = 2100, example = 1994)]
    pub birth_year: i32,
    /// P2
    #[schema(required = true)]
    pub birth_date: Option<NaiveDate>,
    /// P2
    #[schema(required = true, max_length = 300)]
    pub birth_place: Option<String>,
    /// P2; quê quán
    #[schema(required = true, max_length = 300)]
    pub home_town: Option<String>,
    /// P2
    #[schema(required = true, max_length = 100)]
    pub ethnic_group: Option<String>,
    /// P2
    #[schema(required = true, max_length = 100)]
    pub religion: Option<String>,
    /// P2; masked to its last digits for some roles
    #[schema(required = true, max_length = 20)]
    pub citizen_id: Option<String>,
    /// P2; masked to its last digits for some roles
    #[schema(required = true, max_length = 40)]
    pub phone: Option<String>,
    /// P2
    #[schema(required = true, max_length = 300)]
    pub address: Option<String>,
    #[schema(required = true, max_length = 200)]
    pub occupation: Option<String>,
    #[schema(required = true, max_length = 200)]
    pub position: Option<String>,
    #[schema(required = true)]
    pub general_education: Option<GeneralEducation>,
    #[schema(required = true)]
    pub professional_level: Option<ProfessionalLevel>,
    #[schema(required = true)]
    pub political_theory_level: Option<PoliticalTheoryLevel>,
    #[schema(required = true)]
    pub priority_group: Option<PriorityGroup>,
    pub youth_union_member: bool,
    pub trade_union_member: bool,
    /// P3: the branch's own remarks
    #[schema(required = true, max_length = 2000)]
    pub remarks: Option<String>,
    /// Why this is another person than a namesake born the same day; null: none is known
    #[schema(required = true, max_length = 500)]
    pub namesake_reason: Option<String>,
    /// Day on which the Party Office or the Standing Committee confirmed it; until then the file waits
    #[schema(required = true)]
    pub namesake_confirmed_on: Option<NaiveDate>,
    /// Version of the row; the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A candidate's particulars (first part of the CV, 2-KNĐ)
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Particulars {
    pub department_id: Option<Uuid>,
    #[schema(example = "Trần Thị Mai")]
    pub full_name: PersonName,
    pub other_names: Option<Text<200>>,
    pub sex: Sex,
    #[schema(example = "1995-05-05")]
    pub birth_date: NaiveDate,
    pub birth_place: Option<Text<300>>,
    pub home_town: Option<Text<300>>,
    pub ethnic_group: Option<Text<100>>,
    pub religion: Option<Text<100>>,
    /// Twelve digits (số căn cước)
    #[schema(
        pattern = "^[0-9]{12}$",
        min_length = 12,
        max_length = 12,
        example = "099195000123"
    )]
    pub citizen_id: Option<String>,
    pub phone: Option<Text<40>>,
    pub address: Option<Text<300>>,
    pub occupation: Option<Text<200>>,
    pub position: Option<Text<200>>,
    pub general_education: Option<GeneralEducation>,
    pub professional_level: Option<ProfessionalLevel>,
    pub political_theory_level: Option<PoliticalTheoryLevel>,
    pub priority_group: Option<PriorityGroup>,
    pub youth_union_member: bool,
    pub trade_union_member: bool,
    /// P3: the branch's own remarks; only the branch sees them
    pub remarks: Option<Text<2000>>,
    /// Why the new name and birth date are another person's than the one who bears them already; somebody else confirms it
    #[schema(example = "hai người khác nhau, đã đối chiếu số căn cước")]
    pub namesake_reason: Option<Text<500>>,
    /// True: record the change although acts on record lose their ground by it. The file then
    /// carries a duty `ground_lost`, and no further step is taken before it is settled
    #[serde(default)]
    pub acknowledged: bool,
    /// Why, with `acknowledged`
    pub reason: Option<Text<500>>,
}

impl Resource for Candidate {
    type Row = table::Model;
    type Active = table::ActiveModel;
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "candidate",
        path: "candidates",
        fields: &[
            Field::of(&table::Column::OrganizationId, Kind::Uuid),
            Field::of(&table::Column::BranchId, Kind::Uuid),
            Field::of(&table::Column::DepartmentId, Kind::Uuid),
            Field::of(&table::Column::Stage, Kind::Enum(Stage::WIRE)),
            Field::of(&table::Column::IntroducedBy, Kind::Enum(Introducer::WIRE)),
            Field::of(
                &table::Column::PriorityGroup,
                Kind::Enum(PriorityGroup::WIRE),
            )
            .class(Class::P2),
            Field::of(&table::Column::Sex, Kind::Enum(Sex::WIRE)),
            Field::of(&table::Column::YouthUnionMember, Kind::Bool),
            Field::of(&table::Column::NominatedOn, Kind::Date).sorted(),
            Field::of(&table::Column::PlannedYear, Kind::Int),
            Field::computed(
                "planned",
                || table::Column::PlannedYear.is_not_null(),
                Kind::Bool,
            ),
            Field::of(&table::Column::StageOn, Kind::Date).sorted(),
            Field::of(&table::Column::AdmittedOn, Kind::Date),
            Field::of(&table::Column::BirthDate, Kind::Date).class(Class::P2),
            Field::computed("full_name", name_key, Kind::Text)
                .class(Class::P1)
                .only_sorted(),
            Field::of(&table::Column::CreatedAt, Kind::Instant).sorted(),
        ],
        sort: "-created_at",
        search: Some("candidate"),
        scope: reach::candidate,
        expand: &[EXPAND_BRANCH],
        computed: false,
    };
    fn show(row: Self::Row, viewer: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id,
            branch_id,
            department_id,
            introduced_by,
            full_name,
            other_names,
            sex,
            birth_date,
            birth_place,
            home_town,
            ethnic_group,
            religion,
            citizen_id,
            phone,
            address,
            occupation,
            position,
            general_education,
            professional_level,
            political_theory_level,
            priority_group,
            youth_union_member,
            trade_union_member,
            remarks,
            remarks_branch_id,
            stage,
            stage_on,
            nominated_on,
            decided_on,
            admitted_on,
            official_on,
            previous_id,
            planned_year,
            namesake_reason,
            namesake_by: _,
            namesake_confirmed_by: _,
            namesake_confirmed_on,
            version,
            created_at,
            updated_at,
            deleted_at: _,
        } = row;
        let submitted = stage.submitted();
        Self {
            id,
            organization_id,
            branch_id,
            department_id,
            introduced_by,
            stage,
            stage_on,
            nominated_on,
            decided_on,
            admitted_on,
            official_on,
            previous_id,
            planned_year,
            full_name,
            other_names,
            sex,
            birth_year: year(birth_date),
            birth_date: viewer.full(Class::P2, submitted).then_some(birth_date),
            birth_place: viewer.see(Class::P2, submitted, birth_place, all_hidden),
            home_town: viewer.see(Class::P2, submitted, home_town, all_hidden),
            ethnic_group: viewer.see(Class::P2, submitted, ethnic_group, all_hidden),
            religion: viewer.see(Class::P2, submitted, religion, all_hidden),
            citizen_id: viewer.see(Class::P2, submitted, citizen_id, tail_shown),
            phone: viewer.see(Class::P2, submitted, phone, tail_shown),
            address: viewer.see(Class::P2, submitted, address, all_hidden),
            occupation,
            position,
            general_education,
            professional_level,
            political_theory_level,
            // tells where a person comes from, and so as much as the ethnic group
            priority_group: priority_group.filter(|_| viewer.full(Class::P2, submitted)),
            youth_union_member,
            trade_union_member,
            remarks: viewer
                .see(Class::P3, submitted, remarks, all_hidden)
                .filter(|_| viewer.branch == remarks_branch_id),
            namesake_reason,
            namesake_confirmed_on,
            version,
            created_at,
            updated_at,
        }
    }
    fn key(row: &Self::Row) -> (Uuid, i32) {
        (row.id, row.version)
    }
}

impl Editable for Candidate {
    type Edit = Particulars;
    const NOT_STORED: &[&str] = &["acknowledged", "reason", "namesake_reason"];
    fn closed(row: &Self::Row, viewer: &Viewer, patch: &serde_json::Value) -> Option<Error> {
        if viewer.role != Role::BranchCommittee {
            return None;
        }
        if row.stage.submitted() {
            return Some(Error::new(Code::InvalidTransition).detail(say(
                "Hồ sơ đã trình: chi bộ không sửa được nữa.",
                "The file has been submitted: the branch can no longer edit it.",
            )));
        }
        // another branch's remarks stay as they are, wherever the person is now
        let foreign = row.remarks_branch_id.is_some() && row.remarks_branch_id != viewer.branch;
        (foreign && patch.get("remarks").is_some()).then(|| {
            Error::invalid(
                "/remarks",
                "not_yours",
                say(
                    "Nhận xét là của chi bộ khác.",
                    "The remarks are another branch's.",
                ),
            )
        })
    }
    fn edit(row: &Self::Row) -> Particulars {
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
            citizen_id: row.citizen_id,
            phone: stored(row.phone),
            address: stored(row.address),
            occupation: stored(row.occupation),
            position: stored(row.position),
            general_education: row.general_education,
            professional_level: row.professional_level,
            political_theory_level: row.political_theory_level,
            priority_group: row.priority_group,
            youth_union_member: row.youth_union_member,
            trade_union_member: row.trade_union_member,
            remarks: stored(row.remarks),
            namesake_reason: None,
            acknowledged: false,
            reason: None,
        }
    }
    fn apply(edit: Particulars, active: &mut Self::Active) {
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
            citizen_id,
            phone,
            address,
            occupation,
            position,
            general_education,
            professional_level,
            political_theory_level,
            priority_group,
            youth_union_member,
            trade_union_member,
            remarks,
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
        active.citizen_id = Set(citizen_id);
        active.phone = Set(plain(phone));
        active.address = Set(plain(address));
        active.occupation = Set(plain(occupation));
        active.position = Set(plain(position));
        active.general_education = Set(general_education);
        active.professional_level = Set(professional_level);
        active.political_theory_level = Set(political_theory_level);
        active.priority_group = Set(priority_group);
        active.youth_union_member = Set(youth_union_member);
        active.trade_union_member = Set(trade_union_member);
        active.remarks = Set(plain(remarks));
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
    held: IfNoneMatch,
) -> Result<Reply<Candidate>> {
    edit::get(&db, &permit, *id, &held).await
}

/// Change a candidate
///
/// Acts on record rest on birth date, education and union membership: a change after which one of them would not hold is refused with 422 `requirements_unmet`, which names the acts. A change that must be recorded because it is true is sent with `acknowledged` and a `reason`.
#[operation(patch, "/candidates/{id}")]
pub async fn change_candidate(
    permit: Permit<ChangeCandidates>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<Particulars>,
) -> Result<Reply<Candidate>> {
    // refused without comparing: an answer that depended on the stored remarks would reveal them
    if permit.role() != Role::BranchCommittee && patch.value.get("remarks").is_some() {
        return Err(Error::invalid(
            "/remarks",
            "not_yours",
            say("Nhận xét là của chi bộ.", "Remarks are the branch's own."),
        ));
    }
    let today = db.clock().today();
    let hit = Cell::new(false);
    let acknowledged = Cell::new(None);
    let changed = edit::change_then::<Candidate, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, row, new, active| {
            if plain(new.remarks.clone()) != row.remarks {
                // the remarks stay with this branch wherever the person moves
                active.remarks_branch_id = Set(new.remarks.as_ref().map(|_| row.branch_id));
            }
            edit::check_references(
                tx,
                [Reference::to::<department::Entity>(
                    "/department_id",
                    new.department_id,
                )],
            )
            .await?;
            if new.citizen_id != row.citizen_id {
                facts::expect_new_citizen(tx, new.citizen_id.as_deref(), Some(row.id)).await?;
            }
            if new.department_id != row.department_id {
                let department = new.department_id;
                edit::expect_department_of(tx, "/department_id", department, row.branch_id).await?;
            }
            if new.birth_date != row.birth_date {
                let version = law.on(row.nominated_on);
                let born = new.birth_date;
                let missing = acts::nomination::old_enough(
                    row.introduced_by,
                    born,
                    row.nominated_on,
                    version,
                );
                if !missing.is_empty() {
                    return Err(Error::unmet(missing));
                }
            }
            acknowledged.set(evidence::judged_again(tx, &law, row, new, today).await?);
            if new.full_name.as_str() != row.full_name || new.birth_date != row.birth_date {
                let name = new.full_name.as_str();
                beyond::expect_few_hits(tx, &permit).await?;
                let known = facts::known_person(tx, name, new.birth_date, Some(row.id)).await?;
                let namesake = new.namesake_reason.clone().filter(|_| known.at_all());
                let same = known.at_all() && namesake.is_none();
                hit.set(known.at_all());
                let missing = acts::nomination::one_person(same, law.on(row.nominated_on));
                if !missing.is_empty() {
                    return Err(Error::unmet(missing));
                }
                // whoever said it is not who confirms it
                active.namesake_by = Set(namesake.is_some().then_some(permit.caller().account));
                active.namesake_reason = Set(plain(namesake));
                active.namesake_confirmed_by = Set(None);
                active.namesake_confirmed_on = Set(None);
            }
            Ok(())
        },
        async |tx, row| {
            let Some(act) = acknowledged.take() else {
                return Ok(row);
            };
            recording::append(tx, &permit, &law, &row, act.into(), today).await?;
            recording::get_candidate(tx, permit.reach(), row.id).await
        },
    )
    .await;
    if hit.get() {
        beyond::record_hit(&db, &permit).await?;
    }
    changed
}

/// Remove a candidate
#[operation(delete, "/candidates/{id}")]
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
        // the nomination is the first act; any other act forbids the removal
        let later = act::Column::CandidateId
            .eq(row.id)
            .and(act::Column::Kind.ne(ActKind::Nomination));
        let dependents = [
            refers::<sponsorship::Entity>(sponsorship::Column::CandidateId, row.id),
            refers::<enrolment::Entity>(enrolment::Column::CandidateId, row.id),
            any_row::<act::Entity>(later),
        ];
        edit::refuse_dependents(tx, dependents).await?;
        let withdrawn = revise::<nomination::Entity>(tx.now())
            .col_expr(
                nomination::Column::Outcome,
                NominationOutcome::Withdrawn.into(),
            )
            .col_expr(nomination::Column::OutcomeOn, db.clock().today().into())
            .filter(nomination::Column::CandidateId.eq(row.id))
            .filter(nomination::Column::Outcome.eq(NominationOutcome::Pending));
        tx.execute(withdrawn).await?;
        edit::mark_deleted::<Candidate>(tx, row).await
    })
    .await
}
