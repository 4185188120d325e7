//! The acts of a candidacy: facts with a date, an actor and evidence. Acts are only appended, and
//! corrected by later acts; the stage follows from them.
//!
//! One file per kind holds everything specific to it: its fields and titles, who records it, the
//! stages and clause of its steps, its requirements, its effect on the file, and which of its
//! fields are sensitive. To add a kind, add the file, its `mod` and its line in `kinds!` below; the
//! compiler asks for the rest.
use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema as _, ToSchema};
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
            /// Date of the act, not of its recording; the regulation in force on it judges the act
            #[schema(example = "2021-01-15")]
            pub on: chrono::NaiveDate,
            $($(#[$field_doc])* pub $field: $type,)*
            /// Id of the act that this one corrects and replaces. Every later act is judged again;
            /// the correction is refused if one of them would no longer be valid
            pub corrects: Option<uuid::Uuid>,
        }
    };
}

mod acknowledgement;
mod annulment;
mod ceremony;
mod certificate;
mod deciding;
mod decision;
mod document;
mod dossier;
mod exit;
pub mod introduction;
pub mod nomination;
mod opinion;
pub mod paper;
mod plan_decision;
mod political_issue;
mod readmission;
mod recognition;
mod resolution;
mod r#return;
mod sponsor_note;
pub mod sponsorship;
mod sponsorship_end;
mod step;
mod submission;
mod test_assignment;
mod test_result;
mod transfer;
mod verification;
mod waiver;

pub use self::deciding::is_competent;
pub use self::resolution::inquiry_time;
pub use self::r#return::ReturnNote;
pub(crate) use self::submission::papers;
pub(crate) use self::verification::missing;
pub use self::verification::verified_on;

