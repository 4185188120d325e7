//! Classes (lớp bồi dưỡng) and enrolments: seats, results, certificates.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /classes` | [`routes::list_classes`] |
//! | `POST /classes` | [`routes::create_class`] |
//! | `GET /classes/{id}` | [`routes::get_class`] |
//! | `PATCH /classes/{id}` | [`routes::change_class`] |
//! | `DELETE /classes/{id}` | [`routes::remove_class`] |
//! | `GET /enrolments` | [`enrolments::list_enrolments`] |
//! | `GET /enrolments/{id}` | [`enrolments::get_enrolment`] |
//! | `PATCH /enrolments/{id}` | [`enrolments::record_enrolment`] |
//! | `DELETE /enrolments/{id}` | [`enrolments::withdraw_enrolment`] |
//! | `GET /classes/{id}/enrolments` | [`enrolments::list_class_enrolments`] |
//! | `POST /classes/{id}/enrolments` | [`enrolments::create_enrolment`] |

mod dto;
mod enrolments;
mod routes;

pub use dto::{Class, Enrolment};

use crate::prelude::*;

pub fn configure(v1: &mut ServiceConfig) {
    v1.service(routes::list_classes)
        .service(routes::create_class)
        .service(routes::get_class)
        .service(routes::change_class)
        .service(routes::remove_class);
    v1.service(enrolments::list_enrolments)
        .service(enrolments::get_enrolment)
        .service(enrolments::record_enrolment)
        .service(enrolments::withdraw_enrolment);
    v1.service(enrolments::list_class_enrolments).service(enrolments::create_enrolment);
}
