//! Who a person in a source plan is: one of the branch's candidates, one whose file it does not see, or a
//! member already.
use chrono::NaiveDate;
use sea_orm::sea_query::{ExprTrait as _, Order};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::access::rows::Rows;
use crate::access::{Role, reach};
use crate::api::beyond::Found;
use crate::auth::Permit;
use crate::db::tables::{candidate, member};
use crate::db::{Tx, any_live, condition, open, same_name};
use crate::error::{Code, Error, Fault, Result};
use crate::law::say;

/// 409 if the branch has a person of this name whose file has been submitted, whatever the birth
/// date: the branch does not see it.
pub async fn expect_no_hidden_namesake(tx: &Tx, branch: Uuid, name: &str) -> Result<()> {
    let hidden = candidate::Entity::find()
        .filter(candidate::Column::BranchId.eq(branch))
        .filter(candidate::Column::DeletedAt.is_null())
        .filter(same_name(candidate::Column::FullName, name))
        .filter(condition(&reach::submitted(), ""))
        .filter(condition(&Rows::Role(vec![Role::BranchCommittee]), ""));
    if tx.one(hidden.limit(1)).await?.is_none() {
        return Ok(());
    }
    let words = say("Giá trị này đã được dùng.", "This value is already in use.");
    let fault = Fault::pointer("/full_name", "duplicate", words);
    Err(Error::faults(Code::Duplicate, vec![fault]))
}

/// The branch's candidate whom an entry names, preferring one with an open candidacy.
pub async fn named(tx: &Tx, branch: Uuid, name: &str, born: NaiveDate) -> Result<Option<Uuid>> {
    let named = candidate::Entity::find()
        .filter(candidate::Column::BranchId.eq(branch))
        .filter(candidate::Column::BirthDate.eq(born))
        .filter(candidate::Column::DeletedAt.is_null())
        .filter(same_name(candidate::Column::FullName, name))
        .order_by(open(), Order::Desc)
        .order_by_desc(candidate::Column::CreatedAt)
        .limit(1);
    Ok(tx.one(named).await?.map(|row| row.id))
}

/// 409 if the person is a member of the branch. Hits are counted, because the branch does not see the
/// birth dates of its members.
pub async fn expect_no_member<P>(
    tx: &Tx,
    (found, permit): (&Found, &Permit<P>),
    branch: Uuid,
    (name, born): (&str, NaiveDate),
) -> Result<()> {
    found.expect_few(tx, permit).await?;
    let person = member::Column::BranchId
        .eq(branch)
        .and(member::Column::BirthDate.eq(born))
        .and(same_name(member::Column::FullName, name));
    if tx.ask([any_live::<member::Entity>(person)]).await? == [false] {
        return Ok(());
    }
    found.somebody(true);
    let words = say(
        "Người này đã là đảng viên của chi bộ.",
        "This person is a member of the branch already.",
    );
    let fault = Fault::pointer("/full_name", "duplicate", words);
    Err(Error::faults(Code::Duplicate, vec![fault]))
}
