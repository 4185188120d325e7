//! ketnap: a grassroots Party organisation's plan for developing new members, as a service.
//!
//! `README.md` holds the map of the code.
pub mod access;
pub mod api;
pub mod app;
pub mod auth;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod demo;
pub mod error;
pub mod facts;
pub mod features;
pub mod recording;
pub mod resources;
pub mod sealing;

pub use ketnap_law as law;
