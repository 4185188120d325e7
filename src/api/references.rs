//! References between rows: what a body may name, and what keeps a row from being deleted.
use chrono::NaiveDate;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use uuid::Uuid;

use super::http::unknown_reference;
use crate::db::tables::{branch, candidate, department, dispatch, member, membership};
use crate::db::{Table, Tx, any_live, any_row, constant, functions, identity, locks, open};
use crate::error::{Code, Error, Fault, Result, branch_closed};
use crate::law::say;

/// A field of a body that refers to a row.
pub struct Reference {
    pointer: &'static str,
    id: Option<Uuid>,
    /// Whether the row exists; `None` if the field is empty.
    there: Option<Expr>,
    /// The branch that it names, which must not have ended.
    branch: Option<Uuid>,
}

impl Reference {
    fn when<E: Table>(
        pointer: &'static str,
        id: impl Into<Option<Uuid>>,
        also: Option<Expr>,
    ) -> Self {
        let id = id.into();
        let there = id.map(|id| {
            let organization = E::ORGANIZATION_ID
                .map(|column| column.into_expr().eq(identity("app.organization")));
            let which = organization.into_iter().chain(also);
            any_live::<E>(which.fold(E::ID.eq(id), Expr::and))
        });
        Self {
            pointer,
            id,
            there,
            branch: None,
        }
    }

    /// A reference to a live row of the caller's organisation that the caller can see.
    pub fn to<E: Table>(pointer: &'static str, id: impl Into<Option<Uuid>>) -> Self {
        Self::when::<E>(pointer, id, None)
    }

    /// A reference to a member: one who has left stands in what they did before.
    pub fn to_member(pointer: &'static str, id: impl Into<Option<Uuid>>) -> Self {
        let id = id.into();
        let belonged = Expr::col((membership::Entity, membership::Column::MemberId))
            .equals((member::Entity, member::Column::Id));
        let known = member::Column::DeletedAt
            .is_null()
            .or(any_row::<membership::Entity>(belonged));
        let own = member::Column::OrganizationId
            .into_expr()
            .eq(identity("app.organization"));
        let there =
            id.map(|id| any_row::<member::Entity>(member::Column::Id.eq(id).and(own).and(known)));
        Self {
            pointer,
            id,
            there,
            branch: None,
        }
    }

    /// A reference to an open branch: nothing may be attached to a closed one.
    pub fn to_branch(pointer: &'static str, id: impl Into<Option<Uuid>>) -> Self {
        let (id, going_on) = (id.into(), branch::Column::ClosedOn.is_null());
        Self {
            branch: id,
            ..Self::when::<branch::Entity>(pointer, id, Some(going_on))
        }
    }
}

