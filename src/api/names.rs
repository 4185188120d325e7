//! Names that stand beside ids, as far as the caller sees whose they are. They are read in the
//! statement that reads the row.
use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait as _, Query as Build};
use sea_orm::{ColumnTrait, EntityTrait};
use uuid::Uuid;

use super::list::keyed::Keyed;
use super::resource::{Named, Resource};
use crate::access::reach::by;
use crate::access::{Action, reach};
use crate::db::tables::{branch, candidate, class, member};
use crate::db::{Query, Soon, Table as _, Tx, any_of, value_of};
use crate::error::Result;

/// This column of the row that the id names, which the condition may hide.
fn named<E: EntityTrait>(
    name: E::Column,
    (key, id): (E::Column, impl ColumnTrait),
    seen: Option<Expr>,
) -> Expr {
    let mut select = Build::select();
    select
        .expr(name.into_expr())
        .from(E::default())
        .and_where(key.into_expr().eq(id.into_expr()));
    if let Some(condition) = seen {
        select.and_where(condition);
    }
    value_of(select)
}

/// The name of the branch that the column names: whoever sees a row sees what its branch is called.
pub fn of_branch(id: impl ColumnTrait) -> Expr {
    named::<branch::Entity>(branch::Column::Name, (branch::Column::Id, id), None)
}

/// The title of the class that the column names: whoever sees a row sees what its class is called.
pub fn of_class(id: impl ColumnTrait) -> Expr {
    named::<class::Entity>(class::Column::Title, (class::Column::Id, id), None)
}

/// The name beside the `branch_id` of a row, from its column, among others.
macro_rules! branch_name {
    ($id:expr) => {
        Named {
            read: |_| $crate::api::names::of_branch($id),
            put: |row, name| {
                row.branch_name = name;
                Ok(())
            },
        }
    };
}
pub(crate) use branch_name;

/// The name beside the `branch_id` of a row, from its column; and beside its `member_id`, or its
/// `candidate_id` and `class_id`.
macro_rules! of_its_branch {
    ($id:expr $(, $member:expr)? $(; $candidate:expr $(, $class:expr)?)?) => {
        &[
            $crate::api::names::branch_name!($id),
            $(Named {
                read: |tx| $crate::api::names::of_member(tx, $member),
                put: |row, name| {
                    row.member_name = name;
                    Ok(())
                },
            },)?
            $(Named {
                read: |tx| $crate::api::names::of_candidate(tx, $candidate),
                put: |row, name| {
                    row.full_name = name;
                    Ok(())
                },
            },
            $(Named {
                read: |_| $crate::api::names::of_class($class),
                put: |row, title| {
                    row.class_title = title;
                    Ok(())
                },
            },)?)?
        ]
    };
}
pub(crate) use of_its_branch;

/// The name of the member that the column names, for who may read the member.
pub fn of_member(tx: &Tx, id: impl ColumnTrait) -> Expr {
    let rows = by(&[Action::ReadMembers], reach::of_branch);
    let seen = tx.within(&rows, "member.");
    named::<member::Entity>(
        member::Column::FullName,
        (member::Column::Id, id),
        Some(seen),
    )
}

/// The name of the candidate that the column names, for who may read the candidate.
pub fn of_candidate(tx: &Tx, id: impl ColumnTrait) -> Expr {
    let rows = by(&[Action::ReadCandidates], reach::candidate);
    let seen = tx.within(&rows, "candidate.");
    named::<candidate::Entity>(
        candidate::Column::FullName,
        (candidate::Column::Id, id),
        Some(seen),
    )
}

/// Asks for id and name of the branches whose candidates are within this scope.
pub async fn branches(tx: &Tx, candidates: Expr) -> Soon<(Uuid, String)> {
    let mut theirs = Build::select();
    theirs
        .expr(candidate::Column::BranchId.into_expr())
        .from(candidate::Entity)
        .and_where(candidates);
    let mut select = Build::select();
    select
        .expr(branch::Column::Id.into_expr())
        .expr(branch::Column::Name.into_expr())
        .from(branch::Entity)
        .and_where(branch::Column::Id.into_expr().in_subquery(theirs));
    tx.soon(Query::<(Uuid, String)>::of(&select)).await
}

/// The names beside the ids of one row, in the order in which its resource has them.
pub type Names = Vec<Option<String>>;

/// What a statement reads beside the row.
pub fn read<R: Resource>(tx: &Tx) -> impl Iterator<Item = Expr> {
    R::NAMES.iter().map(|named: &Named<R>| (named.read)(tx))
}

/// Puts the names that were read into their places.
pub fn put<R: Resource>(
    one: &mut R,
    names: impl IntoIterator<Item = Option<String>>,
) -> Result<()> {
    for (named, name) in R::NAMES.iter().zip(names) {
        (named.put)(one, name)?;
    }
    Ok(())
}

/// The statement that reads the names beside the ids of a row that was written, not read; None where
/// there are none.
pub fn reading<R: Resource>(tx: &Tx, id: Uuid) -> Option<Query<Keyed<()>>> {
    if R::NAMES.is_empty() {
        return None;
    }
    let mut select = Build::select();
    select
        .exprs(read::<R>(tx))
        .from(R::Entity::default())
        .and_where(R::Entity::ID.into_expr().eq(id));
    Some(Query::of(&select))
}

/// These names, read at once.
pub async fn of<R: Resource>(tx: &Tx, id: Uuid) -> Result<Names> {
    let found = match reading::<R>(tx, id) {
        Some(names) => tx.one(names).await?,
        None => None,
    };
    Ok(found.map(|found| found.more).unwrap_or_default())
}

/// Reads the names beside the ids of these rows, and puts them there.
pub async fn beside<R: Resource>(tx: &Tx, items: &mut [R], id: impl Fn(&R) -> Uuid) -> Result<()> {
    let ids: Vec<Uuid> = items.iter().map(&id).collect();
    let mut select = Build::select();
    select
        .expr(R::Entity::ID.into_expr())
        .exprs(read::<R>(tx))
        .from(R::Entity::default())
        .and_where(any_of(R::Entity::ID, ids));
    let found = tx.all(Query::<Keyed<(Uuid,)>>::of(&select)).await?;
    let mut found: HashMap<Uuid, Vec<Option<String>>> = found
        .into_iter()
        .map(|keyed| (keyed.row.0, keyed.more))
        .collect();
    for item in items {
        put(item, found.remove(&id(item)).unwrap_or_default())?;
    }
    Ok(())
}