/// Everything specific to a kind of act.
pub trait KindOfAct: Sized {
    /// Name in the API and in the database.
    const WIRE: &'static str;
    const VI: &'static str;
    const EN: &'static str;
    /// The roles that record it, in agreement with the permission table.
    const RECORDED_BY: &'static [Role];
    /// Properties of class P3: never in a list; in the single act only for those who may read them.
    const SENSITIVE: &'static [&'static str] = &[];
    /// Those of them that are prose. They are stored sealed: the law judges whether there is one, not
    /// what it says.
    const TEXTS: &'static [&'static str] = &[];
    /// The sensitive properties are a branch's remarks about a person: others need a reason to read
    /// them.
    const REMARKS: bool = false;
    /// The property with the ground that a branch gives: another branch does not see it.
    const GROUND: Option<&'static str> = None;
    /// Lists that recording the act sets: no part of the request, and empty where there is nothing to
    /// say.
    const SET: &'static [&'static str] = &[];
    /// Opens a candidacy, whatever the stage of an earlier one.
    const OPENS: bool = false;
    /// May be older than the candidacy, like a certificate from an earlier attempt.
    const MAY_PRECEDE: bool = false;
    /// The Party Office may correct it even where another role records the step.
    const MENDED_BY_OFFICE: bool = false;

    /// Discriminates the steps of this kind; `()` if there is only one.
    type Step: Copy + 'static;
    /// The steps that a person records individually, in the order of the procedure.
    const STEPS: &'static [Self::Step];

    fn step(&self) -> Self::Step;
    /// The fields of the body that identify the step, with their values.
    fn fields(_: Self::Step) -> Vec<(&'static str, &'static str)> {
        Vec::new()
    }
    /// Title of the step, unique among all steps.
    fn title(_: Self::Step) -> Words {
        say(Self::VI, Self::EN)
    }
    /// The stages in which the step is possible, and the clause that says so.
    fn stages(step: Self::Step) -> (&'static [Stage], &'static str);
    /// Whether this file allows the step outside those stages too.
    fn also_in(_: Self::Step, _: &File) -> bool {
        false
    }
    /// The stages in which some files allow it so.
    const ALSO_IN: &'static [Stage] = &[];
    /// The stages that it may lead to, from each in which it is possible.
    fn leads_to(_: Self::Step) -> &'static [Stage] {
        &[]
    }
    /// The roles that may record it where it leads from one stage to another.
    fn recorders(step: Self::Step, _from: Stage, _to: Stage) -> Vec<Role> {
        Self::only(step).map_or_else(|| Self::RECORDED_BY.to_vec(), |role| vec![role])
    }
    /// Whether it changes the stage, and so cannot predate the current one.
    fn moves(step: Self::Step) -> bool {
        !Self::leads_to(step).is_empty()
    }
    /// Whether a branch decides by it: no other branch does so for a day before the person came to it.
    fn decides(step: Self::Step) -> bool {
        Self::moves(step)
    }
    /// The one role that records the step, if the kind has several.
    fn only(_: Self::Step) -> Option<Role> {
        None
    }
    /// What the step requires besides its stage, met or not. Without the act, requirements that
    /// only the act could meet are omitted.
    fn require(q: &Question<'_>, step: Self::Step, act: Option<&Self>, checks: &mut Checks);
    /// Its effect on the file; `version` is the one that judged it.
    fn apply(&self, recorded: &Recorded, file: &mut File, version: &InForce);
    /// Past dates that it states, by field: none after the act or before the person's birth.
    fn days(&self) -> Vec<(&'static str, NaiveDate)> {
        Vec::new()
    }
    /// The member it names.
    fn member(&self) -> Option<Uuid> {
        None
    }
    /// Replaces its reference to another act by the id under which that act is now in effect.
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
            /// The schema of the kind's fields, and the named ones that it leads to.
            pub fn schemas(self) -> (RefOr<Schema>, Vec<(String, RefOr<Schema>)>) {
                let mut named = Vec::new();
                let own = match self {
                    $(Self::$name => { $name::schemas(&mut named); $name::schema() })*
                };
                (own, named)
            }
            /// See [`KindOfAct::OPENS`].
            pub const fn opens(self) -> bool { match self { $(Self::$name => $name::OPENS),* } }
            /// See [`KindOfAct::SENSITIVE`].
            pub const fn sensitive(self) -> &'static [&'static str] { match self { $(Self::$name => $name::SENSITIVE),* } }
            /// See [`KindOfAct::TEXTS`].
            pub const fn texts(self) -> &'static [&'static str] { match self { $(Self::$name => $name::TEXTS),* } }
            /// See [`KindOfAct::REMARKS`].
            pub const fn remarks(self) -> bool { match self { $(Self::$name => $name::REMARKS),* } }
            /// See [`KindOfAct::GROUND`].
            pub const fn ground(self) -> Option<&'static str> { match self { $(Self::$name => $name::GROUND),* } }
            /// See [`KindOfAct::SET`].
            pub const fn set(self) -> &'static [&'static str] { match self { $(Self::$name => $name::SET),* } }
            /// See [`KindOfAct::RECORDED_BY`].
            pub const fn recorded_by(self) -> &'static [Role] { match self { $(Self::$name => $name::RECORDED_BY),* } }
        }

        crate::words::column::typed_column!(ActKind);

        /// An act with its fields.
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
            /// The member that the act names.
            pub fn member(&self) -> Option<Uuid> { match self { $(Self::$name(a) => a.member()),* } }
            /// The same act, with its reference replaced by the id under which the other act is in
            /// effect.
            #[must_use]
            pub fn with_reference(mut self, standing: &dyn Fn(Uuid) -> Uuid) -> Self {
                match &mut self { $(Self::$name(a) => a.refer(standing)),* }
                self
            }
            /// Whether it opens a candidacy.
            pub fn opens(&self) -> bool { self.kind().opens() }
            /// See [`KindOfAct::MAY_PRECEDE`].
            pub(crate) fn may_precede(&self) -> bool { match self { $(Self::$name(_) => $name::MAY_PRECEDE),* } }
            /// See [`KindOfAct::MENDED_BY_OFFICE`].
            pub(crate) fn mended_by_office(&self) -> bool { match self { $(Self::$name(_) => $name::MENDED_BY_OFFICE),* } }
        }

        impl Recorded {
            /// Applies the act's effect to the file.
            pub(crate) fn apply(&self, file: &mut File, law: &Regulations) {
                let version = law.of(self);
                match &self.act { $(Act::$name(a) => a.apply(self, file, version)),* }
            }
        }

        /// A step of the procedure: a kind of act and, within it, the discriminator.
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
            /// The fields of the body that identify the step, with their values.
            pub fn fields(self) -> Vec<(&'static str, &'static str)> { match self { $(Self::$name(step) => $name::fields(step)),* } }
            /// Title of the step, unique among all steps.
            pub fn words(self) -> Words { match self { $(Self::$name(step) => $name::title(step)),* } }
            /// The one role that records the step, if the kind has several.
            pub fn only(self) -> Option<Role> { match self { $(Self::$name(step) => $name::only(step)),* } }
            pub(crate) fn stages(self) -> (&'static [Stage], &'static str) { match self { $(Self::$name(step) => $name::stages(step)),* } }
            /// Whether the procedure has reached the step.
            pub(crate) fn possible_in(self, file: &File) -> bool {
                self.stages().0.contains(&file.stage) || match self { $(Self::$name(step) => $name::also_in(step, file)),* }
            }
            pub(crate) fn decides(self) -> bool { match self { $(Self::$name(step) => $name::decides(step)),* } }
            pub(crate) fn leads_to(self) -> &'static [Stage] { match self { $(Self::$name(step) => $name::leads_to(step)),* } }
            /// Every move from one stage to another that the step may make, and who records it.
            pub(crate) fn leads(self) -> Vec<(Stage, Stage, Vec<Role>)> {
                let from = [self.stages().0, match self { $(Self::$name(_) => $name::ALSO_IN),* }].concat();
                let to = self.leads_to().iter();
                let moves = from.into_iter().flat_map(|from| to.clone().map(move |to| (from, *to)));
                let moves = moves.map(|(from, to)| match self {
                    $(Self::$name(step) => (from, to, $name::recorders(step, from, to))),*
                });
                moves.collect()
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

impl Act {
    /// The act with a mark in place of its prose, and the prose by field.
    pub fn without_texts(self) -> serde_json::Result<(Self, Map<String, Value>)> {
        let (kind, mut texts) = (self.kind(), Map::new());
        if kind.texts().is_empty() {
            return Ok((self, texts));
        }
        let mut data = self.data()?;
        for name in kind.texts() {
            if let Some(text) = data.get_mut(*name).filter(|text| !text.is_null()) {
                texts.insert((*name).to_owned(), std::mem::replace(text, "•••".into()));
            }
        }
        Ok((Self::read(kind, data)?, texts))
    }
}

kinds! {
    nomination::Nomination,
    plan_decision::PlanDecision,
    sponsorship::Sponsorship,
    sponsorship_end::SponsorshipEnd,
    sponsor_note::SponsorNote,
    test_assignment::TestAssignment,
    test_result::TestResult,
    transfer::Transfer,
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
