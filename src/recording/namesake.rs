//! The second pair of eyes that tells a person from a namesake born the same day.
use uuid::Uuid;

use crate::access::ConfirmNamesakes;
use crate::auth::Permit;
use crate::error::{Code, Error, Result};
use crate::law::say;

/// 409 where nothing waits, 403 for the account that gave the reason, which is `waits`.
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
