//! The candidate that a nomination creates, and papers whose number is taken.

use chrono::NaiveDate;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Query as Build};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityName as _, EntityTrait as _, IdenStatic as _,
    IntoActiveModel as _,
};
use uuid::Uuid;

use crate::access::{self, Action, Nominate, Permission, reach};
use crate::api::edit::{self, Reference, Sought};
use crate::api::{beyond, names, sealed};
use crate::auth::Permit;
use crate::db::tables::{activity, candidate, department, nomination as table};
use crate::db::{Db, Query, Soon, Tx, any_live, any_row, constant, locks, value_of};
use crate::error::{Error, Result};
use crate::facts::papers::plain_number;
use crate::facts::{self, Known};
use crate::law::calendar::{days_of, year};
use crate::law::text::{Text, plain};
use crate::law::words::{Introducer, NominationOutcome};
use crate::law::{Stage, say, vi};

use super::{NewNomination, Nomination};

/// What a nomination depends on besides what is known of the person, asked in one flush.
pub(super) struct Asked {
    references: Sought<4>,
    introducer: Option<Soon<(String,)>>,
    youth_age: Option<Soon<(i32,)>>,
    /// Of the references; then department, activity, paper, founding, hits.
    answers: Soon<[bool; 9]>,
}

pub(super) struct Answers {
    /// Whether the introducing member may introduce on that day; true for a union.
    pub introducer_able: bool,
    pub oldest: Option<i32>,
    pub too_many_hits: bool,
}

impl Asked {
    /// The person and the paper's number are locked before the questions about them.
    pub(super) async fn of(
        tx: &Tx,
        permit: &Permit<Nominate>,
        by: Introducer,
        new: &NewNomination,
    ) -> Self {
        let (branch, activity, on) = (new.branch_id, new.activity_id, new.paper_on);
        let introducer = new.introducer_member_id;
        let references = [
            Reference::to_branch("/branch_id", branch),
            Reference::to::<department::Entity>("/department_id", new.department_id),
            Reference::to_member("/introducer_member_id", introducer),
            Reference::to::<activity::Entity>("/activity_id", activity),
        ];
        let (references, [to_branch, to_department, to_member, to_activity]) =
            edit::seek_references(tx, references).await;
        let introducer = match introducer {
            Some(member) => Some(facts::register::soon(tx, member).await),
            None => None,
        };
        let youth_age = facts::oldest_soon(tx, by, on).await;
        let (name, number) = (new.full_name.as_str(), new.paper_number.as_str());
        tx.later(locks::nomination(name.to_owned(), new.birth_date, number))
            .await;
        let answers = tx.asked([
            to_branch,
            to_department,
            to_member,
            to_activity,
            edit::is_department_of(new.department_id, branch),
            activity.map_or_else(|| constant(false), |activity| held_after(activity, on)),
            another_date(by, branch, (number, on), None),
            facts::founded_after(branch, on),
            beyond::too_many_hits(tx, permit),
        ]);
        Self {
            references,
            introducer,
            youth_age,
            answers: answers.await,
        }
    }

    /// Refuses the nomination for the first obstacle found.
    pub(super) async fn expect(self, tx: &Tx, new: &NewNomination) -> Result<Answers> {
        let answers = self.answers.one().await?.unwrap_or_default();
        let [
            there @ ..,
            of_branch,
            held_after,
            taken,
            younger,
            too_many_hits,
        ] = answers;
        self.references.expect(tx, there).await?;
        edit::expect_department(of_branch, "/department_id")?;
        expect_held_by(held_after)?;
        let introducer_able = match self.introducer {
            Some(history) => facts::register::read(history).await?.able_on(new.paper_on),
            None => true,
        };
        if younger {
            facts::expect_founded(tx, "/paper_on", new.branch_id, new.paper_on).await?;
        }
        facts::papers::expect_free(taken, "/paper_number")?;
        let oldest = match self.youth_age {
            Some(limit) => Some(facts::read_oldest(limit).await?),
            None => None,
        };
        Ok(Answers {
            introducer_able,
            oldest,
            too_many_hits,
        })
    }
}

