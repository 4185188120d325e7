//! A session of a class.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::reach;
use crate::api::resource::{Editable, Field, FieldKind, Resource, Spec, Viewer};
use crate::db::tables::class_session as table;
use crate::error::{Error, Result};
use crate::law::text::{Text, plain, stored};
use crate::law::{say, vi};

/// A session of a class (buổi học): one topic (chuyên đề) on one day
#[derive(Debug, Serialize, ToSchema)]
pub struct ClassSession {
    pub id: Uuid,
    pub class_id: Uuid,
    /// Position in the programme
    #[schema(minimum = 1, maximum = 200)]
    pub number: i32,
    #[schema(max_length = 500)]
    pub topic: String,
    pub on: NaiveDate,
    /// Periods (tiết)
    #[schema(minimum = 1, maximum = 20)]
    pub periods: i32,
    #[schema(required = true, max_length = 200)]
    pub lecturer: Option<String>,
    /// Attendance has been taken
    pub held: bool,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A session to plan
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewClassSession {
    /// Unique within the class
    #[schema(minimum = 1, maximum = 200, example = 1)]
    pub number: i32,
    #[schema(example = "Khái quát lịch sử Đảng Cộng sản Việt Nam")]
    pub topic: Text<500>,
    /// A day of the class
    #[schema(example = "2021-09-06")]
    pub on: NaiveDate,
    #[schema(minimum = 1, maximum = 20, example = 10)]
    pub periods: i32,
    #[schema(example = "Giảng viên Trung tâm Chính trị")]
    pub lecturer: Option<Text<200>>,
}

impl Resource for ClassSession {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "class_session",
        path: "sessions",
        fields: &[
            Field::of(&table::Column::Number, FieldKind::Int).sorted(),
            Field::named("on", &table::Column::OnDate, FieldKind::Date).sorted(),
        ],
        sort: "number",
        search: None,
        scope: reach::organization,
        expand: &[],
        computed: false,
    };
    fn show(row: table::Model, _: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            class_id,
            number,
            topic,
            on_date,
            periods,
            lecturer,
            held,
            version,
            created_at,
            updated_at,
            deleted_at: _,
        } = row;
        Self {
            id,
            class_id,
            number,
            topic,
            on: on_date,
            periods,
            lecturer,
            held,
            version,
            created_at,
            updated_at,
        }
    }
}

impl Editable for ClassSession {
    type Edit = NewClassSession;
    fn edit(row: &table::Model) -> NewClassSession {
        NewClassSession {
            number: row.number,
            topic: Text::stored(row.topic.clone()),
            on: row.on_date,
            periods: row.periods,
            lecturer: stored(row.lecturer.clone()),
        }
    }
    fn apply(edit: NewClassSession, active: &mut table::ActiveModel) {
        let NewClassSession {
            number,
            topic,
            on,
            periods,
            lecturer,
        } = edit;
        active.number = Set(number);
        active.topic = Set(topic.into_string());
        active.on_date = Set(on);
        active.periods = Set(periods);
        active.lecturer = Set(plain(lecturer));
    }
}

pub fn inside(class: &crate::db::tables::class::Model, on: NaiveDate) -> Result<()> {
    if (class.starts_on..=class.ends_on).contains(&on) {
        return Ok(());
    }
    let (from, to) = (class.starts_on, class.ends_on);
    Err(Error::invalid(
        "/on",
        "outside_class",
        say(
            format!("Lớp mở từ {} đến {}.", vi(from), vi(to)),
            format!("The class lasts from {from} to {to}."),
        ),
    ))
}
