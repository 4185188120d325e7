//! One person, one open candidacy; and the second pair of eyes that tells two of one name apart.
use uuid::Uuid;

use super::of_everybody;
use crate::access::ConfirmNamesakes;
use crate::api::edit;
use crate::auth::Permit;
use crate::db::Tx;
use crate::db::tables::candidate;
use crate::error::{Code, Error, Result};
use crate::facts;
use crate::law::say;

/// Locks the person until the transaction ends; 409 if they have an open candidacy already, or are or
/// were a member by another row than this one. An earlier membership that ended with a transfer to
/// another organisation is no obstacle.
pub async fn refuse_second_candidacy<P>(
    tx: &Tx,
    permit: &Permit<P>,
    row: &candidate::Model,
) -> Result<()> {
    // rows of every branch count
    let alone = async || alone(tx, row).await;
    of_everybody(tx, permit, row.organization_id, alone).await
}

/// The same before a file that has ended goes on; 409 too where a leaving has ended the membership,
/// or the branch has ended.
pub(super) async fn expect_to_reopen<P>(
    tx: &Tx,
    permit: &Permit<P>,
    row: &candidate::Model,
) -> Result<()> {
    edit::expect_open_branch(tx, row.branch_id).await?;
    let asked = async || {
        facts::expect_not_left(tx, row.id).await?;
        alone(tx, row).await
    };
    of_everybody(tx, permit, row.organization_id, asked).await
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
