//! ketnap: a grassroots Party organisation's plan for developing new members, as a service.
//!
//! Map of the house: `policy` who may do what; `auth` who is calling; `db` the one transaction
//! door; `rules` the regulations as pure functions;
//! `resource`, `page`, `crud` the conventions once for all resources; `contract`, `openapi` the
//! document, which the server itself obeys;
//! `http` reading requests and dressing answers; then one module a feature.
pub mod access;
pub mod accounts;
pub mod acts;
pub mod annual_quotas;
pub mod app;
pub mod audit;
pub mod auth;
pub mod background;
pub mod branches;
pub mod candidates;
pub mod classes;
pub mod cli;
pub mod clock;
pub mod config;
pub mod constraints;
pub mod contract;
pub mod crud;
pub mod db;
pub mod deadlines;
pub mod demo;
pub mod departments;
pub mod entity;
pub mod error;
pub mod facts;
pub mod http;
pub mod members;
pub mod nominations;
pub mod openapi;
pub mod organizations;
pub mod page;
pub mod policy;
pub mod prelude;
pub mod procedure;
pub mod quota_plans;
pub mod reference;
pub mod regulations;
pub mod reports;
pub mod resource;
pub mod reviews;
pub mod rules;
pub mod service;
pub mod source_plans;
pub mod sponsorships;
pub mod terms;
pub mod work;

pub use rules::text;

use std::sync::atomic::{AtomicBool, Ordering};

static STOPPING: AtomicBool = AtomicBool::new(false);

/// The process has been told to stop: `/readyz` says so first.
pub fn stopping() -> bool {
    STOPPING.load(Ordering::Relaxed)
}

/// Told by the signal handler.
pub fn stop_accepting() {
    STOPPING.store(true, Ordering::Relaxed);
}
