//! What prevents the erasure of a person, and what it covers.
use chrono::NaiveDate;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::{ExprTrait as _, Query as Build, UnionType};
use uuid::Uuid;

use crate::auth::Permit;
use crate::db::tables::{candidate, erasure, member};
use crate::db::{Query, Tx, any_of, any_row, functions, locks, open};
use crate::error::Result;

/// Whether the caller's organisation has such a candidate or member, of whatever state.
pub(super) async fn known<P>(tx: &Tx, permit: &Permit<P>, person: Uuid) -> Result<bool> {
    let own = permit.caller().organization;
    let file = candidate::Column::Id
        .eq(person)
        .and(candidate::Column::OrganizationId.eq(own));
    let row = member::Column::Id
        .eq(person)
        .and(member::Column::OrganizationId.eq(own));
    let known = [
        any_row::<candidate::Entity>(file),
        any_row::<member::Entity>(row),
    ];
    Ok(tx.ask(known).await?.contains(&true))
}

/// All rows about the person of this one.
pub(super) async fn rows(tx: &Tx, person: Uuid) -> Result<Vec<Uuid>> {
    let rows = tx.one(functions::one_person(person)).await?;
    Ok(rows.map_or_else(Vec::new, |(rows,)| rows))
}

/// Locks these people until the transaction ends: none of their rows changes, and no new attempt is
/// opened, which would be under their name. What was read before may be incomplete.
pub(super) async fn lock(tx: &Tx, ids: &[Uuid]) -> Result<()> {
    use candidate::Column as File;
    use member::Column as Row;
    for table in ["candidate", "member"] {
        tx.later(functions::lock(table, ids.to_vec())).await;
    }
    let mut named = Build::select();
    named
        .columns([File::FullName, File::BirthDate])
        .from(candidate::Entity)
        .and_where(any_of(File::Id, ids.to_vec()));
    let mut members = Build::select();
    members
        .columns([Row::FullName, Row::BirthDate])
        .from(member::Entity)
        .and_where(any_of(Row::Id, ids.to_vec()));
    named.union(UnionType::Distinct, members);
    let mut named = tx.all(Query::<(String, NaiveDate)>::of(&named)).await?;
    // a fixed order, so that two erasures cannot deadlock
    named.sort_unstable();
    for (name, born) in named {
        tx.execute(locks::person(name, born)).await?;
    }
    Ok(())
}

/// Whether one of these candidacies is open, and whether one of these members is one.
pub(super) async fn stands(tx: &Tx, ids: &[Uuid]) -> Result<[bool; 2]> {
    let files = any_of((candidate::Entity, candidate::Column::Id), ids.to_vec());
    let members = any_of((member::Entity, member::Column::Id), ids.to_vec());
    tx.ask([
        any_row::<candidate::Entity>(files.and(open())),
        any_row::<member::Entity>(members.and(member::Column::DeletedAt.is_null())),
    ])
    .await
}

/// Those of these that were not erased yet.
pub(super) async fn left(tx: &Tx, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    use candidate::Column as File;
    use member::Column as Row;
    let mut left = Build::select();
    left.column(File::Id)
        .from(candidate::Entity)
        .and_where(any_of(File::Id, ids.to_vec()))
        .and_where(File::ErasedOn.is_null());
    let mut members = Build::select();
    members
        .column(Row::Id)
        .from(member::Entity)
        .and_where(any_of(Row::Id, ids.to_vec()))
        .and_where(Row::ErasedOn.is_null());
    left.union(UnionType::Distinct, members);
    let left = tx.all(Query::<(Uuid,)>::of(&left)).await?;
    Ok(left.into_iter().map(|(id,)| id).collect())
}

/// Whether a request about one of these waits.
pub(super) async fn waits(tx: &Tx, ids: &[Uuid]) -> Result<bool> {
    let waiting = any_of((erasure::Entity, erasure::Column::PersonId), ids.to_vec())
        .and(erasure::Column::ConfirmedBy.is_null())
        .and(erasure::Column::WaitsUntil.gt(tx.now()));
    Ok(tx.ask([any_row::<erasure::Entity>(waiting)]).await? == [true])
}
