//! Party members (đảng viên), official and probationary.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /members` | [`list_members`] |
//! | `POST /members` | [`create_member`] |
//! | `GET /members/{id}` | [`get_member`] |
//! | `PATCH /members/{id}` | [`change_member`] |
//! | `DELETE /members/{id}` | [`remove_member`] |
//! | `POST /members/{id}/transfers` | [`transfer_member`] |
//! | `POST /members/{id}/activity-changes` | [`activity_changes::create_activity_change`] |
//! | `DELETE /activity-changes/{id}` | [`activity_changes::remove_activity_change`] |
//! | `POST /members/{id}/leavings` | [`leavings::create_leaving`] |
//! | `DELETE /leavings/{id}` | [`leavings::remove_leaving`] |
mod activity_changes;
mod leavings;

use actix_web::web::{Data, Path};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::access::{Class, ReadMembers, WriteMembers, reach};
use crate::api::body::{Body, Patch};
use crate::api::edit::{self, Reference, refers};
use crate::api::headers::{IfMatch, IfNoneMatch};
use crate::api::law::Law;
use crate::api::list::List;
use crate::api::operation::operation;
use crate::api::reply::{Created, NoContent, Page, Reply};
use crate::api::resource::{
    EXPAND_BRANCH, Editable, Field, Kind, Resource, Spec, Viewer, all_hidden, name_key, tail_shown,
};
use crate::auth::Permit;
use crate::db::tables::{
    act, branch_officer, candidate, department, member as table, member_activity_change,
    membership, nomination, sponsorship,
};
use crate::db::{Db, Tx, any_row, functions, not_before_start, queries, revise};
use crate::error::{Code, Error, Fault, Result};
use crate::facts;
use crate::law::acts::{Annulment, SponsorshipEnd};
use crate::law::calendar::{completed_months, day_before, plus_months, year};
use crate::law::regulation::Regulations;
use crate::law::say;
use crate::law::text::{PersonName, Text, plain, stored};
use crate::law::words::{Activity, MemberStatus, Sex};
use crate::recording;
use crate::recording::evidence::Evidence;

pub fn configure(v1: &mut ServiceConfig) {
    v1.service(list_members)
        .service(create_member)
        .service(get_member)
        .service(change_member)
        .service(remove_member)
        .service(transfer_member)
        .service(activity_changes::list_activity_changes)
        .service(activity_changes::create_activity_change)
        .service(activity_changes::get_activity_change)
        .service(activity_changes::remove_activity_change)
        .service(leavings::list_leavings)
        .service(leavings::create_leaving)
        .service(leavings::get_leaving)
        .service(leavings::remove_leaving);
}

