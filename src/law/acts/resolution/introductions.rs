//! Introductions that the branch's vote on admission requires (29-QĐ/TW, 3.2; 24-QĐ/TW, 3.2).
use uuid::Uuid;

use super::admission::in_date;
use crate::acts::introduction::{self, Alternative, Introduction};
use crate::judgement::Question;
use crate::requirement::Checks;
use crate::words::Introducer;
use crate::{Sentences, met_or_unmet, say};

pub(super) fn require(q: &Question<'_>, checks: &mut Checks) {
    let source = q.version.source("introducer_shared_months");
    let which = Alternative::on(q.on, q.facts);
    let time = introduction::time(q.file, q.on);
    let counts = |i: &&(Uuid, Introduction)| time.as_ref().is_none_or(|c| c.counts(i.1.on));
    // must still be an active official member: one who has left or is suspended is to be replaced
    let official = |i: &&(Uuid, Introduction)| {
        let known = i.1.member_id.and_then(|id| q.facts.members.get(&id));
        known.is_some_and(|m| m.able_on(q.on))
    };
    let papers = q.file.introduced(Introducer::Member, q.on).filter(counts);
    let (papers, unable): (Vec<_>, Vec<_>) = papers.partition(official);
    let papers: Vec<Uuid> = papers.into_iter().map(|(id, _)| *id).collect();
    let members = papers.len();
    let replaced = match unable.len() {
        0 => say("", ""),
        some => say(
            format!(
                " Trong hồ sơ có {some:02} giấy của người không còn là đảng viên chính thức đang sinh hoạt tại tổ chức: cần giấy của đảng viên khác thay thế."
            ),
            format!(
                " {some} on file by a member who is no longer active and official here: another member's paper must replace it."
            ),
        ),
    };
    let wanted = if which == Alternative::C { 2 } else { 1 };
    checks.need(
        members >= wanted,
        "admission.introduction.members",
        source,
        met_or_unmet(
            (
                format!("Có đủ {wanted:02} giấy giới thiệu của đảng viên chính thức (mẫu 3-KNĐ)."),
                format!("Introduced by {wanted} official member(s) (form 3-KNĐ)."),
            ),
            (
                format!("Còn thiếu {:02} giấy giới thiệu của đảng viên chính thức (mẫu 3-KNĐ); cần {wanted:02}, đã có {members:02}.{}", wanted.saturating_sub(members), replaced.vi),
                format!("{} introduction(s) by an official member (form 3-KNĐ) missing; {wanted} needed, {members} there.{}", wanted.saturating_sub(members), replaced.en),
            ),
        ),
    );
    checks.on_ids(papers.into_iter().take(wanted));
    let union = match which {
        Alternative::A => Some((Introducer::YouthUnion, "Đoàn thanh niên", "youth union")),
        Alternative::B => Some((Introducer::TradeUnion, "Công đoàn", "trade union")),
        Alternative::C => None,
    };
    if let (Some((by, vi, en)), Some(form)) = (union, which.union_paper()) {
        let paper = q.file.introduced(by, q.on).find(counts);
        // whom it introduced was its member then, and may have come of age since
        let day = paper.map_or(q.on, |(_, p)| p.on);
        let own = if by == Introducer::YouthUnion {
            q.facts.in_youth_union(day)
        } else {
            q.facts.in_trade_union(day)
        };
        checks.need(
            own && paper.is_some(),
            "admission.introduction.union",
            source,
            by_union(vi, en, form, own),
        );
        checks.by(paper.map(|(_, p)| p.paper_number.as_str().to_owned()));
        checks.on_ids(paper.map(|(id, _)| *id));
    }
    in_date(
        q,
        time.as_ref(),
        "admission.introduction.in_date",
        ("Giấy và nghị quyết giới thiệu", "Introductions"),
        checks,
    );
}

/// A union's resolution about its own member.
fn by_union(vi: &str, en: &str, form: &str, own: bool) -> Sentences {
    met_or_unmet(
        (
            format!("Có nghị quyết giới thiệu của {vi} (mẫu {form})."),
            format!("Introduced by a resolution of the {en} (form {form})."),
        ),
        if own {
            (
                format!("Còn thiếu nghị quyết giới thiệu của {vi} (mẫu {form})."),
                format!("The resolution of the {en} (form {form}) is missing."),
            )
        } else {
            (
                format!(
                    "Người này không phải là đoàn viên của {vi}, trong khi phải có nghị quyết giới thiệu của tổ chức ấy (mẫu {form})."
                ),
                format!(
                    "The person is not a member of the {en}, whose resolution (form {form}) is required."
                ),
            )
        },
    )
}
