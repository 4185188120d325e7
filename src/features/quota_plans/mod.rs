//! Quota plans (kế hoạch chỉ tiêu) of a year: drafted and proposed by the Party Office, issued by
//! the Standing Committee, revised with a reason, closed.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /quota-plans` | [`routes::list_quota_plans`] |
//! | `POST /quota-plans` | [`routes::create_quota_plan`] |
//! | `GET /quota-plans/{id}` | [`routes::get_quota_plan`] |
//! | `PATCH /quota-plans/{id}` | [`routes::change_quota_plan`] |
//! | `DELETE /quota-plans/{id}` | [`routes::remove_quota_plan`] |
//! | `POST /quota-plans/{id}/submissions` | [`routes::propose_quota_plan`] |
//! | `POST /quota-plans/{id}/issuances` | [`issuing::issue_quota_plan`] |
//! | `POST /quota-plans/{id}/revisions` | [`routes::revise_quota_plan`] |
//! | `POST /quota-plans/{id}/closures` | [`routes::close_quota_plan`] |
//! | `POST /quota-plans/{id}/rejections` | [`routes::reject_quota_plan`] |
//! | `POST /quota-plans/{id}/reopenings` | [`routes::reopen_quota_plan`] |
//! | `POST /quota-plans/{id}/proposals` | [`proposals::propose_allocation`] |

mod issuing;
mod proposals;
mod routes;
mod store;
mod wire;

pub use wire::QuotaPlan;

use crate::api::routes::Routes;

pub fn configure(v1: &mut Routes) {
    v1.service(routes::list_quota_plans)
        .service(routes::create_quota_plan)
        .service(routes::get_quota_plan)
        .service(routes::change_quota_plan)
        .service(routes::remove_quota_plan);
    v1.service(routes::propose_quota_plan)
        .service(issuing::issue_quota_plan)
        .service(routes::revise_quota_plan)
        .service(routes::close_quota_plan);
    v1.service(routes::reject_quota_plan)
        .service(routes::reopen_quota_plan)
        .service(proposals::propose_allocation);
}
