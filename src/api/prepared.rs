//! What is worked out once for a resource and kept: its properties, and the text of the statements
//! that do not depend on the request.
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{OnceLock, PoisonError, RwLock};

use super::list::properties;
use super::resource::{Column, Resource};
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

pub struct Prepared<R: Resource> {
    pub id: &'static dyn Column,
    /// Names of the wire type's properties.
    pub properties: Vec<String>,
    /// The row by its id, for each reach; then the same, locked.
    by_id: [[OnceLock<Fixed<R::Row>>; REACHES]; 2],
}

impl<R: Resource> Prepared<R> {
    fn new() -> Self {
        Self {
            id: Box::leak(Box::new(R::Entity::ID)),
            properties: properties::<R>(),
            by_id: [const { [const { OnceLock::new() }; REACHES] }; 2],
        }
    }

    /// The statement that finds a row by its id; `build` is asked when it is needed first.
    pub fn by_id(
        &self,
        reach: Reach,
        lock: bool,
        build: impl FnOnce() -> Fixed<R::Row>,
    ) -> &Fixed<R::Row> {
        self.by_id[usize::from(lock)][place(reach)].get_or_init(build)
    }
}

/// What is known of `R`.
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
