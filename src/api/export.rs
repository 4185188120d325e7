//! Export of everything that is stored about one person, which the person may ask for
//! (91/2025/QH15): the rows as they are stored, and who has read them. It takes a written reason,
//! and is logged and counted like a reveal.
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::extension::postgres::PgExpr as _;
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, Query as Build, SelectStatement};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::access_log::{self, Reading};
use super::body::Body;
use super::edit;
use super::reply::Reply;
use super::resource::{Resource, Row};
use super::reveal::{EXPORT, Reveal, expect_few, written};
use super::sealed;
use super::values;
use crate::access::{Permission, reach};
use crate::auth::Permit;
use crate::db::tables::account;
use crate::db::{Db, Query, Tx, any_of, constant, functions, value_of};
use crate::error::Result;

/// Everything stored about one person
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonalData {
    /// The rows about the person: candidacies, and memberships; a member's id is that of the file that
    /// made them one. Somebody with the same name and birth date counts as the same person unless confirmed to be another
    #[schema(max_items = 100)]
    pub ids: Vec<Uuid>,
    pub at: DateTime<Utc>,
    /// The rows about the person under the name of their kind, with their fields as stored.
    /// `sponsor` and `introducer` are rows about others in which they have that part;
    /// `access_entry` tells who has read what is protected, `audit_entry` what was changed in the rows of
    /// candidate and member, with the values before and afterwards. Not among them: moves of a branch's people
    /// to another, and entries of source plans that are not linked to the file
    #[schema(value_type = Object)]
    pub held: Value,
}

/// Columns computed from others, and the links of a log's chain.
const DERIVED: [&str; 9] = [
    "citizen_index",
    "name_key",
    "folded",
    "open",
    "paper_key",
    "certificate_key",
    "chain",
    "prev",
    "hash",
];

/// What somebody else's nomination says about that person.
const OF_THE_OTHER: [&str; 4] = ["reason", "outcome", "outcome_on", "outcome_reason"];

/// Answers all that is held on the person whose row it is. `of` names its organisation and
/// candidate.
pub async fn export<R: Resource, P: Permission>(
    db: &Db,
    permit: &Permit<P>,
    id: Uuid,
    body: &Body<Reveal>,
    of: impl Fn(&Row<R>) -> (Uuid, Option<Uuid>),
) -> Result<Reply<PersonalData>> {
    let reason = written(&body.value.reason)?;
    db.run(permit, async |tx| {
        let row = edit::find::<R>(&tx, permit.reach(), id, false).await?;
        expect_few(&tx, permit).await?;
        let (organization, candidate) = of(&row);
        let ids = tx.one(functions::one_person(id)).await?;
        let ids = ids.map_or_else(|| vec![id], |(ids,)| ids);
        let held = tx.one(held(&tx, permit, &ids)).await?;
        let mut held = held.map(|(held,)| held).unwrap_or_default();
        let mut keys = BTreeMap::new();
        for columns in sealed::ALL {
            for row in held[columns.table].as_array_mut().into_iter().flatten() {
                sealed::open(db, columns, row, &mut keys)?;
            }
        }
        for entry in held["audit_entry"].as_array_mut().into_iter().flatten() {
            values::open_in(tx.seals(), entry, &keys);
        }
        let at = tx.now();
        let data = PersonalData { ids, at, held };
        let reading = Reading {
            organization,
            resource: EXPORT,
            id,
            candidate,
        };
        let entry = access_log::entry(&tx, permit.by(), &reading, Some(reason.clone()));
        tx.last().execute(entry).await?;
        Ok(Reply::new(&data).cache("no-store"))
    })
    .await
}

/// The statement that reads every row about these people, by kind.
fn held<P: Permission>(tx: &Tx, permit: &Permit<P>, ids: &[Uuid]) -> Query<(Value,)> {
    let mut all = Vec::new();
    for (kind, table, which) in about(ids) {
        let mut row: Expr = Func::cust("to_jsonb").arg(Expr::col(table)).into();
        let other = if kind == "introducer" {
            &OF_THE_OTHER[..]
        } else {
            &[]
        };
        let without = DERIVED.iter().chain(other).map(ToString::to_string);
        row = row.sub(Expr::val(without.collect::<Vec<_>>()).cast_as("text[]"));
        if table == "access_entry" {
            row = row.concatenate(
                Func::cust("jsonb_build_object").args([constant("reader"), value_of(reader())]),
            );
        }
        let none = constant("[]").cast_as("jsonb");
        let mut rows = Build::select();
        rows.expr(Func::coalesce([
            Func::cust("jsonb_agg").arg(row).into(),
            none,
        ]))
        .from(table)
        .and_where(which)
        .and_where(tx.within(
            &reach::own_organization(permit.reach()),
            &format!("{table}."),
        ));
        all.extend([constant(kind), value_of(rows)]);
    }
    let mut object = Build::select();
    object.expr(Func::cust("jsonb_build_object").args(all));
    Query::of(&object)
}

/// The name of the account that has read.
fn reader() -> SelectStatement {
    let mut name = Build::select();
    name.column(account::Column::DisplayName)
        .from(account::Entity)
        .and_where(
            Expr::col((account::Entity, account::Column::Id))
                .eq(Expr::col(("access_entry", "account_id"))),
        );
    name
}

/// Kind, table and condition of the rows about these people.
fn about(ids: &[Uuid]) -> Vec<(&'static str, &'static str, Expr)> {
    let by = |kind, table, column| (kind, table, any_of((table, column), ids.to_vec()));
    let file = |table| by(table, table, "candidate_id");
    let member = |table| by(table, table, "member_id");
    let seats = |column: &'static str| {
        let mut seats = Build::select();
        seats
            .column(column)
            .from("enrolment")
            .and_where(any_of(("enrolment", "candidate_id"), ids.to_vec()));
        seats
    };
    let present = Expr::col(("attendance", "enrolment_id")).in_subquery(seats("id"));
    let log = |column| Expr::col(("access_entry", column));
    let read = any_of(("access_entry", "candidate_id"), ids.to_vec())
        .or(any_of(("access_entry", "resource_id"), ids.to_vec()))
        .or(log("resource")
            .eq(constant("roster"))
            .and(log("resource_id").in_subquery(seats("class_id"))));
    let changed = any_of(("audit_entry", "resource_id"), ids.to_vec());
    vec![
        by("candidate", "candidate", "id"),
        by("member", "member", "id"),
        member("membership"),
        member("member_activity_change"),
        member("member_leaving"),
        member("transfer"),
        member("branch_officer"),
        file("nomination"),
        by("introducer", "nomination", "introducer_member_id"),
        file("act"),
        file("sponsorship"),
        by("sponsor", "sponsorship", "member_id"),
        file("transfer_offer"),
        file("deadline"),
        file("enrolment"),
        ("attendance", "attendance", present),
        file("source_plan_entry"),
        file("review_item"),
        by("erasure", "erasure", "person_id"),
        ("access_entry", "access_entry", read),
        ("audit_entry", "audit_entry", changed),
    ]
}
