//! The person's own stays in branches as a member: what the register of every day says of them.
//! They follow from the day of the ceremony, the moves between branches and the end of the
//! membership.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::calendar::day_before;

/// A person's move from one branch to another, with the first day in the new one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Move {
    pub from_branch_id: Uuid,
    pub to_branch_id: Uuid,
    pub on_date: NaiveDate,
    /// The branch that has taken over the one left, which has ended.
    #[serde(default)]
    pub merged_into_id: Option<Uuid>,
    /// The paper by which a member moved.
    #[serde(default)]
    pub paper_number: Option<String>,
}

/// A stay of the person's own membership, as the register keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnStay {
    /// None where it is yet to be written.
    pub id: Option<Uuid>,
    pub branch_id: Uuid,
    pub from_on: NaiveDate,
    pub to_on: Option<NaiveDate>,
    pub paper_number: Option<String>,
}

/// The stays of a membership from `joined` to `last`. `known` are those on record: an official
/// member's moves are nowhere else. `here` is the branch of a person of whom neither says anything.
pub fn stays(
    known: &[OwnStay],
    moves: &[Move],
    here: Uuid,
    (joined, last): (NaiveDate, Option<NaiveDate>),
) -> Vec<OwnStay> {
    let first = moves
        .iter()
        .find(|m| m.on_date > joined)
        .map(|m| m.from_branch_id);
    let held = || known.iter().rev().find(|s| s.from_on <= joined);
    let recorded = || held().or(known.first()).map(|s| s.branch_id);
    let first = first.or_else(recorded).unwrap_or(here);
    let mut turns = BTreeMap::from([(joined, (first, None))]);
    let by_move = moves
        .iter()
        .map(|m| (m.on_date, (m.to_branch_id, m.paper_number.clone())));
    // the first one on record begins with the ceremony, not with a move
    let stayed = known
        .iter()
        .skip(1)
        .map(|s| (s.from_on, (s.branch_id, s.paper_number.clone())));
    let within = |day: &NaiveDate| *day > joined && last.is_none_or(|last| *day <= last);
    turns.extend(by_move.chain(stayed).filter(|(day, _)| within(day)));
    let mut ids = known.iter().collect::<Vec<_>>();
    let mut made: Vec<OwnStay> = Vec::new();
    for (from_on, (branch_id, paper_number)) in turns {
        if let Some(before) = made.last_mut() {
            if before.branch_id == branch_id {
                continue;
            }
            before.to_on = Some(day_before(from_on));
        }
        let same = |s: &&OwnStay| s.branch_id == branch_id;
        let exact = ids.iter().position(|s| same(s) && s.from_on == from_on);
        let place = exact.or_else(|| ids.iter().position(same));
        made.push(OwnStay {
            id: place.and_then(|place| ids.remove(place).id),
            branch_id,
            from_on,
            to_on: last,
            paper_number,
        });
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Uuid = Uuid::from_u128(0xa);
    const B: Uuid = Uuid::from_u128(0xb);
    const C: Uuid = Uuid::from_u128(0xc);

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, 4, day).unwrap()
    }

    fn moved(from: Uuid, to: Uuid, on: u32) -> Move {
        Move {
            from_branch_id: from,
            to_branch_id: to,
            on_date: day(on),
            merged_into_id: None,
            paper_number: Some("5-CV".to_owned()),
        }
    }

    /// What is on record, with an id each.
    fn recorded(stays: &[OwnStay]) -> Vec<OwnStay> {
        let written = |(place, stay): (u128, &OwnStay)| OwnStay {
            id: stay.id.or(Some(Uuid::from_u128(place))),
            ..stay.clone()
        };
        (1..).zip(stays).map(written).collect()
    }

    fn told(stays: &[OwnStay]) -> Vec<(Uuid, NaiveDate, Option<NaiveDate>)> {
        let told = |s: &OwnStay| (s.branch_id, s.from_on, s.to_on);
        stays.iter().map(told).collect()
    }

    #[test]
    fn an_end_before_a_move_takes_it_away_and_gives_it_back_when_it_is_annulled() {
        let moves = [moved(A, B, 20)];
        let before = recorded(&stays(&[], &moves, B, (day(1), None)));
        let both = [(A, day(1), Some(day(19))), (B, day(20), None)];
        assert_eq!(told(&before), both);
        let ended = recorded(&stays(&before, &moves, B, (day(1), Some(day(10)))));
        assert_eq!(told(&ended), [(A, day(1), Some(day(10)))]);
        assert_eq!(ended[0].id, before[0].id);
        let back = stays(&ended, &moves, B, (day(1), None));
        assert_eq!(told(&back), both);
        assert_eq!(back[1].paper_number.as_deref(), Some("5-CV"));
        // or when it is corrected to a later day
        let later = stays(&ended, &moves, B, (day(1), Some(day(25))));
        assert_eq!(told(&later)[1], (B, day(20), Some(day(25))));
    }

    #[test]
    fn another_day_of_the_ceremony_moves_the_first_stay_only() {
        let moves = [moved(A, B, 5)];
        let before = recorded(&stays(&[], &moves, B, (day(1), None)));
        let later = recorded(&stays(&before, &moves, B, (day(10), None)));
        assert_eq!(told(&later), [(B, day(10), None)]);
        let again = stays(&later, &moves, B, (day(2), None));
        let both = [(A, day(2), Some(day(4))), (B, day(5), None)];
        assert_eq!(told(&again), both);
        // an annulled ceremony leaves none
        assert_eq!(told(&stays(&[], &moves, B, (day(2), None))), both);
    }

    #[test]
    fn the_moves_of_an_official_member_stay() {
        let mut before = recorded(&stays(&[], &[], A, (day(1), None)));
        before[0].to_on = Some(day(14));
        before.push(OwnStay {
            id: Some(C),
            branch_id: B,
            from_on: day(15),
            ..before[0].clone()
        });
        before[1].to_on = None;
        let corrected = stays(&before, &[], A, (day(3), None));
        let both = [(A, day(3), Some(day(14))), (B, day(15), None)];
        assert_eq!(told(&corrected), both);
        assert_eq!(corrected[1].id, Some(C));
    }
}
