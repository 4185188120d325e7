//! How memberships ended, and whether an application for readmission says the same.
use chrono::NaiveDate;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use super::Known;
use crate::db::tables::{act, candidate, member, member_leaving, membership};
use crate::db::{Tx, any_of, any_row, functions};
use crate::error::{Code, Error, Fault, Result};
use crate::law::acts::{ActKind, Readmission};
use crate::law::words::MemberLeavingGround;
use crate::law::{Stage, say};

/// When and how a membership ended.
pub struct End {
    pub member: Uuid,
    pub on: Option<NaiveDate>,
    pub because: Option<MemberLeavingGround>,
    pub leaving: Option<Uuid>,
}

/// The ends of these members' memberships: by a leaving, or by an act of the person's file.
pub async fn ends_of(tx: &Tx, members: Vec<Uuid>) -> Result<Vec<End>> {
    let stays = membership::Entity::find()
        .filter(any_of(membership::Column::MemberId, members.clone()))
        .filter(membership::Column::ToOn.is_not_null());
    let stays = tx.all(stays).await?;
    let leavings = member_leaving::Entity::find()
        .filter(any_of(member_leaving::Column::MemberId, members.clone()));
    let leavings = tx.all(leavings).await?;
    let files = candidate::Entity::find().filter(any_of(candidate::Column::Id, members.clone()));
    let files = tx.all(files).await?;
    let end = |member: Uuid| {
        let own = stays.iter().filter(|stay| stay.member_id == member);
        let leaving = leavings.iter().find(|leaving| leaving.member_id == member);
        let file = files.iter().find(|file| file.id == member);
        End {
            member,
            on: own.filter_map(|stay| stay.to_on).max(),
            because: leaving
                .map(|leaving| leaving.ground)
                .or_else(|| ended_by(file?.stage)),
            leaving: leaving.map(|leaving| leaving.id),
        }
    };
    Ok(members.into_iter().map(end).collect())
}

/// Whether each of the person's other memberships was over before that day, and the last ended with
/// a transfer to another organisation. One that ended otherwise was followed by a readmission.
pub async fn came_back(tx: &Tx, known: &Known, day: NaiveDate) -> Result<bool> {
    let ends = ends_of(tx, known.members.clone()).await?;
    let over = ends.iter().all(|end| end.on.is_some_and(|on| on < day));
    let last = ends.iter().max_by_key(|end| end.on);
    let away = |end: &End| end.because == Some(MemberLeavingGround::TransferredOut);
    Ok(over && last.is_some_and(away))
}

/// The same before the membership of this row began; false for who has been none by it.
pub async fn left_before(tx: &Tx, known: &Known, this: Uuid) -> Result<bool> {
    if tx.by_id::<member::Entity>(this).await?.is_none() {
        return Ok(false);
    }
    let stays = super::registered(tx, this).await?.stays;
    match stays.first() {
        Some(first) => came_back(tx, known, first.1).await,
        None => Ok(false),
    }
}

/// 409 where a leaving has ended the person's membership: their file is not opened again before
/// that is taken back.
pub async fn expect_not_left(tx: &Tx, person: Uuid) -> Result<()> {
    let left = member_leaving::Column::MemberId.eq(person);
    if tx.ask([any_row::<member_leaving::Entity>(left)]).await? == [false] {
        return Ok(());
    }
    Err(Error::new(Code::InvalidTransition).detail(say(
        "Người này đã ra khỏi danh sách đảng viên: hủy việc ghi nhận đó trước.",
        "The membership has ended by a leaving: take that back first.",
    )))
}

/// Where the application does not agree with the record of a former membership: that of the attempt
/// `old`, or of one before it.
pub async fn not_as_recorded(
    tx: &Tx,
    old: &candidate::Model,
    new: &Readmission,
) -> Result<Vec<Fault>> {
    let past = functions::known_person(old.full_name.clone(), old.birth_date, Some(old.id), None);
    let past = tx.one(past).await?;
    let mut faults = Vec::new();
    if let Some((past, left_on)) = past.and_then(|p| p.left_on.map(|on| (p, on))) {
        let mut agree = |pointer: &str, same: bool| {
            if !same {
                let words = say("Không khớp với hồ sơ.", "Does not agree with the record.");
                faults.push(Fault::pointer(pointer, "mismatch", words));
            }
        };
        // a member who was transferred elsewhere left the Party there, so later
        let left_as = past.left_as;
        let elsewhere = left_as == Some(MemberLeavingGround::TransferredOut);
        let left = |told| {
            if elsewhere {
                told > left_on
            } else {
                told == left_on
            }
        };
        agree("/left_on", new.left_on.is_some_and(left));
        agree(
            "/earlier_readmissions",
            new.earlier_readmissions >= past.readmissions.unwrap_or(0),
        );
        let same = new.ground.is_some_and(|told| match past.ground {
            Some(ground) => told == ground,
            None => left_as.is_none_or(|left| left.agrees_with(told)),
        });
        agree("/ground", same);
    } else {
        // these fields are about leaving the Party, and do not fit somebody who was never a member
        let given = [
            ("/left_on", new.left_on.is_some()),
            ("/ground", new.ground.is_some()),
            ("/record_cleared_on", new.record_cleared_on.is_some()),
            ("/earlier_readmissions", new.earlier_readmissions > 0),
            ("/agreement_number", new.agreement_number.is_some()),
        ];
        let words = say(
            "Theo hồ sơ, người này chưa từng là đảng viên.",
            "By the record the person never was a member.",
        );
        let given = given.into_iter().filter(|(_, given)| *given);
        faults.extend(given.map(|(at, _)| Fault::pointer(at, "mismatch", words.clone())));
    }
    Ok(faults)
}

/// The application for readmission that opened this file, if one did, as it stands.
pub async fn application(tx: &Tx, file: Uuid) -> Result<Option<Readmission>> {
    let opening = act::Entity::find()
        .filter(act::Column::CandidateId.eq(file))
        .filter(act::Column::Kind.eq(ActKind::Readmission))
        .filter(Expr::exists(super::superseding()).not());
    let Some(row) = tx.one(opening).await? else {
        return Ok(None);
    };
    let new = serde_json::from_value(row.data).map_err(Error::internal)?;
    Ok(Some(new))
}

/// How a candidacy's end ends the membership.
fn ended_by(stage: Stage) -> Option<MemberLeavingGround> {
    [
        (Stage::StruckOff, MemberLeavingGround::StruckOff),
        (Stage::Withdrawn, MemberLeavingGround::Withdrawn),
        (Stage::TransferredOut, MemberLeavingGround::TransferredOut),
        (Stage::Deceased, MemberLeavingGround::Deceased),
    ]
    .into_iter()
    .find_map(|(end, ground)| (end == stage).then_some(ground))
}
