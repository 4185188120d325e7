//! The progress report as a picture: bars of quotas and admissions, by year and by branch.
use std::fmt::Write as _;

use actix_web::body::BoxBody;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, Responder};
use serde::Serialize;
use utoipa::ToSchema;

use super::progress::{Asked, count};
use super::progress_wire::Progress;
use crate::access::ReadReports;
use crate::api::law::Law;
use crate::api::operation::{Answer, Draft, operation};
use crate::api::query::Query;
use crate::auth::Permit;
use crate::db::Db;
use crate::error::Result;

const SVG: &str = "image/svg+xml";

/// An SVG document
#[derive(Debug, Serialize, ToSchema)]
#[schema(max_length = 10_000_000)]
pub struct Picture(String);

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Quota and admissions of a year or a branch.
type Row = (String, i32, i32);

const PALE: &str = "#c9d6e8";
const DARK: &str = "#1f4e8c";
/// Of a row and of a heading.
const LINE: usize = 26;

/// Two bars per row, the longest 560 pixels: the quota pale, the admissions dark, each with its number
/// as text. The years of the term, then the branches in the year, each group below its heading.
fn draw(p: &Progress) -> Picture {
    let years = p.years.iter();
    let years = years.map(|y| (y.year.to_string(), y.quota, y.admitted));
    let branches = p.branches.iter().map(|b| {
        let name = format!("{} {}", b.branch_number, b.branch_name);
        (name, b.quota, b.admitted)
    });
    let groups: [(String, Vec<Row>); 2] = [
        (
            format!("Các năm của nhiệm kỳ {}", p.term_name),
            years.collect(),
        ),
        (
            format!("Các chi bộ trong năm {}", p.year),
            branches.collect(),
        ),
    ];
    let rows = || groups.iter().flat_map(|(_, rows)| rows);
    let most = rows().map(|r| r.1.max(r.2)).max().unwrap_or(0).max(1);
    let lines = rows().count() + groups.len();
    let (width, height) = (340 + 40 * 14 + 60, 78 + LINE * lines);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" font-family=\"sans-serif\" font-size=\"13\"><title>Chỉ tiêu và kết nạp, nhiệm kỳ {}</title><desc>Đã kết nạp {} trên chỉ tiêu {} của nhiệm kỳ; năm {} theo chi bộ. Nhạt: chỉ tiêu, đậm: đã kết nạp.</desc>",
        escaped(&p.term_name),
        p.term.admitted,
        p.term.quota,
        p.year
    );
    let outside = if p.outside_term {
        format!(" (ngày {} ngoài nhiệm kỳ)", p.as_of.format("%-d-%-m-%Y"))
    } else {
        String::new()
    };
    let _ = write!(
        svg,
        "<text x=\"10\" y=\"24\" font-size=\"16\">Nhiệm kỳ {}: {}/{}{outside}</text>",
        escaped(&p.term_name),
        p.term.admitted,
        p.term.quota
    );
    for (x, fill, words) in [(340, PALE, "chỉ tiêu"), (440, DARK, "đã kết nạp")] {
        let _ = write!(
            svg,
            "<g class=\"legend\"><rect x=\"{x}\" y=\"36\" width=\"16\" height=\"12\" fill=\"{fill}\"/><text x=\"{}\" y=\"47\">{words}</text></g>",
            x + 22
        );
    }
    let mut y = 60;
    for (heading, rows) in &groups {
        let _ = write!(
            svg,
            "<text class=\"heading\" x=\"10\" y=\"{}\" font-weight=\"bold\">{}</text>",
            y + 12,
            escaped(heading)
        );
        y += LINE;
        for row in rows {
            bars(&mut svg, row, y, most);
            y += LINE;
        }
    }
    svg.push_str("</svg>");
    Picture(svg)
}

fn bars(svg: &mut String, (label, quota, admitted): &Row, y: usize, most: i32) {
    let bar = |value: i32| value * 40 * 14 / most;
    let _ = write!(
        svg,
        "<g class=\"row\"><text x=\"330\" y=\"{}\" text-anchor=\"end\">{}</text>",
        y + 12,
        escaped(label)
    );
    let _ = write!(
        svg,
        "<rect x=\"340\" y=\"{y}\" width=\"{}\" height=\"16\" fill=\"{PALE}\"/>",
        bar(*quota)
    );
    let _ = write!(
        svg,
        "<rect x=\"340\" y=\"{}\" width=\"{}\" height=\"8\" fill=\"{DARK}\"/>",
        y + 4,
        bar(*admitted)
    );
    let _ = write!(
        svg,
        "<text class=\"figure\" x=\"{}\" y=\"{}\">{admitted}/{quota}</text></g>",
        346 + bar(*quota.max(admitted)),
        y + 12
    );
}

impl Responder for Picture {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok().content_type(SVG).body(self.0)
    }
}

impl Answer for Picture {
    fn describe(draft: &mut Draft) {
        draft.succeeds(200, "The picture");
        let schema = draft.schema::<Self>();
        draft.content(200, SVG, schema);
    }
}

/// Get the progress chart
///
/// The progress report's figures, with the same parameters, as an SVG bar chart: the years of the
/// term, then the branches in the year.
#[operation(get, "/reports/progress-chart")]
pub async fn get_progress_chart(
    permit: Permit<ReadReports>,
    db: Data<Db>,
    law: Law,
    Query(asked): Query<Asked>,
) -> Result<Picture> {
    let progress = count(&db, &permit, &asked, &law, false).await?;
    Ok(draw(&progress))
}