/// A Party member (đảng viên). Fields of class P2 are null or masked where your role may not see them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Member {
    pub id: Uuid,
    pub branch_id: Uuid,
    #[schema(required = true)]
    pub department_id: Option<Uuid>,
    #[schema(example = "Phạm Hữu Cường", max_length = 200)]
    pub full_name: String,
    pub sex: Sex,
    #[schema(minimum = 1900, maximum = 2100, example = 1985)]
    pub birth_year: i32,
    /// P2
    #[schema(required = true)]
    pub birth_date: Option<NaiveDate>,
    /// P2
    #[schema(required = true, max_length = 100)]
    pub ethnic_group: Option<String>,
    /// P2
    #[schema(required = true, max_length = 100)]
    pub religion: Option<String>,
    /// Twelve digits (số căn cước). P2; masked to its last digits for some roles
    #[schema(required = true, max_length = 20)]
    pub citizen_id: Option<String>,
    /// P2; masked to its last digits for some roles
    #[schema(required = true, max_length = 40)]
    pub phone: Option<String>,
    #[schema(required = true, max_length = 200)]
    pub occupation: Option<String>,
    #[schema(required = true, max_length = 200)]
    pub position: Option<String>,
    pub status: MemberStatus,
    pub activity: Activity,
    /// Day of the admission ceremony (ngày vào Đảng)
    pub joined_on: NaiveDate,
    /// Day from which official (ngày chính thức): 12 calendar months after the ceremony
    #[schema(required = true)]
    pub official_on: Option<NaiveDate>,
    /// Day of the admission decision; null where it is not known here
    #[schema(required = true)]
    pub decided_on: Option<NaiveDate>,
    /// Completed years since the decision: Party age counts from it (Điều lệ, 5); from the ceremony where the decision is not known
    #[schema(minimum = 0, maximum = 120)]
    pub party_age: i32,
    /// Version of the row; the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A member to be entered
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewMember {
    #[schema(example = "01750000-0000-7000-8000-00000b010000")]
    pub branch_id: Uuid,
    pub department_id: Option<Uuid>,
    #[schema(example = "Lò Thị Hạnh")]
    pub full_name: PersonName,
    pub sex: Sex,
    #[schema(example = "1988-04-12")]
    pub birth_date: NaiveDate,
    pub ethnic_group: Option<Text<100>>,
    pub religion: Option<Text<100>>,
    /// Twelve digits (số căn cước); of one person only, member or candidate
    #[schema(
        pattern = "^[0-9]{12}$",
        min_length = 12,
        max_length = 12,
        example = "099188000123"
    )]
    pub citizen_id: Option<String>,
    pub phone: Option<Text<40>>,
    pub occupation: Option<Text<200>>,
    pub position: Option<Text<200>>,
    pub status: MemberStatus,
    pub activity: Activity,
    #[schema(example = "2015-03-03")]
    pub joined_on: NaiveDate,
    /// Required for an official member, absent for a probationary one
    #[schema(example = "2016-03-03")]
    pub official_on: Option<NaiveDate>,
}

impl Resource for Member {
    type Row = table::Model;
    type Active = table::ActiveModel;
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "member",
        path: "members",
        fields: &[
            Field::of(&table::Column::BranchId, Kind::Uuid),
            Field::of(&table::Column::DepartmentId, Kind::Uuid),
            Field::of(&table::Column::Status, Kind::Enum(MemberStatus::WIRE)),
            Field::of(&table::Column::Activity, Kind::Enum(Activity::WIRE)),
            Field::of(&table::Column::Sex, Kind::Enum(Sex::WIRE)),
            Field::of(&table::Column::JoinedOn, Kind::Date).sorted(),
            Field::of(&table::Column::OfficialOn, Kind::Date),
            Field::of(&table::Column::BirthDate, Kind::Date).class(Class::P2),
            Field::computed("full_name", name_key, Kind::Text)
                .class(Class::P1)
                .only_sorted(),
            Field::of(&table::Column::CreatedAt, Kind::Instant).sorted(),
        ],
        sort: "full_name",
        search: Some("member"),
        scope: reach::of_branch,
        expand: &[EXPAND_BRANCH],
        computed: true,
    };
    fn show(row: Self::Row, viewer: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            branch_id,
            department_id,
            full_name,
            sex,
            birth_date,
            ethnic_group,
            religion,
            citizen_id,
            phone,
            occupation,
            position,
            status,
            activity,
            joined_on,
            official_on,
            decided_on,
            version,
            created_at,
            updated_at,
            deleted_at: _,
        } = row;
        Self {
            id,
            branch_id,
            department_id,
            full_name,
            sex,
            birth_year: year(birth_date),
            birth_date: viewer.full(Class::P2, true).then_some(birth_date),
            ethnic_group: viewer.see(Class::P2, true, ethnic_group, all_hidden),
            religion: viewer.see(Class::P2, true, religion, all_hidden),
            citizen_id: viewer.see(Class::P2, true, citizen_id, tail_shown),
            phone: viewer.see(Class::P2, true, phone, tail_shown),
            occupation,
            position,
            status,
            activity,
            joined_on,
            official_on,
            decided_on,
            party_age: i32::try_from(
                completed_months(decided_on.unwrap_or(joined_on), viewer.today) / 12,
            )
            .unwrap_or(0),
            version,
            created_at,
            updated_at,
        }
    }
    fn key(row: &Self::Row) -> (Uuid, i32) {
        (row.id, row.version)
    }
}

