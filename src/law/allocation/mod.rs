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
mod tests;