/// The fields of references whose rows are being looked for, each with the branch that it names.
pub struct Sought<const N: usize>([(&'static str, Option<Uuid>); N]);

/// What to ask in order to know whether the rows exist. They stay as they are from then on, until the
/// transaction ends.
pub async fn seek_references<const N: usize>(
    tx: &Tx,
    references: [Reference; N],
) -> (Sought<N>, [Expr; N]) {
    let rows = references.iter().filter_map(|r| r.id);
    tx.later(locks::hold(rows)).await;
    let named = references.each_ref().map(|r| (r.pointer, r.branch));
    let asked = references.map(|r| r.there.unwrap_or_else(|| constant(true)));
    (Sought(named), asked)
}

impl<const N: usize> Sought<N> {
    /// A fault for every dangling reference.
    pub async fn expect(self, tx: &Tx, there: [bool; N]) -> Result<()> {
        let mut missing = Vec::new();
        for ((pointer, branch), _) in self.0.iter().zip(there).filter(|(_, there)| !there) {
            let successor = match branch {
                Some(branch) => taken_over(tx, *branch).await?,
                None => None,
            };
            missing.push(match successor {
                Some(successor) => Fault::branch_closed(pointer, &successor),
                None => unknown_reference(pointer),
            });
        }
        if missing.is_empty() {
            Ok(())
        } else {
            Err(Error::faults(Code::ValidationFailed, missing))
        }
    }
}

/// A fault for every dangling reference. The rows stay as they are until the transaction ends.
pub async fn check_references<const N: usize>(tx: &Tx, references: [Reference; N]) -> Result<()> {
    if references.iter().all(|r| r.there.is_none()) {
        return Ok(());
    }
    let (sought, asked) = seek_references(tx, references).await;
    let there = tx.ask(asked).await?;
    sought.expect(tx, there).await
}

/// What took over from a branch that has ended; `None` while it goes on.
pub async fn taken_over(tx: &Tx, branch: Uuid) -> Result<Option<String>> {
    let ended = tx.one(functions::taken_over(branch)).await?;
    Ok(ended.and_then(|(successor,)| successor))
}

/// Whether a branch of the caller's organisation ended on that day or later.
pub async fn ended_since(tx: &Tx, branch: Uuid, day: NaiveDate) -> Result<bool> {
    let ended = branch::Column::Id
        .eq(branch)
        .and(
            branch::Column::OrganizationId
                .into_expr()
                .eq(identity("app.organization")),
        )
        .and(branch::Column::ClosedOn.gte(day));
    let [ended] = tx.ask([any_row::<branch::Entity>(ended)]).await?;
    Ok(ended)
}

/// The address names a branch: 409 where it has ended, with the branch that took over.
pub async fn expect_open_branch(tx: &Tx, branch: Uuid) -> Result<()> {
    tx.later(locks::hold([branch].into_iter())).await;
    match taken_over(tx, branch).await? {
        None => Ok(()),
        Some(successor) => {
            Err(Error::new(Code::InvalidTransition).detail(branch_closed(&successor)))
        }
    }
}

/// Whether the department that is named for a person of the branch, if any, is one of it.
pub fn is_department_of(department: Option<Uuid>, branch: Uuid) -> Expr {
    let Some(department) = department else {
        return constant(true);
    };
    let of_branch = department::Column::BranchId.eq(branch);
    any_live::<department::Entity>(department::Column::Id.eq(department).and(of_branch))
}

/// 422 that names the field where it is not.
pub fn expect_department(of_branch: bool, pointer: &'static str) -> Result<()> {
    if of_branch {
        return Ok(());
    }
    let words = say(
        "Khoa, phòng này không thuộc chi bộ.",
        "The department does not belong to the branch.",
    );
    Err(Error::invalid(pointer, "other_branch", words))
}

/// A department is one of the branch whose person it is named for.
pub async fn expect_department_of(
    tx: &Tx,
    pointer: &'static str,
    department: Option<Uuid>,
    branch: Uuid,
) -> Result<()> {
    if department.is_none() {
        return Ok(());
    }
    let [there] = tx.ask([is_department_of(department, branch)]).await?;
    expect_department(there, pointer)
}

/// 409 if any of these conditions holds, each of which means that a row depends on the one to
/// remove.
pub async fn refuse_dependents<const N: usize>(tx: &Tx, dependents: [Expr; N]) -> Result<()> {
    if tx.ask(dependents).await?.contains(&true) {
        Err(Error::new(Code::HasDependents))
    } else {
        Ok(())
    }
}

/// Whether a row of `E` refers to `id` in `column`; soft-deleted rows do not count.
pub fn refers<E: Table>(column: E::Column, id: Uuid) -> Expr {
    any_live::<E>(column.eq(id))
}

/// Whether the document has been sent out.
pub fn dispatched(document: Uuid) -> Expr {
    refers::<dispatch::Entity>(dispatch::Column::DocumentId, document)
}

/// Whether an open candidacy refers to `id` in `column`.
pub fn open_candidacy_refers(column: candidate::Column, id: Uuid) -> Expr {
    any_row::<candidate::Entity>(column.eq(id).and(open()))
}
