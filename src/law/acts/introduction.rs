//! An introduction paper (giấy giới thiệu: 3-KNĐ, 4-KNĐ, 4A-KNĐ), and which ones a person needs
//! (29-QĐ/TW, 3.2; 24-QĐ/TW, 3.2).
use chrono::NaiveDate;
use uuid::Uuid;

use super::{KindOfAct, PREPARING};
use crate::calendar::{completed_months, plus_months};
use crate::candidacy::{File, Recorded};
use crate::judgement::{Facts, Question};
use crate::register::Registered;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::settings::{YOUTH_AGE_LIMIT, YOUTH_UNION_STAY};
use crate::text::Text;
use crate::time_limits::PaperTime;
use crate::words::{Introducer, Role, SharedKind, Stage};
use crate::{met_or_unmet, vi};

act! {
    /// An introduction paper (3-KNĐ, 4-KNĐ, 4A-KNĐ)
    pub struct Introduction {
        pub by: Introducer,
        /// The introducing member; only with `by` = `member`
        pub member_id: Option<Uuid>,
        /// Date from which they have shared work, labour, study or (since 24-QĐ/TW) residence; only
        /// with `by` = `member`
        #[schema(example = "2018-05-02")]
        pub shared_from: Option<NaiveDate>,
        pub shared_kind: Option<SharedKind>,
        #[schema(example = "12-NQ/ĐTN")]
        pub paper_number: Text<60>,
        /// Id of the introduction that this one replaces because its member moved away, was
        /// disciplined or is otherwise unable (24-QĐ/TW, 3.2.2); the replaced one stays on file
        pub replaces: Option<Uuid>,
        pub replacement_reason: Option<Text<500>>,
    }
}

impl KindOfAct for Introduction {
    const WIRE: &'static str = "introduction";
    const VI: &'static str = "giấy giới thiệu";
    const EN: &'static str = "introduction";
    const RECORDED_BY: &'static [Role] = &[Role::PartyOffice, Role::BranchCommittee];
    const GROUND: Option<&'static str> = Some("replacement_reason");

    type Step = ();
    const STEPS: &'static [()] = &[()];

    fn step(&self) {}
    fn stages((): ()) -> (&'static [Stage], &'static str) {
        (PREPARING, "29-QĐ/TW, 3.2; 24-QĐ/TW, 3.2")
    }
    fn require(q: &Question<'_>, (): (), act: Option<&Self>, checks: &mut Checks) {
        let Some(a) = act else { return };
        match a.by {
            Introducer::YouthUnion => {
                let source = "29-QĐ/TW, 3.2 (4-KNĐ)";
                a.by_union(checks, q.facts.in_youth_union(q.on), source);
                a.once(q, source, checks);
            }
            Introducer::TradeUnion => {
                let source = "29-QĐ/TW, 3.2 (4A-KNĐ)";
                a.by_union(checks, q.facts.in_trade_union(q.on), source);
                a.once(q, source, checks);
            }
            Introducer::Member => a.by_member(q, checks),
        }
        if a.replaces.is_some() || a.replacement_reason.is_some() {
            a.replaces_another(q, checks);
        }
    }
    fn apply(&self, recorded: &Recorded, file: &mut File, _: &InForce) {
        file.replaced.extend(self.replaces);
        file.introductions.push((recorded.id, self.clone()));
    }
    fn days(&self) -> Vec<(&'static str, NaiveDate)> {
        let shared = self.shared_from.into_iter();
        shared.map(|on| ("shared_from", on)).collect()
    }
    fn member(&self) -> Option<Uuid> {
        self.member_id
    }
    fn refer(&mut self, standing: &dyn Fn(Uuid) -> Uuid) {
        self.replaces = self.replaces.map(standing);
    }
}

impl Introduction {
    fn by_union(&self, checks: &mut Checks, own: bool, source: &str) {
        checks.need(
            own,
            "introduction.own_member",
            source,
            met_or_unmet(
                (
                    "Người được giới thiệu là đoàn viên của tổ chức giới thiệu.",
                    "The union introduces one of its own members.",
                ),
                (
                    "Người được giới thiệu không phải là đoàn viên của tổ chức giới thiệu.",
                    "The person is not a member of the introducing union.",
                ),
            ),
        );
        let of_members = [
            ("member_id", self.member_id.is_some()),
            ("shared_from", self.shared_from.is_some()),
            ("shared_kind", self.shared_kind.is_some()),
        ];
        let given = of_members.into_iter().find(|(_, given)| *given);
        checks.need(
            given.is_none(),
            "introduction.by_union",
            source,
            met_or_unmet(
                (
                    "Nghị quyết của đoàn thể không kèm đảng viên giới thiệu.",
                    "The union's resolution names no introducing member.",
                ),
                (
                    "Nghị quyết của đoàn thể thì không nêu đảng viên giới thiệu và thời gian cùng công tác.",
                    "A union's resolution must not name an introducing member or a time of shared work.",
                ),
            ),
        );
        checks.at(given.map(|(field, _)| field));
    }

