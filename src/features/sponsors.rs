//! Sponsors (đảng viên phụ trách kèm cặp): official members who may sponsor a candidate, and their
//! load.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /sponsors` | [`list_sponsors`] |
//! | `GET /sponsors/{id}` | [`get_sponsor`] |
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::rows::{Rows, all};
use crate::access::{Reach, ReadSponsors, Sensitivity, reach};
use crate::api::edit;
use crate::api::list::List;
use crate::api::names;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::reply::{Page, Reply};
use crate::api::resource::{EXPAND_BRANCH, Field, FieldKind, Named, Resource, Spec, Viewer};
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::tables::member;
use crate::db::{Db, Tx, functions, name_key};
use crate::error::Result;
use crate::facts;
use crate::law::settings::SPONSORSHIP_LOAD_LIMIT;
use crate::law::words::{Activity, MemberStatus};

pub fn configure(v1: &mut Routes) {
    v1.service(list_sponsors).service(get_sponsor);
}

/// An official member as a possible sponsor
#[derive(Debug, Serialize, ToSchema)]
pub struct Sponsor {
    /// Id of the member
    pub id: Uuid,
    pub branch_id: Uuid,
    #[schema(required = true, max_length = 200)]
    pub branch_name: Option<String>,
    #[schema(example = "Phạm Hữu Cường", max_length = 200)]
    pub full_name: String,
    #[schema(required = true)]
    pub official_on: Option<NaiveDate>,
    pub activity: Activity,
    /// Number of people that the member sponsors now
    #[schema(minimum = 0)]
    pub open_sponsorships: i32,
    /// Maximum number of people at a time (setting `sponsorship_load_limit`)
    #[schema(minimum = 0)]
    pub load_limit: i32,
    /// Whether the member is official, active and below the limit today
    pub eligible: bool,
    #[schema(minimum = 1)]
    pub version: i32,
}

fn official(reach: Reach) -> Rows {
    let official = Rows::Word("status", vec![MemberStatus::Official.wire()]);
    all([reach::of_branch(reach), official])
}

impl Resource for Sponsor {
    type Entity = member::Entity;
    const SPEC: Spec = Spec {
        name: "sponsor",
        path: "sponsors",
        fields: &[
            Field::of(&member::Column::BranchId, FieldKind::Uuid),
            Field::of(&member::Column::Activity, FieldKind::Enum(Activity::WIRE)),
            Field::of(&member::Column::OfficialOn, FieldKind::Date),
            Field::expression("full_name", name_key, FieldKind::Text)
                .class(Sensitivity::P1)
                .only_sorted(),
            Field::of(&member::Column::CreatedAt, FieldKind::Instant)
                .sorted()
                .about("When the member was entered in the register; several values with commas or by repeating the parameter"),
        ],
        sort: "full_name",
        search: Some("member"),
        scope: official,
        expand: &[EXPAND_BRANCH],
        computed: true,
    };
    fn show(row: member::Model, viewer: &Viewer) -> Self {
        let eligible = row.activity == Activity::Active
            && row.official_on.is_some_and(|on| on <= viewer.today);
        Self {
            id: row.id,
            branch_id: row.branch_id,
            branch_name: None,
            full_name: row.full_name,
            official_on: row.official_on,
            activity: row.activity,
            open_sponsorships: 0,
            load_limit: 0,
            eligible,
            version: row.version,
        }
    }
    const NAMES: &'static [Named<Self>] = names::of_its_branch!(member::Column::BranchId);
    const COMPLETED: bool = true;
    async fn complete(tx: &Tx, items: &mut [Self]) -> Result<()> {
        let limit = facts::setting_soon(tx, &SPONSORSHIP_LOAD_LIMIT, None).await;
        let ids: Vec<Uuid> = items.iter().map(|s| s.id).collect();
        for open in tx.all(functions::counts("sponsorships", ids)).await? {
            if let Some(sponsor) = items.iter_mut().find(|s| s.id == open.id) {
                sponsor.open_sponsorships = open.n.unwrap_or_default();
            }
        }
        let limit = limit.one().await?;
        let limit = limit.map_or(SPONSORSHIP_LOAD_LIMIT.default, |(limit,)| limit);
        for sponsor in items {
            sponsor.load_limit = limit;
            sponsor.eligible &= sponsor.open_sponsorships < limit;
        }
        Ok(())
    }
}

/// List sponsors
#[operation(get, "/sponsors")]
pub async fn list_sponsors(
    permit: Permit<ReadSponsors>,
    db: Data<Db>,
    query: List<Sponsor>,
) -> Result<Page<Sponsor>> {
    edit::list(&db, &permit, &query).await
}

/// Get a sponsor
#[operation(get, "/sponsors/{id}")]
pub async fn get_sponsor(
    permit: Permit<ReadSponsors>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<Sponsor>,
) -> Result<Reply<Sponsor>> {
    edit::get(&db, &permit, *id, &wanted).await
}
