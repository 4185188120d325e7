//! Branches (chi bộ): cells of one or more departments, their officers and overseers.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /branches` | [`routes::list_branches`] |
//! | `POST /branches` | [`routes::create_branch`] |
//! | `GET /branches/{id}` | [`routes::get_branch`] |
//! | `PATCH /branches/{id}` | [`routes::change_branch`] |
//! | `DELETE /branches/{id}` | [`routes::remove_branch`] |
//! | `GET /branches/{id}/officers` | [`posts::list_officers`] |
//! | `POST /branches/{id}/officers` | [`posts::appoint_officer`] |
//! | `GET /branches/{id}/overseers` | [`posts::list_overseers`] |
//! | `POST /branches/{id}/overseers` | [`posts::assign_overseer`] |
//! | `GET /branches/{id}/changes` | [`history::list_branch_changes`] |
//! | `POST /branches/{id}/renamings` | [`history::rename_branch`] |
//! | `POST /branches/{id}/splits` | [`splits::split_branch`] |
//! | `POST /branches/{id}/closures` | [`closures::close_branch`] |
//! | `GET /branches/{id}/register` | [`register::get_branch_register`] |

mod closures;
mod history;
mod moves;
mod posts;
mod records;
mod register;
mod routes;
mod splits;
mod store;
mod wire;

pub use history::BranchChange;
pub use wire::Branch;

use crate::api::routes::Routes;

pub fn configure(v1: &mut Routes) {
    v1.service(routes::list_branches)
        .service(routes::create_branch)
        .service(routes::get_branch)
        .service(routes::change_branch)
        .service(routes::remove_branch);
    v1.service(posts::list_officers)
        .service(posts::appoint_officer)
        .service(posts::list_overseers)
        .service(posts::assign_overseer);
    v1.service(history::list_branch_changes)
        .service(history::rename_branch)
        .service(splits::split_branch)
        .service(closures::close_branch)
        .service(register::get_branch_register);
}