impl Editable for Member {
    type Edit = NewMember;
    fn edit(row: &Self::Row) -> NewMember {
        let row = row.clone();
        NewMember {
            branch_id: row.branch_id,
            department_id: row.department_id,
            full_name: PersonName::stored(row.full_name),
            sex: row.sex,
            birth_date: row.birth_date,
            ethnic_group: stored(row.ethnic_group),
            religion: stored(row.religion),
            citizen_id: row.citizen_id,
            phone: stored(row.phone),
            occupation: stored(row.occupation),
            position: stored(row.position),
            status: row.status,
            activity: row.activity,
            joined_on: row.joined_on,
            official_on: row.official_on,
        }
    }
    fn apply(edit: NewMember, active: &mut Self::Active) {
        let NewMember {
            branch_id,
            department_id,
            full_name,
            sex,
            birth_date,
            ethnic_group,
            religion,
            citizen_id,
            phone,
            occupation,
            position,
            status,
            activity,
            joined_on,
            official_on,
        } = edit;
        active.branch_id = Set(branch_id);
        active.department_id = Set(department_id);
        active.full_name = Set(full_name.into_string());
        active.sex = Set(sex);
        active.birth_date = Set(birth_date);
        active.ethnic_group = Set(plain(ethnic_group));
        active.religion = Set(plain(religion));
        active.citizen_id = Set(citizen_id);
        active.phone = Set(plain(phone));
        active.occupation = Set(plain(occupation));
        active.position = Set(plain(position));
        active.status = Set(status);
        active.activity = Set(activity);
        active.joined_on = Set(joined_on);
        active.official_on = Set(official_on);
    }
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
    held: IfNoneMatch,
) -> Result<Reply<Member>> {
    edit::get(&db, &permit, *id, &held).await
}

/// Implausible dates: in the future, joined before 18, official before the end of the probation.
fn impossible(new: &NewMember, law: &Regulations, today: NaiveDate) -> Vec<Fault> {
    let mut faults = Vec::new();
    let days = [
        ("/birth_date", Some(new.birth_date)),
        ("/joined_on", Some(new.joined_on)),
        ("/official_on", new.official_on),
    ];
    for (pointer, day) in days {
        if day.is_some_and(|day| day > today) {
            let words = say("Ngày ở tương lai.", "The date is in the future.");
            faults.push(Fault::pointer(pointer, "in_future", words));
        }
    }
    if (new.status == MemberStatus::Official) != new.official_on.is_some() {
        let words = say(
            "Đảng viên chính thức có ngày chính thức, đảng viên dự bị thì không.",
            "An official member has this date, a probationary one has not.",
        );
        faults.push(Fault::pointer("/official_on", "inconsistent", words));
        return faults;
    }
    let version = law.on(new.joined_on);
    let (least, probation) = (
        version.whole("age_min_months"),
        version.whole("probation_months"),
    );
    if new.birth_date >= new.joined_on || completed_months(new.birth_date, new.joined_on) < least {
        let words = say(
            format!("Ngày vào Đảng phải từ khi đủ {} tuổi.", least / 12),
            format!("Nobody joins before the age of {}.", least / 12),
        );
        faults.push(Fault::pointer("/joined_on", "too_early", words));
    }
    let ends = plus_months(new.joined_on, probation);
    if new.official_on.is_some_and(|on| on < ends) {
        let words = say(
            format!(
                "Ngày chính thức không sớm hơn {probation} tháng kể từ ngày vào Đảng ({}).",
                ends.format("%d/%m/%Y")
            ),
            format!("Official at the earliest {probation} months after joining, on {ends}."),
        );
        faults.push(Fault::pointer("/official_on", "too_early", words));
    }
    faults
}

