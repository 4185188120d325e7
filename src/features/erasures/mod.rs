//! Erasing a person for good: asked for by the Party Office or the Standing Committee with its basis,
//! and carried out when the other of the two confirms it.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /erasures` | [`list_erasures`] |
//! | `POST /erasures` | [`create_erasure`] |
//! | `GET /erasures/{id}` | [`get_erasure`] |
//! | `POST /erasures/{id}/confirmations` | [`confirm_erasure`] |
mod store;
mod wire;

use actix_web::web::{Data, Path};
use chrono::TimeDelta;
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use crate::access::ErasePersons;
use crate::api::body::Body;
use crate::api::checks::{expect_not_in_future, refuse};
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::http::unknown_reference;
use crate::api::list::List;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::reply::{Created, Page, Reply};
use crate::api::reveal;
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::tables::erasure as table;
use crate::db::{Db, Tx, functions};
use crate::error::{Code, Error, Result};
use crate::law::say;
use crate::recording::person;

pub use wire::{Erasure, NewErasure};

/// How long the second person has to confirm.
const CONFIRMED_WITHIN: TimeDelta = TimeDelta::hours(72);

pub fn configure(v1: &mut Routes) {
    v1.service(list_erasures)
        .service(create_erasure)
        .service(get_erasure)
        .service(confirm_erasure);
}

/// List requests to erase a person
///
/// Those that wait for the second person, those that ran out, and those that were carried out, with
/// their basis.
#[operation(get, "/erasures", tag = "candidates")]
pub async fn list_erasures(
    permit: Permit<ErasePersons>,
    db: Data<Db>,
    query: List<Erasure>,
) -> Result<Page<Erasure>> {
    edit::list(&db, &permit, &query).await
}

/// Get a request to erase a person
#[operation(get, "/erasures/{id}", tag = "candidates")]
pub async fn get_erasure(
    permit: Permit<ErasePersons>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<Erasure>,
) -> Result<Reply<Erasure>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// 409, naming why, while the person is on the way to the Party or in it, or where nothing is left of
/// them. `ids` are all their attempts and memberships; answers those that are left.
async fn expect_over(tx: &Tx, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let words = match store::stands(tx, ids).await? {
        [true, _] => say(
            "Người này đang có hồ sơ mở: chỉ xóa khi hồ sơ đã kết thúc.",
            "The person has an open candidacy: nothing is erased before it has ended.",
        ),
        [_, true] => say(
            "Người này đang là đảng viên, hoặc chờ vào danh sách: chỉ xóa khi đã thôi là đảng viên.",
            "The person is a Party member, or waits to be entered in the register: nothing is erased before that has ended.",
        ),
        [false, false] => {
            let left = store::left(tx, ids).await?;
            if !left.is_empty() {
                return Ok(left);
            }
            say(
                "Dữ liệu của người này đã bị xóa vĩnh viễn.",
                "This person's data have already been erased.",
            )
        }
    };
    Err(Error::new(Code::InvalidTransition).detail(words))
}

