//! Reports (báo cáo): figures counted once in the database, within the reader's reach; no persons.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /reports/progress` | [`progress::get_progress`] |
//! | `GET /reports/progress-chart` | [`chart::get_progress_chart`] |
//! | `GET /reports/quality` | [`quality::get_quality`] |
//! | `GET /reports/reviews` | [`reviews::get_review_report`] |

mod chart;
mod progress;
mod quality;
mod reviews;

use utoipa_actix_web::service_config::ServiceConfig;

use crate::access::Reach;

pub fn configure(v1: &mut ServiceConfig) {
    v1.service(progress::get_progress)
        .service(chart::get_progress_chart)
        .service(quality::get_quality)
        .service(reviews::get_review_report);
}

/// Figures of fewer people than this are withheld from roles that do not see the persons.
const SMALL: i32 = 3;

/// The branches within the caller's reach.
fn reach_scope(reach: Reach) -> &'static str {
    match reach {
        Reach::Everything => "b.organization_id = (select app.organization())",
        Reach::Assigned | Reach::OwnBranch => {
            "b.organization_id = (select app.organization()) and b.id = any ((select app.branches())::uuid[])"
        }
        Reach::Below => "b.organization_id = any ((select app.below())::uuid[])",
        Reach::OwnIntroductions | Reach::Accounts | Reach::Own => "false",
    }
}
