//! Computed once per resource and cached: its properties, and the text of statements that do not
//! depend on the request.
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{OnceLock, PoisonError, RwLock};

use super::list::keyed::Keyed;
use super::list::properties;
use super::resource::{Column, Resource, Row};
use crate::access::Reach;
use crate::db::{Fixed, Table as _};

const REACHES: usize = 7;

const fn place(reach: Reach) -> usize {
    match reach {
        Reach::Everything => 0,
        Reach::Assigned => 1,
        Reach::OwnBranch => 2,
        Reach::OwnIntroductions => 3,
        Reach::Below => 4,
        Reach::Accounts => 5,
        Reach::Own => REACHES - 1,
    }
}

/// A statement for each reach; first unlocked, then locked.
type EachReach<R> = [[OnceLock<Fixed<Keyed<R>>>; REACHES]; 2];

pub struct Prepared<R: Resource> {
    pub id: &'static dyn Column,
    /// Property names of the wire type.
    pub properties: Vec<String>,
    /// Select by id.
    by_id: EachReach<Row<R>>,
}

impl<R: Resource> Prepared<R> {
    fn new() -> Self {
        Self {
            id: Box::leak(Box::new(R::Entity::ID)),
            properties: properties::<R>(),
            by_id: [const { [const { OnceLock::new() }; REACHES] }; 2],
        }
    }

    /// The statement that selects a row by id; `build` runs on first use.
    pub fn by_id(
        &self,
        reach: Reach,
        lock: bool,
        build: impl FnOnce() -> Fixed<Keyed<Row<R>>>,
    ) -> &Fixed<Keyed<Row<R>>> {
        self.by_id[usize::from(lock)][place(reach)].get_or_init(build)
    }
}

/// The cached data of `R`.
pub fn prepared<R: Resource>() -> &'static Prepared<R> {
    type Known = HashMap<TypeId, &'static (dyn Any + Send + Sync)>;
    static ALL: OnceLock<RwLock<Known>> = OnceLock::new();
    let all = ALL.get_or_init(RwLock::default);
    let id = TypeId::of::<R>();
    let known = all.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = known.get(&id).and_then(|k| k.downcast_ref()) {
        return known;
    }
    drop(known);
    let made: &'static Prepared<R> = Box::leak(Box::new(Prepared::new()));
    let mut all = all.write().unwrap_or_else(PoisonError::into_inner);
    all.insert(id, made);
    made
}
