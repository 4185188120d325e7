//! Re-judges the files that rest on changed evidence. A change that would leave a recorded act
//! without its ground is refused, naming the act.
use chrono::NaiveDate;
use sea_orm::EntityTrait as _;
use sea_orm::sea_query::{Order, Query as Build};
use uuid::Uuid;

use crate::db::tables::{act, candidate};
use crate::db::{Query, Tx, functions};
use crate::error::{Error, Result};
use crate::facts;
use crate::law::findings::{self, Finding};
use crate::law::regulation::Regulations;

/// Files that rest on some evidence, as judged before it changes.
pub struct Evidence {
    files: Vec<(Uuid, Vec<Finding>)>,
    today: NaiveDate,
}

async fn read(tx: &Tx, ids: &[Uuid]) -> Result<Vec<candidate::Model>> {
    let mut rows = Vec::new();
    for id in ids {
        rows.extend(tx.one(candidate::Entity::find_by_id(*id)).await?);
    }
    Ok(rows)
}

impl Evidence {
    /// The files whose acts name the member; locked until the transaction ends.
    pub async fn of_member(
        tx: &Tx,
        law: &Regulations,
        member: Uuid,
        today: NaiveDate,
    ) -> Result<Self> {
        let mut named = Build::select();
        named
            .distinct()
            .column(act::Column::CandidateId)
            .from(act::Entity)
            .and_where(facts::names_member(member))
            .order_by(act::Column::CandidateId, Order::Asc);
        let files = tx.all(Query::<(Uuid,)>::of(&named)).await?;
        let ids = files.into_iter().map(|(id,)| id).collect();
        Self::of(tx, law, ids, today).await
    }

    /// These files; locked until the transaction ends.
    pub async fn of(tx: &Tx, law: &Regulations, ids: Vec<Uuid>, today: NaiveDate) -> Result<Self> {
        let mut files = Vec::new();
        tx.execute(functions::lock("candidate", ids.clone()))
            .await?;
        for row in read(tx, &ids).await? {
            let facts = facts::candidacy(tx, &row, None, today).await?;
            files.push((row.id, findings::of(&facts, law)));
        }
        Ok(Self { files, today })
    }

    fn ids(&self) -> Vec<Uuid> {
        self.files.iter().map(|(id, _)| *id).collect()
    }

    /// 422 with every requirement of a recorded act that the change has left unmet.
    pub async fn still_holds(&self, tx: &Tx, law: &Regulations) -> Result<()> {
        let mut fallen = Vec::new();
        for row in read(tx, &self.ids()).await? {
            let facts = facts::candidacy(tx, &row, None, self.today).await?;
            let before = self.files.iter().find(|(id, _)| *id == row.id);
            let before = before.map_or(&[][..], |(_, found)| found);
            let lost = findings::new(before, findings::of(&facts, law));
            fallen.extend(lost.iter().map(Finding::falls));
        }
        if fallen.is_empty() {
            Ok(())
        } else {
            Err(Error::unmet(fallen))
        }
    }
}
