//! A document of the dossier (văn bản trong hồ sơ) and its progress.
use chrono::NaiveDate;

use super::{KindOfAct, OPEN};
use crate::candidacy::{File, Filed, Recorded};
use crate::catalogue;
use crate::judgement::Question;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::text::Text;
use crate::words::{Purpose, Role, Stage, VotingBody};
use crate::{met_or_unmet, say, vi};

act! {
    /// A document of the dossier and its progress
    pub struct Document {
        /// Code in the catalogue, see `/document-types`
        #[schema(example = "2-KNĐ")]
        pub code: Text<20>,
        /// Number of the document
        pub number: Option<Text<60>>,
        pub drafted_on: Option<NaiveDate>,
        pub checked_on: Option<NaiveDate>,
        /// Date from which the signed document has been in the file
        pub received_on: Option<NaiveDate>,
        /// Last day of validity
        pub valid_until: Option<NaiveDate>,
        /// SHA-256 of the scan, in hexadecimal
        #[schema(pattern = "^[0-9a-f]{64}$", min_length = 64, max_length = 64)]
        pub file_hash: Option<String>,
    }
}

impl KindOfAct for Document {
    const WIRE: &'static str = "document";
    const VI: &'static str = "văn bản trong hồ sơ";
    const EN: &'static str = "document";
    const RECORDED_BY: &'static [Role] = &[Role::PartyOffice, Role::BranchCommittee];

    type Step = ();
    const STEPS: &'static [()] = &[()];

    fn step(&self) {}
    fn stages((): ()) -> (&'static [Stage], &'static str) {
        (OPEN, "09-HD/BTCTW (2017); 12-HD/BTCTW (2022)")
    }
    /// The decision on the recognition is filed after it, when the candidacy has ended.
    fn also_in((): (), file: &File) -> bool {
        file.recognised_on.is_some() && file.stage == Stage::Official
    }
    fn require(q: &Question<'_>, (): (), act: Option<&Self>, checks: &mut Checks) {
        not_with_the_deciding_body(q, checks);
        if let Some(a) = act.filter(|_| q.file.stage == Stage::Official) {
            checks.need(
                a.code.as_str() == "16-KNĐ",
                "document.after_the_end",
                "09-HD/BTCTW (2017); 12-HD/BTCTW (2022)",
                met_or_unmet(
                    (
                        "Văn bản là quyết định công nhận đảng viên chính thức (16-KNĐ).",
                        "It is the decision on the recognition (16-KNĐ).",
                    ),
                    (
                        "Hồ sơ đã kết thúc: chỉ bổ sung được quyết định công nhận đảng viên chính thức (16-KNĐ).",
                        "The candidacy has ended: only the decision on the recognition (16-KNĐ) can be added.",
                    ),
                ),
            );
        }
        let Some(a) = act else { return };
        let entry = catalogue::find(a.code.as_str());
        checks.need(
            entry.is_some(),
            "document.code",
            "09-HD/BTCTW (2017); 12-HD/BTCTW (2022)",
            met_or_unmet(
                (
                    "Văn bản có trong danh mục hồ sơ.",
                    "The document is in the catalogue.",
                ),
                (
                    "Danh mục hồ sơ không có văn bản mang mã này.",
                    "The catalogue has no document with this code.",
                ),
            ),
        );
        let days: Vec<NaiveDate> = [a.drafted_on, a.checked_on, a.received_on]
            .into_iter()
            .flatten()
            .collect();
        checks.need(
            days.is_sorted() && days.iter().all(|d| *d <= a.on),
            "document.days",
            "09-HD/BTCTW (2017); 12-HD/BTCTW (2022)",
            met_or_unmet(
                (
                    "Ngày soạn, ngày kiểm tra, ngày nhận đúng thứ tự.",
                    "Drafted, checked and received in this order.",
                ),
                (
                    "Ngày soạn, ngày kiểm tra, ngày nhận phải theo thứ tự và không sau ngày ghi.",
                    "The document must be drafted, checked and received in this order, and not after the date of the act.",
                ),
            ),
        );
        checks.need(
            a.valid_until
                .is_none_or(|until| days.last().unwrap_or(&a.on) <= &until),
            "document.valid_until",
            "09-HD/BTCTW (2017); 12-HD/BTCTW (2022)",
            met_or_unmet(
                (
                    "Hạn dùng của văn bản sau các ngày của văn bản.",
                    "It is valid until after its other dates.",
                ),
                (
                    "Hạn dùng của văn bản kết thúc trước các ngày của chính văn bản.",
                    "Its validity ends before its other dates.",
                ),
            ),
        );
        a.after_its_cause(q, checks);
    }
    fn days(&self) -> Vec<(&'static str, NaiveDate)> {
        let days = [
            ("drafted_on", self.drafted_on),
            ("checked_on", self.checked_on),
            ("received_on", self.received_on),
        ];
        days.into_iter()
            .filter_map(|(name, on)| Some((name, on?)))
            .collect()
    }
    fn apply(&self, recorded: &Recorded, file: &mut File, _: &InForce) {
        // a draft takes nothing out of the file
        let Some(on) = self.received_on else { return };
        let said = file.papers.entry(self.code.as_str().to_owned());
        let received = Filed::Received(self.valid_until);
        said.or_default().add(on, received, recorded.id);
    }
}

