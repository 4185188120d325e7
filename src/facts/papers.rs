//! Numbers of papers: one per issuing body and year, whatever the case and the spaces. A paper may
//! name several people, and has one date.
use chrono::NaiveDate;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Func};
use sea_orm::{ColumnTrait as _, IntoSimpleExpr as _};

use super::superseding;
use crate::db::tables::{act as table, candidate, member, member_leaving};
use crate::db::{Tx, any_row, constant, identity, json_text, locks};
use crate::error::{Code, Error, Fault, Result};
use crate::law::acts::Act;
use crate::law::acts::paper::Issuer;
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
    let number = (paper.number, act.on());
    let mut which = Condition::all()
        .add(table::Column::OrganizationId.eq(row.organization_id))
        .add(of_series(paper.issuer, number));
    if paper.issuer.is_branch() {
        which = which.add(table::Column::RecordedBranchId.eq(row.branch_id));
    }
    if let Some(corrected) = act.corrects() {
        which = which.add(table::Column::Id.ne(corrected));
    }
    tx.later(locks::paper(paper.number)).await;
    let [leaving, recognition] = match paper.issuer {
        Issuer::Deciding(body) => on_members(body, number),
        Issuer::Voting { .. }
        | Issuer::Submitting
        | Issuer::Approving(_)
        | Issuer::Introducing(_) => [constant(false), constant(false)],
    };
    let same_day = table::Column::OnDate.eq(act.on());
    let another = which.clone().add(same_day.clone().not());
    let mut total = constant(false);
    // the existing paper may be the wrong one, so a correction is allowed
    if let Act::Resolution(vote) = act
        && !paper.issuer.is_branch()
        && act.corrects().is_none()
    {
        let other = json_text(table::Column::Data, "members").ne(vote.members.to_string());
        total = any_row::<table::Entity>(which.add(same_day).add(other).into());
    }
    let another = any_row::<table::Entity>(another.into());
    let [another, leaving, recognition, total] =
        tx.ask([another, leaving, recognition, total]).await?;
    expect_free(
        another || leaving || recognition,
        &format!("/{}", paper.field),
    )?;
    if total {
        let words = say(
            "Nghị quyết cùng số, cùng ngày đã được ghi với tổng số cấp ủy viên khác.",
            "The resolution of this number and date is on record with another total of committee members.",
        );
        let faults = vec![Fault::pointer("/members", "duplicate", words)];
        return Err(Error::faults(Code::Duplicate, faults));
    }
    Ok(())
}

/// Standing acts that record a paper under this number: of the issuer, in that year.
fn of_series(issuer: Issuer<'_>, (number, on): (&str, NaiveDate)) -> Condition {
    let (first, last) = days_of(year(on));
    let same_number = issuer.kinds().iter().map(|kind| {
        let recorded = json_text(table::Column::Data, kind.1);
        let same = plain_number(recorded).eq(plain_number(number.into()));
        table::Column::Kind.eq(kind.0).and(same)
    });
    let kinds = issuer.kinds().iter().map(|kind| kind.0);
    let mut which = Condition::all()
        .add(table::Column::Kind.is_in(kinds))
        .add(table::Column::OnDate.between(first, last))
        .add(Expr::exists(superseding()).not())
        .add_option(same_number.reduce(Expr::or));
    if let Some((field, value)) = issuer.named() {
        let named = Func::lower(json_text(table::Column::Data, field));
        which = which.add(Expr::from(named).eq(Func::lower(Expr::val(value))));
    }
    which
}

/// The same of a decision on members without a file.
pub async fn expect_own_decision(
    tx: &Tx,
    body: Option<DecidingBody>,
    (number, on): (&str, NaiveDate),
) -> Result<()> {
    let Some(body) = body.map(DecidingBody::wire) else {
        return Ok(());
    };
    let acts = Condition::all()
        .add(
            table::Column::OrganizationId
                .into_expr()
                .eq(identity("app.organization")),
        )
        .add(of_series(Issuer::Deciding(body), (number, on)))
        .add(table::Column::OnDate.ne(on));
    let [leaving, recognition] = on_members(body, (number, on));
    tx.later(locks::paper(number)).await;
    let taken = tx
        .ask([leaving, recognition, any_row::<table::Entity>(acts.into())])
        .await?;
    expect_free(taken.contains(&true), "/paper_number")
}

/// Whether a member left, or was recognised, by another decision of the body under this number.
fn on_members(body: &str, (number, on): (&str, NaiveDate)) -> [Expr; 2] {
    let of = |decided_by: Expr, paper: Expr, day: Expr| {
        let (first, last) = days_of(year(on));
        decided_by
            .cast_as("text")
            .eq(body)
            .and(plain_number(paper).eq(plain_number(number.into())))
            .and(day.clone().between(first, last))
            .and(day.ne(on))
    };
    [
        any_row::<member_leaving::Entity>(of(
            member_leaving::Column::DecidedBy.into_expr(),
            member_leaving::Column::PaperNumber.into_simple_expr(),
            member_leaving::Column::OnDate.into_expr(),
        )),
        any_row::<member::Entity>(of(
            member::Column::RecognisedBy.into_expr(),
            member::Column::RecognitionPaper.into_simple_expr(),
            member::Column::RecognisedOn.into_expr(),
        )),
    ]
}
