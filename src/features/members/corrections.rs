//! Correction of the days of a membership that were entered wrongly, of a member without a file.
use actix_web::web::{Data, Path};
use chrono::{Datelike as _, NaiveDate};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::ExprTrait as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::checks::impossible;
use super::{Member, NewMember, expect_told_apart, store};
use crate::access::{self, Role, WriteMembers};
use crate::api::body::Body;
use crate::api::checks::refuse;
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::law::Law;
use crate::api::operation::operation;
use crate::api::reply::Reply;
use crate::api::resource::Editable as _;
use crate::api::sealed;
use crate::auth::Permit;
use crate::db::tables::{branch_officer, candidate, member};
use crate::db::{Db, Tx, any_row};
use crate::error::{Code, Error, Result};
use crate::facts;
use crate::law::calendar::plus_months;
use crate::law::register::Registered;
use crate::law::say;
use crate::law::text::Text;
use crate::recording::evidence::Evidence;
use crate::recording::reviews;

/// The right days of a membership; one that is left out stays as it is
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MemberCorrection {
    /// Date of the admission ceremony (ngày vào Đảng)
    #[schema(example = "2015-03-03")]
    pub joined_on: Option<NaiveDate>,
    /// Date of official membership (ngày chính thức); of a member recognised here it follows from the day of
    /// joining
    #[schema(example = "2016-03-03")]
    pub official_on: Option<NaiveDate>,
    /// Where the right day is taken from
    #[schema(example = "Ghi theo lý lịch đảng viên bản gốc")]
    pub reason: Text<500>,
    /// True: record it although acts on record lose their ground, for the `reason`; their files carry a
    /// deadline `ground_lost`
    #[serde(default)]
    pub acknowledged: bool,
}

/// The member as it should have been entered.
fn corrected(row: &member::Model, new: &MemberCorrection, months: u32) -> Result<NewMember> {
    let mut right = Member::edit(row);
    right.joined_on = new.joined_on.unwrap_or(row.joined_on);
    if new.official_on.is_some() {
        right.official_on = new.official_on;
    } else if row.recognised_by.is_some() {
        right.official_on = Some(plus_months(right.joined_on, months));
    }
    let too_late = row.recognised_by.is_some() && right.official_on >= row.recognised_on;
    let (pointer, code, words) = if right.joined_on == row.joined_on
        && right.official_on == row.official_on
    {
        let words = say("Không có ngày nào thay đổi.", "No day is changed.");
        ("/joined_on", "required", words)
    } else if row.recognised_by.is_some() && new.official_on.is_some() {
        let words = say(
            "Tính từ ngày vào Đảng và quyết định công nhận: sửa ngày vào Đảng, hoặc xóa việc công nhận và ghi lại.",
            "Follows from the day of joining and the recognition: correct the day of joining, or remove the recognition and record it again.",
        );
        ("/official_on", "read_only", words)
    } else if too_late {
        let words = say(
            "Thời gian dự bị sẽ hết sau khi đã được công nhận.",
            "The probation would end after the recognition.",
        );
        ("/joined_on", "too_late", words)
    } else {
        return Ok(right);
    };
    Err(Error::invalid(pointer, code, words))
}

/// The member as this role may know them. For roles that see the year of birth only, its first day
/// is used: otherwise they could find the date by trying one day of joining after another.
fn as_told(right: &NewMember, role: Role) -> NewMember {
    let mut told = right.clone();
    if access::birth_year_only(role, true) {
        told.birth_date = told.birth_date.with_ordinal(1).unwrap_or(told.birth_date);
    }
    told
}

/// No change of activity and no move of the member came before these days, and no post.
async fn expect_nothing_before(
    tx: &Tx,
    (row, known): (&member::Model, &Registered),
    right: &NewMember,
) -> Result<()> {
    use branch_officer::Column;
    let turns = known
        .turns()
        .filter(|day| known.official_from != Some(*day));
    let moves = known.stays.iter().skip(1).map(|stay| stay.1);
    if turns.chain(moves).any(|day| day <= right.joined_on) {
        return Err(after_first_record());
    }
    let Some(official) = right.official_on else {
        return Ok(());
    };
    let post = Column::MemberId.eq(row.id).and(Column::FromOn.lt(official));
    match tx.ask([any_row::<branch_officer::Entity>(post)]).await? {
        [true] => Err(Error::new(Code::HasDependents)),
        [false] => Ok(()),
    }
}

/// The day of joining would be later than something on record.
pub(super) fn after_first_record() -> Error {
    let words = say(
        "Đã có ghi nhận về đảng viên từ trước ngày này.",
        "Something is recorded of the member before this day.",
    );
    Error::invalid("/joined_on", "after_first_record", words)
}

/// Correct the days of a membership
///
/// For a day that was entered wrongly, of a member without a file; with a file, the ceremony and the
/// recognition are corrected there. Where you see the year of birth only, the age at joining is judged by
/// it. Votes and sponsorships are judged again: refused if a recorded act
/// would lose its ground, naming the act, unless `acknowledged`. 409 if a post in a branch committee
/// began before the day of official membership.
#[operation(
    post,
    "/members/{id}/corrections",
    refuses(InvalidTransition, HasDependents, RequirementsUnmet)
)]
pub async fn correct_member(
    permit: Permit<WriteMembers>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<MemberCorrection>,
) -> Result<Reply<Member>> {
    let today = db.clock().today();
    edit::step::<Member, _>(&db, &permit, *id, seen, async |tx, row| {
        let new = &body.value;
        expect_told_apart(&row)?;
        let file = any_row::<candidate::Entity>(candidate::Column::Id.eq(row.id));
        if let [true] = tx.ask([file]).await? {
            let way = format!("POST /api/v1/candidates/{}/ceremony", row.id);
            return Err(Error::new(Code::InvalidTransition).detail(say(
                format!("Đảng viên này có hồ sơ: sửa lễ kết nạp bằng {way}, hoặc sửa việc công nhận trong hồ sơ."),
                format!("The member has a file: correct the ceremony with {way}, or the recognition in the file."),
            )));
        }
        let months = law.on(new.joined_on.unwrap_or(row.joined_on));
        let right = corrected(&row, new, months.whole("probation_months"))?;
        let told = as_told(&right, permit.role());
        refuse(impossible(&told, None, &law, today))?;
        let known = facts::registered(tx, row.id).await?;
        expect_nothing_before(tx, (&row, &known), &right).await?;
        let days = [Some(row.joined_on), row.official_on].into_iter();
        let days = days.chain([Some(right.joined_on), right.official_on]);
        let from = days.flatten().min().unwrap_or(row.joined_on);
        let votes = (known.branches_from(from), from);
        let files = Evidence::of_register(tx, &law, row.id, votes, today).await?;
        let mut active = edit::blank::<Member>();
        active.joined_on = Set(right.joined_on);
        active.official_on = Set(right.official_on);
        let person = (row.id, row.data_key.as_deref());
        let place = ("correction_reason", row.branch_id);
        let reason = sealed::reason(&db, person, place, Some(new.reason.as_str()))?;
        active.correction_reason = Set(reason);
        let moved = row.joined_on != right.joined_on;
        reviews::put(tx, &law, (row.status, right.joined_on), &mut active).await?;
        store::joined(tx, &row, right.joined_on).await?;
        let row = edit::update::<Member>(tx, row.id, row.version, active).await?;
        let said = (new.acknowledged, Some(new.reason.as_str()));
        files
            .still_holds_or_says_so(tx, permit.by(), &law, said)
            .await?;
        Ok((row, if moved { "joined_on" } else { "official_on" }))
    })
    .await
}
