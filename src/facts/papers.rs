//! Numbers of papers: one per issuing body and year, whatever the case and the spaces. A paper may
//! name several people, and has one date.
use chrono::NaiveDate;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Func};
use sea_orm::{ColumnTrait as _, IntoSimpleExpr as _};

use super::superseding;
use crate::db::tables::{act as table, candidate, member_leaving};
use crate::db::{Tx, any_row, json_text, locks};
use crate::error::{Code, Error, Fault, Result};
use crate::law::acts::Act;
use crate::law::calendar::{days_of, year};
use crate::law::say;
use crate::law::words::DecidingBody;

/// A paper's number without its spaces, in capitals and with plain hyphens: `77 – nq` is `77-NQ`.
pub fn plain_number(number: Expr) -> Expr {
    Func::cust("app.paper_key")
        .arg(number.cast_as("text"))
        .into()
}

/// 409 that names the field, if the number is `taken` by a paper of another date.
pub fn expect_free(taken: bool, pointer: &str) -> Result<()> {
    if !taken {
        return Ok(());
    }
    Err(Error::faults(
        Code::Duplicate,
        vec![Fault::pointer(
            pointer,
            "duplicate",
            say(
                "Số này trong năm đã là của một văn bản ngày khác.",
                "In that year the number belongs to a paper of another date.",
            ),
        )],
    ))
}

/// The paper that an act records has a number of its own in the year of its issuer.
pub async fn expect_own_number(tx: &Tx, row: &candidate::Model, act: &Act) -> Result<()> {
    let Some(paper) = act.paper() else {
        return Ok(());
    };
    let on = act.on();
    let (first, last) = days_of(year(on));
    let same_number = paper.issuer.kinds().iter().map(|kind| {
        let number = json_text(table::Column::Data, kind.1);
        let same = plain_number(number).eq(plain_number(paper.number.into()));
        table::Column::Kind.eq(kind.0).and(same)
    });
    let same_number = same_number.reduce(Expr::or);
    let kinds = paper.issuer.kinds().iter().map(|kind| kind.0);
    let mut which = Condition::all()
        .add(table::Column::OrganizationId.eq(row.organization_id))
        .add(table::Column::Kind.is_in(kinds))
        .add(table::Column::OnDate.between(first, last))
        .add(table::Column::OnDate.ne(on))
        .add(Expr::exists(superseding()).not())
        .add_option(same_number);
    if let Some((field, value)) = paper.issuer.named() {
        let named = Func::lower(json_text(table::Column::Data, field));
        which = which.add(Expr::from(named).eq(Func::lower(Expr::val(value))));
    }
    if paper.issuer.is_branch() {
        which = which.add(table::Column::RecordedBranchId.eq(row.branch_id));
    }
    if let Some(corrected) = act.corrects() {
        which = which.add(table::Column::Id.ne(corrected));
    }
    tx.later(locks::paper(paper.number)).await;
    let [taken] = tx.ask([any_row::<table::Entity>(which.into())]).await?;
    expect_free(taken, &format!("/{}", paper.field))
}

/// The same of a decision by which members leave.
pub async fn expect_own_decision(
    tx: &Tx,
    body: Option<DecidingBody>,
    (number, on): (&str, NaiveDate),
) -> Result<()> {
    let Some(body) = body else {
        return Ok(());
    };
    let (first, last) = days_of(year(on));
    let stored = member_leaving::Column::PaperNumber.into_simple_expr();
    let which = Condition::all()
        .add(member_leaving::Column::DecidedBy.eq(body))
        .add(plain_number(stored).eq(plain_number(number.into())))
        .add(member_leaving::Column::OnDate.between(first, last))
        .add(member_leaving::Column::OnDate.ne(on));
    tx.later(locks::paper(number)).await;
    let [taken] = tx
        .ask([any_row::<member_leaving::Entity>(which.into())])
        .await?;
    expect_free(taken, "/paper_number")
}
