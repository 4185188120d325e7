//! Rate limits: a bucket per account for all requests; a bucket per login and one per address for
//! the token endpoint.
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
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
}

#[derive(Clone)]
pub struct Limits {
    rates: Rates,
    accounts: Arc<Buckets<Uuid>>,
    logins: Arc<Buckets<String>>,
    addresses: Arc<Buckets<IpAddr>>,
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
        }
    }

    pub fn account(&self, account: Uuid) -> Result<Allowance> {
        ask(&self.accounts, self.rates.account, &account)
    }

    /// Checks both buckets, so that neither many addresses trying one login nor one address trying
    /// many logins goes unnoticed.
    pub fn sign_in(&self, login: &str, address: IpAddr) -> Result<Allowance> {
        let by_address = ask(&self.addresses, self.rates.sign_in_address, &address)?;
        let by_login = ask(
            &self.logins,
            self.rates.sign_in_login,
            &login.to_lowercase(),
        )?;
        Ok(if by_login.remaining < by_address.remaining {
            by_login
        } else {
            by_address
        })
    }

    /// Drops buckets that have refilled; called periodically.
    pub fn tidy(&self) {
        self.accounts.retain_recent();
        self.logins.retain_recent();
        self.addresses.retain_recent();
    }
}
