//! Reports (báo cáo): figures computed in the database, within the reader's reach; no persons.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /reports/progress` | [`progress::get_progress`] |
//! | `GET /reports/progress-chart` | [`chart::get_progress_chart`] |
//! | `GET /reports/quality` | [`quality::get_quality`] |
//! | `GET /reports/reviews` | [`reviews::get_review_report`] |
//! | `GET /reports/statistics` | [`statistics::get_statistics`] |

mod chart;
mod could;
mod progress;
mod progress_wire;
mod quality;
mod reviews;
mod statistics;
mod withheld;

use crate::api::routes::Routes;

pub fn configure(v1: &mut Routes) {
    v1.service(progress::get_progress)
        .service(chart::get_progress_chart)
        .service(quality::get_quality)
        .service(reviews::get_review_report)
        .service(statistics::get_statistics);
}
