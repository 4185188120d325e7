//! The deciding body returns the file (trả lại hồ sơ) for correction.
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::KindOfAct;
use crate::candidacy::{File, Filed, Recorded};
use crate::catalogue;
use crate::judgement::Question;
use crate::met_or_unmet;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::text::Text;
use crate::words::{Role, Stage};

act! {
    /// Return of the file by the deciding body
    pub struct Return {
        pub reason: Text<500>,
        #[schema(min_items = 1, max_items = 30)]
        pub documents: Vec<ReturnNote>,
    }
}

/// A document to correct
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReturnNote {
    #[schema(example = "2-KNĐ")]
    pub code: Text<20>,
    #[schema(example = "Thiếu dấu giáp lai trang 4")]
    pub note: Text<500>,
}

impl KindOfAct for Return {
    const WIRE: &'static str = "return";
    const VI: &'static str = "trả lại hồ sơ";
    const EN: &'static str = "returned";
    const RECORDED_BY: &'static [Role] = &[Role::PartyOffice, Role::UpperCommittee];

    type Step = ();
    const STEPS: &'static [()] = &[()];

    fn step(&self) {}
    fn stages((): ()) -> (&'static [Stage], &'static str) {
        (&[Stage::Submitted], "29-QĐ/TW, 4.3")
    }
    fn leads_to((): ()) -> &'static [Stage] {
        &[Stage::Dossier]
    }
    fn require(_: &Question<'_>, (): (), act: Option<&Self>, checks: &mut Checks) {
        if let Some(a) = act {
            // of what the branch and the committee submitted; a decision has not been made yet
            let codes: BTreeSet<&str> = a.documents.iter().map(|d| d.code.as_str()).collect();
            let submitted = |code: &&str| {
                catalogue::find(code)
                    .is_some_and(|d| d.phase == "admission" && d.from != "deciding_body")
            };
            let once = codes.len() == a.documents.len();
            checks.need(
                !codes.is_empty() && once && codes.iter().all(submitted),
                "return.documents",
                "29-QĐ/TW, 4.3",
                met_or_unmet(
                    (
                        "Đã nêu từng văn bản phải hoàn thiện.",
                        "Each document to correct is named.",
                    ),
                    (
                        "Phải nêu từng văn bản cần hoàn thiện, mỗi văn bản một lần, theo mã trong danh mục hồ sơ đề nghị kết nạp.",
                        "Each document to correct must be named once, by its code among the documents of a submitted file.",
                    ),
                ),
            );
        }
    }
    fn apply(&self, recorded: &Recorded, file: &mut File, _: &InForce) {
        for note in &self.documents {
            let said = file.papers.entry(note.code.as_str().to_owned());
            said.or_default().add(self.on, Filed::Returned, recorded.id);
        }
        file.enter(Stage::Dossier, recorded);
    }
}
