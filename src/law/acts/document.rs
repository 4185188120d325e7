//! A document of the dossier (văn bản trong hồ sơ) and its progress.
use chrono::NaiveDate;

use super::{KindOfAct, OPEN};
use crate::candidacy::{File, Paper, Recorded};
use crate::catalogue;
use crate::judgement::Question;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::text::Text;
use crate::words::{Role, Stage};
use crate::{met_or_unmet, say};

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
    fn require(q: &Question<'_>, (): (), act: Option<&Self>, checks: &mut Checks) {
        not_with_the_deciding_body(q, checks);
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
    fn apply(&self, _: &Recorded, file: &mut File, _: &InForce) {
        let paper = Paper {
            received_on: self.received_on,
            valid_until: self.valid_until,
            returned: false,
        };
        file.papers.insert(self.code.as_str().to_owned(), paper);
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
