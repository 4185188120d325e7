//! Who decides on an admission, a recognition or a strike-off, and by which vote.
use crate::judgement::Question;
use crate::regulation::Version;
use crate::requirement::Checks;
use crate::votes::{needed, reached};
use crate::words::DecidingBody;
use crate::{Words, met_or_unmet, say};

/// Whether the body decides under the version. The upper standing committee may delegate.
pub fn is_competent(law: &Version, body: DecidingBody) -> bool {
    let authority = law.text("decision_authority");
    let delegated = body == DecidingBody::DelegatedBaseCommittee;
    body.wire() == authority
        || (delegated && authority == DecidingBody::UpperStandingCommittee.wire())
}

/// The names of the bodies that decide under the version.
pub(super) fn authorities(law: &Version) -> Words {
    let known = DecidingBody::parse(law.text("decision_authority"));
    let (vi, en) = known.map_or(("", ""), |b| (b.vi(), b.en()));
    if known == Some(DecidingBody::UpperStandingCommittee) {
        let base = DecidingBody::DelegatedBaseCommittee;
        say(
            format!("{vi} hoặc {}", base.vi()),
            format!("{en} or a {}", base.en()),
        )
    } else {
        say(vi, en)
    }
}

/// The body that is competent under the version.
pub(super) fn competent(q: &Question<'_>, body: DecidingBody, checks: &mut Checks) {
    let law = q.version;
    checks.need(
        is_competent(law, body),
        "decision.body",
        law.source("decision_authority"),
        {
            let name = authorities(law);
            met_or_unmet(
                (
                    format!("Do {} quyết định, đúng thẩm quyền.", body.vi()),
                    format!("Decided by the competent body, the {}.", body.en()),
                ),
                (
                    format!(
                        "Thẩm quyền quyết định thuộc {}, không phải {}.",
                        name.vi,
                        body.vi()
                    ),
                    format!(
                        "The competent body is the {}, not the {}.",
                        name.en,
                        body.en()
                    ),
                ),
            )
        },
    );
}

/// The competent body, and its vote.
pub(super) fn deciding_body(
    q: &Question<'_>,
    body: DecidingBody,
    members: i32,
    in_favor: i32,
    checks: &mut Checks,
) {
    competent(q, body, checks);
    let law = q.version;
    let delegated = body == DecidingBody::DelegatedBaseCommittee;
    let parameter = if delegated {
        "delegated_vote"
    } else {
        "upper_vote"
    };
    let fraction = law.fraction(parameter);
    let least = needed(members, fraction);
    checks.need(
        in_favor <= members && reached(in_favor, members, fraction),
        "decision.vote",
        law.source(parameter),
        met_or_unmet(
            (
                format!("Đủ phiếu: {in_favor} trên {members} tán thành (cần ít nhất {least})."),
                format!(
                    "Carried: {in_favor} of {members} in favour (at least {least} are needed)."
                ),
            ),
            if in_favor > members {
                (
                    format!("Số phiếu nhiều hơn số ủy viên: {in_favor} trên {members}."),
                    format!("There are more votes than members: {in_favor} of {members}."),
                )
            } else {
                (
                    format!("Không đủ phiếu: {in_favor} trên {members} tán thành, cần ít nhất {least}."),
                    format!("Not carried: {in_favor} of {members} in favour, at least {least} are needed."),
                )
            },
        ),
    );
}