/// The candidate created by a nomination, whose row leaves with the next statement.
pub(super) async fn new_candidate(
    (db, tx): (&Db, &Tx),
    permit: &Permit<Nominate>,
    new: &NewNomination,
    by: Introducer,
    known: Known,
) -> Result<candidate::Model> {
    let id = Uuid::now_v7();
    // whether or not there is a namesake: otherwise the fate of the reason would reveal one
    let data_key = sealed::new_key(db, id)?;
    let place = ("namesake_reason", new.branch_id);
    let said = new.namesake_reason.as_ref().map(Text::as_str);
    let namesake_reason = sealed::reason(db, (id, data_key.as_deref()), place, said)?;
    let row = candidate::Model {
        id,
        data_key,
        organization_id: permit.caller().organization,
        branch_id: new.branch_id,
        department_id: new.department_id,
        introduced_by: by,
        full_name: new.full_name.as_str().to_owned(),
        other_names: None,
        sex: new.sex,
        birth_date: new.birth_date,
        birth_place: None,
        home_town: None,
        ethnic_group: None,
        religion: None,
        citizen_id: None,
        citizen_index: None,
        phone: None,
        address: None,
        occupation: plain(new.occupation.clone()),
        position: None,
        general_education: None,
        professional_level: None,
        political_theory_level: None,
        priority_group: new.priority_group,
        youth_union_member: new.youth_union_member,
        youth_union_changed_on: Vec::new(),
        trade_union_member: new.trade_union_member,
        trade_union_changed_on: Vec::new(),
        remarks: None,
        stage: Stage::Nominated,
        stage_on: new.paper_on,
        nominated_on: new.paper_on,
        decided_on: None,
        admitted_on: None,
        official_on: None,
        previous_id: known.previous.filter(|_| new.namesake_reason.is_none()),
        planned_year: None,
        namesake_by: namesake_reason.is_some().then_some(permit.caller().account),
        namesake_reason,
        namesake_confirmed_by: None,
        namesake_confirmed_on: None,
        erased_on: None,
        version: 1,
        created_at: tx.now(),
        updated_at: tx.now(),
        deleted_at: None,
    };
    let insert = candidate::Entity::insert(row.clone().into_active_model().reset_all());
    tx.later(insert).await;
    Ok(row)
}

/// The nomination itself; it leaves with the next statement, too.
pub(super) async fn new_nomination(
    tx: &Tx,
    candidate: &candidate::Model,
    new: &NewNomination,
) -> table::Model {
    let row = table::Model {
        id: Uuid::now_v7(),
        organization_id: candidate.organization_id,
        branch_id: new.branch_id,
        candidate_id: candidate.id,
        introduced_by: candidate.introduced_by,
        introducer_member_id: new.introducer_member_id,
        paper_number: new.paper_number.as_str().to_owned(),
        paper_on: new.paper_on,
        reason: plain(new.reason.clone()),
        outcome: NominationOutcome::Pending,
        outcome_on: None,
        outcome_reason: None,
        activity_id: new.activity_id,
        version: 1,
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    let insert = table::Entity::insert(row.clone().into_active_model().reset_all());
    tx.later(insert).await;
    row
}

/// Asks for the names beside a nomination's ids before its row is written: of the branch, and of the
/// member who introduces.
pub(super) async fn names_ahead(
    tx: &Tx,
    new: &NewNomination,
) -> Soon<(Option<String>, Option<String>)> {
    let (branch, introducer) = (new.branch_id, new.introducer_member_id);
    let mut row = Build::select();
    row.expr_as(
        Expr::val(branch).cast_as("uuid"),
        table::Column::BranchId.as_str(),
    )
    .expr_as(
        Expr::val(introducer).cast_as("uuid"),
        table::Column::IntroducerMemberId.as_str(),
    );
    let mut names = Build::select();
    names
        .exprs(names::read::<Nomination>(tx).take(2))
        .from_subquery(row, table::Entity.table_name());
    tx.soon(Query::of(&names)).await
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

/// Whether the activity took place after that day.
fn held_after(activity: Uuid, on: NaiveDate) -> Expr {
    let later = activity::Column::Id
        .eq(activity)
        .and(activity::Column::OnDate.gt(on));
    any_row::<activity::Entity>(later)
}

/// 422 if the movement through which the person was found was still to come on that day.
pub(super) async fn expect_held(tx: &Tx, activity: Option<Uuid>, on: NaiveDate) -> Result<()> {
    let Some(activity) = activity else {
        return Ok(());
    };
    let [after] = tx.ask([held_after(activity, on)]).await?;
    expect_held_by(after)
}

fn expect_held_by(after: bool) -> Result<()> {
    if !after {
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

/// This column of the candidate of a nomination, as text.
pub(super) fn of_candidate(column: candidate::Column) -> Expr {
    let nominated = Expr::col((table::Entity, table::Column::CandidateId));
    let mut of = Build::select();
    of.expr(column.into_expr().cast_as("text"))
        .from(candidate::Entity)
        .and_where(candidate::Column::Id.into_expr().eq(nominated));
    value_of(of)
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