/// Fields that follow from the procedure or take effect on a date cannot be patched.
fn elsewhere(row: &table::Model, new: &NewMember) -> Vec<Fault> {
    let fields = [
        (
            "/branch_id",
            row.branch_id != new.branch_id,
            "POST /api/v1/members/{id}/transfers",
        ),
        (
            "/status",
            row.status != new.status,
            "POST /api/v1/candidates/{id}/recognition",
        ),
        (
            "/official_on",
            row.official_on != new.official_on,
            "POST /api/v1/candidates/{id}/recognition",
        ),
        (
            "/joined_on",
            row.joined_on != new.joined_on,
            "POST /api/v1/candidates/{id}/ceremony",
        ),
        (
            "/activity",
            row.activity != new.activity,
            "POST /api/v1/members/{id}/activity-changes",
        ),
    ];
    let changed = fields.into_iter().filter(|(_, changed, _)| *changed);
    changed
        .map(|(pointer, _, way)| {
            let way = way.replace("{id}", &row.id.to_string());
            Fault::pointer(
                pointer,
                "read_only",
                say(
                    format!("Không sửa ở đây: dùng {way}."),
                    format!("Not changed here: use {way}."),
                ),
            )
        })
        .collect()
}

fn refuse(faults: Vec<Fault>) -> Result<()> {
    if faults.is_empty() {
        return Ok(());
    }
    Err(Error::faults(Code::ValidationFailed, faults))
}

/// 409 if another row of the organisation is about this person.
async fn expect_new_person(tx: &Tx, new: &NewMember, except: Option<Uuid>) -> Result<()> {
    let name = new.full_name.as_str();
    if !facts::known_person(tx, name, new.birth_date, except)
        .await?
        .at_all()
    {
        return Ok(());
    }
    Err(Error::faults(
        Code::Duplicate,
        vec![Fault::pointer(
            "/full_name",
            "duplicate",
            say(
                "Đã có đảng viên hoặc hồ sơ của người có họ tên và ngày sinh này.",
                "There is a member or a candidacy of this name and birth date already.",
            ),
        )],
    ))
}

/// Create a member
#[operation(post, "/members")]
pub async fn create_member(
    permit: Permit<WriteMembers>,
    db: Data<Db>,
    law: Law,
    body: Body<NewMember>,
) -> Result<Created<Member>> {
    refuse(impossible(&body.value, &law, db.clock().today()))?;
    edit::create::<Member, _, _>(&db, &permit, &body, async |tx| {
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
        expect_new_person(tx, &new, None).await?;
        facts::expect_new_citizen(tx, new.citizen_id.as_deref(), None).await?;
        let mut active = edit::blank::<Member>();
        Member::apply(new, &mut active);
        let row = edit::insert::<Member>(tx, permit.caller().organization, active).await?;
        let (line, from) = (Uuid::now_v7(), Some(row.joined_on));
        tx.execute(functions::write_membership(
            line,
            row.id,
            row.branch_id,
            from,
            None,
        ))
        .await?;
        Ok(row)
    })
    .await
}

/// Change a member
#[operation(patch, "/members/{id}")]
pub async fn change_member(
    permit: Permit<WriteMembers>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<NewMember>,
) -> Result<Reply<Member>> {
    let today = db.clock().today();
    edit::change::<Member, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, row, new, _active| {
            refuse(elsewhere(row, new))?;
            refuse(impossible(new, &law, today))?;
            let department =
                Reference::to::<department::Entity>("/department_id", new.department_id);
            edit::check_references(tx, [department]).await?;
            if new.department_id != row.department_id {
                let department = new.department_id;
                edit::expect_department_of(tx, "/department_id", department, row.branch_id).await?;
            }
            if new.citizen_id != row.citizen_id {
                facts::expect_new_citizen(tx, new.citizen_id.as_deref(), Some(row.id)).await?;
            }
            if new.full_name.as_str() != row.full_name || new.birth_date != row.birth_date {
                expect_new_person(tx, new, Some(row.id)).await?;
            }
            Ok(())
        },
    )
    .await
}