    /// It replaces a paper of the same kind; another member's, where members introduce (24-QĐ/TW,
    /// 3.2.2).
    fn replaces_another(&self, q: &Question<'_>, checks: &mut Checks) {
        let mut all = q.file.introductions.iter();
        let old = all.find(|(id, i)| Some(*id) == self.replaces && i.by == self.by);
        let old = old.filter(|(id, _)| !q.file.replaced.contains(id));
        let own = old.is_some_and(|(_, i)| i.member_id.is_some() && i.member_id == self.member_id);
        let reason = self.replacement_reason.is_some();
        checks.need(
            old.is_some() && !own && reason,
            "introduction.replaces",
            q.version.source("introducer_replacement_shared_months"),
            met_or_unmet(
                (
                    "Thay cho một giấy giới thiệu cùng loại trong hồ sơ, có nêu lý do.",
                    "It replaces an introduction of the same kind on file, with a reason.",
                ),
                if self.replaces.is_none() {
                    (
                        "Lý do thay người giới thiệu chỉ ghi khi giấy này thay một giấy khác.",
                        "A reason for a replacement is given only where this paper replaces another.",
                    )
                } else if old.is_none() {
                    (
                        "Hồ sơ không có giấy giới thiệu cùng loại để thay.",
                        "There is no introduction of the same kind to replace.",
                    )
                } else if own {
                    (
                        "Giấy giới thiệu chỉ được thay bằng giấy của đảng viên khác; đảng viên ấy giới thiệu lại khi giấy cũ hết thời hạn.",
                        "Only another member's paper replaces an introduction; the same member introduces again once the old paper has expired.",
                    )
                } else {
                    (
                        "Phải nêu lý do thay người giới thiệu.",
                        "The reason for the replacement is missing.",
                    )
                },
            ),
        );
        let unknown = self.replaces.is_some() && (old.is_none() || own);
        let fields = ["replacement_reason", "replaces"];
        checks.at(Some(fields[usize::from(unknown)]));
    }

    /// The introducing member is official and has shared 12 months with the person, unless they
    /// replace another introducer (24-QĐ/TW, 3.2.1 and 3.2.2).
    fn by_member(&self, q: &Question<'_>, checks: &mut Checks) {
        let source = "29-QĐ/TW, 3.2; 24-QĐ/TW, 3.2.1 (3-KNĐ)";
        checks.need(
            self.member_id.is_some(),
            "introduction.member",
            source,
            met_or_unmet(
                (
                    "Đã nêu đảng viên giới thiệu.",
                    "The introducing member is named.",
                ),
                (
                    "Phải nêu đảng viên giới thiệu.",
                    "The introducing member must be named.",
                ),
            ),
        );
        if let Some(id) = self.member_id {
            able(q, q.facts.members.get(&id), source, checks);
        }
        let parameter = if self.replaces.is_some() {
            "introducer_replacement_shared_months"
        } else {
            "introducer_shared_months"
        };
        let months = q.version.whole(parameter);
        let from = self.shared_from.map(|on| plus_months(on, months));
        let kinds = q.version.words("introducer_shared_kinds");
        let label = |k: &&str| SharedKind::parse(k).map_or(("", ""), |k| (k.vi(), k.en()));
        let (kinds_vi, kinds_en): (Vec<_>, Vec<_>) = kinds.iter().map(label).unzip();
        let (kinds_vi, kinds_en) = (kinds_vi.join(", "), kinds_en.join(", "));
        checks.need(
            months == 0 || from.is_some_and(|from| q.on >= from),
            "introduction.shared_months",
            q.version.source(parameter),
            met_or_unmet(
                if months == 0 {
                    (
                        "Người thay thế không cần đủ thời gian cùng công tác.".to_owned(),
                        "A replacing member need not have shared any time.".to_owned(),
                    )
                } else {
                    (
                        format!("Hai người đã {kinds_vi} ít nhất {months} tháng."),
                        format!("They have shared {kinds_en} for at least {months} months."),
                    )
                },
                match from {
                    Some(from) => (
                        format!("Chưa đủ {months} tháng ({kinds_vi}); đủ từ ngày {}.", vi(from)),
                        format!("They have not shared {kinds_en} for {months} months yet; possible from {from}."),
                    ),
                    None => (
                        format!("Phải nêu ngày bắt đầu ({kinds_vi}), ít nhất {months} tháng trước."),
                        format!("The first day of shared {kinds_en} must be given, at least {months} months earlier."),
                    ),
                },
            ),
        );
        if let Some(from) = from {
            checks.earliest(from);
        }
        checks.need(
            months == 0 || self.shared_kind.is_some_and(|k| kinds.contains(&k.wire())),
            "introduction.shared_kind",
            q.version.source("introducer_shared_kinds"),
            met_or_unmet(
                (
                    format!("Thời gian cùng nhau được tính theo quy định ({kinds_vi})."),
                    format!("What they have shared counts ({kinds_en})."),
                ),
                if self.shared_kind.is_none() {
                    (
                        format!("Phải nêu thời gian nào được tính: {kinds_vi}."),
                        format!("What they have shared must be given: {kinds_en}."),
                    )
                } else {
                    (
                        format!("Chỉ tính thời gian: {kinds_vi}."),
                        format!("Only these count: {kinds_en}."),
                    )
                },
            ),
        );
        self.once(q, source, checks);
    }

