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
