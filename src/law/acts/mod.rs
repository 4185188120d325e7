//! The acts of a candidacy: facts with a date, an actor and evidence. They are appended and
//! corrected by later acts; the stage follows from them.
//!
//! One file a kind holds all that is particular to it: its fields and titles, who records it, the
//! stages and the clause of its steps, what it requires, what it changes in the file, which of its
//! fields are sensitive. A new kind is its file, its `mod` and its line in `kinds!` below; the
//! compiler asks for the rest.
use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::candidacy::{File, Recorded};
use crate::judgement::Question;
use crate::regulation::{InForce, Regulations};
use crate::requirement::Checks;
use crate::words::{Role, Stage, Term};
use crate::{Words, say};

/// Declares the fields of a kind, with the two that every act has.
macro_rules! act {
    ($(#[$doc:meta])* pub struct $name:ident { $($(#[$field_doc:meta])* pub $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        pub struct $name {
            /// Day of the act (not of its recording): the regulation in force on it judges the act
            #[schema(example = "2021-01-15")]
            pub on: chrono::NaiveDate,
            $($(#[$field_doc])* pub $field: $type,)*
            /// Id of the act that this one corrects and replaces. Every later act is judged again; one that would no longer hold refuses the correction
            pub corrects: Option<uuid::Uuid>,
        }
    };
}

mod acknowledgement;
mod annulment;
mod ceremony;
mod certificate;
mod decision;
mod document;
mod dossier;
mod exit;
pub mod introduction;
pub mod nomination;
mod opinion;
mod plan_decision;
mod political_issue;
mod readmission;
mod recognition;
mod resolution;
mod r#return;
mod sponsor_note;
pub mod sponsorship;
mod sponsorship_end;
mod submission;
mod test_assignment;
mod test_result;
mod verification;
mod waiver;

pub use self::r#return::ReturnNote;
pub use self::verification::verified_on;

/// What is particular to a kind of act.
pub trait KindOfAct: Sized {
    /// Name on the wire and in the record.
    const WIRE: &'static str;
    const VI: &'static str;
    const EN: &'static str;
    /// The roles that record it. The permission table says the same.
    const RECORDED_BY: &'static [Role];
    /// Properties of class P3: never in a list; in the single act only for who may read them.
    const SENSITIVE: &'static [&'static str] = &[];
    /// The sensitive ones are a branch's remarks about a person: others read them with a reason.
    const REMARKS: bool = false;
    /// It opens a candidacy, whatever the stage of an earlier one.
    const OPENS: bool = false;
    /// It may be older than the candidacy: a certificate of an earlier attempt.
    const MAY_PRECEDE: bool = false;
    /// The Office may correct it although a step is another role's.
    const MENDED_BY_OFFICE: bool = false;

    /// What tells the steps of this kind apart; `()` where there is one.
    type Step: Copy + 'static;
    /// The steps that a person records one by one, in the order of the procedure.
    const STEPS: &'static [Self::Step];

    fn step(&self) -> Self::Step;
    /// The fields of the body that name the step.
    fn fields(_: Self::Step) -> Vec<(&'static str, &'static str)> {
        Vec::new()
    }
    /// The step in words, different from every other.
    fn title(_: Self::Step) -> Words {
        say(Self::VI, Self::EN)
    }
    /// The stages in which the step is possible, and the clause that orders it.
    fn stages(step: Self::Step) -> (&'static [Stage], &'static str);
    /// Possible outside its stages too, as the file stands.
    fn also_in(_: Self::Step, _: &File) -> bool {
        false
    }
    /// Leads to another stage, so it cannot lie before the day of the present one.
    fn moves(_: Self::Step) -> bool {
        false
    }
    /// The one role that records the step, where the kind leaves it open.
    fn only(_: Self::Step) -> Option<Role> {
        None
    }
    /// What the step requires besides its stage, met or not. Without the act, what only the act
    /// could show is left out.
    fn require(q: &Question<'_>, step: Self::Step, act: Option<&Self>, checks: &mut Checks);
    /// What it changes in the file; `version` is the one that judged it.
    fn apply(&self, recorded: &Recorded, file: &mut File, version: &InForce);
    /// Days of the past that it names by field: none is after the act or before the person's birth.
    fn days(&self) -> Vec<(&'static str, NaiveDate)> {
        Vec::new()
    }
    /// The member whom it names.
    fn member(&self) -> Option<Uuid> {
        None
    }
    /// Names the act that it refers to by the id under which that one stands.
    fn refer(&mut self, _: &dyn Fn(Uuid) -> Uuid) {}
}

/// Every stage that is not an end.
const OPEN: &[Stage] = &[
    Stage::Nominated,
    Stage::InPlan,
    Stage::Dossier,
    Stage::BranchResolved,
    Stage::CommitteeResolved,
    Stage::Submitted,
    Stage::Decided,
    Stage::Probationary,
    Stage::RecognitionBranchResolved,
    Stage::RecognitionCommitteeResolved,
];
const BEFORE_CEREMONY: &[Stage] = OPEN.split_at(7).0;
const PREPARING: &[Stage] = &[Stage::InPlan, Stage::Dossier];
const PROBATION: &[Stage] = OPEN.split_at(7).1;

macro_rules! kinds {
    ($($module:ident::$name:ident,)*) => {
        $(pub use self::$module::$name;)*

        /// Kind of act.
        #[derive(
            Clone,
            Copy,
            Debug,
            PartialEq,
            Eq,
            PartialOrd,
            Ord,
            Hash,
            Serialize,
            Deserialize,
            ToSchema,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum ActKind { $($name),* }

        impl ActKind {
            pub const ALL: &[Self] = &[$(Self::$name),*];
            pub const WIRE: &[&str] = &[$($name::WIRE),*];
            pub const TERMS: &[Term] = &[$(($name::WIRE, $name::VI, $name::EN)),*];
            pub const fn wire(self) -> &'static str { match self { $(Self::$name => $name::WIRE),* } }
            pub const fn vi(self) -> &'static str { match self { $(Self::$name => $name::VI),* } }
            pub const fn en(self) -> &'static str { match self { $(Self::$name => $name::EN),* } }
            pub fn parse(wire: &str) -> Option<Self> {
                match wire { $($name::WIRE => Some(Self::$name),)* _ => None }
            }
            /// See [`KindOfAct::SENSITIVE`].
            pub const fn sensitive(self) -> &'static [&'static str] { match self { $(Self::$name => $name::SENSITIVE),* } }
            /// See [`KindOfAct::REMARKS`].
            pub const fn remarks(self) -> bool { match self { $(Self::$name => $name::REMARKS),* } }
            /// See [`KindOfAct::RECORDED_BY`].
            pub const fn recorded_by(self) -> &'static [Role] { match self { $(Self::$name => $name::RECORDED_BY),* } }
        }

        crate::words::column::typed_column!(ActKind);

        /// An act with what was recorded.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Act { $($name($name)),* }

        $(impl From<$name> for Act { fn from(act: $name) -> Self { Self::$name(act) } })*

        impl Act {
            pub fn kind(&self) -> ActKind { match self { $(Self::$name(_) => ActKind::$name),* } }
            pub fn on(&self) -> NaiveDate { match self { $(Self::$name(a) => a.on),* } }
            pub fn corrects(&self) -> Option<Uuid> { match self { $(Self::$name(a) => a.corrects),* } }
            /// As stored and shown.
            pub fn data(&self) -> serde_json::Result<Value> { match self { $(Self::$name(a) => serde_json::to_value(a)),* } }
            /// From storage.
            pub fn read<'de, D: Deserializer<'de>>(kind: ActKind, data: D) -> Result<Self, D::Error> {
                match kind { $(ActKind::$name => $name::deserialize(data).map(Self::$name)),* }
            }
            pub fn step(&self) -> Step { match self { $(Self::$name(a) => Step::$name(a.step())),* } }
            /// See [`KindOfAct::days`].
            pub(crate) fn days(&self) -> Vec<(&'static str, NaiveDate)> { match self { $(Self::$name(a) => a.days()),* } }
            /// The member whom the act names.
            pub fn member(&self) -> Option<Uuid> { match self { $(Self::$name(a) => a.member()),* } }
            /// The same with the act that it refers to named by the id under which it stands.
            #[must_use]
            pub fn with_reference(mut self, standing: &dyn Fn(Uuid) -> Uuid) -> Self {
                match &mut self { $(Self::$name(a) => a.refer(standing)),* }
                self
            }
            /// It opens a candidacy.
            pub fn opens(&self) -> bool { match self { $(Self::$name(_) => $name::OPENS),* } }
            /// See [`KindOfAct::MAY_PRECEDE`].
            pub(crate) fn may_precede(&self) -> bool { match self { $(Self::$name(_) => $name::MAY_PRECEDE),* } }
            /// See [`KindOfAct::MENDED_BY_OFFICE`].
            pub(crate) fn mended_by_office(&self) -> bool { match self { $(Self::$name(_) => $name::MENDED_BY_OFFICE),* } }
        }

        impl Recorded {
            /// Changes the file as the act does.
            pub(crate) fn apply(&self, file: &mut File, law: &Regulations) {
                let version = law.of(self);
                match &self.act { $(Act::$name(a) => a.apply(self, file, version)),* }
            }
        }

        /// A step of the procedure: a kind of act, and what tells it from others of its kind.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Step { $($name(<$name as KindOfAct>::Step)),* }

        impl Step {
            /// Every step that a person can record, in the order of the procedure.
            pub fn all() -> Vec<Self> {
                let mut all = Vec::new();
                $(all.extend($name::STEPS.iter().map(|step| Self::$name(*step)));)*
                all
            }
            pub const fn kind(self) -> ActKind { match self { $(Self::$name(_) => ActKind::$name),* } }
            /// The fields of the body that name the step.
            pub fn fields(self) -> Vec<(&'static str, &'static str)> { match self { $(Self::$name(step) => $name::fields(step)),* } }
            /// The step in words, different from every other.
            pub fn words(self) -> Words { match self { $(Self::$name(step) => $name::title(step)),* } }
            /// The one role that records the step, where the kind leaves it open.
            pub fn only(self) -> Option<Role> { match self { $(Self::$name(step) => $name::only(step)),* } }
            pub(crate) fn stages(self) -> (&'static [Stage], &'static str) { match self { $(Self::$name(step) => $name::stages(step)),* } }
            /// Whether the procedure has come to the step.
            pub(crate) fn possible_in(self, file: &File) -> bool {
                self.stages().0.contains(&file.stage) || match self { $(Self::$name(step) => $name::also_in(step, file)),* }
            }
            pub(crate) fn moves(self) -> bool { match self { $(Self::$name(step) => $name::moves(step)),* } }
            pub(crate) fn require(self, q: &Question<'_>, act: Option<&Act>, checks: &mut Checks) {
                match self {
                    $(Self::$name(step) => {
                        let act = if let Some(Act::$name(a)) = act { Some(a) } else { None };
                        $name::require(q, step, act, checks);
                    }),*
                }
            }
        }
    };
}

kinds! {
    nomination::Nomination,
    plan_decision::PlanDecision,
    sponsorship::Sponsorship,
    sponsorship_end::SponsorshipEnd,
    sponsor_note::SponsorNote,
    test_assignment::TestAssignment,
    test_result::TestResult,
    introduction::Introduction,
    certificate::Certificate,
    dossier::Dossier,
    document::Document,
    verification::Verification,
    political_issue::PoliticalIssue,
    opinion::Opinion,
    resolution::Resolution,
    submission::Submission,
    r#return::Return,
    decision::Decision,
    ceremony::Ceremony,
    waiver::Waiver,
    recognition::Recognition,
    exit::Exit,
    readmission::Readmission,
    acknowledgement::Acknowledgement,
    annulment::Annulment,
}
