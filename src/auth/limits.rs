//! Rate limits: a bucket per account for all requests; a bucket per login and address and one per
//! address for the token endpoint. Who tries a login from many addresses is slowed by the database.
use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use crate::error::{Code, Error, Result};

type Buckets<K> = RateLimiter<K, DashMapStateStore<K>, DefaultClock, StateInformationMiddleware>;

/// Values of the `RateLimit-*` response headers.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    pub limit: u32,
    pub remaining: u32,
    /// Seconds until another request is allowed.
    pub reset: u64,
}

/// Requests per minute; also the size of a burst.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    pub account: NonZeroU32,
    pub sign_in_login: NonZeroU32,
    pub sign_in_address: NonZeroU32,
    /// Maximum number of concurrent requests of one account; further ones wait.
    pub in_flight: usize,
}

/// Requests per minute for one calendar address.
const FEED_RATE: NonZeroU32 = NonZeroU32::new(30).unwrap();

/// How long a request waits for other requests of its account.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// The semaphore of each account or calendar address.
type Places = Arc<Mutex<HashMap<Uuid, Arc<Semaphore>>>>;

#[derive(Clone)]
pub struct Limits {
    rates: Rates,
    accounts: Arc<Buckets<Uuid>>,
    logins: Arc<Buckets<(String, IpAddr)>>,
    addresses: Arc<Buckets<IpAddr>>,
    feeds: Arc<Buckets<Uuid>>,
    places: Places,
}

fn ask<K: std::hash::Hash + Eq + Clone>(
    buckets: &Buckets<K>,
    limit: NonZeroU32,
    key: &K,
) -> Result<Allowance> {
    match buckets.check_key(key) {
        Ok(state) => Ok(Allowance {
            limit: limit.get(),
            remaining: state.remaining_burst_capacity(),
            reset: 60_u64.div_ceil(u64::from(limit.get())),
        }),
        Err(no) => {
            let seconds = no.wait_time_from(DefaultClock::default().now()).as_secs() + 1;
            Err(Error::new(Code::RateLimited)
                .header(actix_web::http::header::RETRY_AFTER, seconds.to_string()))
        }
    }
}

impl Limits {
    pub fn new(rates: Rates) -> Self {
        Self {
            rates,
            accounts: Arc::new(
                RateLimiter::dashmap(Quota::per_minute(rates.account)).with_middleware(),
            ),
            logins: Arc::new(
                RateLimiter::dashmap(Quota::per_minute(rates.sign_in_login)).with_middleware(),
            ),
            addresses: Arc::new(
                RateLimiter::dashmap(Quota::per_minute(rates.sign_in_address)).with_middleware(),
            ),
            feeds: Arc::new(RateLimiter::dashmap(Quota::per_minute(FEED_RATE)).with_middleware()),
            places: Places::default(),
        }
    }

    pub fn account(&self, account: Uuid) -> Result<Allowance> {
        ask(&self.accounts, self.rates.account, &account)
    }

    /// Waits for a slot among the concurrent requests of `whose`, so that one account cannot take
    /// all database connections. Dropping the permit frees the slot.
    pub async fn place(&self, whose: Uuid) -> Result<OwnedSemaphorePermit> {
        let places = {
            let mut all = self.places.lock().unwrap_or_else(PoisonError::into_inner);
            let fresh = || Arc::new(Semaphore::new(self.rates.in_flight));
            all.entry(whose).or_insert_with(fresh).clone()
        };
        match tokio::time::timeout(LONGEST_WAIT, places.acquire_owned()).await {
            Ok(place) => place.map_err(Error::internal),
            Err(_) => {
                Err(Error::new(Code::RateLimited).header(actix_web::http::header::RETRY_AFTER, "1"))
            }
        }
    }

    /// Counts a request for a calendar address, identified by the first bytes of its digest.
    pub fn feed(&self, address: Uuid) -> Result<Allowance> {
        ask(&self.feeds, FEED_RATE, &address)
    }

    /// Checks both buckets. What somebody tries at the login elsewhere neither counts here nor shows:
    /// it would shut known devices out, and tell who signs in. So only the own one is answered.
    pub fn sign_in(&self, login: &str, address: IpAddr) -> Result<Allowance> {
        ask(&self.addresses, self.rates.sign_in_address, &address)?;
        let own = (login.to_lowercase(), address);
        ask(&self.logins, self.rates.sign_in_login, &own)
    }

    /// Drops buckets that have refilled; called periodically.
    pub fn tidy(&self) {
        self.accounts.retain_recent();
        self.logins.retain_recent();
        self.addresses.retain_recent();
        self.feeds.retain_recent();
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        places.retain(|_, place| Arc::strong_count(place) > 1);
    }
}
