//! A certificate of a class (giấy chứng nhận). Recorded with the result of an enrolment.
use chrono::NaiveDate;
use uuid::Uuid;

use super::{KindOfAct, OPEN};
use crate::calendar::valid_to;
use crate::candidacy::{File, Held, Recorded};
use crate::judgement::Question;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::text::Text;
use crate::words::{ClassKind, Role, Stage};

act! {
    /// A certificate of a class, recorded through the enrolment
    pub struct Certificate {
        pub class_kind: ClassKind,
        pub enrolment_id: Uuid,
        pub number: Text<100>,
        /// Last day of validity
        pub valid_to: Option<NaiveDate>,
    }
}

impl KindOfAct for Certificate {
    const WIRE: &'static str = "certificate";
    const VI: &'static str = "giấy chứng nhận";
    const EN: &'static str = "certificate";
    const RECORDED_BY: &'static [Role] = &[Role::PartyOffice];

    const MAY_PRECEDE: bool = true;

    type Step = ();
    const STEPS: &'static [()] = &[];

    fn step(&self) {}
    fn stages((): ()) -> (&'static [Stage], &'static str) {
        (OPEN, "Điều lệ, 4 và 5")
    }
    /// The person had the place on the class's first day, whatever has been corrected since.
    fn require(q: &Question<'_>, (): (), act: Option<&Self>, checks: &mut Checks) {
        let mut seats = q.facts.seats.iter();
        let seat = act.and_then(|a| seats.find(|s| s.enrolment == a.enrolment_id));
        checks.extend(seat.map_or_else(Vec::new, |seat| seat.unmet(q.file)));
    }
    fn apply(&self, recorded: &Recorded, file: &mut File, version: &InForce) {
        file.certificates.push(Held {
            id: recorded.id,
            paper: self.clone(),
            under: version.clone(),
        });
    }
}

impl Held {
    /// Last day of validity, counted by the version of issue. The one that the certificate states is
    /// what was shown when it was recorded.
    pub fn valid_to(&self) -> Option<NaiveDate> {
        let months = || self.under.whole("awareness_valid_months");
        let expires = self.paper.class_kind == ClassKind::Awareness;
        expires.then(|| valid_to(self.paper.on, months()))
    }
}
