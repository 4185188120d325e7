//! Classes (lớp bồi dưỡng): the plan of classes, sessions and attendance, seats and waiting list,
//! compiled lists, results and certificates.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /classes` | [`routes::list_classes`] |
//! | `POST /classes` | [`routes::create_class`] |
//! | `GET /classes/{id}` | [`routes::get_class`] |
//! | `PATCH /classes/{id}` | [`routes::change_class`] |
//! | `DELETE /classes/{id}` | [`routes::remove_class`] |
//! | `POST /classes/{id}/compilations` | [`lists::compile_class`] |
//! | `POST /classes/{id}/confirmations` | [`lists::confirm_class`] |
//! | `GET /classes/{id}/roster` | [`roster::get_roster`] |

mod enrolments;
mod first_day;
mod lists;
mod roster;
mod routes;
mod sessions;
mod store;
mod wire;

use crate::api::routes::Routes;

pub fn configure(v1: &mut Routes) {
    v1.service(routes::list_classes)
        .service(routes::create_class)
        .service(routes::get_class)
        .service(routes::change_class)
        .service(routes::remove_class)
        .service(lists::compile_class)
        .service(lists::confirm_class)
        .service(roster::get_roster)
        .service(enrolments::list_class_enrolments)
        .service(enrolments::create_enrolment)
        .service(sessions::list_class_sessions)
        .service(sessions::create_class_session);
}
