//! Re-judges the files that rest on changed evidence. A change that would leave a recorded act
//! without its ground is refused, naming the act, or acknowledged: then each file says so and
//! carries the duty that blocks its next steps.
use chrono::NaiveDate;
use sea_orm::sea_query::{Expr, ExprTrait as _, Order, Query as Build};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::person;
use crate::access::Role;
use crate::api::query::{self, Query as Asked};
use crate::auth::By;
use crate::db::tables::{act, candidate};
use crate::db::{Query, Tx, any_of, constant, functions, json_text, locks};
use crate::error::{Error, Result};
use crate::facts;
use crate::law::acts::{Acknowledgement, Act, ActKind};
use crate::law::findings::{self, Finding};
use crate::law::judgement::Facts;
use crate::law::regulation::Regulations;
use crate::law::requirement::Check;
use crate::law::text::Text;
use crate::law::words::VotingBody;
use crate::law::{say, vi};

/// Confirms a request without a reason in its body although acts lose their ground
#[derive(Clone, Debug, Deserialize, IntoParams)]
pub struct Acknowledged {
    /// True: do it although acts on record lose their ground, for the `reason`; their files carry a
    /// deadline `ground_lost`
    #[serde(default)]
    acknowledged: bool,
    /// Why, in at most 500 characters; required with `acknowledged`
    #[param(max_length = 500)]
    reason: Option<String>,
}

impl Asked<Acknowledged> {
    /// Whether the change is acknowledged, and the validated reason.
    pub fn said(&self) -> Result<(bool, Option<String>)> {
        let missing = self.0.acknowledged.then_some("");
        let reason = self.0.reason.as_deref().or(missing);
        Ok((self.0.acknowledged, query::reason(reason, 500)?))
    }
}

/// Files that rest on some evidence, as judged before it changes.
pub struct Evidence {
    files: Vec<(Uuid, Vec<Finding>)>,
    /// Whose files they are.
    organization: Option<Uuid>,
    today: NaiveDate,
    /// Of later attempts: what falls in the attempt that changes.
    earlier: Option<Vec<Check>>,
}

/// These files, without those of a person who was erased: nothing is left to judge their acts by.
async fn read(tx: &Tx, ids: &[Uuid]) -> Result<Vec<candidate::Model>> {
    let mut rows = Vec::new();
    for id in ids {
        let row = candidate::Entity::find_by_id(*id);
        let row = row.filter(candidate::Column::ErasedOn.is_null());
        rows.extend(tx.one(row).await?);
    }
    Ok(rows)
}

impl Evidence {
    /// The files whose acts name the member, and those with a vote of these branches from that day
    /// on: who was entitled follows from the register. Locked until the transaction ends.
    pub async fn of_register(
        tx: &Tx,
        law: &Regulations,
        member: Uuid,
        votes: (Vec<Uuid>, NaiveDate),
        today: NaiveDate,
    ) -> Result<Self> {
        tx.later(locks::registers(&votes.0)).await;
        let which = facts::names_member(member).or(votes_of(votes));
        Self::of_acts(tx, law, which, today).await
    }

    /// The other files that rest on this person as an official member, or not yet one, from that day
    /// on.
    pub async fn of_official(
        tx: &Tx,
        law: &Regulations,
        row: &candidate::Model,
        facts: &Facts,
        (from, today): (NaiveDate, NaiveDate),
    ) -> Result<Self> {
        let later = facts.moves.iter().filter(|m| m.on_date > from);
        let branches = later.map(|m| m.from_branch_id).chain([row.branch_id]);
        // an official member's moves are only in the register
        let own = facts.own_stays.iter();
        let own = own.filter(|stay| stay.to_on.is_none_or(|to| to >= from));
        let branches: Vec<_> = branches.chain(own.map(|stay| stay.branch_id)).collect();
        tx.later(locks::registers(&branches)).await;
        let which = facts::names_member(row.id).or(votes_of((branches, from)));
        let others = which.and(act::Column::CandidateId.ne(row.id));
        Self::of_acts(tx, law, others, today).await
    }

    /// The files with a vote of these branches from that day on, for a member whom no act names.
    pub async fn of_votes(
        tx: &Tx,
        law: &Regulations,
        votes: Option<(Vec<Uuid>, NaiveDate)>,
        today: NaiveDate,
    ) -> Result<Self> {
        match votes {
            Some(votes) => {
                tx.later(locks::registers(&votes.0)).await;
                Self::of_acts(tx, law, votes_of(votes), today).await
            }
            None => Self::of(tx, law, Vec::new(), today).await,
        }
    }

