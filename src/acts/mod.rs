//! Acts of a candidacy (các bước của quy trình): recorded below the candidate, read as its
//! timeline, asked for as its next steps.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET`, `POST /candidates/{id}/<kind of act>` | [`routes`], one pair a kind |
//! | `POST /candidates/{id}/readmission` | [`readmission::readmit_candidate`] |
//! | `GET /acts/{id}` | [`routes::get_act`] |
//! | `GET /candidates/{id}/timeline` | [`routes::list_timeline`] |
//! | `GET /candidates/{id}/next-steps` | [`steps::list_next_steps`] |
//! | `GET /candidates/{id}/appraisal` | [`appraisal::get_appraisal`] |
pub mod appraisal;
pub mod dto;
pub mod readmission;
pub mod routes;
pub mod steps;

pub use dto::Act;

use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(v1: &mut ServiceConfig) {
    routes::configure(v1);
    v1.service(routes::get_act)
        .service(routes::list_timeline)
        .service(steps::list_next_steps)
        .service(appraisal::get_appraisal)
        .service(readmission::readmit_candidate);
}
