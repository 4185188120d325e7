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

use std::cell::Cell;

use actix_web::web::{Data, Path};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::{Condition, Query as Build};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::access::{ChangeNominations, Nominate, Reach, ReadNominations, Role, reach};
use crate::api::beyond;
use crate::api::body::{Body, Patch};
use crate::api::edit::{self, Reference};
use crate::api::headers::{IfMatch, IfNoneMatch};
use crate::api::law::Law;
use crate::api::list::List;
use crate::api::operation::operation;
use crate::api::reply::{Created, NoContent, Page, Reply};
use crate::api::resource::{EXPAND_BRANCH, Editable, Field, Kind, Resource, Spec, Viewer};
use crate::auth::Permit;
use crate::db::tables::{activity, candidate, department, member, nomination as table};
use crate::db::{Db, Query, Tx, any_of, any_row};
use crate::error::{Code, Error, Fault, Result};
use crate::law::acts::{self, Act};
use crate::law::calendar::{days_of, year};
use crate::law::text::{PersonName, Text, plain, stored};
use crate::law::words::{ExitKind, Introducer, NominationOutcome, PriorityGroup, Sex};
use crate::law::{Stage, say};
use crate::{facts, recording};

pub fn configure(v1: &mut ServiceConfig) {
    v1.service(list_nominations)
        .service(create_nomination)
        .service(get_nomination)
        .service(change_nomination)
        .service(remove_nomination);
}