    /// The later attempts of the person, in which the certificates of this one count, where the act
    /// changes one of them. None where there are no such files. `own` is what falls in this one.
    pub async fn of_later_attempts(
        tx: &Tx,
        by: By<'_>,
        law: &Regulations,
        row: &candidate::Model,
        (facts, new, own): (&Facts, &Act, &[Check]),
        today: NaiveDate,
    ) -> Result<Option<Self>> {
        let about = if let Act::Annulment(a) = new {
            let annulled = facts.acts.iter().find(|r| r.id == a.act_id);
            annulled.map(|r| &r.act)
        } else {
            Some(new)
        };
        let certificate = matches!(about, Some(Act::Certificate(_)));
        // nobody makes another attempt while this one goes on
        if !certificate || !row.stage.ended() {
            return Ok(None);
        }
        let resting = async || {
            let later = person::later_attempts(tx, row).await?;
            if later.is_empty() {
                return Ok(None);
            }
            let later = later.into_iter().map(|(_, next)| next.id).collect();
            Self::of(tx, law, later, today).await.map(Some)
        };
        let later = super::of_everybody(tx, by, row.organization_id, resting).await?;
        let later = later.filter(|later| !later.files.is_empty());
        Ok(later.map(|later| Self {
            earlier: Some(own.to_vec()),
            ..later
        }))
    }

    /// The files with an act in this branch from that day on.
    pub async fn of_branch(
        tx: &Tx,
        law: &Regulations,
        (branch, from): (Uuid, NaiveDate),
        today: NaiveDate,
    ) -> Result<Self> {
        let here = act::Column::RecordedBranchId.eq(branch);
        Self::of_acts(tx, law, here.and(act::Column::OnDate.gte(from)), today).await
    }

    /// The files of those who go to another branch on that day, those whose acts name a member who
    /// goes, and those on which the branch, or the one that takes it in, has voted since.
    pub async fn of_moved(
        tx: &Tx,
        law: &Regulations,
        (members, candidates): (&[Uuid], &[Uuid]),
        (branch, into, on): (Uuid, Option<Uuid>, NaiveDate),
        today: NaiveDate,
    ) -> Result<Self> {
        let both: Vec<Uuid> = into.into_iter().chain([branch]).collect();
        tx.later(locks::registers(&both)).await;
        let mut which = votes_of((vec![branch], on));
        if let Some(into) = into {
            let since = votes_of((vec![into], on)).and(act::Column::OnDate.lte(today));
            which = which.or(since);
        }
        which = which.or(any_of(act::Column::CandidateId, candidates.iter().copied()));
        for member in members {
            which = which.or(facts::names_member(*member));
        }
        Self::of_acts(tx, law, which, today).await
    }

    async fn of_acts(tx: &Tx, law: &Regulations, which: Expr, today: NaiveDate) -> Result<Self> {
        let mut named = Build::select();
        named
            .distinct()
            .column(act::Column::CandidateId)
            .from(act::Entity)
            .and_where(which)
            .order_by(act::Column::CandidateId, Order::Asc);
        let files = tx.all(Query::<(Uuid,)>::of(&named)).await?;
        let ids = files.into_iter().map(|(id,)| id).collect();
        Self::of(tx, law, ids, today).await
    }

    /// These files; locked until the transaction ends.
    pub async fn of(tx: &Tx, law: &Regulations, ids: Vec<Uuid>, today: NaiveDate) -> Result<Self> {
        let (mut files, mut organization) = (Vec::new(), None);
        tx.execute(functions::lock("candidate", ids.clone()))
            .await?;
        for row in read(tx, &ids).await? {
            let facts = facts::candidacy(tx, &row, None, today).await?;
            files.push((row.id, findings::of(&facts, law)));
            organization = Some(row.organization_id);
        }
        Ok(Self {
            files,
            organization,
            today,
            earlier: None,
        })
    }

    fn ids(&self) -> Vec<Uuid> {
        self.files.iter().map(|(id, _)| *id).collect()
    }

    /// What the change has left unmet, file by file, and the files whose deadlines are others: something
    /// has its ground again, or the certificate of an earlier attempt expires on another day.
    async fn lost(
        &self,
        tx: &Tx,
        law: &Regulations,
    ) -> Result<(Vec<(candidate::Model, Vec<Finding>)>, Vec<Uuid>)> {
        let (mut fallen, mut renewed) = (Vec::new(), Vec::new());
        for row in read(tx, &self.ids()).await? {
            let facts = facts::candidacy(tx, &row, None, self.today).await?;
            let before = self.files.iter().find(|(id, _)| *id == row.id);
            let before = before.map_or(&[][..], |(_, found)| found);
            let now = findings::of(&facts, law);
            let regained = !findings::new(&now, before.to_vec()).is_empty();
            let lost = findings::new(before, now);
            if regained || lost.is_empty() && self.earlier.is_some() {
                renewed.push(row.id);
            }
            if !lost.is_empty() {
                fallen.push((row, lost));
            }
        }
        Ok((fallen, renewed))
    }

