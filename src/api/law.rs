//! The regulations in force, as a handler argument: `law: Law`.
use std::collections::BTreeMap;
use std::future::{Ready, ready};
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use chrono::NaiveDate;
use uuid::Uuid;

use crate::api::judging::Jobs;
use crate::api::operation::{Argument, Draft};
use crate::error::Error;
use crate::law::regulation::Regulations;

/// The current regulations, shared by all workers; they can be replaced while the service runs.
#[derive(Clone)]
pub struct LawBook(Arc<RwLock<Law>>);

/// One edition of the regulations, fixed for the whole of a request.
#[derive(Clone)]
pub struct Law(Arc<Edition>);

struct Edition {
    regulations: Regulations,
    /// The page of the book, once somebody has asked for it: every case is run for it.
    book: OnceLock<String>,
    remembered: Mutex<Remembered>,
    /// Those of the editions before too.
    judging: Arc<Jobs>,
    replaced: AtomicBool,
}

/// Figures by branch.
pub type ByBranch = BTreeMap<Uuid, i32>;

/// The state of all records: how many changes there have been, and today.
pub type At = (i64, NaiveDate);

/// The key of cached figures: an account's reach, and the branch that it asked for.
pub type Of = (Uuid, Option<Uuid>);

/// Cached figures that are expensive to compute.
#[derive(Default)]
struct Remembered {
    at: Option<At>,
    figures: BTreeMap<Of, ByBranch>,
}

/// Maximum number of cached figures.
const MOST: usize = 1000;

impl Law {
    fn new(regulations: Regulations, judging: Arc<Jobs>) -> Self {
        Self(Arc::new(Edition {
            regulations,
            book: OnceLock::new(),
            remembered: Mutex::default(),
            judging,
            replaced: AtomicBool::new(false),
        }))
    }

    /// What is being judged again.
    pub fn judging(&self) -> &Jobs {
        &self.0.judging
    }

    /// Whether a later edition has taken its place.
    pub fn is_replaced(&self) -> bool {
        self.0.replaced.load(Ordering::SeqCst)
    }

    /// The figures, if they were computed since the last change.
    pub fn remembered(&self, at: At, of: Of) -> Option<ByBranch> {
        let known = self.0.remembered.lock();
        let known = known.unwrap_or_else(PoisonError::into_inner);
        let fresh = known.at == Some(at);
        fresh.then(|| known.figures.get(&of).cloned()).flatten()
    }

    /// Keeps figures until something changes. `at` was read before what they were computed from.
    pub fn remember(&self, at: At, of: Of, figures: ByBranch) {
        let known = self.0.remembered.lock();
        let mut known = known.unwrap_or_else(PoisonError::into_inner);
        if known.at != Some(at) || known.figures.len() >= MOST {
            *known = Remembered {
                at: Some(at),
                figures: BTreeMap::new(),
            };
        }
        known.figures.insert(of, figures);
    }

    /// The book for jurists as a page, made once.
    pub fn book(&self, make: impl FnOnce(&Regulations) -> String) -> &str {
        self.0.book.get_or_init(|| make(&self.0.regulations))
    }
}

impl LawBook {
    pub fn new(law: Regulations) -> Self {
        Self(Arc::new(RwLock::new(Law::new(law, Arc::default()))))
    }

    pub fn current(&self) -> Law {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Requests in flight keep the edition they started with.
    pub fn replace(&self, law: Regulations) {
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        current.0.replaced.store(true, Ordering::SeqCst);
        *current = Law::new(law, Arc::clone(&current.0.judging));
    }
}

impl Deref for Law {
    type Target = Regulations;

    fn deref(&self) -> &Regulations {
        &self.0.regulations
    }
}

impl AsRef<Regulations> for Law {
    fn as_ref(&self) -> &Regulations {
        self
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