    /// Nobody introduces a person again while their paper is valid.
    fn once(&self, q: &Question<'_>, source: &str, checks: &mut Checks) {
        // a paper that has expired is made again
        let time = time(q.file, q.on);
        let expired = |made| {
            time.as_ref()
                .is_some_and(|time| q.on > time.until || !time.counts(made))
        };
        let mut others = q
            .file
            .introductions
            .iter()
            .filter(|(id, _)| !q.file.replaced.contains(id) && self.replaces != Some(*id));
        let again =
            others.any(|(_, i)| (i.by, i.member_id) == (self.by, self.member_id) && !expired(i.on));
        checks.need(
            !again,
            "introduction.once",
            source,
            met_or_unmet(
                (
                    "Người (tổ chức) giới thiệu chưa có giấy nào khác giới thiệu người đó mà còn thời hạn.",
                    "No introduction of the person by this introducer is still valid.",
                ),
                if self.by == Introducer::Member {
                    (
                        "Đảng viên này đã giới thiệu người đó, giấy còn thời hạn.",
                        "This member has already introduced the person, and the paper is still valid.",
                    )
                } else {
                    (
                        "Tổ chức này đã giới thiệu người đó, nghị quyết còn thời hạn.",
                        "This union has already introduced the person, and the resolution is still valid.",
                    )
                },
            ),
        );
    }
}

/// The introducing member is an official one on that day, and takes part in Party activity.
fn able(q: &Question<'_>, who: Option<&Registered>, source: &str, checks: &mut Checks) {
    checks.need(
        who.is_some_and(|m| m.official_on(q.on)),
        "introduction.official",
        source,
        met_or_unmet(
            (
                format!(
                    "Người giới thiệu là đảng viên chính thức vào ngày {}.",
                    vi(q.on)
                ),
                format!("The introducing member is official on {}.", q.on),
            ),
            (
                format!(
                    "Người giới thiệu không phải là đảng viên chính thức vào ngày {}.",
                    vi(q.on)
                ),
                format!("The introducing member is not official on {}.", q.on),
            ),
        ),
    );
    checks.need(
        who.is_some_and(|m| m.active_on(q.on)),
        "introduction.active",
        source,
        met_or_unmet(
            (
                "Người giới thiệu đang sinh hoạt đảng tại tổ chức.",
                "The introducing member takes part in Party activity here.",
            ),
            (
                "Người giới thiệu hiện không sinh hoạt đảng tại tổ chức (đã chuyển đi, đã ra khỏi Đảng, bị đình chỉ hoặc được miễn sinh hoạt): phân công đảng viên khác.",
                "The introducing member does not take part in Party activity here at present (has left, is suspended or exempt): another member must be named.",
            ),
        ),
    );
}

/// The combinations of introductions, one of which a person needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alternative {
    /// Youth union and one official member.
    A,
    /// Trade union and one official member.
    B,
    /// Two official members.
    C,
}

impl Alternative {
    /// A: of youth age (up to the setting, or five years more while still a union member), with a
    /// Youth Union at work. B: no Youth Union at work. C: otherwise.
    pub fn on(day: NaiveDate, facts: &Facts) -> Self {
        Self::of(facts.birth_date, day, facts)
    }

    /// What the branch voted on: the day is given, so that nobody finds a birth date by asking about
    /// one day after another.
    pub fn voted_on(day: NaiveDate, facts: &Facts) -> Self {
        Self::of(facts.hidden_birth.unwrap_or(facts.birth_date), day, facts)
    }

    fn of(born: NaiveDate, day: NaiveDate, facts: &Facts) -> Self {
        let years = completed_months(born, day) / 12;
        let limit = facts.settings.whole(&YOUTH_AGE_LIMIT, day)
            + if facts.in_youth_union(day) {
                YOUTH_UNION_STAY
            } else {
                0
            };
        if !facts.has_youth_union(day) {
            Self::B
        } else if years <= limit {
            Self::A
        } else {
            Self::C
        }
    }

    /// The form of the union's resolution.
    pub const fn union_paper(self) -> Option<&'static str> {
        match self {
            Self::A => Some("4-KNĐ"),
            Self::B => Some("4A-KNĐ"),
            Self::C => None,
        }
    }
}

/// The validity period of introductions and union resolutions made up to `day`.
pub fn time(file: &File, day: NaiveDate) -> Option<PaperTime<'_>> {
    let made = Introducer::ALL
        .iter()
        .flat_map(|by| file.introduced(*by, day));
    PaperTime::of(file, "paper_valid_months", made.map(|(_, i)| i.on))
}