/// References to the member, any of which forbids removing the row as a mistake.
fn rests_on(member: Uuid) -> [Expr; 6] {
    [
        refers::<sponsorship::Entity>(sponsorship::Column::MemberId, member),
        refers::<branch_officer::Entity>(branch_officer::Column::MemberId, member),
        refers::<nomination::Entity>(nomination::Column::IntroducerMemberId, member),
        any_row::<act::Entity>(facts::names_member(member)),
        any_row::<candidate::Entity>(candidate::Column::Id.eq(member)),
        refers::<member_activity_change::Entity>(member_activity_change::Column::MemberId, member),
    ]
}

/// Which of a member's sponsorships end, when and why.
struct SponsorshipsEnd {
    on: NaiveDate,
    reason: &'static str,
    /// Include sponsorships that gave a reason for a sponsor of another branch.
    elsewhere_too: bool,
}

/// Ends the sponsorships of a member who can no longer help, by an act of each person's file, from
/// which the duty to assign another sponsor follows.
async fn end_sponsorships(
    tx: &Tx,
    permit: &Permit<WriteMembers>,
    law: &Law,
    member: Uuid,
    end: &SponsorshipsEnd,
    today: NaiveDate,
) -> Result<()> {
    let mut open = sponsorship::Entity::find()
        .filter(sponsorship::Column::MemberId.eq(member))
        .filter(sponsorship::Column::ToOn.is_null());
    if !end.elsewhere_too {
        open = open.filter(sponsorship::Column::OtherBranchReason.is_null());
    }
    let open = open.order_by_asc(sponsorship::Column::CandidateId);
    for row in tx.all(open).await? {
        let on = Ord::max(end.on, row.from_on);
        let file = recording::lock_candidate(tx, permit.reach(), row.candidate_id).await?;
        let act = SponsorshipEnd {
            on,
            member_id: member,
            reason: Text::stored(end.reason.to_owned()),
            corrects: None,
        };
        recording::append(tx, permit, law, &file, act.into(), today).await?;
        let ended = revise::<sponsorship::Entity>(tx.now())
            .col_expr(sponsorship::Column::ToOn, on.into())
            .col_expr(sponsorship::Column::EndReason, end.reason.into())
            .filter(sponsorship::Column::CandidateId.eq(row.candidate_id))
            .filter(sponsorship::Column::MemberId.eq(member))
            .filter(sponsorship::Column::ToOn.is_null());
        tx.execute(ended).await?;
    }
    Ok(())
}

/// The day must be within the membership and not in the future.
fn day_of_membership(member: &table::Model, on: NaiveDate, today: NaiveDate) -> Result<()> {
    if on > today {
        return Err(Error::invalid(
            "/on",
            "in_future",
            say("Ngày ở tương lai.", "The date is in the future."),
        ));
    }
    if on < member.joined_on {
        return Err(out_of_range());
    }
    Ok(())
}

/// 409 where the branch has voted since, on a day for which the register would be another one.
async fn no_vote_since(
    tx: &Tx,
    branch: Uuid,
    on: NaiveDate,
    recorded: DateTime<Utc>,
) -> Result<()> {
    match tx.one(queries::vote_since(branch, on, recorded)).await? {
        None => Ok(()),
        Some(_) => Err(Error::new(Code::HasDependents)),
    }
}

/// Sponsorships that ended at that moment are open again, by an act of each person's file.
async fn reopen_sponsorships(
    tx: &Tx,
    permit: &Permit<WriteMembers>,
    law: &Law,
    member: Uuid,
    ended: DateTime<Utc>,
    today: NaiveDate,
) -> Result<()> {
    for (candidate, end) in tx.all(queries::sponsorships_ended(member, ended)).await? {
        let file = recording::lock_candidate(tx, permit.reach(), candidate).await?;
        let act = Annulment {
            on: today,
            act_id: end,
            reason: Text::stored("ghi nhận về đảng viên đã hủy".to_owned()),
            corrects: None,
        };
        recording::append(tx, permit, law, &file, act.into(), today).await?;
    }
    let files = recording::sponsored_by(tx, member).await?;
    recording::renew_duties(tx, law, &files, today).await
}

