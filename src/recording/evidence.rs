//! Whatever evidence changes, the files that rest on it are judged again: a change that would leave
//! a standing act without its ground is refused, naming the act.
use std::collections::BTreeSet;

use chrono::NaiveDate;
use sea_orm::EntityTrait as _;
use uuid::Uuid;

use crate::db::Tx;
use crate::db::tables::candidate;
use crate::error::{Error, Result};
use crate::facts;
use crate::law::judgement::{self, Facts};
use crate::law::regulation::Regulations;

/// What stands unmet in a file: the act and the requirement.
type Unmet = BTreeSet<(Uuid, &'static str)>;

/// The files that rest on something, as they were judged before it changes.
pub struct Evidence {
    files: Vec<(Uuid, Unmet)>,
    today: NaiveDate,
}

fn unmet(facts: &Facts, law: &Regulations) -> Unmet {
    let all = judgement::unmet_acts(facts, law).into_iter();
    all.map(|(id, check)| (id, check.rule)).collect()
}

async fn read(tx: &Tx, ids: &[Uuid]) -> Result<Vec<candidate::Model>> {
    let mut rows = Vec::new();
    for id in ids {
        rows.extend(tx.one(candidate::Entity::find_by_id(*id)).await?);
    }
    Ok(rows)
}

impl Evidence {
    /// The files whose acts name the member. Held until the end.
    pub async fn of_member(
        tx: &Tx,
        law: &Regulations,
        member: Uuid,
        today: NaiveDate,
    ) -> Result<Self> {
        let rows = tx
            .rows(
                "select distinct candidate_id from act where data ->> 'member_id' = $1::text order by 1",
                vec![member.to_string().into()],
            )
            .await?;
        let ids = rows.iter().map(|r| r.get(0)).collect();
        Self::of(tx, law, ids, today).await
    }

    /// These files. Held until the end.
    pub async fn of(tx: &Tx, law: &Regulations, ids: Vec<Uuid>, today: NaiveDate) -> Result<Self> {
        let mut files = Vec::new();
        let lock = "select app.lock('candidate', $1)";
        tx.rows(lock, vec![ids.clone().into()]).await?;
        for row in read(tx, &ids).await? {
            let facts = facts::candidacy(tx, &row, None, today).await?;
            files.push((row.id, unmet(&facts, law)));
        }
        Ok(Self { files, today })
    }

    fn ids(&self) -> Vec<Uuid> {
        self.files.iter().map(|(id, _)| *id).collect()
    }

    /// 422 with every requirement of a standing act that the change has left unmet.
    pub async fn still_holds(&self, tx: &Tx, law: &Regulations) -> Result<()> {
        let mut fallen = Vec::new();
        for row in read(tx, &self.ids()).await? {
            let facts = facts::candidacy(tx, &row, None, self.today).await?;
            let before = self.files.iter().find(|(id, _)| *id == row.id);
            let held = |id, rule| before.is_none_or(|(_, old)| !old.contains(&(id, rule)));
            let now = judgement::unmet_acts(&facts, law).into_iter();
            fallen.extend(now.filter(|(id, c)| held(*id, c.rule)).map(|(_, c)| c));
        }
        if fallen.is_empty() {
            Ok(())
        } else {
            Err(Error::unmet(fallen))
        }
    }
}

/// 422 with every requirement of a standing act that other particulars would leave unmet.
pub async fn refuse_groundless(
    tx: &Tx,
    law: &Regulations,
    row: &candidate::Model,
    change: impl FnOnce(&mut Facts),
    today: NaiveDate,
) -> Result<()> {
    let mut facts = facts::candidacy(tx, row, None, today).await?;
    let before = unmet(&facts, law);
    change(&mut facts);
    let after = judgement::unmet_acts(&facts, law).into_iter();
    let fallen: Vec<_> = after
        .filter(|(id, check)| !before.contains(&(*id, check.rule)))
        .map(|(_, check)| check)
        .collect();
    if fallen.is_empty() {
        Ok(())
    } else {
        Err(Error::unmet(fallen))
    }
}
