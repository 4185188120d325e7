//! The printable list of a class (danh sách lớp): JSON, XLSX, CSV.
use actix_web::HttpRequest;
use actix_web::web::{Data, Path};
use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::store;
use crate::access::{Reach, ReadRosters, Sensitivity};
use crate::api::access_log::{self, Reading};
use crate::api::edit;
use crate::api::operation::operation;
use crate::api::query::Query;
use crate::api::resource::Viewer;
use crate::api::table::{Cell, Form, Printed, Sheet, shown_day};
use crate::auth::{By, Permit};
use crate::db::functions::Seated;
use crate::db::{Db, Tx, functions};
use crate::error::Result;
use crate::law::words::{ClassKind, EnrolmentState, Grade, Sex};
use crate::resources::class::Class;

/// The columns in both languages, with their widths.
const HEADINGS: [(&str, &str, u16); 9] = [
    ("STT", "No.", 6),
    ("Họ và tên", "Full name", 28),
    ("Ngày sinh", "Birth date", 12),
    ("Giới tính", "Sex", 10),
    ("Đơn vị", "Department", 28),
    ("Chi bộ", "Branch", 28),
    ("Số giấy chứng nhận", "Certificate number", 20),
    ("Ngày cấp", "Certificate date", 16),
    ("Xếp loại", "Grade", 14),
];

/// The printable list of a class: everyone who has a seat
#[derive(Debug, Serialize, ToSchema)]
pub struct Roster {
    pub class_id: Uuid,
    #[schema(max_length = 200)]
    pub title: String,
    pub kind: ClassKind,
    #[schema(max_length = 200)]
    pub issuer: String,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    #[schema(max_items = 1000)]
    pub rows: Vec<RosterRow>,
}

/// A person on the list
#[derive(Debug, Serialize, ToSchema)]
pub struct RosterRow {
    #[schema(minimum = 1, maximum = 1000)]
    pub number: usize,
    pub enrolment_id: Uuid,
    pub candidate_id: Uuid,
    pub branch_id: Uuid,
    #[schema(max_length = 200)]
    pub full_name: String,
    /// Null where your role may not see it
    #[schema(required = true)]
    pub birth_date: Option<NaiveDate>,
    #[schema(minimum = 1900, maximum = 2100)]
    pub birth_year: i32,
    pub sex: Sex,
    /// Department (khoa, phòng, trạm)
    #[schema(required = true, max_length = 200)]
    pub department: Option<String>,
    #[schema(max_length = 200)]
    pub branch: String,
    pub state: EnrolmentState,
    #[schema(required = true, max_length = 100)]
    pub certificate_number: Option<String>,
    #[schema(required = true)]
    pub certificate_on: Option<NaiveDate>,
    #[schema(required = true)]
    pub grade: Option<Grade>,
}

/// Selects the format
#[derive(Clone, Debug, Deserialize, IntoParams)]
pub struct Asked {
    /// `json`, `csv` or `xlsx`; by default determined by `Accept`
    #[param(value_type = Form, inline, required = false)]
    format: Option<Form>,
}

/// A person's row, in the order of the headings.
fn cells(row: &RosterRow, english: bool) -> Vec<Cell> {
    let day = |day| shown_day(day, english);
    let (sex, grade) = if english {
        (row.sex.en(), row.grade.map_or("", Grade::en))
    } else {
        (row.sex.vi(), row.grade.map_or("", Grade::vi))
    };
    let words = [
        row.full_name.clone(),
        row.birth_date
            .map_or_else(|| row.birth_year.to_string(), day),
        sex.to_owned(),
        row.department.clone().unwrap_or_default(),
        row.branch.clone(),
        row.certificate_number.clone().unwrap_or_default(),
        row.certificate_on.map(day).unwrap_or_default(),
        grade.to_owned(),
    ];
    let number = Cell::from(i32::try_from(row.number).ok());
    [number].into_iter().chain(words.map(Cell::from)).collect()
}

fn sheet(roster: &Roster, english: bool) -> Sheet {
    let on = roster.starts_on;
    let headings = HEADINGS.map(|(vi, en, width)| {
        let heading = if english { en } else { vi };
        (heading.to_owned(), width)
    });
    let rows = roster.rows.iter().map(|row| cells(row, english));
    let (name, file) = if english {
        (
            "List",
            (format!("class list {on}"), format!("class-list-{on}")),
        )
    } else {
        let file = (format!("danh sách lớp {on}"), format!("danh-sach-lop-{on}"));
        ("Danh sách", file)
    };
    Sheet {
        name,
        file,
        headings: headings.into(),
        rows: rows.collect(),
    }
}

/// Logs each person whose birth date the committee above sees, under the organisation that they are of:
/// as it would be of the file.
async fn trace(tx: &Tx, by: By<'_>, viewer: &Viewer, seated: &[Seated]) -> Result<()> {
    let seen = |seat: &&Seated| viewer.full(Sensitivity::P2, seat.submitted);
    let seen: Vec<Uuid> = seated.iter().filter(seen).map(|s| s.enrolment_id).collect();
    if viewer.reach != Reach::Below || seen.is_empty() {
        return Ok(());
    }
    for place in store::places(tx, seen).await? {
        let reading = Reading {
            organization: place.organization_id,
            resource: "candidate",
            id: place.candidate_id,
            candidate: Some(place.candidate_id),
        };
        tx.later(access_log::entry(tx, by, &reading, None)).await;
    }
    Ok(())
}

/// Print the list of a class
///
/// Everyone within your reach who has a seat, by branch and name. `format` or `Accept` selects
/// JSON, CSV or a spreadsheet; the latter two are in the language of `Accept-Language`.
#[operation(get, "/classes/{id}/roster", answer = "The list")]
pub async fn get_roster(
    permit: Permit<ReadRosters>,
    db: Data<Db>,
    req: HttpRequest,
    id: Path<Uuid>,
    Query(asked): Query<Asked>,
) -> Result<Printed<Roster>> {
    let form = Form::of(&req, asked.format);
    let viewer = edit::viewer(&db, &permit);
    let roster = db
        .run(&permit, async |tx| {
            let class = edit::find::<Class>(&tx, permit.reach(), *id, false).await?;
            let seated = tx.all(functions::class_roster(class.id)).await?;
            trace(&tx, permit.by(), &viewer, &seated).await?;
            let reading = Reading {
                organization: permit.caller().organization,
                resource: "roster",
                id: class.id,
                candidate: None,
            };
            let entry = access_log::entry(&tx, permit.by(), &reading, None);
            tx.last().execute(entry).await?;
            let rows = (1..).zip(seated).map(|(number, seat)| RosterRow {
                number,
                enrolment_id: seat.enrolment_id,
                candidate_id: seat.candidate_id,
                branch_id: seat.branch_id,
                full_name: seat.full_name,
                birth_date: viewer
                    .full(Sensitivity::P2, seat.submitted)
                    .then_some(seat.birth_date),
                birth_year: seat.birth_date.year(),
                sex: seat.sex,
                department: seat.department,
                branch: seat.branch,
                state: seat.state,
                certificate_number: seat.certificate_number,
                certificate_on: seat.certificate_on,
                grade: seat.grade,
            });
            Ok(Roster {
                class_id: class.id,
                title: class.title.clone(),
                kind: class.kind,
                issuer: class.issuer.clone(),
                starts_on: class.starts_on,
                ends_on: class.ends_on,
                rows: rows.collect(),
            })
        })
        .await?;
    Printed::new(form, permit.call.english, &roster, sheet)
}