fn out_of_range() -> Error {
    Error::invalid(
        "/on",
        "out_of_range",
        say(
            "Không phải ngày người này là đảng viên ở đây, hoặc trước lần chuyển gần nhất.",
            "Not a day of the membership here, or before the last transfer.",
        ),
    )
}

/// Remove a member
///
/// For a row that was entered by mistake and on which nothing rests; it is then in no register of any day. Who leaves does so by `POST /members/{id}/leavings`.
#[operation(delete, "/members/{id}")]
pub async fn remove_member(
    permit: Permit<WriteMembers>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<NoContent> {
    edit::remove::<Member, _>(&db, &permit, *id, seen, async |tx, row| {
        edit::refuse_dependents(tx, rests_on(row.id)).await?;
        let lines = membership::Column::MemberId.eq(row.id);
        let never = functions::write_memberships(lines, Expr::val(None::<NaiveDate>), None);
        tx.execute(never).await?;
        edit::mark_deleted::<Member>(tx, row).await
    })
    .await
}

/// A move of a member to another branch
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MemberTransfer {
    #[schema(example = "01750000-0000-7000-8000-00000b020000")]
    pub branch_id: Uuid,
    /// First day in the new branch; until the day before the member counts in the old one
    #[schema(example = "2021-01-15")]
    pub on: NaiveDate,
}

/// Transfer a member to another branch
///
/// History keeps the branch as it was then: votes and figures of earlier days count the member where they belonged. A post in the old branch's committee ends the day before; a probationary member's file goes along.
#[operation(post, "/members/{id}/transfers")]
pub async fn transfer_member(
    permit: Permit<WriteMembers>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<MemberTransfer>,
) -> Result<Reply<Member>> {
    let today = db.clock().today();
    edit::act::<Member, _>(&db, &permit, *id, seen, async |tx, row| {
        let to = &body.value;
        edit::check_references(tx, [Reference::to_branch("/branch_id", to.branch_id)]).await?;
        if to.branch_id == row.branch_id {
            return Err(Error::invalid(
                "/branch_id",
                "same",
                say(
                    "Đang ở chi bộ này.",
                    "The member is in this branch already.",
                ),
            ));
        }
        if to.on > today || to.on <= row.joined_on {
            return Err(Error::invalid(
                "/on",
                "out_of_range",
                say(
                    "Sau ngày vào Đảng, không ở tương lai.",
                    "After joining and not in the future.",
                ),
            ));
        }
        let files = Evidence::of_member(tx, &law, row.id, today).await?;
        let end = SponsorshipsEnd {
            on: day_before(to.on),
            reason: "người kèm cặp chuyển chi bộ",
            elsewhere_too: false,
        };
        end_sponsorships(tx, &permit, &law, row.id, &end, today).await?;
        let (who, nobody) = (vec![row.id], Vec::new());
        let moved = functions::move_people(who, nobody, to.branch_id, to.on, tx.now());
        tx.execute(moved).await?;
        let resigned = revise::<branch_officer::Entity>(tx.now())
            .col_expr(
                branch_officer::Column::ToOn,
                not_before_start(branch_officer::Column::FromOn, day_before(to.on)),
            )
            .filter(branch_officer::Column::MemberId.eq(row.id))
            .filter(branch_officer::Column::BranchId.ne(to.branch_id))
            .filter(branch_officer::Column::ToOn.is_null());
        tx.execute(resigned).await?;
        let mut active = edit::blank::<Member>();
        active.branch_id = Set(to.branch_id);
        active.department_id = Set(None);
        let row = edit::update::<Member>(tx, row.id, row.version, active).await?;
        files.still_holds(tx, &law).await?;
        Ok((row, "branch_id"))
    })
    .await
}
