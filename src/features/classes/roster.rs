//! The printable list of a class (danh sách lớp): JSON, XLSX, CSV.
use actix_web::body::BoxBody;
use actix_web::http::header::{self, Accept, Header as _};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, Responder};
use chrono::{Datelike as _, NaiveDate};
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::{Class as Sensitivity, ReadRosters};
use crate::api::access_log::{self, Reading};
use crate::api::edit;
use crate::api::operation::{Answer, Draft, JSON, file_schema, operation};
use crate::api::query::Query;
use crate::auth::Permit;
use crate::db::{Db, functions};
use crate::error::{Error, Result};
use crate::law::words::{ClassKind, EnrolmentState, Grade, Sex};
use crate::resources::class::Class;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const CSV: &str = "text/csv";
const HEADINGS: [&str; 9] = [
    "STT",
    "Họ và tên",
    "Ngày sinh",
    "Giới tính",
    "Đơn vị",
    "Chi bộ",
    "Số giấy chứng nhận",
    "Ngày cấp",
    "Xếp loại",
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Form {
    Json,
    Csv,
    Xlsx,
}

/// Selects the format
#[derive(Clone, Debug, Deserialize, IntoParams)]
pub struct Asked {
    /// `json`, `csv` or `xlsx`; by default determined by `Accept`
    #[param(value_type = Option<String>, max_length = 4, pattern = "^(json|csv|xlsx)$")]
    format: Option<Form>,
}

/// The `format` parameter, else the first supported type of `Accept`, else JSON.
fn form(req: &HttpRequest, asked: &Asked) -> Form {
    if let Some(form) = asked.format {
        return form;
    }
    let accept = Accept::parse(req).unwrap_or_else(|_| Accept::json());
    let wanted = accept
        .iter()
        .find_map(|range| match range.item.essence_str() {
            JSON | "application/*" | "*/*" => Some(Form::Json),
            CSV | "text/*" => Some(Form::Csv),
            XLSX => Some(Form::Xlsx),
            _ => None,
        });
    wanted.unwrap_or(Form::Json)
}

/// A person's row, in the order of the headings.
fn cells(row: &RosterRow) -> [String; 9] {
    let day = |d: NaiveDate| d.format("%d/%m/%Y").to_string();
    [
        row.number.to_string(),
        row.full_name.clone(),
        row.birth_date
            .map_or_else(|| row.birth_year.to_string(), day),
        row.sex.vi().to_owned(),
        row.department.clone().unwrap_or_default(),
        row.branch.clone(),
        row.certificate_number.clone().unwrap_or_default(),
        row.certificate_on.map(day).unwrap_or_default(),
        row.grade.map_or("", Grade::vi).to_owned(),
    ]
}

fn workbook(roster: &Roster) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet
        .set_name("Danh sách")?
        .set_landscape()
        .set_repeat_rows(0, 0)?
        .set_freeze_panes(1, 0)?;
    let bold = Format::new().set_bold();
    for ((column, heading), width) in (0..).zip(HEADINGS).zip([6, 28, 12, 10, 28, 28, 20, 12, 14]) {
        sheet
            .set_column_width(column, width)?
            .write_string_with_format(0, column, heading, &bold)?;
    }
    for (line, row) in (1..).zip(&roster.rows) {
        // always text: a cell is never a formula
        for (column, cell) in (0..).zip(cells(row)) {
            sheet.write_string(line, column, cell)?;
        }
    }
    book.save_to_buffer()
}

/// RFC 4180 with a byte order mark, without which spreadsheets misread UTF-8.
fn csv(roster: &Roster) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new()
        .quote_style(csv::QuoteStyle::Always)
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(HEADINGS)?;
    for row in &roster.rows {
        writer.write_record(cells(row).map(harmless))?;
    }
    writer.into_inner().map_err(|e| e.into_error().into())
}

/// Prefixes an apostrophe to a cell that a spreadsheet would take for a formula.
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell
    }
}

/// Print the list of a class
///
/// Everyone within your reach who has a seat, by branch and name. `format` or `Accept` selects
/// JSON, CSV or a spreadsheet.
#[operation(get, "/classes/{id}/roster")]
pub async fn get_roster(
    permit: Permit<ReadRosters>,
    db: Data<Db>,
    req: HttpRequest,
    id: Path<Uuid>,
    Query(asked): Query<Asked>,
) -> Result<Printed> {
    let form = form(&req, &asked);
    let viewer = edit::viewer(&db, &permit);
    let roster = db
        .run(&permit, async |tx| {
            let class = edit::find::<Class>(&tx, permit.reach(), *id, false).await?;
            let seated = tx.all(functions::class_roster(class.id)).await?;
            let reading = Reading {
                organization: permit.caller().organization,
                resource: "roster",
                id: class.id,
                candidate: None,
            };
            let entry = access_log::entry(&tx, &permit, &reading, None);
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
    Ok(match form {
        Form::Json => Printed::Json(roster),
        Form::Csv => {
            let table = csv(&roster).map_err(Error::internal)?;
            Printed::Csv(roster.starts_on, table)
        }
        Form::Xlsx => {
            let book = workbook(&roster).map_err(Error::internal)?;
            Printed::Xlsx(roster.starts_on, book)
        }
    })
}

/// The list in one of its formats.
pub enum Printed {
    Json(Roster),
    Csv(NaiveDate, Vec<u8>),
    Xlsx(NaiveDate, Vec<u8>),
}

fn file(kind: &str, end: &str, on: NaiveDate, body: Vec<u8>) -> HttpResponse {
    let name = format!(
        "attachment; filename=\"danh-sach-lop-{on}.{end}\"; filename*=UTF-8''danh%20s%C3%A1ch%20l%E1%BB%9Bp%20{on}.{end}"
    );
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(body)
}

impl Responder for Printed {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut response = match self {
            Self::Json(roster) => HttpResponse::Ok().json(roster),
            Self::Csv(on, table) => file("text/csv; charset=utf-8", "csv", on, table),
            Self::Xlsx(on, book) => file(XLSX, "xlsx", on, book),
        };
        response
            .headers_mut()
            .append(header::VARY, header::HeaderValue::from_static("accept"));
        response
    }
}

impl Answer for Printed {
    fn describe(draft: &mut Draft) {
        draft.succeeds(200, "The list");
        let schema = draft.schema::<Roster>();
        draft.content(200, JSON, schema);
        draft.content(200, CSV, file_schema("^\u{feff}"));
        draft.content(200, XLSX, file_schema("^PK"));
    }
}
