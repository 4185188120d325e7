//! Where the time comes from. Tests turn it by hand.
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, FixedOffset, NaiveDate, SubsecRound, Utc};

/// The system's time, or a hand that tests move (microseconds since 1970).
#[derive(Clone, Debug)]
pub enum Clock {
    System,
    Frozen(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at` until [`Clock::set`].
    pub fn frozen(at: DateTime<Utc>) -> Self {
        Self::Frozen(Arc::new(AtomicI64::new(at.timestamp_micros())))
    }

    /// Move a frozen clock; the system's cannot be moved.
    pub fn set(&self, at: DateTime<Utc>) {
        if let Self::Frozen(hand) = self {
            hand.store(at.timestamp_micros(), Ordering::SeqCst);
        }
    }

    /// Now, in whole microseconds: what PostgreSQL stores, so a 201 body equals the next GET.
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            #[expect(clippy::disallowed_methods, reason = "the one place that may")]
            Self::System => Utc::now().trunc_subsecs(6),
            Self::Frozen(hand) => {
                DateTime::from_timestamp_micros(hand.load(Ordering::SeqCst)).unwrap_or_default()
            }
        }
    }

    /// The civil date in Vietnam (UTC+7, no daylight saving): legal dates are counted by it.
    pub fn today(&self) -> NaiveDate {
        let now = self.now();
        FixedOffset::east_opt(7 * 3600)
            .map_or(now.date_naive(), |ict| now.with_timezone(&ict).date_naive())
    }
}
