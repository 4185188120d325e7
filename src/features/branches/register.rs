//! Who belonged to a branch on a day.
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::store::expect_visible;
use crate::access::ReadMembers;
use crate::api::operation::operation;
use crate::api::query;
use crate::api::reply::Reply;
use crate::auth::Permit;
use crate::db::Db;
use crate::error::Result;
use crate::facts;
use crate::law::words::{Activity, MemberStatus};

/// Members of a branch on a day
#[derive(Debug, Serialize, ToSchema)]
pub struct BranchRegister {
    pub branch_id: Uuid,
    pub on: NaiveDate,
    /// Official members; the `members` of a vote on that day
    #[schema(minimum = 0)]
    pub official: i32,
    #[schema(minimum = 0)]
    pub probationary: i32,
    /// Official members exempt from activity or temporarily elsewhere; the maximum of
    /// `exempt_absent` in a vote
    #[schema(minimum = 0)]
    pub exempt: i32,
    /// Official members suspended, prosecuted or detained; the `suspended` of a vote
    #[schema(minimum = 0)]
    pub suspended: i32,
    #[schema(max_items = 10_000)]
    pub items: Vec<Registered>,
}

/// A member of the branch on that day
#[derive(Debug, Serialize, ToSchema)]
pub struct Registered {
    pub member_id: Uuid,
    /// Null if the member now belongs to another branch that your role cannot see
    #[schema(required = true, max_length = 200)]
    pub full_name: Option<String>,
    /// Status on that day
    pub status: MemberStatus,
    /// Activity on that day
    pub activity: Activity,
    pub from_on: NaiveDate,
    #[schema(required = true)]
    pub to_on: Option<NaiveDate>,
    /// Number of the paper by which the member came from another branch
    #[schema(required = true, max_length = 100)]
    pub paper_number: Option<String>,
}

/// Selects the day of the register
#[derive(Clone, Debug, Deserialize, IntoParams)]
pub struct AskedOn {
    /// Date; today by default
    #[serde(default, deserialize_with = "query::day")]
    on: Option<NaiveDate>,
}

/// Get the register of a branch
///
/// The members on a day, with transfers, splits and mergers taken into account. `on` is today by
/// default.
#[operation(get, "/branches/{id}/register", answer = "The register of that day")]
pub async fn get_branch_register(
    permit: Permit<ReadMembers>,
    db: Data<Db>,
    id: Path<Uuid>,
    query::Query(asked): query::Query<AskedOn>,
) -> Result<Reply<BranchRegister>> {
    let on = asked.on.unwrap_or_else(|| db.clock().today());
    let (register, names, papers) = db
        .read(&permit, async |tx| {
            expect_visible(&tx, permit.reach(), *id).await?;
            let register = facts::register::branch(&tx, *id).await?;
            let members: Vec<Uuid> = register.on(on).filter_map(|line| line.member).collect();
            // names only of members whom the caller can see now
            let papers = tx.all(super::store::papers_of(*id)).await?;
            let names = tx.last().all(super::store::names_of(members)).await?;
            Ok((register, names, papers))
        })
        .await?;
    let place = |id: Uuid| names.iter().position(|(member, _)| *member == id);
    let mut items: Vec<Registered> = register
        .on(on)
        .filter_map(|line| {
            let member_id = line.member?;
            Some(Registered {
                member_id,
                full_name: place(member_id).map(|at| names[at].1.clone()),
                status: if line.official_on(on) {
                    MemberStatus::Official
                } else {
                    MemberStatus::Probationary
                },
                activity: line.activities.on(on),
                from_on: line.from_on,
                to_on: line.to_on,
                paper_number: papers
                    .iter()
                    .find(|(member, from, _)| (*member, *from) == (member_id, line.from_on))
                    .map(|(_, _, paper)| paper.clone()),
            })
        })
        .collect();
    items.sort_by_key(|i| (place(i.member_id).unwrap_or(usize::MAX), i.member_id));
    let counts = register.counts(on);
    let body = BranchRegister {
        branch_id: *id,
        on,
        official: counts.official,
        probationary: counts.probationary,
        exempt: counts.exempt,
        suspended: counts.suspended,
        items,
    };
    Ok(Reply::new(&body))
}
