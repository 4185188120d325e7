//! Distributes a year's total over the branches by largest remainder, in exact arithmetic. The
//! result is a proposal to people, never a decision.
use super::{Words, say};

/// Weight of each factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weights {
    pub previous_result: u32,
    pub pipeline: u32,
    pub non_members: u32,
}

/// Figures of a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// Admissions of the previous term.
    pub previous_result: u32,
    /// Open candidacies before the ceremony.
    pub pipeline: u32,
    /// People of the unit who are not Party members.
    pub non_members: u32,
}

impl Weights {
    const fn all(self) -> [u128; 3] {
        [
            self.previous_result as u128,
            self.pipeline as u128,
            self.non_members as u128,
        ]
    }
}
impl Figures {
    const fn all(self) -> [u128; 3] {
        [
            self.previous_result as u128,
            self.pipeline as u128,
            self.non_members as u128,
        ]
    }
}

/// A branch's part of the total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Portion {
    pub quota: u32,
    /// The exact share is `numerator / denominator`, in lowest terms.
    pub numerator: u128,
    pub denominator: u128,
    /// The branch received one of the seats left over by rounding down.
    pub by_remainder: bool,
    /// Another branch had the same remainder and too few seats were left for both: the branch that
    /// comes first received it.
    pub tied: bool,
}