/// A nomination: what the introducing union may see of the person is the name, the stage and the outcome
#[derive(Debug, Serialize, ToSchema)]
pub struct Nomination {
    pub id: Uuid,
    pub branch_id: Uuid,
    pub candidate_id: Uuid,
    /// Name of the person
    #[schema(example = "Trần Thị Mai", max_length = 200)]
    pub full_name: String,
    /// Where the candidacy stands now
    pub stage: Stage,
    pub introduced_by: Introducer,
    /// The introducing Party member; null for a union
    #[schema(required = true)]
    pub introducer_member_id: Option<Uuid>,
    /// Number of the introduction paper
    #[schema(example = "12-NQ/CĐ", max_length = 100)]
    pub paper_number: String,
    pub paper_on: NaiveDate,
    #[schema(required = true, max_length = 2000)]
    pub reason: Option<String>,
    pub outcome: NominationOutcome,
    #[schema(required = true)]
    pub outcome_on: Option<NaiveDate>,
    /// Why the branch returned it
    #[schema(required = true, max_length = 500)]
    pub outcome_reason: Option<String>,
    /// The activity or movement through which the person was found; null if none is cited
    #[schema(required = true)]
    pub activity_id: Option<Uuid>,
    /// Version of the row; the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A person to be nominated. Who introduces follows from your role; a branch names the introducing member
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewNomination {
    /// The branch that covers the person's department; for a branch committee its own
    #[schema(example = "01750000-0000-7000-8000-00000b010000")]
    pub branch_id: Uuid,
    pub department_id: Option<Uuid>,
    #[schema(example = "Trần Thị Mai")]
    pub full_name: PersonName,
    pub sex: Sex,
    #[schema(example = "1995-05-05")]
    pub birth_date: NaiveDate,
    #[schema(example = "điều dưỡng")]
    pub occupation: Option<Text<200>>,
    pub priority_group: Option<PriorityGroup>,
    #[schema(example = false)]
    pub youth_union_member: bool,
    #[schema(example = true)]
    pub trade_union_member: bool,
    /// Required from a branch committee, absent from a union
    pub introducer_member_id: Option<Uuid>,
    #[schema(example = "12-NQ/CĐ")]
    pub paper_number: Text<100>,
    #[schema(example = "2021-03-01")]
    pub paper_on: NaiveDate,
    pub reason: Option<Text<2000>>,
    /// The activity or movement (phong trào) through which the person was found
    pub activity_id: Option<Uuid>,
    /// Why this is another person than one of the same name born the same day, should there be one here: the nomination then waits until somebody else has confirmed it
    #[schema(example = "hai người khác nhau, đã đối chiếu số căn cước")]
    pub namesake_reason: Option<Text<500>>,
}

/// What may be corrected while the nomination is pending
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NominationPaper {
    #[schema(example = "12-NQ/CĐ")]
    pub paper_number: Text<100>,
    #[schema(example = "2021-03-01")]
    pub paper_on: NaiveDate,
    pub reason: Option<Text<2000>>,
    /// The activity or movement (phong trào) through which the person was found
    pub activity_id: Option<Uuid>,
}

impl Resource for Nomination {
    type Row = table::Model;
    type Active = table::ActiveModel;
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "nomination",
        path: "nominations",
        fields: &[
            Field::of(&table::Column::BranchId, Kind::Uuid),
            Field::of(&table::Column::CandidateId, Kind::Uuid),
            Field::of(&table::Column::ActivityId, Kind::Uuid),
            Field::of(&table::Column::IntroducedBy, Kind::Enum(Introducer::WIRE)),
            Field::of(&table::Column::Outcome, Kind::Enum(NominationOutcome::WIRE)),
            Field::of(&table::Column::PaperOn, Kind::Date).sorted(),
            Field::of(&table::Column::CreatedAt, Kind::Instant).sorted(),
        ],
        sort: "-created_at",
        search: None,
        scope: reach::nomination,
        expand: &[EXPAND_BRANCH],
        computed: true,
    };
    fn show(row: Self::Row, _: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            branch_id,
            candidate_id,
            introduced_by,
            introducer_member_id,
            paper_number,
            paper_on,
            reason,
            outcome,
            outcome_on,
            outcome_reason,
            activity_id,
            version,
            created_at,
            updated_at,
        } = row;
        Self {
            id,
            branch_id,
            candidate_id,
            full_name: String::new(),
            stage: Stage::Nominated,
            introduced_by,
            introducer_member_id,
            paper_number,
            paper_on,
            reason,
            outcome,
            outcome_on,
            outcome_reason,
            activity_id,
            version,
            created_at,
            updated_at,
        }
    }
    fn key(row: &Self::Row) -> (Uuid, i32) {
        (row.id, row.version)
    }
    const COMPLETED: bool = true;
    async fn complete(tx: &Tx, items: &mut [Self]) -> Result<()> {
        let ids: Vec<Uuid> = items.iter().map(|n| n.candidate_id).collect();
        let mut people = Build::select();
        people
            .columns([
                candidate::Column::Id,
                candidate::Column::FullName,
                candidate::Column::Stage,
            ])
            .from(candidate::Entity)
            .and_where(any_of(candidate::Column::Id, ids));
        for (id, name, stage) in tx.all(Query::<(Uuid, String, Stage)>::of(&people)).await? {
            for item in items.iter_mut().filter(|n| n.candidate_id == id) {
                item.full_name.clone_from(&name);
                item.stage = stage;
            }
        }
        Ok(())
    }
}

