//! Rate limits: a bucket per account for all requests; a bucket per login and address and one per
//! address for the token endpoint. Attempts on one login from many addresses are delayed by the
//! database. Also limits the number of concurrent requests: any beyond it are refused at once, so
//! that the others are answered in time.
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

use crate::access::Role;
use crate::error::{Code, Error, Result};
use crate::law::say;

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
    /// Of a service account: a script asks more than a person can.
    pub service: NonZeroU32,
    pub sign_in_login: NonZeroU32,
    pub sign_in_address: NonZeroU32,
    /// Maximum number of concurrent requests of one account; further ones wait.
    pub in_flight: usize,
    /// Maximum number of requests under way, those that wait included; one account may have half of
    /// them.
    pub under_way: usize,
}

/// Requests per minute for one calendar address, and attempts to sign in of one device.
pub const FEED_RATE: NonZeroU32 = NonZeroU32::new(30).unwrap();

/// How long a request waits for other requests of its account.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// What one account or calendar address may have: requests under way, and of these in flight.
#[derive(Clone)]
struct Share {
    under_way: Arc<Semaphore>,
    in_flight: Arc<Semaphore>,
}

/// A request's place in its account's share; dropping it frees the place.
pub struct Place {
    _under_way: OwnedSemaphorePermit,
    _in_flight: OwnedSemaphorePermit,
}

#[derive(Clone)]
pub struct Limits {
    rates: Rates,
    /// All requests under way.
    under_way: Arc<Semaphore>,
    accounts: Arc<Buckets<Uuid>>,
    services: Arc<Buckets<Uuid>>,
    logins: Arc<Buckets<(String, IpAddr)>>,
    addresses: Arc<Buckets<IpAddr>>,
    feeds: Arc<Buckets<Uuid>>,
    shares: Arc<Mutex<HashMap<Uuid, Share>>>,
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

/// Refused before anything was done.
fn busy() -> Error {
    Error::new(Code::Unavailable)
        .header(actix_web::http::header::RETRY_AFTER, "1")
        .detail(say(
            "Hệ thống đang nhận quá nhiều yêu cầu cùng lúc. Yêu cầu này chưa được thực hiện: hãy gửi lại sau ít giây.",
            "Too many requests at once. Nothing was done: send the request again shortly.",
        ))
}

impl Limits {
    pub fn new(rates: Rates) -> Self {
        Self {
            rates,
            under_way: Arc::new(Semaphore::new(rates.under_way)),
            accounts: Arc::new(
                RateLimiter::dashmap(Quota::per_minute(rates.account)).with_middleware(),
            ),
            services: Arc::new(
                RateLimiter::dashmap(Quota::per_minute(rates.service)).with_middleware(),
            ),
            logins: Arc::new(
                RateLimiter::dashmap(Quota::per_minute(rates.sign_in_login)).with_middleware(),
            ),
            addresses: Arc::new(
                RateLimiter::dashmap(Quota::per_minute(rates.sign_in_address)).with_middleware(),
            ),
            feeds: Arc::new(RateLimiter::dashmap(Quota::per_minute(FEED_RATE)).with_middleware()),
            shares: Arc::default(),
        }
    }

    pub fn account(&self, account: Uuid, role: Role) -> Result<Allowance> {
        if role == Role::ServiceAccount {
            ask(&self.services, self.rates.service, &account)
        } else {
            ask(&self.accounts, self.rates.account, &account)
        }
    }

    /// Counts a request among those under way, until what it returns is dropped.
    pub fn admit(&self) -> Result<OwnedSemaphorePermit> {
        self.under_way
            .clone()
            .try_acquire_owned()
            .map_err(|_| busy())
    }

    /// Waits for a slot among the concurrent requests of `whose`, so that one account cannot take
    /// all database connections, nor all places of those who wait.
    pub async fn place(&self, whose: Uuid) -> Result<Place> {
        let share = {
            let mut all = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
            let Rates {
                in_flight,
                under_way,
                ..
            } = self.rates;
            let fresh = || Share {
                under_way: Arc::new(Semaphore::new(in_flight.max(under_way / 2))),
                in_flight: Arc::new(Semaphore::new(in_flight)),
            };
            all.entry(whose).or_insert_with(fresh).clone()
        };
        let under_way = share.under_way.try_acquire_owned().map_err(|_| busy())?;
        let waited = tokio::time::timeout(LONGEST_WAIT, share.in_flight.acquire_owned()).await;
        Ok(Place {
            _under_way: under_way,
            _in_flight: waited.map_err(|_| busy())?.map_err(Error::internal)?,
        })
    }

    /// Counts a request for a calendar address, identified by the first bytes of its digest.
    pub fn feed(&self, address: Uuid) -> Result<Allowance> {
        ask(&self.feeds, FEED_RATE, &address)
    }

    /// Counts an attempt to sign in of a device that shows a session: what others try from its address
    /// does not hold it up.
    pub fn device(&self, session: Uuid) -> Result<Allowance> {
        ask(&self.feeds, FEED_RATE, &session)
    }

    /// Checks both buckets, and reports the address's own only. Attempts on the same login from
    /// elsewhere do not count here, or they would lock out known devices, and are not shown, or
    /// they would reveal who signs in.
    pub fn sign_in(&self, login: &str, address: IpAddr) -> Result<Allowance> {
        ask(&self.addresses, self.rates.sign_in_address, &address)?;
        let own = (login.to_lowercase(), address);
        ask(&self.logins, self.rates.sign_in_login, &own)
    }

    /// Drops buckets that have refilled; called periodically.
    pub fn tidy(&self) {
        self.accounts.retain_recent();
        self.services.retain_recent();
        self.logins.retain_recent();
        self.addresses.retain_recent();
        self.feeds.retain_recent();
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        shares.retain(|_, share| Arc::strong_count(&share.under_way) > 1);
    }
}
