//! Registers operations, either as the routes of a worker or as entries of the document.
//!
//! Only the document needs the schemas: describing them for every worker would cost more than
//! everything else at its start.
use std::collections::BTreeMap;

use actix_web::{Route, web};
use utoipa::openapi::{Components, OpenApi};

use super::http;
use super::operation::{Draft, Operation};

/// The operations of each path, in an order in which a word comes before a parameter: each path is
/// one resource, whose regular expression takes tens of kilobytes.
#[derive(Default)]
pub struct Router(BTreeMap<&'static str, Vec<Route>>);

impl Router {
    /// Serves what is registered there.
    pub fn of(all: fn(&mut Routes<'_>)) -> impl FnOnce(&mut web::ServiceConfig) {
        move |config| {
            let mut router = Self::default();
            all(&mut Routes::Served(&mut router));
            for (path, routes) in router.0 {
                let empty = web::resource(path).default_service(web::to(http::fallback));
                config.service(routes.into_iter().fold(empty, actix_web::Resource::route));
            }
        }
    }
}

/// Where the operations of a feature go.
pub enum Routes<'a> {
    /// The router of a worker
    Served(&'a mut Router),
    /// The document; its paths begin with this prefix
    Documented(&'a mut OpenApi, &'static str),
}

impl Routes<'_> {
    pub fn service<O: Operation>(&mut self, _: O) -> &mut Self {
        self.add(O::served, O::draft)
    }

    fn add(&mut self, served: fn() -> (&'static str, Route), draft: fn() -> Draft) -> &mut Self {
        match self {
            Self::Served(router) => {
                let (path, route) = served();
                router.0.entry(path).or_default().push(route);
            }
            Self::Documented(document, prefix) => {
                let (path, method, entry, schemas) = draft().finish();
                let path = format!("{prefix}{path}");
                document.paths.add_path_operation(path, vec![method], entry);
                let components = document.components.get_or_insert_with(Components::new);
                components.schemas.extend(schemas);
            }
        }
        self
    }

    pub fn configure(&mut self, feature: fn(&mut Routes<'_>)) -> &mut Self {
        feature(self);
        self
    }
}
