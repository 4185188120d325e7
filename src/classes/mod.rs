//! Classes (lớp bồi dưỡng): the plan of classes, sessions and attendance, seats and the waiting
//! list, lists, results, certificates.
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
//! | `POST /enrolments/{id}/withdrawals` | [`enrolments::withdraw_enrolment`] |
//! | `GET /classes/{id}/enrolments` | [`enrolments::list_class_enrolments`] |
//! | `POST /classes/{id}/enrolments` | [`enrolments::create_enrolment`] |
//! | `POST /classes/{id}/compilations` | [`lists::compile_class`] |
//! | `POST /classes/{id}/confirmations` | [`lists::confirm_class`] |
//! | `GET /classes/{id}/roster` | [`roster::get_roster`] |
//! | `GET /classes/{id}/sessions` | [`sessions::list_class_sessions`] |
//! | `POST /classes/{id}/sessions` | [`sessions::create_class_session`] |
//! | `GET /sessions/{id}` | [`sessions::get_class_session`] |
//! | `PATCH /sessions/{id}` | [`sessions::change_class_session`] |
//! | `DELETE /sessions/{id}` | [`sessions::remove_class_session`] |
//! | `GET /sessions/{id}/attendance` | [`sessions::get_attendance`] |
//! | `PATCH /sessions/{id}/attendance` | [`sessions::take_attendance`] |
//! | `GET /certificates` | [`certificates::list_certificates`] |

mod certificates;
mod dto;
mod enrolments;
mod lists;
mod roster;
mod routes;
mod seat;
mod sessions;

pub use certificates::Certificate;
pub use dto::Class;
pub use seat::Enrolment;
pub use sessions::ClassSession;

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
    v1.service(enrolments::list_class_enrolments)
        .service(enrolments::create_enrolment);
    v1.service(lists::compile_class)
        .service(lists::confirm_class)
        .service(roster::get_roster)
        .service(certificates::list_certificates);
    v1.service(sessions::list_class_sessions)
        .service(sessions::create_class_session)
        .service(sessions::get_class_session)
        .service(sessions::change_class_session)
        .service(sessions::remove_class_session)
        .service(sessions::get_attendance)
        .service(sessions::take_attendance);
}
