//! Sessions of a class and their attendance.
mod attendance;
mod routes;
mod store;

use crate::api::routes::Routes;

pub fn configure(v1: &mut Routes) {
    v1.service(routes::get_class_session)
        .service(routes::change_class_session)
        .service(routes::remove_class_session)
        .service(attendance::get_attendance)
        .service(attendance::take_attendance);
}