/// Request the erasure of a person
///
/// For a person whose data may no longer be kept (91/2025/QH15), on the basis of a paper. `person_id` is
/// a candidate or member; all their attempts and memberships are erased together, and `covers` names them. 409 while one of them is
/// open. Nothing is erased until the other side, Party Office or Standing Committee, confirms the request
/// within 72 hours.
#[operation(post, "/erasures", tag = "candidates", refuses(InvalidTransition))]
pub async fn create_erasure(
    permit: Permit<ErasePersons>,
    db: Data<Db>,
    body: Body<NewErasure>,
) -> Result<Created<Erasure>> {
    let new = &body.value;
    expect_not_in_future("/paper_on", new.paper_on, db.clock().today())?;
    reveal::written(&new.reason)?;
    edit::create::<Erasure, _, _>(&db, &permit, &body, async |tx| {
        if !store::known(tx, &permit, new.person_id).await? {
            refuse(vec![unknown_reference("/person_id")])?;
        }
        store::lock(tx, &store::rows(tx, new.person_id).await?).await?;
        let ids = store::rows(tx, new.person_id).await?;
        let covers = expect_over(tx, &ids).await?;
        if store::waits(tx, &ids).await? {
            return Err(Error::new(Code::InvalidTransition).detail(say(
                "Đã có yêu cầu xóa dữ liệu của người này đang chờ xác nhận.",
                "A request to erase this person's data is already waiting to be confirmed.",
            )));
        }
        let mut active = edit::blank::<Erasure>();
        active.person_id = Set(new.person_id);
        active.paper_number = Set(new.paper_number.as_str().to_owned());
        active.paper_on = Set(new.paper_on);
        active.reason = Set(new.reason.as_str().to_owned());
        active.asked_by = Set(permit.caller().account);
        active.asked_role = Set(permit.role());
        active.waits_until = Set(tx.now() + CONFIRMED_WITHIN);
        active.covers = Set(covers);
        edit::insert::<Erasure>(tx, permit.caller().organization, active).await
    })
    .await
}

/// Confirm the erasure of a person
///
/// The Standing Committee confirms what the Party Office asked for, and the reverse. The person's keys
/// are destroyed, and with them all that was sealed; name, birth date, personal data and every text in
/// free words are gone from each row, from search and from feeds, for good. Acts with their days,
/// kinds, branches, outcomes and papers stay, and so do both logs and every count of people; the rows say
/// `erased_on`. In the figures of past years the priority group becomes `other`, and the reason of a
/// removal is told no more. Backups hold the person until they are destroyed.
#[operation(
    post,
    "/erasures/{id}/confirmations",
    tag = "candidates",
    answer = "The request, which has been carried out",
    refuses(InvalidTransition)
)]
pub async fn confirm_erasure(
    permit: Permit<ErasePersons>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<Reply<Erasure>> {
    let today = db.clock().today();
    let lock = async |tx: &Tx| {
        let Some(row) = tx.by_id::<table::Entity>(*id).await? else {
            return Ok(());
        };
        store::lock(tx, &store::rows(tx, row.person_id).await?).await
    };
    edit::step_after::<Erasure, _>(&db, &permit, *id, seen, lock, async |tx, row| {
        if row.erased_on.is_some() || row.waits_until <= tx.now() {
            return Err(Error::new(Code::InvalidTransition).detail(say(
                "Yêu cầu đã được thực hiện, hoặc đã quá 72 giờ mà chưa được xác nhận: nếu quá hạn thì hãy gửi yêu cầu mới.",
                "The request has been carried out, or its 72 hours have passed: in that case make a new one.",
            )));
        }
        if row.asked_role == permit.role() || row.asked_by == permit.caller().account {
            return Err(Error::new(Code::Forbidden).detail(say(
                "Phải do bên còn lại và một người khác xác nhận: Văn phòng Đảng ủy yêu cầu thì Ban Thường vụ xác nhận, và ngược lại.",
                "The other side, and somebody else, must confirm it: the Standing Committee what the Party Office asks for, and the other way round.",
            )));
        }
        let ids = store::rows(tx, row.person_id).await?;
        let left = expect_over(tx, &ids).await?;
        // the two people agreed on these rows, and no others
        if left.iter().any(|id| !row.covers.contains(id)) {
            return Err(Error::new(Code::InvalidTransition).detail(say(
                "Sau khi có yêu cầu, đã phát sinh thêm bản ghi về người này: hãy gửi yêu cầu mới.",
                "Since it was asked for, there are further rows about the person: make a new request.",
            )));
        }
        let mut active = edit::blank::<Erasure>();
        active.confirmed_by = Set(Some(permit.caller().account));
        active.erased_on = Set(Some(today));
        let row = edit::update::<Erasure>(tx, row.id, row.version, active).await?;
        tx.execute(functions::erase(row.id, tx.now())).await?;
        person::audited(tx, permit.by(), "erased_on", (left.clone(), left)).await?;
        Ok((row, "erased_on"))
    })
    .await
}
