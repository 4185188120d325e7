//! Terms: drafting, approving, reopening, rolling over.
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use super::store;
use super::wire::{Lifted, NewSuccessor, NewTerm, Term, TermReason, TermRemark};
use crate::access::{ApproveTerms, ReadTerms, Role, WriteTerms};
use crate::api::body::{Body, Patch};
use crate::api::edit::{self, refers};
use crate::api::headers::IfMatch;
use crate::api::list::List;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::reply::{Created, NoContent, Page, Reply};
use crate::api::resource::Editable;
use crate::auth::Permit;
use crate::db::tables::{quota_plan, source_plan, term as table};
use crate::db::{Db, functions};
use crate::error::{Code, Error, Result};
use crate::law::calendar::{days_of, year};
use crate::law::lives::follow;
use crate::law::lives::term::{LIFE, TermStep as Step};
use crate::law::say;
use crate::law::words::{RemarkKind, TermState};

/// A new term is a draft, last edited by its creator.
fn begin(active: &mut table::ActiveModel, account: Uuid) {
    active.state = Set(TermState::Draft);
    active.edited_by = Set(Some(account));
    active.remarks = Set(serde_json::json!([]));
}

/// The state after a step, or 409.
fn stepped(row: &table::Model, step: Step, by: Role) -> Result<TermState> {
    follow(LIFE, row.state, &step, by).ok_or_else(|| {
        let words = match step {
            Step::Change | Step::Remove => say(
                "Ban Thường vụ đã duyệt nhiệm kỳ này: cần mở lại trước.",
                "The Standing Committee has approved this term: it must be reopened first.",
            ),
            Step::Approve => say("Nhiệm kỳ đã được duyệt.", "The term is already approved."),
            Step::Reopen => say("Nhiệm kỳ chưa được duyệt.", "The term is not approved."),
        };
        Error::new(Code::InvalidTransition).detail(words)
    })
}

/// Source plans are due in the term or in the five years before it.
fn expect_due_near(new: &NewTerm) -> Result<()> {
    let years = new.from_year - 5..=new.to_year;
    let Some(due) = new.source_plans_due_on else {
        return Ok(());
    };
    if new.from_year > new.to_year || years.contains(&year(due)) {
        return Ok(());
    }
    let (from, to) = (years.start(), years.end());
    Err(Error::invalid(
        "/source_plans_due_on",
        "out_of_range",
        say(
            format!("Hạn nộp kế hoạch tạo nguồn trong các năm {from}-{to}."),
            format!("Source plans are due in the years {from} to {to}."),
        ),
    ))
}

/// Branch committees are to cover the departments by a year of the term.
fn expect_coverage_within(new: &NewTerm) -> Result<()> {
    let (from, to) = (new.from_year, new.to_year);
    if from > to || (from..=to).contains(&new.committee_coverage_year) {
        return Ok(());
    }
    Err(Error::invalid(
        "/committee_coverage_year",
        "outside_term",
        say(
            format!("Nhiệm kỳ gồm các năm {from}-{to}."),
            format!("The term has the years {from} to {to}."),
        ),
    ))
}

/// List terms
#[operation(get, "/terms")]
pub async fn list_terms(
    permit: Permit<ReadTerms>,
    db: Data<Db>,
    query: List<Term>,
) -> Result<Page<Term>> {
    edit::list(&db, &permit, &query).await
}

/// Get a term
#[operation(get, "/terms/{id}")]
pub async fn get_term(
    permit: Permit<ReadTerms>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<Term>,
) -> Result<Reply<Term>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// Create a term
#[operation(post, "/terms", refuses(Duplicate))]
pub async fn create_term(
    permit: Permit<WriteTerms>,
    db: Data<Db>,
    body: Body<NewTerm>,
) -> Result<Created<Term>> {
    edit::create::<Term, _, _>(&db, &permit, &body, async |tx| {
        let new = body.value.clone();
        expect_coverage_within(&new)?;
        expect_due_near(&new)?;
        let mut active = edit::blank::<Term>();
        Term::apply(new, &mut active);
        begin(&mut active, permit.caller().account);
        edit::insert::<Term>(tx, permit.caller().organization, active).await
    })
    .await
}

