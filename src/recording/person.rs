//! What a person's file means for their other records: one open candidacy, the branch, the posts;
//! and the second person who confirms that two of one name are different people.
use chrono::NaiveDate;
use sea_orm::sea_query::ExprTrait as _;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use super::of_everybody;
use crate::access::ConfirmNamesakes;
use crate::api::{audit, edit};
use crate::auth::{By, Permit};
use crate::db::tables::{branch, branch_officer, candidate, member};
use crate::db::{Tx, any_row, functions, revise};
use crate::error::{Code, Error, Result};
use crate::facts;
use crate::law::acts::Act;
use crate::law::calendar::next_day;
use crate::law::candidacy::File;
use crate::law::{Stage, say, vi};

/// Locks the person until the transaction ends; 409 if they have an open candidacy already, or are
/// or were a member by another row than this one. An earlier membership that ended with a transfer
/// to another organisation is no obstacle.
pub async fn refuse_second_candidacy(tx: &Tx, by: By<'_>, row: &candidate::Model) -> Result<()> {
    // rows of every branch count
    let alone = async || alone(tx, row).await;
    of_everybody(tx, by, row.organization_id, alone).await
}

/// The same before a file that has ended goes on; 409 too where a leaving has ended the membership, or
/// the person has made another attempt since.
pub(super) async fn expect_to_reopen(tx: &Tx, by: By<'_>, row: &candidate::Model) -> Result<()> {
    let asked = async || {
        facts::expect_not_left(tx, row.id).await?;
        alone(tx, row).await?;
        let later = edit::refers::<candidate::Entity>(candidate::Column::PreviousId, row.id);
        Ok(tx.ask([later]).await? == [true])
    };
    if of_everybody(tx, by, row.organization_id, asked).await? {
        return Err(Error::new(Code::InvalidTransition).detail(say(
            "Người này đã có hồ sơ sau, lập khi hồ sơ này đã kết thúc: hồ sơ này không mở lại.",
            "The person has made another attempt since this one ended: it is not opened again.",
        )));
    }
    Ok(())
}

/// 422 if a later attempt does not hold with the end of this one as it is after `act`: it must have
/// begun after that end, the person must have been alive, and a readmission must agree with the
/// record of the membership. Called after the act is written, because the record is read with it.
pub(super) async fn expect_the_next_holds(
    tx: &Tx,
    by: By<'_>,
    row: &candidate::Model,
    (act, stage, end): (&Act, Stage, NaiveDate),
) -> Result<()> {
    let asked = async || fallen(tx, row, (stage, end)).await;
    let Some((next, pointer)) = of_everybody(tx, by, row.organization_id, asked).await? else {
        return Ok(());
    };
    let words = match super::get_candidate(tx, by.reach, next.id).await {
        Ok(_) => say(
            format!(
                "Hồ sơ sau của người này, từ ngày {}, căn cứ vào việc kết thúc như đã ghi: giải quyết hồ sơ ấy trước.",
                vi(next.nominated_on)
            ),
            format!(
                "The person's attempt of {} rests on the end as it was recorded: settle that one first.",
                next.nominated_on
            ),
        ),
        Err(error) if error.code() == Code::NotFound => say(
            "Hồ sơ sau của người này, ngoài phạm vi của tài khoản, căn cứ vào việc kết thúc như đã ghi.".to_owned(),
            "A later attempt of the person, outside your reach, rests on the end as it was recorded.".to_owned(),
        ),
        Err(error) => return Err(error),
    };
    let annuls = matches!(act, Act::Annulment(_));
    let pointer = if annuls { "/act_id" } else { pointer };
    Err(Error::invalid(pointer, "after_next_attempt", words))
}

/// The first attempt after this one that does not hold with such an end, and the field that says so.
async fn fallen(
    tx: &Tx,
    row: &candidate::Model,
    (stage, end): (Stage, NaiveDate),
) -> Result<Option<(candidate::Model, &'static str)>> {
    for (old, next) in later_attempts(tx, row).await? {
        if stage == Stage::Deceased {
            return Ok(Some((next, "/kind")));
        }
        let application = facts::application(tx, next.id).await?;
        let differs = match application {
            Some(new) => !facts::not_as_recorded(tx, &old, &new).await?.is_empty(),
            None => false,
        };
        if differs || next.nominated_on < end {
            return Ok(Some((next, "/on")));
        }
    }
    Ok(None)
}

/// The person's attempts after this one, each with the one that it followed.
pub(super) async fn later_attempts(
    tx: &Tx,
    row: &candidate::Model,
) -> Result<Vec<(candidate::Model, candidate::Model)>> {
    let (mut line, mut later) = (vec![row.clone()], Vec::new());
    while let Some(old) = line.pop() {
        let next = candidate::Entity::find()
            .filter(candidate::Column::PreviousId.eq(old.id))
            .filter(candidate::Column::DeletedAt.is_null());
        for next in tx.all(next).await? {
            line.push(next.clone());
            later.push((old.clone(), next));
        }
    }
    Ok(later)
}

