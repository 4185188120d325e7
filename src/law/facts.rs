//! All that the rules need to know about a person, besides the acts.
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use uuid::Uuid;

use crate::acts::Act;
use crate::calendar::{Holidays, year_end};
use crate::candidacy::{File, Recorded, Sponsor, standing};
use crate::enrolment::Seat;
use crate::own_stays::{Move, OwnStay};
use crate::register::{Register, Registered, YouthUnion, held_on};
use crate::regulation::Regulations;
use crate::settings;
use crate::words::{ClassKind, GeneralEducation};
use crate::{Words, say};

/// All facts about a person that the regulations need.
#[derive(Clone, Debug)]
pub struct Facts {
    pub birth_date: NaiveDate,
    /// The reader sees the year of birth only: no sentence may say a day that follows from the
    /// date.
    pub birth_year_only: bool,
    /// The real date, where `birth_date` is only what the reader may know.
    pub hidden_birth: Option<NaiveDate>,
    pub general_education: Option<GeneralEducation>,
    /// Today; on another day, ask [`in_youth_union`](Self::in_youth_union).
    pub youth_union_member: bool,
    pub youth_union_changed_on: Vec<NaiveDate>,
    pub trade_union_member: bool,
    pub trade_union_changed_on: Vec<NaiveDate>,
    pub branch: Uuid,
    /// Moves between branches, in order.
    pub moves: Vec<Move>,
    /// The person's own stays as a member, in order.
    pub own_stays: Vec<OwnStay>,
    /// Of the branches to which the person has belonged; one that is not here has a Youth Union.
    pub youth_unions: Vec<YouthUnion>,
    /// Members named by the acts.
    pub members: BTreeMap<Uuid, Registered>,
    /// Register of the branch to which the person belonged, day by day.
    pub register: Register,
    pub settings: settings::Values,
    pub holidays: Holidays,
    /// Whether the person is on the list of an open review.
    pub in_open_review: bool,
    /// Acts that another branch has recorded, which is still there, and their corrections.
    pub elsewhere: BTreeSet<Uuid>,
    /// Whether the person has been offered to another branch, which has not answered.
    pub offered: bool,
    /// In classes, without those that were given up.
    pub seats: Vec<Seat>,
    /// Another person of the name and birth date is known, and nobody has confirmed yet that this
    /// is not the same.
    pub namesake_waits: bool,
    /// Certificates of the person's earlier attempts as they stand, each with the branch of its
    /// file.
    pub earlier: Vec<(Uuid, Recorded)>,
    pub today: NaiveDate,
    pub acts: Vec<Recorded>,
}

impl Facts {
    /// The birth date as the reader may know it: where only the year is seen, its last day.
    pub fn shown_birth(&self) -> NaiveDate {
        if self.birth_year_only {
            year_end(self.birth_date)
        } else {
            self.birth_date
        }
    }

    /// What follows a day that is reckoned from [`shown_birth`](Self::shown_birth).
    pub fn at_the_latest(&self) -> Words {
        if self.birth_year_only {
            say(" (chậm nhất)", " at the latest")
        } else {
            say("", "")
        }
    }

    /// The same facts for a reader who asks about days to come: where only the year of birth is
    /// seen, they are asked about as if the person had been born on its last day.
    #[must_use]
    pub fn as_shown(self) -> Self {
        Self {
            birth_date: self.shown_birth(),
            hidden_birth: Some(self.birth_date),
            ..self
        }
    }

    /// The person's branch on that day.
    pub fn branch_on(&self, day: NaiveDate) -> Uuid {
        let left = self.moves.iter().find(|m| m.on_date > day);
        left.map_or(self.branch, |m| m.from_branch_id)
    }

    /// The first day, not before this one, on which the person belonged to today's branch or to one
    /// that it has taken over.
    pub fn here_since(&self, day: NaiveDate) -> NaiveDate {
        let mut own = BTreeSet::from([self.branch]);
        for moved in self.moves.iter().rev() {
            if moved.merged_into_id.is_some_and(|into| own.contains(&into)) {
                own.insert(moved.from_branch_id);
            }
        }
        if own.contains(&self.branch_on(day)) {
            return day;
        }
        let mut later = self.moves.iter().filter(|m| m.on_date > day);
        let came = later.find(|m| own.contains(&m.to_branch_id));
        came.map_or(day, |m| m.on_date)
    }

    /// Whether there was a Youth Union at the person's workplace on that day.
    pub fn has_youth_union(&self, day: NaiveDate) -> bool {
        let branch = self.branch_on(day);
        let known = self.youth_unions.iter().find(|y| y.0 == branch);
        known.is_none_or(|y| y.on(day))
    }

    /// Whether the person was a member of the Youth Union on that day.
    pub fn in_youth_union(&self, day: NaiveDate) -> bool {
        held_on(self.youth_union_member, &self.youth_union_changed_on, day)
    }

    /// Whether the person was a member of the trade union on that day.
    pub fn in_trade_union(&self, day: NaiveDate) -> bool {
        held_on(self.trade_union_member, &self.trade_union_changed_on, day)
    }

    pub fn official_members(&self, on: NaiveDate) -> i32 {
        self.register.counts(on).official
    }

    /// Whether this sponsor can help the person on that day: an active official member, of the
    /// person's branch unless the assignment gave a reason for another one.
    pub fn helps(&self, sponsor: &Sponsor, on: NaiveDate) -> bool {
        let Some(member) = self.members.get(&sponsor.member) else {
            return false;
        };
        let open = sponsor.from_on <= on && sponsor.to_on.is_none_or(|to| to >= on);
        let near = sponsor.other_branch || member.branch_on(on) == Some(self.branch_on(on));
        open && near && member.able_on(on)
    }

    /// The day since which no sponsor has been able to help; `None` if one can today.
    pub fn unsponsored_since(&self, file: &File) -> Option<NaiveDate> {
        let helped = |day| file.sponsors.iter().any(|s| self.helps(s, day));
        if helped(self.today) {
            return None;
        }
        let changes = file.sponsors.iter().flat_map(|s| {
            let member = self.members.get(&s.member);
            let own = member.into_iter().flat_map(Registered::changes);
            own.chain([s.from_on]).chain(s.to_on)
        });
        let changes = changes.chain(self.moves.iter().map(|m| m.on_date));
        let mut days: Vec<_> = changes.filter(|day| *day <= self.today).collect();
        days.sort_unstable();
        let ended = days.iter().rev().take_while(|day| !helped(**day));
        // a sponsor whose assignment ended still helps on its last day
        let last_helped = days.iter().rev().find(|day| helped(**day));
        ended.last().or(last_helped).copied()
    }

    /// The file that the recorded acts add up to.
    pub fn file(&self, law: &Regulations) -> File {
        self.replay(&standing(&self.acts), law)
    }

    /// The file that these acts add up to, which must be the ones in effect.
    pub(crate) fn replay(&self, standing: &[Recorded], law: &Regulations) -> File {
        self.opened(standing, law).after(standing, law)
    }

    /// The file before the first of these acts: what the person holds from earlier attempts.
    pub(crate) fn opened(&self, standing: &[Recorded], law: &Regulations) -> File {
        let mut file = File::new(standing.first().map_or(self.today, |r| r.act.on()));
        for (_, recorded) in &self.earlier {
            // the class for new members belongs to the probation in which it was attended
            if matches!(&recorded.act, Act::Certificate(c) if c.class_kind == ClassKind::Awareness)
            {
                recorded.apply(&mut file, law);
            }
        }
        file
    }
}
