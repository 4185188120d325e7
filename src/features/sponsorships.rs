//! Sponsorships (phân công kèm cặp): who sponsors which candidate, and when.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /sponsorships` | [`list_sponsorships`] |
//! | `GET /sponsorships/{id}` | [`get_sponsorship`] |
//! | `PATCH /sponsorships/{id}` | [`change_sponsorship`] |
//! | `GET /candidates/{id}/sponsorships` | [`list_candidate_sponsorships`] |
//! | `POST /candidates/{id}/sponsorships` | [`create_sponsorship`] |
use actix_web::web::{Data, Path};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{ReadSponsorships, Sensitivity, WriteSponsorships, reach};
use crate::api::body::{Body, Patch};
use crate::api::edit::{self, Reference};
use crate::api::headers::IfMatch;
use crate::api::law::Law;
use crate::api::list::List;
use crate::api::names;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::reply::{Created, Page, Reply};
use crate::api::resource::{
    EXPAND_BRANCH, EXPAND_CANDIDATE, EXPAND_MEMBER, Editable, Field, FieldKind, Named, Resource,
    Spec, Viewer,
};
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::tables::sponsorship as table;
use crate::db::{Db, Tx, functions};
use crate::error::{Code, Error, Result};
use crate::facts;
use crate::law::text::{Text, plain, stored};
use crate::law::{acts, say};
use crate::recording;
use crate::recording::evidence::Evidence;

pub fn configure(v1: &mut Routes) {
    v1.service(list_sponsorships)
        .service(get_sponsorship)
        .service(change_sponsorship)
        .service(list_candidate_sponsorships)
        .service(create_sponsorship);
}

/// The assignment of a sponsor to a candidate
#[derive(Debug, Serialize, ToSchema)]
pub struct Sponsorship {
    pub id: Uuid,
    pub branch_id: Uuid,
    #[schema(required = true, max_length = 200)]
    pub branch_name: Option<String>,
    pub candidate_id: Uuid,
    /// Full name of the person; null where there is none, and where your role does not see it
    #[schema(required = true, max_length = 200)]
    pub full_name: Option<String>,
    /// Version of the candidate, with which to go on; assigning a sponsor increments it
    #[schema(required = true, minimum = 1)]
    pub candidate_version: Option<i32>,
    pub member_id: Uuid,
    /// Name of the sponsor, even if from another branch
    #[schema(max_length = 200)]
    pub member_name: String,
    pub from_on: NaiveDate,
    /// Last day; null while it continues
    #[schema(required = true)]
    pub to_on: Option<NaiveDate>,
    #[schema(required = true, max_length = 500)]
    pub end_reason: Option<String>,
    /// Why the sponsor is from another branch
    #[schema(required = true, max_length = 500)]
    pub other_branch_reason: Option<String>,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A sponsor to assign
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewSponsorship {
    /// An official, active member below the load limit
    #[schema(example = "01750000-0000-7000-8000-0000dd010006")]
    pub member_id: Uuid,
    #[schema(example = "2021-06-01")]
    pub from_on: NaiveDate,
    /// Required for a member of another branch
    pub other_branch_reason: Option<Text<500>>,
}

/// The end of a sponsorship
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SponsorshipEnd {
    #[schema(example = "2021-12-31")]
    pub to_on: Option<NaiveDate>,
    /// Required with `to_on`
    #[schema(example = "chuyển công tác")]
    pub end_reason: Option<Text<500>>,
    /// True: record it although acts on record lose their ground; the file carries a deadline `ground_lost`
    #[serde(default)]
    pub acknowledged: bool,
}

impl Resource for Sponsorship {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "sponsorship",
        path: "sponsorships",
        fields: &[
            Field::of(&table::Column::BranchId, FieldKind::Uuid),
            Field::of(&table::Column::CandidateId, FieldKind::Uuid),
            Field::of(&table::Column::MemberId, FieldKind::Uuid),
            Field::expression("open", || table::Column::ToOn.is_null(), FieldKind::Bool)
                .class(Sensitivity::P1)
                .about(
                    "True: only assignments without a last day (`to_on`). False: only the others",
                ),
            Field::of(&table::Column::FromOn, FieldKind::Date).sorted(),
            Field::of(&table::Column::ToOn, FieldKind::Date),
            Field::of(&table::Column::CreatedAt, FieldKind::Instant).sorted(),
        ],
        sort: "-created_at",
        search: None,
        scope: reach::of_branch,
        expand: &[EXPAND_BRANCH, EXPAND_CANDIDATE, EXPAND_MEMBER],
        computed: true,
    };
    fn show(row: table::Model, _: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            branch_id,
            candidate_id,
            member_id,
            from_on,
            to_on,
            end_reason,
            other_branch_reason,
            void: _,
            version,
            created_at,
            updated_at,
        } = row;
        Self {
            id,
            branch_id,
            branch_name: None,
            candidate_id,
            full_name: None,
            candidate_version: None,
            member_id,
            member_name: String::new(),
            from_on,
            to_on,
            end_reason,
            other_branch_reason,
            version,
            created_at,
            updated_at,
        }
    }
    const NAMES: &'static [Named<Self>] = names::of_its_branch!(
        table::Column::BranchId; table::Column::CandidateId
    );
    const COMPLETED: bool = true;
    async fn complete(tx: &Tx, items: &mut [Self]) -> Result<()> {
        let ids: Vec<Uuid> = items.iter().map(|s| s.id).collect();
        for name in tx.all(functions::counts("sponsors", ids)).await? {
            for item in items.iter_mut().filter(|s| s.id == name.id) {
                item.member_name = name.word.clone().unwrap_or_default();
                item.candidate_version = name.n;
            }
        }
        Ok(())
    }
}

