//! The regulations in force, as a handler argument: `law: Law`.
use std::future::{Ready, ready};
use std::ops::Deref;
use std::sync::{Arc, PoisonError, RwLock};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::api::operation::{Argument, Draft};
use crate::error::Error;
use crate::law::regulation::Regulations;

/// The current regulations, shared by all workers; they can be replaced while the service runs.
#[derive(Clone)]
pub struct LawBook(Arc<RwLock<Law>>);

/// One edition of the regulations, fixed for the whole of a request.
#[derive(Clone)]
pub struct Law(Arc<Regulations>);

impl LawBook {
    pub fn new(law: Regulations) -> Self {
        Self(Arc::new(RwLock::new(Law(Arc::new(law)))))
    }

    pub fn current(&self) -> Law {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Requests in flight keep the edition they started with.
    pub fn replace(&self, law: Regulations) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Law(Arc::new(law));
    }
}

impl Deref for Law {
    type Target = Regulations;

    fn deref(&self) -> &Regulations {
        &self.0
    }
}

impl FromRequest for Law {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let book = request.app_data::<LawBook>().map(LawBook::current);
        ready(book.ok_or_else(|| Error::internal(anyhow::anyhow!("no regulations"))))
    }
}

/// Takes nothing from the request.
impl Argument for Law {
    fn describe(_: &mut Draft) {}
}
