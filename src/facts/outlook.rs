//! What the way ahead asks besides the facts about a person: the members of the branch, who may
//! introduce and sponsor, and the classes that are to come.
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query as Build};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    QueryTrait as _,
};
use uuid::Uuid;

use super::candidacy::read_files;
use crate::db::tables::{candidate, class, enrolment};
use crate::db::{Soon, Tx, constant, open};
use crate::error::{Error, Result};
use crate::law::enrolment::{Lesson, one_seat};
use crate::law::judgement::Facts;
use crate::law::outlook::{Course, Question};
use crate::law::regulation::Regulations;
use crate::law::words::ClassState;

/// Files that are read in one statement.
const BATCH: u32 = 200;

/// The ways of more candidacies than these are not followed in one answer.
pub const MOST_FOLLOWED: i32 = 1_000;

/// Members of the candidate's branch.
const OF_THE_BRANCH: &str = "array(select s.member_id from membership s where s.branch_id = candidate.branch_id and s.to_on is null)";

/// A class with the people who have a seat in it.
struct Planned {
    organization: Uuid,
    course: Course,
    seated: BTreeSet<Uuid>,
}

/// The classes that have not ended and the seats in them that the caller sees, as they are asked for.
struct Classes {
    coming: Soon<class::Model>,
    seats: Soon<enrolment::Model>,
}

impl Classes {
    /// In one flush with what is asked next.
    async fn ask(tx: &Tx, today: NaiveDate) -> Self {
        let coming = class::Entity::find()
            .filter(class::Column::DeletedAt.is_null())
            .filter(class::Column::EndsOn.gte(today));
        let ids = coming.clone().select_only().column(class::Column::Id);
        let seats = enrolment::Entity::find()
            .filter(enrolment::Column::ClassId.in_subquery(ids.into_query()));
        let coming = coming
            .order_by_asc(class::Column::EndsOn)
            .order_by_asc(class::Column::Id);
        Self {
            coming: tx.soon(coming).await,
            seats: tx.soon(seats).await,
        }
    }

    /// Whoever waits takes what is free at once, so a free seat is one for whoever comes.
    async fn planned(self) -> Result<Vec<Planned>> {
        let mut coming = self.coming.all().await?;
        coming.retain(|row| row.state != ClassState::Cancelled);
        let mut seated: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
        for seat in self.seats.all().await? {
            if seat.state.seated() && seat.state.open() {
                let class = seated.entry(seat.class_id).or_default();
                class.insert(seat.candidate_id);
            }
        }
        let planned = coming.iter().map(|row| Planned {
            organization: row.organization_id,
            course: Course {
                id: row.id,
                lesson: Lesson {
                    kind: row.kind,
                    state: row.state,
                    starts_on: row.starts_on,
                    proposals_due_on: row.proposals_due_on,
                },
                ends_on: row.ends_on,
                room: row.seats_taken < row.capacity,
                seated: false,
            },
            seated: seated.remove(&row.id).unwrap_or_default(),
        });
        Ok(planned.collect())
    }
}

/// A candidacy, and what its way ahead depends on.
pub struct Ahead {
    pub candidate: candidate::Model,
    pub facts: Facts,
    pub courses: Vec<Course>,
}

impl Ahead {
    /// The question about the way, by what the reader sees of the birth date; None where the file
    /// has ended.
    pub fn question<'a>(
        &'a mut self,
        law: &'a Regulations,
        birth_year_only: bool,
    ) -> Option<Question<'a>> {
        self.facts.birth_year_only = birth_year_only;
        Question::about(&self.facts, law, &self.courses)
    }
}

fn ahead_of(planned: &[Planned], (candidate, facts): (candidate::Model, Facts)) -> Ahead {
    let own = |p: &&Planned| p.organization == candidate.organization_id;
    let courses = planned.iter().filter(own).map(|p| Course {
        seated: p.seated.contains(&candidate.id),
        room: p.course.room && one_seat(&p.course.lesson, p.course.id, &facts.seats).is_empty(),
        ..p.course
    });
    let courses = courses.collect();
    Ahead {
        candidate,
        facts,
        courses,
    }
}

/// Whether more candidacies within `scope` are open than are followed.
pub async fn too_many(tx: &Tx, scope: Expr) -> Result<bool> {
    let mut next = Build::select();
    next.expr(constant(1))
        .from(candidate::Entity)
        .and_where(scope.and(open()))
        .offset(MOST_FOLLOWED.unsigned_abs().into())
        .limit(1);
    Ok(tx.ask([Expr::exists(next)]).await? == [true])
}

/// The open candidacies within `scope`.
pub async fn ahead(tx: &Tx, scope: Expr, today: NaiveDate) -> Result<Vec<Ahead>> {
    let classes = Classes::ask(tx, today).await;
    // a candidate without an act has no file
    let file = "candidate.open and exists (select from act where act.candidate_id = candidate.id)";
    let scope = scope.and(Expr::cust(file));
    let page =
        async |after| read_files(tx, scope.clone(), OF_THE_BRANCH, after, BATCH, today).await;
    let mut files = page(None).await?;
    let planned = classes.planned().await?;
    let mut all = Vec::new();
    loop {
        let whole = files.len() < BATCH as usize;
        let after = files.last().map(|(row, _)| row.id);
        all.extend(files.into_iter().map(|file| ahead_of(&planned, file)));
        if whole {
            return Ok(all);
        }
        files = page(after).await?;
    }
}

/// Those of them that are before the ceremony.
pub async fn ahead_of_the_ceremony(tx: &Tx, scope: Expr, today: NaiveDate) -> Result<Vec<Ahead>> {
    let before = Expr::cust("app.is_on_the_way(candidate.stage)");
    ahead(tx, scope.and(before), today).await
}

/// One candidacy within `scope`, open or ended.
pub async fn one_ahead(tx: &Tx, scope: Expr, id: Uuid, today: NaiveDate) -> Result<Ahead> {
    let classes = Classes::ask(tx, today).await;
    let scope = scope.and(candidate::Column::Id.eq(id));
    let files = read_files(tx, scope, OF_THE_BRANCH, None, 1, today).await?;
    let file = files.into_iter().next().ok_or_else(Error::not_found)?;
    Ok(ahead_of(&classes.planned().await?, file))
}