/// Reviews were due in the years of a term that has been approved once: a year that has begun stays.
fn keeps_its_years(row: &table::Model, new: Option<(i32, i32)>, today: NaiveDate) -> Result<()> {
    // a draft has remarks only if the term was reopened
    let approved = row.remarks != serde_json::json!([]);
    let mut begun = row.from_year..=row.to_year.min(year(today));
    let stays = |year: &i32| new.is_some_and(|(from, to)| (from..=to).contains(year));
    match begun.find(|year| approved && !stays(year)) {
        None => Ok(()),
        Some(year) => Err(Error::new(Code::HasDependents).detail(say(
            format!("Năm {year} đã bắt đầu; các kỳ rà soát của năm vẫn thuộc nhiệm kỳ."),
            format!("The year {year} has begun; its reviews belong to the term."),
        ))),
    }
}

/// Plans of the term stay within its years; what is outside already is not in the way of a change.
fn expect_none_left_out([quotas, sources, work]: [bool; 3], in_order: bool) -> Result<()> {
    let words = if quotas {
        say(
            "Có kế hoạch chỉ tiêu của năm nằm ngoài nhiệm kỳ.",
            "The quota plan of a year would fall outside the term.",
        )
    } else if sources {
        say(
            "Kế hoạch tạo nguồn có người dự kiến kết nạp ngoài các năm của nhiệm kỳ.",
            "A source plan has people for years outside the term.",
        )
    } else if work {
        say(
            "Có phương hướng nhiệm vụ nằm ngoài nhiệm kỳ.",
            "A work plan would fall outside the term.",
        )
    } else {
        return Ok(());
    };
    if in_order {
        Err(Error::new(Code::HasDependents).detail(words))
    } else {
        Ok(())
    }
}

/// Whether the source plans were in time has been judged by the due date that stood when they were
/// submitted.
fn expect_none_submitted(
    submitted: &[NaiveDate],
    old: Option<NaiveDate>,
    new: Option<NaiveDate>,
) -> Result<()> {
    let late = |on: NaiveDate, due: Option<NaiveDate>| due.is_some_and(|due| due < on);
    let (all, other) = (
        submitted.len(),
        (submitted
            .iter()
            .filter(|on| late(**on, old) != late(**on, new)))
        .count(),
    );
    if all == 0 {
        return Ok(());
    }
    Err(Error::new(Code::HasDependents).detail(say(
        format!("Đã có {all} kế hoạch tạo nguồn được trình theo hạn cũ; với hạn mới, {other} kế hoạch thành muộn hoặc thành đúng hạn. Nếu vẫn đổi hạn thì phải xác nhận (`acknowledged`)."),
        format!("{all} source plans were submitted by the present due date; by the new one, {other} of them would become late or in time. To change it nevertheless, send `acknowledged`."),
    )))
}

/// Change a term
///
/// Only a draft: a term approved by the Standing Committee must be reopened first. Its plans stay within
/// its years. A due date by which source plans have been submitted is changed only if `acknowledged`.
/// Needs `If-Match`.
#[operation(
    patch,
    "/terms/{id}",
    refuses(Duplicate, InvalidTransition, HasDependents)
)]
pub async fn change_term(
    permit: Permit<WriteTerms>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<NewTerm>,
) -> Result<Reply<Term>> {
    let today = db.clock().today();
    edit::change::<Term, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, row, new, active| {
            stepped(row, Step::Change, permit.role())?;
            expect_coverage_within(new)?;
            expect_due_near(new)?;
            active.edited_by = Set(Some(permit.caller().account));
            let (from, to) = (new.from_year, new.to_year);
            keeps_its_years(row, Some((from, to)), today)?;
            expect_none_left_out(store::left_out(tx, row, (from, to)).await?, from <= to)?;
            let (old, due) = (row.source_plans_due_on, new.source_plans_due_on);
            if old == due || new.acknowledged {
                return Ok(());
            }
            expect_none_submitted(&store::submitted(tx, row.id).await?, old, due)
        },
    )
    .await
}

