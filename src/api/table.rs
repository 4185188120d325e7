//! Figures and lists as files: CSV and spreadsheets beside JSON.
use std::cmp::Reverse;

use actix_web::body::BoxBody;
use actix_web::http::header::{self, Accept, Header as _, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, Responder};
use chrono::NaiveDate;
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::contract;
use super::operation::{Answer, Draft, JSON, file_schema};
use super::reply::in_the_language_of;
use crate::error::{Error, Result};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const CSV: &str = "text/csv";

/// The format that a caller asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    Json,
    Csv,
    Xlsx,
}

impl Form {
    /// The `format` parameter, else the supported type that `Accept` prefers (of equal ones the first),
    /// else JSON.
    pub fn of(req: &HttpRequest, asked: Option<Self>) -> Self {
        if let Some(form) = asked {
            return form;
        }
        let accept = Accept::parse(req).unwrap_or_else(|_| Accept::json());
        let forms = [(JSON, Self::Json), (CSV, Self::Csv), (XLSX, Self::Xlsx)];
        let named = |media| {
            let mut ranges = accept.iter();
            ranges.position(|range| contract::covers(range.item.essence_str(), media).is_some())
        };
        let wanted = forms.into_iter().filter_map(|(media, form)| {
            let weight = contract::weight(&accept, media)?;
            Some((Reverse(weight), named(media), form))
        });
        let wanted = wanted.min_by_key(|(weight, place, _)| (*weight, *place));
        wanted.map_or(Self::Json, |(.., form)| form)
    }
}

/// A cell of a sheet. A number is one in a spreadsheet too, which adds it up.
#[derive(Clone, Debug)]
pub enum Cell {
    Text(String),
    Number(i32),
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Option<i32>> for Cell {
    fn from(number: Option<i32>) -> Self {
        number.map_or_else(|| Self::Text(String::new()), Self::Number)
    }
}

/// A sheet: the headings with the widths of their columns, and the rows.
pub struct Sheet {
    pub name: &'static str,
    /// The file's name without its ending, as it is and in ASCII.
    pub file: (String, String),
    pub headings: Vec<(String, u16)>,
    pub rows: Vec<Vec<Cell>>,
}

impl Sheet {
    fn workbook(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet
            .set_name(self.name)?
            .set_landscape()
            .set_repeat_rows(0, 0)?
            .set_freeze_panes(1, 0)?;
        let bold = Format::new().set_bold();
        for (column, (heading, width)) in (0..).zip(&self.headings) {
            sheet
                .set_column_width(column, *width)?
                .write_string_with_format(0, column, heading, &bold)?;
        }
        for (line, row) in (1..).zip(&self.rows) {
            for (column, cell) in (0..).zip(row) {
                // never a formula
                match cell {
                    Cell::Text(text) => sheet.write_string(line, column, text)?,
                    Cell::Number(number) => sheet.write_number(line, column, *number)?,
                };
            }
        }
        book.save_to_buffer()
    }

    /// RFC 4180 with a byte order mark, without which spreadsheets misread UTF-8.
    fn csv(&self) -> Result<Vec<u8>, csv::Error> {
        let mut writer = csv::WriterBuilder::new()
            .quote_style(csv::QuoteStyle::Always)
            .terminator(csv::Terminator::CRLF)
            .from_writer("\u{feff}".as_bytes().to_vec());
        writer.write_record(self.headings.iter().map(|(heading, _)| heading))?;
        for row in &self.rows {
            writer.write_record(row.iter().map(|cell| match cell {
                Cell::Text(text) => harmless(text),
                Cell::Number(number) => number.to_string(),
            }))?;
        }
        writer.into_inner().map_err(|e| e.into_error().into())
    }

    fn file(&self, kind: &str, end: &str, body: Vec<u8>) -> HttpResponse {
        let (name, ascii) = &self.file;
        let quoted: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
        let quoted = quoted.replace('+', "%20");
        let name =
            format!("attachment; filename=\"{ascii}.{end}\"; filename*=UTF-8''{quoted}.{end}");
        HttpResponse::Ok()
            .content_type(kind)
            .insert_header((header::CONTENT_DISPOSITION, name))
            .body(body)
    }
}

/// A day as the readers of a sheet write it.
pub fn shown_day(day: NaiveDate, english: bool) -> String {
    let written = if english { "%Y-%m-%d" } else { "%d/%m/%Y" };
    day.format(written).to_string()
}

/// Prefixes an apostrophe to a cell that a spreadsheet would take for a formula.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// A `T` in the format that was asked for.
pub struct Printed<T> {
    response: HttpResponse,
    /// Has words of the service's own, which JSON has not.
    spoken: bool,
    of: std::marker::PhantomData<T>,
}

impl<T: Serialize> Printed<T> {
    /// A sheet is in the reader's language; `english` says which that is.
    pub fn new(
        form: Form,
        english: bool,
        of: &T,
        sheet: impl FnOnce(&T, bool) -> Sheet,
    ) -> Result<Self> {
        let mut response = match form {
            Form::Json => HttpResponse::Ok().json(of),
            Form::Csv => {
                let sheet = sheet(of, english);
                let table = sheet.csv().map_err(Error::internal)?;
                sheet.file("text/csv; charset=utf-8", "csv", table)
            }
            Form::Xlsx => {
                let sheet = sheet(of, english);
                let book = sheet.workbook().map_err(Error::internal)?;
                sheet.file(XLSX, "xlsx", book)
            }
        };
        let accept = HeaderValue::from_static("accept");
        response.headers_mut().append(header::VARY, accept);
        let of = std::marker::PhantomData;
        let spoken = form != Form::Json;
        Ok(Self {
            response,
            spoken,
            of,
        })
    }
}

impl<T> Responder for Printed<T> {
    type Body = BoxBody;
    fn respond_to(self, req: &HttpRequest) -> HttpResponse {
        if self.spoken {
            in_the_language_of(req, self.response)
        } else {
            self.response
        }
    }
}

impl<T: ToSchema> Answer for Printed<T> {
    fn describe(draft: &mut Draft) {
        draft.succeeds(200, "In the format that was asked for");
        let schema = draft.schema::<T>();
        draft.content(200, JSON, schema);
        draft.content(200, CSV, file_schema("^\u{feff}"));
        draft.content(200, XLSX, file_schema("^PK"));
    }
}