/// What a paper follows from: its first day and what happened on it, or what has not happened yet.
struct Cause {
    on: Option<NaiveDate>,
    vi: &'static str,
    en: &'static str,
}

impl Cause {
    fn of(code: &str, file: &File) -> Self {
        let voted = |purpose, body| {
            let votes = file.votes.iter();
            let of = votes.filter(|v| v.purpose == purpose && v.body == body && v.carried);
            of.map(|v| v.on).min()
        };
        let cause = |on, vi, en| Self { on, vi, en };
        let (admission, recognition) = (Purpose::Admission, Purpose::Recognition);
        match code {
            "6-KNĐ" | "7-KNĐ" => cause(
                voted(admission, VotingBody::Branch),
                "chi bộ ra nghị quyết đề nghị kết nạp",
                "the branch's resolution on the admission",
            ),
            "8-KNĐ" => cause(
                voted(admission, VotingBody::Committee),
                "đảng ủy ra nghị quyết đề nghị kết nạp",
                "the committee's resolution on the admission",
            ),
            "9-KNĐ" => cause(
                file.decision.as_ref().map(|d| d.on),
                "có quyết định kết nạp",
                "the admission decision",
            ),
            "10-KNĐ" | "11-KNĐ" | "12-KNĐ" => {
                cause(file.ceremony_on, "tổ chức lễ kết nạp", "the ceremony")
            }
            "13-KNĐ" | "14-KNĐ" => cause(
                voted(recognition, VotingBody::Branch),
                "chi bộ ra nghị quyết đề nghị công nhận chính thức",
                "the branch's resolution on the recognition",
            ),
            "15-KNĐ" => cause(
                voted(recognition, VotingBody::Committee),
                "đảng ủy ra nghị quyết đề nghị công nhận chính thức",
                "the committee's resolution on the recognition",
            ),
            "16-KNĐ" => cause(
                file.recognised_on,
                "có quyết định công nhận chính thức",
                "the decision on the recognition",
            ),
            _ => cause(
                Some(file.nominated_on),
                "người này được giới thiệu",
                "the nomination",
            ),
        }
    }
}

impl Document {
    /// No paper is in the file before what it is about.
    fn after_its_cause(&self, q: &Question<'_>, checks: &mut Checks) {
        let Cause { on, vi: what, en } = Cause::of(self.code.as_str(), q.file);
        let there = self.received_on.unwrap_or(self.on);
        checks.need(
            on.is_some_and(|on| there >= on),
            "document.cause",
            "09-HD/BTCTW (2017); 12-HD/BTCTW (2022)",
            met_or_unmet(
                (
                    format!("Văn bản có sau khi {what}."),
                    format!("The document follows {en}."),
                ),
                match on {
                    Some(on) => (
                        format!("Văn bản không thể có trước khi {what} (ngày {}).", vi(on)),
                        format!("The document cannot be there before {en} ({on})."),
                    ),
                    None => (
                        format!("Văn bản chỉ có sau khi {what}; việc này chưa được ghi nhận."),
                        format!("The document follows {en}, which is not on record."),
                    ),
                },
            ),
        );
        if let Some(on) = on {
            checks.earliest(on);
        }
    }
}

/// While the deciding body has the file, the branch cannot add to it; the Party Office files what
/// arrives, such as the decision itself.
pub(super) fn not_with_the_deciding_body(q: &Question<'_>, checks: &mut Checks) {
    let with_it = matches!(q.file.stage, Stage::Submitted | Stage::Decided);
    if q.role == Role::BranchCommittee && with_it {
        checks.need(
            false,
            "dossier.not_submitted",
            "29-QĐ/TW, 4.3",
            say(
                "Hồ sơ đã trình cấp có thẩm quyền: chi bộ không bổ sung, sửa được nữa.",
                "The file has been submitted: the branch can no longer edit it.",
            ),
        );
    }
}