impl Editable for Nomination {
    type Edit = NominationPaper;
    fn edit(row: &Self::Row) -> NominationPaper {
        NominationPaper {
            paper_number: Text::stored(row.paper_number.clone()),
            paper_on: row.paper_on,
            reason: stored(row.reason.clone()),
            activity_id: row.activity_id,
        }
    }
    fn apply(edit: NominationPaper, active: &mut Self::Active) {
        active.paper_number = Set(edit.paper_number.into_string());
        active.paper_on = Set(edit.paper_on);
        active.reason = Set(plain(edit.reason));
        active.activity_id = Set(edit.activity_id);
    }
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

/// The candidate created by a nomination.
async fn new_candidate(
    tx: &Tx,
    permit: &Permit<Nominate>,
    new: &NewNomination,
    by: Introducer,
    known: facts::Known,
) -> Result<candidate::Model> {
    let mut active = <candidate::ActiveModel as Default>::default();
    active.id = Set(Uuid::now_v7());
    active.organization_id = Set(permit.caller().organization);
    active.branch_id = Set(new.branch_id);
    active.department_id = Set(new.department_id);
    active.introduced_by = Set(by);
    active.full_name = Set(new.full_name.as_str().to_owned());
    active.sex = Set(new.sex);
    active.birth_date = Set(new.birth_date);
    active.occupation = Set(plain(new.occupation.clone()));
    active.priority_group = Set(new.priority_group);
    active.youth_union_member = Set(new.youth_union_member);
    active.trade_union_member = Set(new.trade_union_member);
    active.stage = Set(Stage::Nominated);
    active.stage_on = Set(new.paper_on);
    active.nominated_on = Set(new.paper_on);
    active.previous_id = Set(known.previous);
    if known.at_all() {
        active.namesake_reason = Set(plain(new.namesake_reason.clone()));
        active.namesake_by = Set(Some(permit.caller().account));
    }
    active.version = Set(1);
    active.created_at = Set(tx.now());
    active.updated_at = Set(tx.now());
    tx.insert(active).await
}

/// Nominate a person
///
/// Creates the candidate in the stage `nominated`. Refused with every unmet requirement: a union nominates its own members, the person has no open candidacy, the paper is dated.
#[operation(post, "/nominations")]
pub async fn create_nomination(
    permit: Permit<Nominate>,
    db: Data<Db>,
    law: Law,
    body: Body<NewNomination>,
) -> Result<Created<Nomination>> {
    let today = db.clock().today();
    let hit = Cell::new(false);
    let made = edit::create::<Nomination, _, _>(&db, &permit, &body, async |tx| {
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
        edit::check_references(
            tx,
            [
                Reference::to_branch("/branch_id", new.branch_id),
                Reference::to::<department::Entity>("/department_id", new.department_id),
                Reference::to::<member::Entity>("/introducer_member_id", new.introducer_member_id),
                Reference::to::<activity::Entity>("/activity_id", new.activity_id),
            ],
        )
        .await?;
        edit::expect_department_of(tx, "/department_id", new.department_id, new.branch_id).await?;
        let introducer_able = able(tx, new.introducer_member_id, new.paper_on).await?;
        let paper = (new.paper_number.as_str(), new.paper_on);
        one_date(tx, by, new.branch_id, paper, None).await?;
        let alone = acts::nomination::Proposal {
            by,
            introducer_able,
            youth_union_member: new.youth_union_member,
            trade_union_member: new.trade_union_member,
            open_candidacy: false,
            former_member: false,
            birth_date: new.birth_date,
            paper_on: new.paper_on,
            today,
        };
        let version = law.on(new.paper_on);
        let unmet = acts::nomination::unmet(&alone, version);
        if !unmet.is_empty() {
            return Err(Error::unmet(unmet));
        }
        beyond::expect_few_hits(tx, &permit).await?;
        let known = facts::known_person(tx, new.full_name.as_str(), new.birth_date, None).await?;
        let proposal = acts::nomination::Proposal {
            open_candidacy: known.open_candidacy && new.namesake_reason.is_none(),
            former_member: known.member && new.namesake_reason.is_none(),
            ..alone
        };
        let unmet = acts::nomination::unmet(&proposal, version);
        hit.set(known.at_all());
        if !unmet.is_empty() {
            return Err(Error::unmet(unmet));
        }
        let candidate = new_candidate(tx, &permit, new, by, known).await?;
        let act = acts::Nomination {
            on: new.paper_on,
            by,
            paper_number: new.paper_number.clone(),
            corrects: None,
        };
        recording::append(tx, &permit, &law, &candidate, act.into(), today).await?;
        let mut active = edit::blank::<Nomination>();
        active.branch_id = Set(new.branch_id);
        active.candidate_id = Set(candidate.id);
        active.introduced_by = Set(by);
        active.introducer_member_id = Set(new.introducer_member_id);
        active.outcome = Set(NominationOutcome::Pending);
        let NewNomination {
            paper_number,
            paper_on,
            reason,
            activity_id,
            ..
        } = new.clone();
        Nomination::apply(
            NominationPaper {
                paper_number,
                paper_on,
                reason,
                activity_id,
            },
            &mut active,
        );
        edit::insert::<Nomination>(tx, permit.caller().organization, active).await
    })
    .await;
    if hit.get() {
        beyond::record_hit(&db, &permit).await?;
    }
    made
}

/// Whether the introducing member may introduce on that day; true for a union.
async fn able(tx: &Tx, introducer: Option<Uuid>, on: NaiveDate) -> Result<bool> {
    match introducer {
        Some(id) => Ok(facts::registered(tx, id).await?.able_on(on)),
        None => Ok(true),
    }
}

/// 409 if the number belongs to another paper of the same issuer and year. A paper may name several
/// people, and each branch has its own numbering.
async fn one_date(
    tx: &Tx,
    by: Introducer,
    branch: Uuid,
    (number, on): (&str, NaiveDate),
    except: Option<Uuid>,
) -> Result<()> {
    let (first, last) = days_of(year(on));
    let mut same = Condition::all()
        .add(table::Column::IntroducedBy.eq(by))
        .add(table::Column::PaperNumber.eq(number))
        .add(table::Column::PaperOn.between(first, last))
        .add(table::Column::PaperOn.ne(on))
        .add(table::Column::Outcome.ne(NominationOutcome::Withdrawn));
    if by == Introducer::Member {
        same = same.add(table::Column::BranchId.eq(branch));
    }
    if let Some(this) = except {
        same = same.add(table::Column::Id.ne(this));
    }
    if tx.ask([any_row::<table::Entity>(same.into())]).await? == [false] {
        return Ok(());
    }
    Err(Error::faults(
        Code::Duplicate,
        vec![Fault::pointer(
            "/paper_number",
            "duplicate",
            say(
                "Số này trong năm đã là của một văn bản ngày khác.",
                "The number belongs to a paper of another day in that year.",
            ),
        )],
    ))
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
    held: IfNoneMatch,
) -> Result<Reply<Nomination>> {
    edit::get(&db, &permit, *id, &held).await
}

/// Change a nomination
#[operation(patch, "/nominations/{id}")]
pub async fn change_nomination(
    permit: Permit<ChangeNominations>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<NominationPaper>,
) -> Result<Reply<Nomination>> {
    edit::change::<Nomination, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, row, new, _active| {
            expect_pending(permit.role(), row)?;
            if new.paper_on > db.clock().today() {
                return Err(Error::invalid(
                    "/paper_on",
                    "in_future",
                    say("Ngày ở tương lai.", "The date is in the future."),
                ));
            }
            let fresh = new
                .activity_id
                .filter(|_| new.activity_id != row.activity_id);
            edit::check_references(
                tx,
                [Reference::to::<activity::Entity>("/activity_id", fresh)],
            )
            .await?;
            if new.paper_on == row.paper_on && new.paper_number.as_str() == row.paper_number {
                return Ok(());
            }
            let paper = (new.paper_number.as_str(), new.paper_on);
            one_date(tx, row.introduced_by, row.branch_id, paper, Some(row.id)).await?;
            // the paper is recorded in the first act, so a new act corrects it
            let candidate = recording::lock_candidate(tx, permit.reach(), row.candidate_id).await?;
            let (by, born) = (row.introduced_by, candidate.birth_date);
            let version = law.on(new.paper_on);
            let young = acts::nomination::old_enough(by, born, new.paper_on, version);
            if !young.is_empty() {
                return Err(Error::unmet(young));
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
                paper_number: new.paper_number.clone(),
                corrects: Some(corrects),
            };
            recording::append(tx, &permit, &law, &candidate, act.into(), today)
                .await
                .map(drop)
        },
    )
    .await
}

/// Withdraw a nomination
///
/// While it is pending. The candidacy ends in the stage `withdrawn`; both stay on record.
#[operation(delete, "/nominations/{id}", answer = "Withdrawn")]
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
        recording::append(tx, &permit, &law, &candidate, act.into(), today)
            .await
            .map(drop)
    })
    .await
}