/// The file goes to the branch to which the membership leads; and what is open again in a branch
/// that has ended, from the day after to the one that took over.
pub(super) async fn move_file(
    tx: &Tx,
    by: By<'_>,
    row: &candidate::Model,
    (file_to, reopened): (Option<Uuid>, bool),
) -> Result<()> {
    if file_to.is_none() && !reopened {
        return Ok(());
    }
    let moving = async || {
        let (file, now) = (vec![row.id], tx.now());
        if let Some(to) = file_to {
            let moved = functions::move_people(Vec::new(), file.clone(), to, None, None, now);
            tx.execute(moved).await?;
        }
        if reopened {
            take_over(tx, row.id, file_to.unwrap_or(row.branch_id)).await?;
        }
        Ok(())
    };
    of_everybody(tx, by, row.organization_id, moving).await
}

/// 409 where a branch in the line has ended and none took over.
async fn take_over(tx: &Tx, file: Uuid, mut branch: Uuid) -> Result<()> {
    while let Some(ended) = tx.by_id::<branch::Entity>(branch).await?
        && let Some(last) = ended.closed_on
    {
        let Some(into) = ended.merged_into_id else {
            return edit::expect_open_branch(tx, branch).await;
        };
        let member = member::Column::Id
            .eq(file)
            .and(member::Column::DeletedAt.is_null());
        let [member] = tx.ask([any_row::<member::Entity>(member)]).await?;
        let members = if member { vec![file] } else { Vec::new() };
        let (first, now) = (next_day(last), tx.now());
        let moved = functions::move_people(members, vec![file], into, Some(first), None, now);
        tx.execute(moved).await?;
        let joined = revise::<member::Entity>(now)
            .col_expr(member::Column::BranchId, into.into())
            .filter(member::Column::Id.eq(file));
        tx.execute(joined).await?;
        branch = into;
    }
    Ok(())
}

/// 409 where the person has a post in a branch committee from a day on which, by the file as it is
/// now, they are no official member.
pub(super) async fn expect_posts_of_an_official(
    tx: &Tx,
    by: By<'_>,
    row: &candidate::Model,
    after: &File,
) -> Result<()> {
    let post = branch_officer::Column::MemberId.eq(row.id);
    let too_early = match after.official_from() {
        Some(from) => post.and(branch_officer::Column::FromOn.lt(from)),
        None => post,
    };
    let asked = async || tx.ask([any_row::<branch_officer::Entity>(too_early)]).await;
    if of_everybody(tx, by, row.organization_id, asked).await? == [false] {
        return Ok(());
    }
    Err(Error::new(Code::HasDependents).detail(say(
        "Người này giữ chức vụ trong chi bộ vào ngày không còn là đảng viên chính thức: sửa hoặc xóa chức vụ trước.",
        "The person has a post in a branch on a day on which they would be no official member: correct or remove it first.",
    )))
}

async fn alone(tx: &Tx, row: &candidate::Model) -> Result<()> {
    let (name, born) = (&*row.full_name, row.birth_date);
    let known = facts::known_person(tx, name, born, Some(row.id)).await?;
    if known.open_candidacy {
        return Err(Error::new(Code::Duplicate).detail(say(
            "Người này đã có hồ sơ đang mở.",
            "This person already has an open candidacy.",
        )));
    }
    if known.former() && !facts::left_before(tx, &known, row.id).await? {
        return Err(Error::new(Code::Duplicate).detail(say(
            "Người này đã có trong danh sách đảng viên.",
            "This person is, or was, a member by another row of the register.",
        )));
    }
    let number = row.citizen_index.as_deref();
    facts::expect_new_citizen(tx, number, (name, born), Some(row.id)).await
}

/// The audit trail says of these members and files what something else has changed.
pub async fn audited(
    tx: &Tx,
    by: By<'_>,
    field: &'static str,
    (members, files): (Vec<Uuid>, Vec<Uuid>),
) -> Result<()> {
    if !members.is_empty() {
        let of = ("member", field);
        tx.execute(audit::of_rows::<member::Entity>(tx, by, of, members)?)
            .await?;
    }
    if !files.is_empty() {
        let of = ("candidate", field);
        tx.execute(audit::of_rows::<candidate::Entity>(tx, by, of, files)?)
            .await?;
    }
    Ok(())
}

/// 409 where no namesake waits, 403 for the account that gave the reason, which is `waits`.
pub fn expect_second_pair_of_eyes(
    permit: &Permit<ConfirmNamesakes>,
    waits: Option<Uuid>,
) -> Result<()> {
    let Some(by) = waits else {
        return Err(Error::new(Code::InvalidTransition).detail(say(
            "Không có việc xác nhận người trùng họ tên nào đang chờ.",
            "No namesake waits to be confirmed here.",
        )));
    };
    if by == permit.caller().account {
        return Err(Error::new(Code::Forbidden).detail(say(
            "Người nêu lý do không tự xác nhận.",
            "Who gave the reason does not confirm it.",
        )));
    }
    Ok(())
}
