//! Source plans (kế hoạch tạo nguồn): whom a branch plans to develop until the end of a term.
//! Drafted and submitted by the branch, approved or returned by the Standing Committee.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /source-plans` | [`routes::list_source_plans`] |
//! | `POST /source-plans` | [`routes::create_source_plan`] |
//! | `GET /source-plans/{id}` | [`routes::get_source_plan`] |
//! | `PATCH /source-plans/{id}` | [`routes::change_source_plan`] |
//! | `DELETE /source-plans/{id}` | [`routes::remove_source_plan`] |
//! | `POST /source-plans/{id}/submissions` | [`routes::submit_source_plan`] |
//! | `POST /source-plans/{id}/approvals` | [`routes::approve_source_plan`] |
//! | `POST /source-plans/{id}/returns` | [`routes::return_source_plan`] |
//! | `POST /source-plans/{id}/revisions` | [`routes::revise_source_plan`] |
//! | `GET /source-plans/{id}/entries` | [`entries::list_source_plan_entries`] |
//! | `POST /source-plans/{id}/entries` | [`entries::create_source_plan_entry`] |

mod entries;
mod routes;
mod store;
mod wire;

use crate::api::routes::Routes;

pub fn configure(v1: &mut Routes) {
    v1.service(routes::list_source_plans)
        .service(routes::create_source_plan)
        .service(routes::get_source_plan)
        .service(routes::change_source_plan)
        .service(routes::remove_source_plan)
        .service(routes::submit_source_plan)
        .service(routes::approve_source_plan)
        .service(routes::return_source_plan)
        .service(routes::revise_source_plan);
    v1.service(entries::list_source_plan_entries)
        .service(entries::create_source_plan_entry);
}