    /// 422 with every requirement of a recorded act that the change has left unmet, unless the
    /// change is acknowledged with a `reason`: then each file that loses its ground records that, or
    /// carries the duty alone if the caller does not see it. Where the change gives an act its ground
    /// back, the duty to settle it ends.
    pub async fn still_holds_or_says_so(
        &self,
        tx: &Tx,
        by: By<'_>,
        law: &Regulations,
        (acknowledged, reason): (bool, Option<&str>),
    ) -> Result<()> {
        let Some(organization) = self.organization else {
            return Ok(());
        };
        let fallen = async || {
            let (fallen, renewed) = self.lost(tx, law).await?;
            super::renew_deadlines(tx, law, &renewed, self.today).await?;
            Ok(fallen)
        };
        let fallen = super::of_everybody(tx, by, organization, fallen).await?;
        let mut seen = Vec::new();
        let mut unseen = Vec::new();
        for (row, lost) in fallen {
            if by.role() == Role::PartyOffice || !read(tx, &[row.id]).await?.is_empty() {
                seen.push((row, lost));
            } else {
                unseen.push(row.id);
            }
        }
        if !acknowledged {
            return self.refuse(&seen, !unseen.is_empty());
        }
        let says = ActKind::Acknowledgement.recorded_by();
        for (row, _) in seen {
            let act = acknowledgement(reason, self.today)?;
            if says.contains(&by.role()) {
                super::append(tx, by, law, &row, act.into(), self.today).await?;
            } else {
                unseen.push(row.id);
            }
        }
        if unseen.is_empty() {
            return Ok(());
        }
        let account = Some(by.caller.account);
        let renewed = async || super::write_deadlines(tx, law, &unseen, account, self.today).await;
        super::of_everybody(tx, by, organization, renewed).await
    }

    /// Names the acts of the files that the caller sees; of the others it says only that there are
    /// some.
    fn refuse(&self, seen: &[(candidate::Model, Vec<Finding>)], others: bool) -> Result<()> {
        let all = seen.iter().flat_map(|(_, lost)| lost);
        let own = self.earlier.iter().flatten().cloned();
        let unmet: Vec<Check> = own.chain(all.map(Finding::falls)).collect();
        if unmet.is_empty() && !others {
            return Ok(());
        }
        let refusal = Error::unmet(unmet);
        let words = match seen {
            _ if others => say(
                "Việc đã ghi trong hồ sơ ngoài phạm vi của tài khoản sẽ mất căn cứ.",
                "Acts in files outside your reach would lose their ground.",
            ),
            [(next, _), ..] if self.earlier.is_some() => say(
                format!(
                    "Việc đã ghi trong hồ sơ sau của người này, từ ngày {}, sẽ mất căn cứ.",
                    vi(next.nominated_on)
                ),
                format!(
                    "Acts in the person's attempt of {} would lose their ground.",
                    next.nominated_on
                ),
            ),
            _ => return Err(refusal),
        };
        Err(refusal.detail(words))
    }
}

/// The votes of these branches from that day on.
fn votes_of((branches, from): (Vec<Uuid>, NaiveDate)) -> Expr {
    act::Column::Kind
        .eq(ActKind::Resolution)
        .and(json_text(act::Column::Data, "body").eq(constant(VotingBody::Branch.wire())))
        .and(any_of(act::Column::RecordedBranchId, branches))
        .and(act::Column::OnDate.gte(from))
}

/// The act that records a change by which acts lose their ground; it says why.
pub fn acknowledgement(reason: Option<&str>, today: NaiveDate) -> Result<Acknowledgement> {
    let Some(reason) = reason else {
        return Err(Error::invalid(
            "/reason",
            "required",
            say(
                "Thay đổi làm mất căn cứ của việc đã ghi phải nêu lý do.",
                "A change that leaves recorded acts without their ground needs a reason.",
            ),
        ));
    };
    // the reason of an act is shorter than the reasons of some changes may be
    let reason = reason.chars().take(500).collect();
    Ok(Acknowledgement {
        on: today,
        reason: Text::stored(reason),
        corrects: None,
    })
}
