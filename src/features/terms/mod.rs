//! Five-year terms (nhiệm kỳ): targets of the plan, drafted by the Party Office, approved by the
//! Standing Committee, rolled over into the next term.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /terms` | [`routes::list_terms`] |
//! | `POST /terms` | [`routes::create_term`] |
//! | `GET /terms/{id}` | [`routes::get_term`] |
//! | `PATCH /terms/{id}` | [`routes::change_term`] |
//! | `DELETE /terms/{id}` | [`routes::remove_term`] |
//! | `POST /terms/{id}/approvals` | [`routes::approve_term`] |
//! | `POST /terms/{id}/reopenings` | [`routes::reopen_term`] |
//! | `POST /terms/{id}/successors` | [`routes::create_successor`] |

mod routes;
mod store;
mod wire;

pub use wire::Term;

use crate::api::routes::Routes;

pub fn configure(v1: &mut Routes) {
    v1.service(routes::list_terms)
        .service(routes::create_term)
        .service(routes::get_term)
        .service(routes::change_term)
        .service(routes::remove_term);
    v1.service(routes::approve_term)
        .service(routes::reopen_term)
        .service(routes::create_successor);
}
