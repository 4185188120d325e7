//! Submission of the file to the deciding body (trình hồ sơ), with every document of the dossier
//! (29-QĐ/TW, 4.3; danh mục hồ sơ).
use super::KindOfAct;
use super::introduction::Alternative;
use crate::candidacy::{File, Filed, Recorded};
use crate::judgement::Question;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::text::Text;
use crate::words::{ClassKind, Purpose, Role, Stage, VotingBody};
use crate::{catalogue, met_or_unmet, vi};

const PAPERS: &str = "09-HD/BTCTW (2017); 12-HD/BTCTW (2022); danh mục hồ sơ";

/// The papers that the branch voted on, whatever age has been reached since, and the resolutions.
pub(crate) fn papers(q: &Question<'_>) -> impl Iterator<Item = &'static str> + use<> {
    let vote = q.file.carried(Purpose::Admission, VotingBody::Branch);
    let which = match vote {
        Some(vote) => Alternative::voted_on(vote.on, q.facts),
        None => Alternative::on(q.on, q.facts),
    };
    ["1-KNĐ", "2-KNĐ", "3-KNĐ", "5-KNĐ", "6-KNĐ", "8-KNĐ"]
        .into_iter()
        .chain(which.union_paper())
}

act! {
    /// Submission of the file to the deciding body
    pub struct Submission {
        #[schema(example = "14-TTr/ĐU")]
        pub paper_number: Text<60>,
    }
}

impl KindOfAct for Submission {
    const WIRE: &'static str = "submission";
    const VI: &'static str = "trình hồ sơ";
    const EN: &'static str = "submitted";
    const RECORDED_BY: &'static [Role] = &[Role::PartyOffice];

    type Step = ();
    const STEPS: &'static [()] = &[()];

    fn step(&self) {}
    fn stages((): ()) -> (&'static [Stage], &'static str) {
        (&[Stage::CommitteeResolved], "29-QĐ/TW, 4.3")
    }
    fn leads_to((): ()) -> &'static [Stage] {
        &[Stage::Submitted]
    }
    fn require(q: &Question<'_>, (): (), _: Option<&Self>, checks: &mut Checks) {
        for code in papers(q) {
            in_the_file(q, code, ("submission.document", PAPERS), checks);
        }
        let certificate = q.file.certificate(ClassKind::Awareness, q.on);
        checks.need(
            certificate.is_some(),
            "submission.certificate",
            PAPERS,
            met_or_unmet(
                (
                    "Hồ sơ có giấy chứng nhận học lớp bồi dưỡng nhận thức về Đảng.",
                    "The awareness certificate is in the file.",
                ),
                (
                    "Hồ sơ còn thiếu giấy chứng nhận học lớp bồi dưỡng nhận thức về Đảng.",
                    "The awareness certificate is missing from the file.",
                ),
            ),
        );
        checks.on_ids(certificate.map(|c| c.id));
    }
    fn apply(&self, recorded: &Recorded, file: &mut File, _: &InForce) {
        file.enter(Stage::Submitted, recorded);
    }
}

/// The signed document is in the file, by this rule and its source.
pub(super) fn in_the_file(
    q: &Question<'_>,
    code: &str,
    (rule, source): (&'static str, &'static str),
    checks: &mut Checks,
) {
    let there = q.file.paper(code, q.on);
    let paper = catalogue::find(code);
    let (vi, en) = paper.map_or(("", ""), |d| (&*d.title, &*d.title_en));
    let met = (
        format!("{code} (“{vi}”) đã có trong hồ sơ."),
        format!("{code} ({en}) is in the file."),
    );
    let sentences = met_or_unmet(met, lacking(q, code, (vi, en)));
    checks.need(there.is_some(), rule, source, sentences);
    checks.on_ids(there);
}

/// What is wrong with a document that is not good on the day.
fn lacking(q: &Question<'_>, code: &str, (name, en): (&str, &str)) -> (String, String) {
    let last = q.file.papers.get(code).and_then(|said| said.by(q.on));
    let last = last.map(|(_, what)| what);
    if last == Some(Filed::Returned) {
        (
            format!("{code} (“{name}”) bị trả lại, chưa hoàn thiện."),
            format!("{code} ({en}) was returned and is not mended."),
        )
    } else if let Some(Filed::Received(Some(until))) = last {
        (
            format!(
                "{code} (“{name}”) chỉ có giá trị đến hết ngày {}.",
                vi(until)
            ),
            format!("{code} ({en}) was valid until {until} only."),
        )
    } else if let Some(on) = q.file.received_after(code, Some(q.on)) {
        (
            format!("{code} (“{name}”) đến ngày {} mới có bản đã ký.", vi(on)),
            format!("{code} ({en}) is in the file, signed, only from {on}."),
        )
    } else {
        (
            format!("{code} (“{name}”) còn thiếu bản đã ký."),
            format!("{code} ({en}), signed, is missing."),
        )
    }
}