const fn divisor(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Sums of the three columns.
fn columns(figures: &[Figures]) -> [u128; 3] {
    figures.iter().fold([0; 3], |sums, f| {
        let f = f.all();
        [sums[0] + f[0], sums[1] + f[1], sums[2] + f[2]]
    })
}

/// The effective weights: zero where a whole column is empty. If all are zero, every branch counts
/// alike.
fn counting(figures: &[Figures], weights: Weights) -> [u128; 3] {
    let (sums, weights) = (columns(figures), weights.all());
    [0, 1, 2].map(|k| if sums[k] == 0 { 0 } else { weights[k] })
}

/// Distributes `total` over the branches, given in the order of their numbers. The quotas add up to
/// `total` unless there is no branch.
///
/// A branch's share is the weighted mean of its shares of the columns. Each branch gets the integer
/// part of its share; the seats left go one by one to the largest remainders, and among equal ones
/// in the order of the branches.
pub fn allocate(total: u32, figures: &[Figures], weights: Weights) -> Vec<Portion> {
    let sums = columns(figures);
    let counting = counting(figures, weights);
    let weight: u128 = counting.iter().sum();
    // a common denominator for all columns
    let common = (0..3)
        .filter(|k| counting[*k] > 0)
        .fold(1, |l, k| l / divisor(l, sums[k]) * sums[k]);
    let (denominator, parts): (u128, Vec<u128>) = if weight == 0 {
        (figures.len() as u128, vec![1; figures.len()])
    } else {
        let part = |f: &Figures| {
            (0..3)
                .filter(|k| counting[*k] > 0)
                .map(|k| counting[k] * f.all()[k] * (common / sums[k]))
                .sum()
        };
        (weight * common, figures.iter().map(part).collect())
    };
    let (whole, rest): (Vec<u128>, Vec<u128>) = parts
        .iter()
        .map(|p| {
            (
                p * u128::from(total) / denominator,
                p * u128::from(total) % denominator,
            )
        })
        .unzip();
    // always fewer than there are branches
    let left = usize::try_from(u128::from(total).saturating_sub(whole.iter().sum())).unwrap_or(0);
    let mut order: Vec<usize> = (0..figures.len()).collect();
    order.sort_by_key(|i| std::cmp::Reverse(rest[*i]));
    let (last_in, first_out) = (
        left.checked_sub(1).and_then(|i| order.get(i)),
        order.get(left),
    );
    let cut = last_in
        .zip(first_out)
        .map(|(a, b)| (rest[*a], rest[*b]))
        .filter(|(a, b)| a == b)
        .map(|(a, _)| a);
    let mut portions: Vec<Portion> = (0..figures.len())
        .map(|i| {
            let numerator = parts[i] * u128::from(total);
            let shared = divisor(numerator, denominator);
            Portion {
                quota: u32::try_from(whole[i]).unwrap_or(total),
                numerator: numerator / shared,
                denominator: denominator / shared,
                by_remainder: false,
                tied: cut == Some(rest[i]),
            }
        })
        .collect();
    for i in order.into_iter().take(left) {
        portions[i].quota += 1;
        portions[i].by_remainder = true;
    }
    portions
}

/// `numerator / denominator`, truncated to two decimals.
fn decimal(portion: &Portion) -> String {
    let (whole, rest) = (
        portion.numerator / portion.denominator,
        portion.numerator % portion.denominator,
    );
    format!("{whole}.{:02}", rest * 100 / portion.denominator)
}

/// The reasons for each branch's number: a sentence for each factor, for the share, and for the
/// effect of the remainder.
pub fn reasons(
    total: u32,
    figures: &[Figures],
    weights: Weights,
    portions: &[Portion],
) -> Vec<Vec<Words>> {
    let names = [
        ("Kết quả nhiệm kỳ trước", "Result of the previous term"),
        ("Nguồn đang theo dõi", "Pipeline now"),
        ("Quần chúng còn lại", "Non-members left"),
    ];
    let (sums, counting) = (columns(figures), counting(figures, weights));
    let weight: u128 = counting.iter().sum();
    let of = |(figure, portion): (&Figures, &Portion)| {
        let mut said: Vec<Words> = (0..3)
            .map(|k| {
                let ((vi, en), value, sum) = (names[k], figure.all()[k], sums[k]);
                if weights.all()[k] == 0 {
                    say(
                        format!("{vi}: {value}; không tính (trọng số 0)."),
                        format!("{en}: {value}; does not count (weight 0)."),
                    )
                } else if sum == 0 {
                    say(
                        format!("{vi}: không chi bộ nào có, nên không tính."),
                        format!("{en}: no branch has any, so it does not count."),
                    )
                } else {
                    let (w, percent) = (counting[k], 100 * counting[k] / weight);
                    say(
                        format!(
                            "{vi}: {value} trên {sum}; trọng số {w} trên {weight} ({percent}%)."
                        ),
                        format!("{en}: {value} of {sum}; weight {w} of {weight} ({percent}%)."),
                    )
                }
            })
            .collect();
        if weight == 0 {
            said.push(say(
                "Không có số liệu nào để tính: chia đều.",
                "There is no figure to go by: spread evenly.",
            ));
        }
        let (share, rounded) = (
            format!("{}/{}", portion.numerator, portion.denominator),
            decimal(portion),
        );
        let whole = portion.numerator / portion.denominator;
        said.push(say(
            format!(
                "Phần chính xác của {total}: {share} (khoảng {}); phần nguyên {whole}.",
                rounded.replace('.', ",")
            ),
            format!("Exact share of {total}: {share} (about {rounded}); whole part {whole}."),
        ));
        said.push(match (portion.by_remainder, portion.tied) {
            (true, false) => say("Thêm 1 theo số dư lớn nhất.", "One more by largest remainder."),
            (false, false) => say("Số dư không đủ lớn để thêm 1.", "The remainder is not large enough for one more."),
            (true, true) => say(
                "Thêm 1: số dư bằng chi bộ khác, chi bộ có số thứ tự nhỏ hơn được trước.",
                "One more: the remainder equals another branch's; the branch with the lower number comes first.",
            ),
            (false, true) => say(
                "Không thêm: số dư bằng chi bộ khác, chi bộ có số thứ tự nhỏ hơn được trước.",
                "None more: the remainder equals another branch's; the branch with the lower number comes first.",
            ),
        });
        said
    };
    figures.iter().zip(portions).map(of).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EQUAL: Weights = Weights {
        previous_result: 1,
        pipeline: 1,
        non_members: 1,
    };
    const RESULT: Weights = Weights {
        previous_result: 1,
        pipeline: 0,
        non_members: 0,
    };

    fn results(of: &[u32]) -> Vec<Figures> {
        of.iter()
            .map(|n| Figures {
                previous_result: *n,
                pipeline: 0,
                non_members: 0,
            })
            .collect()
    }
    fn quotas(portions: &[Portion]) -> Vec<u32> {
        portions.iter().map(|p| p.quota).collect()
    }

    #[test]
    fn the_textbook_example_of_largest_remainder_comes_out() {
        // Hare quota, 100,000 votes, 10 seats: 4.7, 1.6, 1.58, 1.2, 0.61, 0.31
        let portions = allocate(
            10,
            &results(&[47_000, 16_000, 15_800, 12_000, 6_100, 3_100]),
            RESULT,
        );
        assert_eq!(quotas(&portions), [5, 2, 1, 1, 1, 0]);
        assert_eq!((portions[0].numerator, portions[0].denominator), (47, 10));
        assert_eq!(
            portions.iter().map(|p| p.by_remainder).collect::<Vec<_>>(),
            [true, true, false, false, true, false]
        );
        assert!(portions.iter().all(|p| !p.tied));
    }
    #[test]
    fn weights_mix_shares_and_not_raw_figures() {
        // 1/2 of the results, none of the 1000 non-members: a quarter
        let figures = [
            Figures {
                previous_result: 1,
                pipeline: 0,
                non_members: 0,
            },
            Figures {
                previous_result: 1,
                pipeline: 0,
                non_members: 1000,
            },
        ];
        let portions = allocate(
            4,
            &figures,
            Weights {
                previous_result: 1,
                pipeline: 0,
                non_members: 1,
            },
        );
        assert_eq!(quotas(&portions), [1, 3]);
        assert_eq!((portions[0].numerator, portions[0].denominator), (1, 1));
    }
    #[test]
    fn equal_remainders_go_by_the_order_of_the_branches_and_say_so() {
        let figures = results(&[1, 1, 1, 0]);
        let portions = allocate(2, &figures, RESULT);
        assert_eq!(quotas(&portions), [1, 1, 0, 0]);
        assert_eq!(
            portions.iter().map(|p| p.tied).collect::<Vec<_>>(),
            [true, true, true, false]
        );
        let said = reasons(2, &figures, RESULT, &portions);
        assert!(
            said[0][4].en.contains("lower number")
                && said[2][4].en.starts_with("None more")
                && said[2][4].vi.contains("số thứ tự")
        );
        assert!(said[3][4].en.contains("not large enough"), "{said:?}");
    }
    #[test]
    fn an_empty_column_does_not_count_and_without_any_figure_all_count_alike() {
        let figures = results(&[3, 1]);
        assert_eq!(quotas(&allocate(4, &figures, EQUAL)), [3, 1]);
        let nothing = results(&[0, 0, 0]);
        let portions = allocate(4, &nothing, EQUAL);
        assert_eq!(quotas(&portions), [2, 1, 1]);
        assert!(
            reasons(4, &nothing, EQUAL, &portions)[0][3]
                .en
                .contains("evenly")
        );
    }
    #[test]
    fn the_edges_are_harmless() {
        assert_eq!(allocate(6, &[], EQUAL), []);
        assert_eq!(quotas(&allocate(0, &results(&[1, 2]), EQUAL)), [0, 0]);
        // the largest figures that the tables allow, for a thousand branches
        let most = Figures {
            previous_result: 100_000,
            pipeline: 99_991,
            non_members: 99_989,
        };
        let many = vec![most; 1000];
        let weights = Weights {
            previous_result: 100,
            pipeline: 99,
            non_members: 97,
        };
        assert_eq!(
            allocate(100_000, &many, weights)
                .iter()
                .map(|p| p.quota)
                .sum::<u32>(),
            100_000
        );
    }

    /// From few people to many, so that shares are sometimes equal and sometimes far apart.
    fn figures() -> impl Strategy<Value = Vec<Figures>> {
        let size = prop_oneof![Just(2_u32), Just(5), Just(40), Just(5000)];
        size.prop_flat_map(|size| {
            let one = (0..size, 0..size, 0..size);
            let one = one.prop_map(|(previous_result, pipeline, non_members)| Figures {
                previous_result,
                pipeline,
                non_members,
            });
            proptest::collection::vec(one, 1..=12)
        })
    }

    fn weights() -> impl Strategy<Value = Weights> {
        let one = (0..=100_u32, 0..=100_u32, 0..=100_u32);
        one.prop_map(|(previous_result, pipeline, non_members)| Weights {
            previous_result,
            pipeline,
            non_members,
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 20_000,
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        /// S16 to S18: the sum is exact, each line is within one of its exact share, and a branch
        /// with more of everything that counts never gets fewer.
        #[test]
        fn whatever_the_weights_the_sum_is_exact_and_every_line_is_within_one_of_its_share(
            total in 0..200_u32, figures in figures(), weights in weights()
        ) {
            let portions = allocate(total, &figures, weights);
            prop_assert_eq!(portions.iter().map(|p| p.quota).sum::<u32>(), total);
            for (f, p) in figures.iter().zip(&portions) {
                let quota = u128::from(p.quota) * p.denominator;
                prop_assert!(quota + p.denominator > p.numerator, "{:?}", p);
                prop_assert!(quota < p.numerator + p.denominator, "{:?}", p);
                for (other, q) in figures.iter().zip(&portions) {
                    let more = f.all().iter().zip(other.all()).all(|(a, b)| *a >= b);
                    let same = p.numerator * q.denominator == q.numerator * p.denominator;
                    // with equal shares one seat may fall to the branch that comes first
                    let tie = same && p.quota + 1 == q.quota && p.tied && q.tied;
                    prop_assert!(!more || p.quota >= q.quota || tie, "{:?} {:?}", p, q);
                }
            }
        }
    }
}
