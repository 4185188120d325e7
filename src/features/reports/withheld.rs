//! Withholds small figures from roles that see figures but no persons: every figure about one to
//! four people, and every figure from which such a one follows.
//!
//! The figures shown form one fixed tree: the parts of a whole, each part once. A part is shown
//! unless it is small; the whole is shown unless subtracting the parts that are shown would tell
//! too much about those that are not.

/// Figures about fewer people are withheld.
pub const SMALL: i32 = 5;

pub fn small(n: i32) -> bool {
    (1..SMALL).contains(&n)
}

/// The figure, unless it is small.
pub fn shown(n: i32) -> Option<i32> {
    (!small(n)).then_some(n)
}

/// Whether the sum of these parts may be shown beside the parts that are not small. It may if none
/// is small, or if the small ones add up to enough people and cannot all be one or all be four.
pub fn may_be_summed(parts: impl IntoIterator<Item = i32>) -> bool {
    let (mut sum, mut count) = (0, 0);
    for part in parts.into_iter().filter(|n| small(*n)) {
        sum += part;
        count += 1;
    }
    sum == 0 || (sum >= SMALL && count < sum && sum < count * (SMALL - 1))
}

/// The parts of a whole that is known.
pub fn parts<const N: usize>(all: [i32; N]) -> [Option<i32>; N] {
    if may_be_summed(all) {
        all.map(shown)
    } else {
        [None; N]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every way in which the withheld parts can be what they are, given all that is shown.
    fn possible(parts: &[i32], whole: bool) -> Vec<Vec<i32>> {
        let hidden: Vec<i32> = parts.iter().copied().filter(|n| small(*n)).collect();
        let sum: i32 = hidden.iter().sum();
        let mut ways = vec![vec![]];
        for _ in &hidden {
            let longer = ways.iter().flat_map(|way: &Vec<i32>| {
                (1..SMALL).map(|n| way.iter().copied().chain([n]).collect())
            });
            ways = longer.collect();
        }
        ways.retain(|way| !whole || way.iter().sum::<i32>() == sum);
        ways
    }

    #[test]
    fn no_subtraction_tells_a_withheld_part() {
        for n in 0..7_i32.pow(4) {
            let four = [0, 1, 2, 3].map(|place| n / 7_i32.pow(place) % 7);
            let ways = possible(&four, may_be_summed(four));
            let hidden = ways.first().map_or(0, Vec::len);
            for place in 0..hidden {
                let first = ways[0][place];
                assert!(ways.iter().any(|way| way[place] != first), "{four:?}");
            }
        }
    }

    #[test]
    fn a_whole_of_small_parts_is_shown_where_they_are_many_people() {
        assert!(may_be_summed([3, 2, 0, 9]));
        assert!(!may_be_summed([3, 0, 0, 9]));
        assert!(!may_be_summed([4, 4, 9, 9]));
        assert!(!may_be_summed([1, 1, 1, 1]));
        assert_eq!(parts([0, 7, 3, 3]), [Some(0), Some(7), None, None]);
        assert_eq!(parts([0, 7, 3, 9]), [None; 4]);
    }
}
