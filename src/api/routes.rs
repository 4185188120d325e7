//! Registers operations, either as the routes of a worker or as entries of the document.
//!
//! Only the document needs the schemas: describing them for every worker would cost more than
//! everything else at its start.
use actix_web::dev::HttpServiceFactory;
use actix_web::web;
use utoipa::openapi::{Components, OpenApi};

use super::operation::Operation;

/// Where the operations of a feature go.
pub enum Routes<'a> {
    /// The router of a worker
    Served(&'a mut web::ServiceConfig),
    /// The document; its paths begin with this prefix
    Documented(&'a mut OpenApi, &'static str),
}

impl Routes<'_> {
    pub fn service<O: Operation + HttpServiceFactory + 'static>(
        &mut self,
        operation: O,
    ) -> &mut Self {
        match self {
            Self::Served(router) => {
                router.service(operation);
            }
            Self::Documented(document, prefix) => {
                let (path, method, entry, schemas) = O::draft().finish();
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
