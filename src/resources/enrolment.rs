//! A person's enrolment in a class.
use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::{Asterisk, Expr, ExprTrait as _, Func, JoinType, Query as Build};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::reach;
use crate::api::checks::expect_none_erased;
use crate::api::names;
use crate::api::resource::{
    EXPAND_BRANCH, EXPAND_CANDIDATE, EXPAND_CLASS, Editable, Field, FieldKind, Named, Resource,
    Spec, Viewer,
};
use crate::db::tables::{attendance, class_session, enrolment};
use crate::db::{Query, Tx, any_of, functions, value_of};
use crate::error::Result;
use crate::law::text::{Text, plain, stored};
use crate::law::words::{EnrolmentState, Grade};

/// A person's enrolment in a class
#[derive(Debug, Serialize, ToSchema)]
pub struct Enrolment {
    pub id: Uuid,
    pub branch_id: Uuid,
    #[schema(required = true, max_length = 200)]
    pub branch_name: Option<String>,
    pub class_id: Uuid,
    #[schema(required = true, max_length = 200)]
    pub class_title: Option<String>,
    pub candidate_id: Uuid,
    /// Full name of the person; null where there is none, and where your role does not see it
    #[schema(required = true, max_length = 200)]
    pub full_name: Option<String>,
    pub state: EnrolmentState,
    #[schema(required = true)]
    pub grade: Option<Grade>,
    #[schema(required = true, max_length = 100)]
    pub certificate_number: Option<String>,
    #[schema(required = true)]
    pub certificate_on: Option<NaiveDate>,
    /// Last day of the certificate's validity; null: no limit
    #[schema(required = true)]
    pub certificate_valid_to: Option<NaiveDate>,
    /// Position on the waiting list, 1 is next; null: not waiting
    #[schema(required = true, minimum = 1)]
    pub waiting_place: Option<i32>,
    /// Date of the list (danh sách) on which the Party Office put the person
    #[schema(required = true)]
    pub compiled_on: Option<NaiveDate>,
    #[schema(required = true, max_length = 100)]
    pub compiled_number: Option<String>,
    #[schema(required = true)]
    pub confirmed_on: Option<NaiveDate>,
    #[schema(required = true, max_length = 100)]
    pub confirmed_number: Option<String>,
    /// Why the enrolment was withdrawn or not confirmed
    #[schema(required = true, max_length = 1000)]
    pub reason: Option<String>,
    /// Sessions (buổi học) attended
    #[schema(minimum = 0)]
    pub sessions_attended: i32,
    /// Sessions of the class whose attendance has been taken
    #[schema(minimum = 0)]
    pub sessions_held: i32,
    /// Why the class counts as completed although too few sessions were attended
    #[schema(required = true, max_length = 1000)]
    pub attendance_reason: Option<String>,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A person to propose for a class
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewEnrolment {
    #[schema(example = "01750000-0000-7000-8000-0000ca010001")]
    pub candidate_id: Uuid,
}

/// The result recorded by the Party Office. `completed` requires the certificate's number and date
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct EnrolmentRecord {
    /// `completed` or `failed`; confirmation and withdrawal have their own paths
    pub state: EnrolmentState,
    pub grade: Option<Grade>,
    /// Unique per issuer of the class
    #[schema(example = "GCN-2021-101")]
    pub certificate_number: Option<Text<100>>,
    #[schema(example = "2021-09-15")]
    pub certificate_on: Option<NaiveDate>,
    /// Required where fewer sessions were attended than the setting `class_attendance_minimum`
    /// demands
    #[schema(example = "Cấp cứu thảm họa hai buổi, đã học bù")]
    pub attendance_reason: Option<Text<1000>>,
    /// True: change the certificate although acts on record lose their ground, for the `reason`; the file
    /// carries a deadline `ground_lost`
    #[serde(default)]
    pub acknowledged: bool,
    /// Why acts may lose their ground; required with `acknowledged`
    pub reason: Option<Text<500>>,
}

/// For each enrolment: position on the waiting list, sessions attended, sessions held.
fn figures(enrolments: Vec<Uuid>) -> Query<(Uuid, Option<i32>, i32, i32)> {
    let own = |column| Expr::col((enrolment::Entity, column));
    let session = |column| Expr::col((class_session::Entity, column));
    let present = |column| Expr::col((attendance::Entity, column));
    let count = || Func::count(Expr::col(Asterisk)).cast_as("int");
    let mut attended = Build::select();
    attended
        .expr(count())
        .from(attendance::Entity)
        .inner_join(
            class_session::Entity,
            session(class_session::Column::Id).eq(present(attendance::Column::SessionId)),
        )
        .and_where(class_session::Column::DeletedAt.is_null())
        .and_where(present(attendance::Column::EnrolmentId).eq(own(enrolment::Column::Id)))
        .and_where(present(attendance::Column::Present));
    let mut held = Build::select();
    held.expr(count())
        .from(class_session::Entity)
        .and_where(session(class_session::Column::ClassId).eq(own(enrolment::Column::ClassId)))
        .and_where(session(class_session::Column::Held))
        .and_where(class_session::Column::DeletedAt.is_null());
    let mut figures = Build::select();
    figures
        .expr(own(enrolment::Column::Id))
        .expr(Expr::col(("place", "n")))
        .expr(value_of(attended))
        .expr(value_of(held))
        .from(enrolment::Entity)
        .join_subquery(
            JoinType::LeftJoin,
            functions::counted("places", enrolments.clone()),
            "place",
            Expr::col(("place", "id")).eq(own(enrolment::Column::Id)),
        )
        .and_where(any_of(
            (enrolment::Entity, enrolment::Column::Id),
            enrolments,
        ));
    Query::of(&figures)
}

impl Resource for Enrolment {
    type Entity = enrolment::Entity;
    const SPEC: Spec = Spec {
        name: "enrolment",
        path: "enrolments",
        fields: &[
            Field::of(&enrolment::Column::BranchId, FieldKind::Uuid),
            Field::of(&enrolment::Column::ClassId, FieldKind::Uuid),
            Field::of(&enrolment::Column::CandidateId, FieldKind::Uuid),
            Field::of(
                &enrolment::Column::State,
                FieldKind::Enum(EnrolmentState::WIRE),
            ),
            Field::of(&enrolment::Column::Grade, FieldKind::Enum(Grade::WIRE)),
            Field::of(&enrolment::Column::CertificateOn, FieldKind::Date),
            Field::of(&enrolment::Column::CertificateValidTo, FieldKind::Date),
            Field::of(&enrolment::Column::CreatedAt, FieldKind::Instant).sorted(),
        ],
        sort: "-created_at",
        search: None,
        scope: reach::of_branch,
        expand: &[EXPAND_BRANCH, EXPAND_CANDIDATE, EXPAND_CLASS],
        computed: true,
    };
    fn show(row: enrolment::Model, _: &Viewer) -> Self {
        let enrolment::Model {
            id,
            organization_id: _,
            branch_id,
            class_id,
            candidate_id,
            state,
            grade,
            certificate_number,
            certificate_key: _,
            certificate_on,
            certificate_valid_to,
            waiting_no: _,
            compiled_on,
            compiled_number,
            confirmed_on,
            confirmed_number,
            reason,
            attendance_reason,
            version,
            created_at,
            updated_at,
        } = row;
        Self {
            id,
            branch_id,
            branch_name: None,
            class_id,
            class_title: None,
            candidate_id,
            full_name: None,
            state,
            grade,
            certificate_number,
            certificate_on,
            certificate_valid_to,
            waiting_place: None,
            compiled_on,
            compiled_number,
            confirmed_on,
            confirmed_number,
            reason,
            sessions_attended: 0,
            sessions_held: 0,
            attendance_reason,
            version,
            created_at,
            updated_at,
        }
    }
    const NAMES: &'static [Named<Self>] = names::of_its_branch!(
        enrolment::Column::BranchId; enrolment::Column::CandidateId, enrolment::Column::ClassId
    );
    const COMPLETED: bool = true;
    async fn complete(tx: &Tx, items: &mut [Self]) -> Result<()> {
        let ids: Vec<Uuid> = items.iter().map(|e| e.id).collect();
        let known = tx.all(figures(ids)).await?.into_iter();
        let known: HashMap<Uuid, (Option<i32>, i32, i32)> = known
            .map(|(id, place, attended, held)| (id, (place, attended, held)))
            .collect();
        for item in items {
            (
                item.waiting_place,
                item.sessions_attended,
                item.sessions_held,
            ) = known.get(&item.id).copied().unwrap_or_default();
        }
        Ok(())
    }
}

impl Editable for Enrolment {
    type Edit = EnrolmentRecord;
    const NOT_STORED: &[&str] = &["acknowledged", "reason"];
    fn edit(row: &enrolment::Model) -> EnrolmentRecord {
        EnrolmentRecord {
            state: row.state,
            grade: row.grade,
            certificate_number: stored(row.certificate_number.clone()),
            certificate_on: row.certificate_on,
            attendance_reason: stored(row.attendance_reason.clone()),
            acknowledged: false,
            reason: None,
        }
    }
    fn apply(edit: EnrolmentRecord, active: &mut enrolment::ActiveModel) {
        let EnrolmentRecord {
            state,
            grade,
            certificate_number,
            certificate_on,
            attendance_reason,
            acknowledged: _,
            reason: _,
        } = edit;
        active.state = Set(state);
        active.grade = Set(grade);
        active.certificate_number = Set(plain(certificate_number));
        active.certificate_on = Set(certificate_on);
        active.attendance_reason = Set(plain(attendance_reason));
    }
    async fn closed_elsewhere(tx: &Tx, row: &enrolment::Model, _: &Viewer) -> Result<()> {
        expect_none_erased(tx, vec![row.candidate_id]).await
    }
}
