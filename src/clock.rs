//! The source of the current time. Tests freeze and move it.
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, SubsecRound, Utc};

/// The system's time, or a frozen instant (microseconds since 1970) that tests set.
#[derive(Clone, Debug)]
pub enum Clock {
    System,
    Frozen(Arc<AtomicI64>),
}

impl Clock {
    /// A clock frozen at `at` until [`Clock::set`].
    pub fn frozen(at: DateTime<Utc>) -> Self {
        Self::Frozen(Arc::new(AtomicI64::new(at.timestamp_micros())))
    }

    /// Moves a frozen clock; does nothing to the system clock.
    pub fn set(&self, at: DateTime<Utc>) {
        if let Self::Frozen(hand) = self {
            hand.store(at.timestamp_micros(), Ordering::SeqCst);
        }
    }

    /// The current instant in whole microseconds, which is what PostgreSQL stores: otherwise the
    /// body of a 201 would differ from the next GET.
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
        day(self.now())
    }
}

/// Vietnam's offset.
fn hanoi() -> Option<FixedOffset> {
    FixedOffset::east_opt(7 * 3600)
}

/// The civil date in Vietnam at an instant.
pub fn day(at: DateTime<Utc>) -> NaiveDate {
    hanoi().map_or(at.date_naive(), |ict| at.with_timezone(&ict).date_naive())
}

/// When a day begins in Vietnam.
pub fn midnight(day: NaiveDate) -> Option<DateTime<Utc>> {
    let begun = day.and_time(NaiveTime::MIN).and_local_timezone(hanoi()?);
    begun.single().map(|at| at.to_utc())
}