impl Editable for Sponsorship {
    type Edit = SponsorshipEnd;
    const NOT_STORED: &[&str] = &["acknowledged"];
    fn edit(row: &table::Model) -> SponsorshipEnd {
        SponsorshipEnd {
            to_on: row.to_on,
            end_reason: stored(row.end_reason.clone()),
            acknowledged: false,
        }
    }
    fn apply(edit: SponsorshipEnd, active: &mut table::ActiveModel) {
        active.to_on = Set(edit.to_on);
        active.end_reason = Set(plain(edit.end_reason));
    }
}

/// Assign a sponsor to a candidate
///
/// An act of the candidacy: `If-Match` is the candidate's version, which the act increments.
/// Refused with every unmet requirement: official on that date, active, below the load limit, of
/// the same branch or with a reason, at most two sponsors at a time.
#[operation(
    post,
    "/candidates/{id}/sponsorships",
    tag = "sponsorships",
    refuses(RequirementsUnmet)
)]
pub async fn create_sponsorship(
    permit: Permit<WriteSponsorships>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<NewSponsorship>,
) -> Result<Created<Sponsorship>> {
    let today = db.clock().today();
    edit::create::<Sponsorship, _, _>(&db, &permit, &body, async |tx| {
        let new = &body.value;
        let candidate = recording::lock_candidate(tx, permit.reach(), *id).await?;
        seen.check_at(candidate.version, candidate.stage)?;
        let member = Reference::to_member("/member_id", new.member_id);
        edit::check_references(tx, [member]).await?;
        // locked, so that concurrent assignments cannot both take the sponsor's last place
        tx.execute(functions::lock("member", vec![new.member_id]))
            .await?;
        let act = acts::Sponsorship {
            on: new.from_on,
            member_id: new.member_id,
            other_branch_reason: new.other_branch_reason.clone(),
            corrects: None,
        };
        recording::append(tx, permit.by(), &law, &candidate, act.into(), today).await?;
        let mut active = edit::blank::<Sponsorship>();
        active.branch_id = Set(candidate.branch_id);
        active.candidate_id = Set(candidate.id);
        active.member_id = Set(new.member_id);
        active.from_on = Set(new.from_on);
        active.other_branch_reason = Set(plain(new.other_branch_reason.clone()));
        // for a sponsor who can no longer help, the refusal tells until when they could
        let known = facts::registered(tx, new.member_id).await?;
        let file = recording::lock_candidate(tx, permit.reach(), *id).await?;
        let elsewhere = new.other_branch_reason.is_some();
        if let Some(last) = facts::helped_until(tx, &known, &file, elsewhere, today).await? {
            let on = last.max(new.from_on);
            let reason = if known.left_on().is_some() {
                "người kèm cặp không còn là đảng viên ở đây"
            } else {
                recording::sponsors::HELPS_NO_MORE
            };
            let act = acts::SponsorshipEnd {
                on,
                member_id: new.member_id,
                reason: Text::stored(reason.to_owned()),
                corrects: None,
            };
            recording::append(tx, permit.by(), &law, &file, act.into(), today).await?;
            active.to_on = Set(Some(on));
            active.end_reason = Set(Some(reason.to_owned()));
        }
        edit::insert::<Sponsorship>(tx, permit.caller().organization, active).await
    })
    .await
}

