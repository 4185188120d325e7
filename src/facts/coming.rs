//! A file with the classes that the candidate may still attend, for what can come next.
use chrono::NaiveDate;
use sea_orm::sea_query::Expr;
use sea_orm::{EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use super::candidacy::{File, NO_OTHERS, expression};
use crate::db::tables::candidate;
use crate::db::{Column, Failure, Query, Record, Row, Tx, Type, Unreadable, column};
use crate::error::{Error, Result};
use crate::law::enrolment::{Lesson, one_seat};
use crate::law::judgement::Facts;
use crate::law::outlook::Course;
use crate::law::words::{ClassKind, ClassState, EnrolmentState};

/// A file with the classes that the candidate may still attend.
struct WithClasses {
    file: File,
    classes: String,
}

impl Record for WithClasses {
    const NAME: &'static str = File::NAME;
    const COLUMNS: &'static [&'static str] = File::COLUMNS;
    const TYPES: &'static [fn(&Type) -> bool] = File::TYPES;
    fn read(row: &Row) -> Result<Self, Unreadable> {
        Ok(Self {
            file: File::read(row)?,
            classes: column(row, Self::COLUMNS.len() + 1)?,
        })
    }
    fn check(columns: &[Column]) -> Result<(), Failure> {
        File::check(columns)
    }
}

/// Id, kind, state, first day, last day for proposals, last day, free seat, the candidate's own
/// enrolments.
type Coming = (
    Uuid,
    ClassKind,
    ClassState,
    NaiveDate,
    Option<NaiveDate>,
    NaiveDate,
    bool,
    Vec<EnrolmentState>,
);

/// The candidate, the facts about it and the classes to come, the first one first, in the
/// transaction's last statement. A course counts as seated where the candidate waits for a seat, too; who
/// has a seat elsewhere finds no room.
/// `scope` is the condition of the caller's reach.
pub async fn last_candidacy(
    tx: Tx,
    scope: Expr,
    id: Uuid,
    today: NaiveDate,
) -> Result<(candidate::Model, Facts, Vec<Course>)> {
    let mut select = File::select(candidate::Entity::find_by_id(id).filter(scope), NO_OTHERS);
    let classes = expression(include_str!("classes.sql"));
    let statement = Query::<WithClasses>::of(select.expr(Expr::cust(classes)));
    let found = tx
        .last()
        .one(statement)
        .await?
        .ok_or_else(Error::not_found)?;
    let classes: Vec<Coming> = serde_json::from_str(&found.classes).map_err(Error::internal)?;
    let (row, facts) = found.file.judgeable(today)?;
    let courses = classes.into_iter().map(
        |(id, kind, state, starts_on, proposals_due_on, ends_on, room, own)| {
            let lesson = Lesson {
                kind,
                state,
                starts_on,
                proposals_due_on,
            };
            Course {
                id,
                lesson,
                ends_on,
                room: room && one_seat(&lesson, id, &facts.seats).is_empty(),
                seated: own.into_iter().any(EnrolmentState::open),
            }
        },
    );
    let courses = courses.filter(|c| c.lesson.state != ClassState::Cancelled);
    let courses = courses.collect();
    Ok((row, facts, courses))
}
