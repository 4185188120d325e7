//! The candidate that a nomination creates, and papers whose number is taken.

use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Query as Build};
use uuid::Uuid;

use crate::access::{self, Action, Nominate, Permission, reach};
use crate::api::{names, sealed};
use crate::auth::Permit;
use crate::db::tables::{activity, candidate, nomination as table};
use crate::db::{Db, Query, Tx, any_live, any_of, any_row};
use crate::error::{Error, Result};
use crate::facts::papers::plain_number;
use crate::facts::{self, Known};
use crate::law::calendar::{days_of, year};
use crate::law::text::plain;
use crate::law::words::{Introducer, NominationOutcome};
use crate::law::{Stage, say, vi};

use super::NewNomination;

/// The candidate created by a nomination.
pub(super) async fn new_candidate(
    (db, tx): (&Db, &Tx),
    permit: &Permit<Nominate>,
    new: &NewNomination,
    by: Introducer,
    known: facts::Known,
) -> Result<candidate::Model> {
    let mut active = <candidate::ActiveModel as Default>::default();
    let id = Uuid::now_v7();
    active.id = Set(id);
    active.data_key = Set(sealed::new_key(db, id)?);
    active.organization_id = Set(permit.caller().organization);
    active.branch_id = Set(new.branch_id);
    active.department_id = Set(new.department_id);
    active.introduced_by = Set(by);
    active.full_name = Set(new.full_name.as_str().to_owned());
    active.sex = Set(new.sex);
    active.birth_date = Set(new.birth_date);
    active.occupation = Set(plain(new.occupation.clone()));
    active.priority_group = Set(new.priority_group);
    active.youth_union_member = Set(new.youth_union_member);
    active.trade_union_member = Set(new.trade_union_member);
    active.stage = Set(Stage::Nominated);
    active.stage_on = Set(new.paper_on);
    active.nominated_on = Set(new.paper_on);
    active.previous_id = Set(known.previous.filter(|_| new.namesake_reason.is_none()));
    // whether or not there is a namesake: otherwise what becomes of the reason would tell
    let reason = plain(new.namesake_reason.clone());
    active.namesake_by = Set(reason.is_some().then_some(permit.caller().account));
    active.namesake_reason = Set(reason);
    active.version = Set(1);
    active.created_at = Set(tx.now());
    active.updated_at = Set(tx.now());
    tx.insert(active).await
}

/// Whether the number belongs to another paper of the same issuer and year. A paper may name
/// several people, and each branch has its own numbering.
pub(super) fn another_date(
    by: Introducer,
    branch: Uuid,
    (number, on): (&str, NaiveDate),
    except: Option<Uuid>,
) -> Expr {
    let (first, last) = days_of(year(on));
    let mut same = Condition::all()
        .add(table::Column::IntroducedBy.eq(by))
        // a generated column, which the entity does not have
        .add(Expr::col((table::Entity, "paper_key")).eq(plain_number(number.into())))
        .add(table::Column::PaperOn.between(first, last))
        .add(table::Column::PaperOn.ne(on))
        .add(table::Column::Outcome.ne(NominationOutcome::Withdrawn));
    if by == Introducer::Member {
        same = same.add(table::Column::BranchId.eq(branch));
    }
    if let Some(this) = except {
        same = same.add(table::Column::Id.ne(this));
    }
    any_row::<table::Entity>(same.into())
}

/// 422 if the movement through which the person was found was still to come on that day.
pub(super) async fn expect_held(tx: &Tx, activity: Option<Uuid>, on: NaiveDate) -> Result<()> {
    let Some(activity) = activity else {
        return Ok(());
    };
    let later = activity::Column::Id
        .eq(activity)
        .and(activity::Column::OnDate.gt(on));
    if tx.ask([any_row::<activity::Entity>(later)]).await? == [false] {
        return Ok(());
    }
    Err(Error::invalid(
        "/activity_id",
        "after_paper",
        say(
            "Phong trào này diễn ra sau ngày của văn bản giới thiệu.",
            "The activity took place after the date of the paper.",
        ),
    ))
}

/// Beside each of these nominations: the person's name and stage, and what the branch is called.
pub(super) fn beside(ids: Vec<Uuid>) -> Query<(Uuid, String, Stage, Option<String>)> {
    let nominated = candidate::Column::Id.into_expr();
    let mut all = Build::select();
    all.expr(table::Column::Id.into_expr())
        .expr(candidate::Column::FullName.into_expr())
        .expr(candidate::Column::Stage.into_expr())
        .expr(names::of_branch(table::Column::BranchId))
        .from(table::Entity)
        .inner_join(
            candidate::Entity,
            nominated.eq(table::Column::CandidateId.into_expr()),
        )
        .and_where(any_of((table::Entity, table::Column::Id), ids));
    Query::of(&all)
}

/// A new attempt does not begin before the earlier one has ended, as is said to who sees that one.
pub(super) async fn own_not_before_the_end<P: Permission>(
    tx: &Tx,
    permit: &Permit<P>,
    known: &Known,
    on: NaiveDate,
) -> Result<()> {
    let (Some(earlier), Some(ended)) = (known.previous, known.previous_ended_on) else {
        return Ok(());
    };
    let seen = access::may(permit.role(), Action::ReadCandidates);
    let Some(seen) = seen.filter(|_| on < ended) else {
        return Ok(());
    };
    let within = tx.within(&reach::candidate(seen), "");
    let within = candidate::Column::Id.eq(earlier).and(within);
    if tx.ask([any_live::<candidate::Entity>(within)]).await? == [false] {
        return Ok(());
    }
    Err(Error::invalid(
        "/paper_on",
        "before_previous_end",
        say(
            format!("Hồ sơ trước của người này kết thúc ngày {}.", vi(ended)),
            format!("The earlier candidacy of this person ended on {ended}."),
        ),
    ))
}
