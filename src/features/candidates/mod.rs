//! Candidacies: their acts (các bước của quy trình), recorded below the candidate, and the
//! timeline, next steps and appraisal slip derived from them.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET`, `POST /candidates/{id}/<kind of act>` | [`acts`], one pair a kind |
//! | `POST /candidates/{id}/act-batches` | [`batches::record_acts`] |
//! | `POST /candidates/{id}/readmission` | [`readmission::readmit_candidate`] |
//! | `POST /candidates/{id}/namesake-confirmations` | [`namesakes::confirm_namesake`] |
//! | `GET`, `POST /candidates/{id}/transfers` | [`transfers::offer_transfer`] |
//! | `GET /acts/{id}` | [`acts::get_act`] |
//! | `GET /candidates/{id}/timeline` | [`acts::list_timeline`] |
//! | `GET /candidates/{id}/next-steps` | [`next_steps::list_next_steps`] |
//! | `GET /candidates/{id}/outlook` | [`outlook::get_outlook`] |
//! | `GET /candidates/{id}/background` | [`background::get_background`] |
//! | `GET /candidates/{id}/history` | [`history::get_candidate_history`] |
//! | `GET /candidates/{id}/appraisal` | [`appraisal::get_appraisal`] |
pub mod acts;
pub mod appraisal;
mod background;
mod batches;
mod evidence;
pub mod further_steps;
mod history;
mod namesakes;
pub mod next_steps;
pub mod outlook;
pub mod particulars;
mod readable;
pub mod readmission;
mod slip;
mod store;
mod transfers;
pub mod wire;

pub use particulars::Candidate;
pub use wire::Act;

use crate::api::routes::Routes;

pub fn configure(v1: &mut Routes) {
    particulars::configure(v1);
    acts::configure(v1);
    v1.service(acts::get_act)
        .service(acts::list_timeline)
        .service(next_steps::list_next_steps)
        .service(outlook::get_outlook)
        .service(appraisal::get_appraisal)
        .service(background::get_background)
        .service(history::get_candidate_history)
        .service(batches::record_acts)
        .service(readmission::readmit_candidate)
        .service(namesakes::confirm_namesake)
        .service(transfers::offer_transfer)
        .service(transfers::list_candidate_transfers);
}
