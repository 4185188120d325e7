//! Recognition of a member who was entered without a file, as one taken over in probation is.
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Member, day_of_membership};
use crate::access::WriteMembers;
use crate::api::body::Body;
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::law::Law;
use crate::api::operation::operation;
use crate::api::query::Query;
use crate::api::reply::{NoContent, Reply};
use crate::auth::Permit;
use crate::db::tables::{branch_officer, candidate, member};
use crate::db::{Db, any_row};
use crate::error::{Code, Error, Result};
use crate::facts;
use crate::law::acts::is_competent;
use crate::law::calendar::plus_months;
use crate::law::text::Text;
use crate::law::words::{DecidingBody, MemberStatus};
use crate::law::{say, vi};
use crate::recording::evidence::{Acknowledged, Evidence};
use crate::recording::reviews;

/// The decision that recognises an official member (16-KNĐ)
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MemberRecognition {
    /// Date of the decision, after the last day of the probation
    #[schema(example = "2021-01-10")]
    pub on: NaiveDate,
    /// The body that decided, competent on that day
    pub decided_by: DecidingBody,
    #[schema(example = "41-QĐCN/HU")]
    pub paper_number: Text<100>,
    /// True: record it although votes on record lose their ground, for the `reason`; their files
    /// carry a deadline `ground_lost`
    #[serde(default)]
    pub acknowledged: bool,
    pub reason: Option<Text<500>>,
}

/// Who has a file is recognised by an act of it, and nobody twice.
fn expect_probationary(row: &member::Model, has_file: bool) -> Result<()> {
    let wrong = if has_file {
        let way = format!("POST /api/v1/candidates/{}/recognition", row.id);
        say(
            format!("Đảng viên dự bị có hồ sơ: dùng {way}."),
            format!("A probationary member with a file: use {way}."),
        )
    } else if row.status == MemberStatus::Official {
        say("Đã là đảng viên chính thức.", "Already an official member.")
    } else {
        return Ok(());
    };
    Err(Error::new(Code::InvalidTransition).detail(wrong))
}

/// Recognise a member without a file as official
///
/// For a probationary member who was entered into the register, not admitted here. Official from
/// the end of the probation on, counted from the day of joining, however late the decision; votes
/// and sponsors from the decision on. Refused if a recorded vote of the branch would then no longer
/// be carried, naming it, unless `acknowledged` with a `reason`.
#[operation(
    post,
    "/members/{id}/recognitions",
    refuses(Duplicate, InvalidTransition, RequirementsUnmet)
)]
pub async fn recognise_member(
    permit: Permit<WriteMembers>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<MemberRecognition>,
) -> Result<Reply<Member>> {
    let today = db.clock().today();
    edit::step::<Member, _>(&db, &permit, *id, seen, async |tx, row| {
        let new = &body.value;
        let file = any_row::<candidate::Entity>(candidate::Column::Id.eq(row.id));
        let [has_file] = tx.ask([file]).await?;
        expect_probationary(&row, has_file)?;
        day_of_membership(&row, new.on, today)?;
        let months = law.on(row.joined_on).whole("probation_months");
        let end = plus_months(row.joined_on, months);
        if new.on <= end {
            return Err(Error::invalid(
                "/on",
                "too_early",
                say(
                    format!("Thời gian dự bị đến hết ngày {}.", vi(end)),
                    format!("The probation lasts until the end of {end}."),
                ),
            ));
        }
        if !is_competent(law.on(new.on), new.decided_by) {
            let body = new.decided_by;
            return Err(Error::invalid(
                "/decided_by",
                "not_competent",
                say(
                    format!("{} không có thẩm quyền vào ngày này.", body.vi()),
                    format!("The {} was not competent on that day.", body.en()),
                ),
            ));
        }
        let paper = (new.paper_number.as_str(), new.on);
        facts::papers::expect_own_decision(tx, Some(new.decided_by), paper).await?;
        let known = facts::registered(tx, row.id).await?;
        if known.branch_on(new.on).is_none() {
            return Err(super::out_of_range());
        }
        let votes = (known.branches_from(new.on), new.on);
        let files = Evidence::of_register(tx, &law, row.id, votes, today).await?;
        let mut active = edit::blank::<Member>();
        active.status = Set(MemberStatus::Official);
        active.official_on = Set(Some(end));
        active.recognised_on = Set(Some(new.on));
        active.recognised_by = Set(Some(new.decided_by));
        active.recognition_paper = Set(Some(new.paper_number.as_str().to_owned()));
        let row = edit::update::<Member>(tx, row.id, row.version, active).await?;
        let said = (new.acknowledged, new.reason.as_ref().map(Text::as_str));
        files
            .still_holds_or_says_so(tx, permit.by(), &law, said)
            .await?;
        Ok((row, "status"))
    })
    .await
}

/// Undo the recognition of a member without a file
///
/// For one that was recorded by mistake: the member is probationary as before. 409 where it was not
/// recorded by `POST`, or a post in a branch committee rests on it. Refused if a recorded act rests on it,
/// naming the act, unless `acknowledged` with a `reason`. `If-Match` is the member's version.
#[operation(
    delete,
    "/members/{id}/recognitions",
    refuses(InvalidTransition, HasDependents, RequirementsUnmet)
)]
pub async fn remove_recognition(
    permit: Permit<WriteMembers>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    asked: Query<Acknowledged>,
) -> Result<NoContent> {
    let today = db.clock().today();
    let (acknowledged, reason) = asked.said()?;
    edit::step::<Member, _>(&db, &permit, *id, seen, async |tx, row| {
        let file = any_row::<candidate::Entity>(candidate::Column::Id.eq(row.id));
        let post = edit::refers::<branch_officer::Entity>(branch_officer::Column::MemberId, row.id);
        let [has_file, has_post] = tx.ask([file, post]).await?;
        let recorded = row
            .recognised_on
            .filter(|_| row.recognised_by.is_some() && !has_file);
        let Some(on) = recorded else {
            return Err(Error::new(Code::InvalidTransition).detail(say(
                "Không có việc công nhận nào được ghi cho đảng viên không có hồ sơ này.",
                "No recognition has been recorded for this member without a file.",
            )));
        };
        if has_post {
            return Err(Error::new(Code::HasDependents));
        }
        let known = facts::registered(tx, row.id).await?;
        let votes = (known.branches_from(on), on);
        let files = Evidence::of_register(tx, &law, row.id, votes, today).await?;
        let mut active = edit::blank::<Member>();
        active.status = Set(MemberStatus::Probationary);
        active.official_on = Set(None);
        active.recognised_on = Set(None);
        active.recognised_by = Set(None);
        active.recognition_paper = Set(None);
        let on_probation = (MemberStatus::Probationary, row.joined_on);
        reviews::put(tx, &law, on_probation, &mut active).await?;
        let row = edit::update::<Member>(tx, row.id, row.version, active).await?;
        let said = (acknowledged, reason.as_deref());
        files
            .still_holds_or_says_so(tx, permit.by(), &law, said)
            .await?;
        Ok((row, "status"))
    })
    .await
    .map(|_| NoContent)
}