/// Remove a term
#[operation(delete, "/terms/{id}", refuses(InvalidTransition, HasDependents))]
pub async fn remove_term(
    permit: Permit<WriteTerms>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<NoContent> {
    let today = db.clock().today();
    edit::remove::<Term, _>(&db, &permit, *id, seen, async |tx, row| {
        edit::refuse_dependents(
            tx,
            [
                refers::<quota_plan::Entity>(quota_plan::Column::TermId, row.id),
                refers::<source_plan::Entity>(source_plan::Column::TermId, row.id),
                edit::dispatched(row.id),
            ],
        )
        .await?;
        stepped(&row, Step::Remove, permit.role())?;
        keeps_its_years(&row, None, today)?;
        edit::mark_deleted::<Term>(tx, row).await
    })
    .await
}

/// Approve a term
///
/// By the Standing Committee, from `draft` to `approved`, on the day of the request. Never by the account that last edited it.
#[operation(post, "/terms/{id}/approvals", refuses(InvalidTransition))]
pub async fn approve_term(
    permit: Permit<ApproveTerms>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<Reply<Term>> {
    let today = db.clock().today();
    edit::step::<Term, _>(&db, &permit, *id, seen, async |tx, row| {
        let state = stepped(&row, Step::Approve, permit.role())?;
        if row.edited_by == Some(permit.caller().account) {
            return Err(Error::new(Code::Forbidden).detail(say(
                "Người soạn thảo không được duyệt.",
                "The last editor of the term cannot approve it.",
            )));
        }
        let mut active = edit::blank::<Term>();
        active.state = Set(state);
        active.approved_by = Set(Some(permit.caller().account));
        active.approved_on = Set(Some(today));
        edit::stepped::<Term>(tx, &row, active, "state").await
    })
    .await
}

/// Reopen an approved term
///
/// By the Standing Committee, from `approved` to `draft`, with a reason: the Party Office changes
/// it, and it is approved again.
#[operation(post, "/terms/{id}/reopenings", refuses(InvalidTransition))]
pub async fn reopen_term(
    permit: Permit<ApproveTerms>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<TermReason>,
) -> Result<Reply<Term>> {
    let today = db.clock().today();
    edit::step::<Term, _>(&db, &permit, *id, seen, async |tx, row| {
        let state = stepped(&row, Step::Reopen, permit.role())?;
        let mut remarks: Vec<Lifted> =
            serde_json::from_value(row.remarks.clone()).map_err(Error::internal)?;
        let reason = body.value.reason.as_str().to_owned();
        remarks.push(Lifted {
            remark: TermRemark {
                kind: RemarkKind::Reopened,
                reason,
                on: today,
                by: permit.caller().account,
            },
            approved_by: row.approved_by,
            approved_on: row.approved_on,
        });
        let mut active = edit::blank::<Term>();
        active.state = Set(state);
        active.approved_by = Set(None);
        active.approved_on = Set(None);
        active.remarks = Set(serde_json::to_value(remarks).map_err(Error::internal)?);
        edit::stepped::<Term>(tx, &row, active, "state").await
    })
    .await
}

/// Roll a term over into the next one
///
/// Creates the next term as a draft. Copied: minima, coverage percentage and legal bases. Computed:
/// admissions in the old term's years by ceremony date, the coverage year (the new term's last) and
/// the due date of source plans (31 December before the first year). Settings only, never people.
#[operation(post, "/terms/{id}/successors", refuses(Duplicate))]
pub async fn create_successor(
    permit: Permit<WriteTerms>,
    db: Data<Db>,
    id: Path<Uuid>,
    body: Body<NewSuccessor>,
) -> Result<Created<Term>> {
    edit::create::<Term, _, _>(&db, &permit, &body, async |tx| {
        let NewSuccessor {
            name,
            from_year,
            to_year,
        } = body.value.clone();
        let old = edit::find::<Term>(tx, permit.reach(), *id, false).await?;
        if from_year <= old.to_year {
            let last = old.to_year;
            return Err(Error::invalid(
                "/from_year",
                "overlapping_terms",
                say(
                    format!("Nhiệm kỳ trước kéo dài đến năm {last}."),
                    format!("The previous term lasts until {last}."),
                ),
            ));
        }
        let (first, last) = (days_of(old.from_year).0, days_of(old.to_year).1);
        let admitted = tx.all(functions::admissions(first, last)).await?;
        let admitted = admitted
            .iter()
            .filter(|of| of.organization_id == old.organization_id)
            .map(|of| of.admitted)
            .sum();
        let mut active = edit::blank::<Term>();
        active.name = Set(name.into_string());
        active.from_year = Set(from_year);
        active.to_year = Set(to_year);
        active.annual_minimum = Set(old.annual_minimum);
        active.term_minimum = Set(old.term_minimum);
        active.previous_term_admissions = Set(admitted);
        active.legal_bases = Set(old.legal_bases);
        active.source_plans_due_on = Set(NaiveDate::from_ymd_opt(from_year - 1, 12, 31));
        active.committee_coverage_percent = Set(old.committee_coverage_percent);
        active.committee_coverage_year = Set(to_year);
        begin(&mut active, permit.caller().account);
        edit::insert::<Term>(tx, permit.caller().organization, active).await
    })
    .await
}
