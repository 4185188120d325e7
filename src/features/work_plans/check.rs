//! What makes a work plan invalid.
use chrono::NaiveDate;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::ExprTrait as _;
use uuid::Uuid;

use super::store;
use super::wire::NewWorkPlan;
use crate::api::checks::{in_future, refuse, too_early};
use crate::db::tables::term;
use crate::db::{Tx, any_live, identity, locks};
use crate::error::{Fault, Result};
use crate::law::calendar::days_of;
use crate::law::period::{last_number, lies_within};
use crate::law::say;

/// Every fault of a plan. `row` is the stored plan, when changing one.
pub async fn check(
    tx: &Tx,
    today: NaiveDate,
    branch: Uuid,
    row: Option<Uuid>,
    new: &NewWorkPlan,
) -> Result<()> {
    let mut faults = Vec::new();
    let most = last_number(new.period_kind);
    if new.number > most {
        faults.push(Fault::pointer(
            "/number",
            "out_of_bounds",
            say(format!("Từ 1 đến {most}."), format!("From 1 to {most}.")),
        ));
    }
    let meeting = [
        ("/minutes_number", new.minutes_number.is_some()),
        ("/held_on", new.held_on.is_some()),
        ("/members", new.members.is_some()),
        ("/present", new.present.is_some()),
    ];
    if meeting.iter().any(|(_, given)| *given) {
        let words = say(
            "Cuộc họp cần số biên bản, ngày, số đảng viên và số có mặt.",
            "A meeting needs minutes, date, members and members present.",
        );
        faults.extend(
            meeting
                .iter()
                .filter(|(_, given)| !given)
                .map(|(pointer, _)| Fault::pointer(*pointer, "required", words.clone())),
        );
    }
    if new.held_on.is_some_and(|on| on > today) {
        faults.push(in_future("/held_on"));
    }
    // the meeting adopts the plan of this period: in its year or the one before
    let earliest = days_of(new.year - 1).0;
    if new.held_on.is_some_and(|on| on < earliest) {
        faults.push(too_early("/held_on"));
    }
    if new
        .present
        .zip(new.members)
        .is_some_and(|(present, members)| present > members)
    {
        faults.push(Fault::pointer(
            "/present",
            "too_many",
            say(
                "Có mặt nhiều hơn tổng số.",
                "More present than there are members.",
            ),
        ));
    }
    let late = new
        .checklist
        .iter()
        .enumerate()
        .filter(|(_, item)| item.done_on.is_some_and(|on| on > today));
    faults.extend(late.map(|(i, _)| in_future(&format!("/checklist/{i}/done_on"))));
    if let Some(id) = new.term_id {
        // the term cannot lose the year meanwhile
        tx.later(locks::hold([id].into_iter())).await;
        let own = term::Column::OrganizationId
            .into_expr()
            .eq(identity("app.organization"));
        let own = term::Column::Id.eq(id).and(own);
        let years = term::Column::FromYear
            .lte(new.year)
            .and(term::Column::ToYear.gte(new.year));
        let known = any_live::<term::Entity>(own.clone());
        let covers = any_live::<term::Entity>(own.and(years));
        match tx.ask([known, covers]).await? {
            [false, _] => faults.push(crate::api::http::unknown_reference("/term_id")),
            [true, false] => faults.push(Fault::pointer(
                "/year",
                "outside_term",
                say(
                    "Nhiệm kỳ này không gồm năm của kế hoạch.",
                    "The term does not include the year of the plan.",
                ),
            )),
            [true, true] => {}
        }
    }
    if let Some(parent) = new.parent_id {
        match store::of_branch(tx, branch, parent).await? {
            None => faults.push(crate::api::http::unknown_reference("/parent_id")),
            Some(above) => {
                if row == Some(parent)
                    || !lies_within(
                        (new.period_kind, new.year, new.number),
                        (above.period_kind, above.year, above.number),
                    )
                {
                    faults.push(Fault::pointer(
                        "/parent_id",
                        "not_longer",
                        say(
                            "Kế hoạch trên phải của kỳ dài hơn và bao gồm kỳ này.",
                            "The parent plan must be for a longer period that includes this one.",
                        ),
                    ));
                }
            }
        }
    }
    refuse(faults)
}
