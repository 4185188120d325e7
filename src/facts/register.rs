//! The register of members: a member's history, a branch's history.
use chrono::NaiveDate;
use uuid::Uuid;

use crate::db::Tx;
use crate::error::{Error, Result};
use crate::law::register::{Activities, Register, Registered, Stay};

/// The history of a member whom the caller sees.
pub async fn registered(tx: &Tx, member: Uuid) -> Result<Registered> {
    let sql = "select json_build_array(case when m.official_on is not null then greatest(m.official_on, m.recognised_on) end, \
          (select coalesce(json_agg(json_build_array(s.branch_id, s.from_on, s.to_on) order by s.from_on), '[]') from membership s where s.member_id = m.id), \
          (select json_build_array(null, coalesce((array_agg(c.from_activity order by c.on_date))[1], m.activity)) from member_activity_change c where c.member_id = m.id), \
          (select coalesce(json_agg(json_build_array(c.on_date, c.activity) order by c.on_date), '[]') from member_activity_change c where c.member_id = m.id), \
          (select count(*) from sponsorship s where s.member_id = m.id and s.to_on is null))::text \
        from member m where m.id = $1";
    type Read = (
        Option<NaiveDate>,
        Vec<Stay>,
        serde_json::Value,
        Vec<serde_json::Value>,
        i32,
    );
    let rows = tx.rows(sql, vec![member.into()]).await?;
    let row = rows.first().ok_or_else(Error::not_found)?;
    let (official_from, stays, first, mut later, open_sponsorships): Read =
        serde_json::from_str(row.get(0)).map_err(Error::internal)?;
    later.insert(0, first);
    let activities: Activities =
        serde_json::from_value(serde_json::Value::Array(later)).map_err(Error::internal)?;
    Ok(Registered {
        official_from,
        stays,
        activities,
        open_sponsorships,
    })
}

/// The register of a branch; empty if the caller cannot read it.
pub async fn branch(tx: &Tx, branch: Uuid) -> Result<Register> {
    let sql = "select (app.surroundings(null, $1, (select app.organization()), '{}') -> 'register')::text";
    let rows = tx.rows(sql, vec![branch.into()]).await?;
    let read: Option<&str> = rows.first().and_then(|r| r.get(0));
    let mut register: Register = read.map_or(Ok(Register::default()), |text| {
        serde_json::from_str(text).map_err(Error::internal)
    })?;
    // only those who read the branch see whose lines they are
    register.0.retain(|line| line.member.is_some());
    Ok(register)
}
