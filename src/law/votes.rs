//! Vote counting: integers only; the result is computed, never entered (Điều lệ, 4.2; 24-QĐ/TW,
//! 9.3).
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::acts::{Act, Resolution};
use crate::regulation::Version;

/// Outcome of a vote under the regulation of its day
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Outcome {
    /// Members who count
    #[schema(minimum = 0, maximum = 10_000, example = 14)]
    pub entitled: i32,
    /// Fewest votes in favour that carry
    #[schema(minimum = 0, maximum = 10_000, example = 10)]
    pub needed: i32,
    pub carried: bool,
}

impl Outcome {
    pub fn of(act: &Act, version: &Version) -> Option<Self> {
        let Act::Resolution(vote) = act else {
            return None;
        };
        let tally = Tally::of(vote);
        let fraction = version.fraction(vote.fraction());
        Some(Self {
            entitled: tally.entitled(),
            needed: needed(tally.entitled(), fraction),
            carried: tally.carried(fraction),
        })
    }
}

/// Totals of a vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Official members of the branch, or serving members of the committee.
    pub members: i32,
    pub exempt_absent: i32,
    pub suspended: i32,
    pub present: i32,
    pub in_favor: i32,
    pub against: i32,
    pub abstain: i32,
}

impl Tally {
    pub fn of(a: &Resolution) -> Self {
        Self {
            members: a.members,
            exempt_absent: a.exempt_absent,
            suspended: a.suspended,
            present: a.present,
            in_favor: a.in_favor,
            against: a.against,
            abstain: a.abstain,
        }
    }

    /// Members who count: all but those exempt or elsewhere and absent, and those suspended,
    /// prosecuted or detained (24-QĐ/TW, 9.3.2). Members who are merely away on mission count.
    pub const fn entitled(&self) -> i32 {
        self.members - self.exempt_absent - self.suspended
    }

    /// More ballots than members present.
    pub const fn too_many_ballots(&self) -> bool {
        self.in_favor + self.against + self.abstain > self.present
    }

    /// More members present than are entitled.
    pub const fn too_many_present(&self) -> bool {
        self.present > self.entitled() || self.entitled() < 0
    }

    /// Judged against the number entitled, absent members included.
    pub fn carried(&self, fraction: (u32, u32, bool)) -> bool {
        reached(self.in_favor, self.entitled(), fraction)
    }
}

/// Whether `in_favor` of `total` reaches numerator/denominator, or exceeds it if the fraction is
/// strict.
pub fn reached(
    in_favor: i32,
    total: i32,
    (numerator, denominator, strict): (u32, u32, bool),
) -> bool {
    let (have, need) = (
        i64::from(in_favor) * i64::from(denominator),
        i64::from(total) * i64::from(numerator),
    );
    total > 0 && if strict { have > need } else { have >= need }
}

/// Fewest votes in favour that carry.
pub fn needed(total: i32, fraction: (u32, u32, bool)) -> i32 {
    (0..=total)
        .find(|n| reached(*n, total, fraction))
        .unwrap_or(total + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO_THIRDS: (u32, u32, bool) = (2, 3, false);

    fn tally(members: i32, exempt_absent: i32, suspended: i32, in_favor: i32) -> Tally {
        let present = members - exempt_absent - suspended;
        Tally {
            members,
            exempt_absent,
            suspended,
            present,
            in_favor,
            against: 0,
            abstain: 0,
        }
    }

    #[test]
    fn example_3_who_counts() {
        // 20 official, 3 away on mission: they stay in the denominator
        assert_eq!(tally(20, 0, 0, 0).entitled(), 20);
        assert!(
            !tally(20, 0, 0, 13).carried(TWO_THIRDS) && tally(20, 0, 0, 14).carried(TWO_THIRDS)
        );
        // 17 official, 1 exempt and absent
        assert_eq!(tally(17, 1, 0, 0).entitled(), 16);
        assert!(
            !tally(17, 1, 0, 10).carried(TWO_THIRDS) && tally(17, 1, 0, 11).carried(TWO_THIRDS)
        );
        // the exempt member attends and votes
        assert_eq!(needed(tally(17, 0, 0, 0).entitled(), TWO_THIRDS), 12);
        assert!(
            !tally(17, 0, 0, 11).carried(TWO_THIRDS) && tally(17, 0, 0, 12).carried(TWO_THIRDS)
        );
        assert_eq!(
            tally(17, 1, 1, 0).entitled(),
            15,
            "a suspended member is not counted"
        );
    }

    #[test]
    fn example_13_more_ballots_than_people() {
        let vote = |against| Tally {
            members: 25,
            exempt_absent: 0,
            suspended: 0,
            present: 20,
            in_favor: 14,
            against,
            abstain: 0,
        };
        assert!(vote(7).too_many_ballots() && !vote(6).too_many_ballots());
        assert!(
            Tally {
                present: 26,
                ..vote(0)
            }
            .too_many_present()
                && !Tally {
                    present: 25,
                    ..vote(0)
                }
                .too_many_present()
        );
    }

    #[test]
    fn example_16_more_than_half_of_all_serving_members() {
        let half = (1, 2, true);
        assert!(!reached(5, 11, half) && reached(6, 11, half));
        assert!(!reached(5, 10, half) && reached(6, 10, half));
    }

    #[test]
    fn the_fewest_votes_are_the_ceiling_of_two_thirds() {
        for total in 1..200 {
            assert_eq!(needed(total, TWO_THIRDS), (total * 2 + 2) / 3, "{total}");
            assert_eq!(needed(total, (1, 2, true)), total / 2 + 1, "{total}");
        }
    }
}