/// List the sponsorships of a candidate, including past ones
#[operation(get, "/candidates/{id}/sponsorships", tag = "sponsorships")]
pub async fn list_candidate_sponsorships(
    permit: Permit<ReadSponsorships>,
    db: Data<Db>,
    id: Path<Uuid>,
    query: List<Sponsorship>,
) -> Result<Page<Sponsorship>> {
    let reach = permit.reach();
    let parent = async |tx: &Tx| recording::get_candidate(tx, reach, *id).await.map(drop);
    edit::list_below(
        &db,
        &permit,
        &query,
        table::Column::CandidateId.eq(*id),
        parent,
    )
    .await
}

/// List sponsorships
#[operation(get, "/sponsorships")]
pub async fn list_sponsorships(
    permit: Permit<ReadSponsorships>,
    db: Data<Db>,
    query: List<Sponsorship>,
) -> Result<Page<Sponsorship>> {
    edit::list(&db, &permit, &query).await
}

/// Get a sponsorship
#[operation(get, "/sponsorships/{id}")]
pub async fn get_sponsorship(
    permit: Permit<ReadSponsorships>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<Sponsorship>,
) -> Result<Reply<Sponsorship>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// Change a sponsorship
///
/// Ends it. Refused where an act that stands rests on the sponsor on a later day, naming the act, unless `acknowledged`.
#[operation(
    patch,
    "/sponsorships/{id}",
    refuses(InvalidTransition, RequirementsUnmet)
)]
pub async fn change_sponsorship(
    permit: Permit<WriteSponsorships>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<SponsorshipEnd>,
) -> Result<Reply<Sponsorship>> {
    let today = db.clock().today();
    edit::change::<Sponsorship, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, row, new, _active| {
            if row.to_on.is_some() {
                return Err(Error::new(Code::InvalidTransition).detail(say(
                    "Đã kết thúc; hãy phân công lại.",
                    "It has ended; assign the sponsor again.",
                )));
            }
            let (Some(on), Some(reason)) = (new.to_on, new.end_reason.clone()) else {
                let (given, missing) = if new.to_on.is_some() {
                    ("to_on", "/end_reason")
                } else {
                    ("end_reason", "/to_on")
                };
                return Err(Error::invalid(
                    missing,
                    "required",
                    say(
                        format!("Đi cùng {given}."),
                        format!("Required with {given}."),
                    ),
                ));
            };
            if on < row.from_on {
                return Err(Error::invalid(
                    "/to_on",
                    "before_start",
                    say("Trước ngày bắt đầu.", "Before it began."),
                ));
            }
            let candidate = recording::lock_candidate(tx, permit.reach(), row.candidate_id).await?;
            let act = acts::SponsorshipEnd {
                on,
                member_id: row.member_id,
                reason: Text::stored(reason.into_string()),
                corrects: None,
            };
            let file = Evidence::of(tx, &law, vec![candidate.id], today).await?;
            let said = (new.acknowledged, Some(act.reason.as_str().to_owned()));
            recording::append(tx, permit.by(), &law, &candidate, act.into(), today).await?;
            file.still_holds_or_says_so(tx, permit.by(), &law, (said.0, said.1.as_deref()))
                .await
        },
    )
    .await
}
