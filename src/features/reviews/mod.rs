//! Reviews (xét định kỳ 3 tháng): the branch goes through its list, decides on everyone and records
//! the meeting. One per branch and period, and one per year.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /reviews` | [`routes::list_reviews`] |
//! | `POST /reviews` | [`routes::open_review`] |
//! | `GET /reviews/{id}` | [`routes::get_review`] |
//! | `DELETE /reviews/{id}` | [`routes::remove_review`] |
//! | `POST /reviews/{id}/closures` | [`close::close_review`] |
//! | `GET /reviews/{id}/items` | [`routes::list_review_items`] |

mod close;
mod routes;
mod store;
mod wire;

pub use wire::Review;

use crate::api::routes::Routes;

pub fn configure(v1: &mut Routes) {
    v1.service(routes::list_reviews)
        .service(routes::open_review)
        .service(routes::get_review)
        .service(routes::remove_review)
        .service(close::close_review);
    v1.service(routes::list_review_items);
}
