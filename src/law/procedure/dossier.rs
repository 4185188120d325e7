//! The dossier: its opening, introductions, papers, verification, political issues, opinions.
use chrono::NaiveDate;

use super::super::acts::{Act, Introduction};
use super::super::catalogue;
use super::super::checks::Checks;
use super::super::dates::plus_months;
use super::super::file::Subject;
use super::super::say;
use super::super::words::{
    Conclusion, Introducer, IssueStep, Purpose, Relation, Stage, VerificationStep,
};
use super::Asked;

/// The branch opens the dossier once a sponsor is there and the least time in the plan has passed (kế hoạch, II.2).
pub fn open(q: &Asked<'_>, checks: &mut Checks, act: Option<&Act>) {
    let months = q.facts.minimum_months_in_plan;
    let from = plus_months(q.file.in_plan_on.unwrap_or(q.on), months);
    checks
        .need(
            q.file.in_plan_on.is_some() && q.on >= from,
            "dossier.time_in_plan",
            "kế hoạch, II.2",
            say(
                format!("Ở trong quy hoạch ít nhất {months} tháng: từ {from}."),
                format!("At least {months} months in the plan: from {from}."),
            ),
        )
        .earliest(from);
    checks.need(
        q.file.sponsored_on(q.on).next().is_some(),
        "dossier.sponsor",
        "kế hoạch, II.2; 29-QĐ/TW, 3.3",
        say(
            "Có đảng viên chính thức được phân công giúp đỡ.",
            "A sponsor is assigned.",
        ),
    );
    if let Some(Act::Dossier(a)) = act {
        checks.need(
            a.application_on <= q.on,
            "dossier.application",
            "29-QĐ/TW, 3.1 (1-KNĐ)",
            say(
                "Đơn xin vào Đảng đề ngày không sau ngày lập hồ sơ.",
                "The application is dated on or before the opening.",
            ),
        );
    }
}

/// The introducing member is official and has shared 12 months with the person, unless taking over (24-QĐ/TW, 3.2.1 and 3.2.2).
pub fn introduce(q: &Asked<'_>, checks: &mut Checks, act: Option<&Act>) {
    let Some(Act::Introduction(a)) = act else {
        return;
    };
    match a.by {
        Introducer::YouthUnion => union(
            checks,
            a,
            q.facts.youth_union_member,
            "29-QĐ/TW, 3.2 (4-KNĐ)",
        ),
        Introducer::TradeUnion => union(
            checks,
            a,
            q.facts.trade_union_member,
            "29-QĐ/TW, 3.2 (4A-KNĐ)",
        ),
        Introducer::Member => member(q, checks, a),
    }
    if let Some(replaced) = a.replaces {
        let there = q
            .file
            .introductions
            .iter()
            .any(|(id, i)| *id == replaced && i.by == a.by)
            && !q.file.replaced.contains(&replaced);
        checks.need(
            there && a.replacement_reason.is_some(),
            "introduction.replaces",
            q.version.source("introducer_replacement_shared_months"),
            say(
                "Thay cho một giấy giới thiệu đang có, cùng loại, có nêu lý do.",
                "It replaces an introduction on file, of the same kind, and gives the reason.",
            ),
        );
    }
}

fn union(checks: &mut Checks, a: &Introduction, own: bool, source: &str) {
    checks.need(
        own,
        "introduction.own_member",
        source,
        say(
            "Đoàn thể giới thiệu đoàn viên của mình.",
            "The union introduces a member of its own.",
        ),
    );
    checks.need(
        a.member_id.is_none() && a.shared_from.is_none(),
        "introduction.by_union",
        source,
        say(
            "Nghị quyết của đoàn thể không nêu đảng viên giới thiệu và thời gian cùng công tác.",
            "A union's resolution names no introducing member and no time of shared work.",
        ),
    );
}

fn member(q: &Asked<'_>, checks: &mut Checks, a: &Introduction) {
    let source = "29-QĐ/TW, 3.2; 24-QĐ/TW, 3.2.1 (3-KNĐ)";
    let who = a.member_id.and_then(|id| q.facts.members.get(&id));
    checks.need(
        who.and_then(|m| m.official_on).is_some_and(|on| on <= q.on),
        "introduction.official",
        source,
        say(
            format!(
                "Người giới thiệu là đảng viên chính thức vào ngày {}.",
                q.on
            ),
            format!("The introducing member is official on {}.", q.on),
        ),
    );
    let parameter = if a.replaces.is_some() {
        "introducer_replacement_shared_months"
    } else {
        "introducer_shared_months"
    };
    let months = q.version.whole(parameter);
    let from = a.shared_from.map(|on| plus_months(on, months));
    checks.need(
        months == 0 || from.is_some_and(|from| q.on >= from),
        "introduction.shared_months",
        q.version.source(parameter),
        say(
            format!("Đã cùng công tác, lao động, học tập ít nhất {months} tháng."),
            format!("They have shared work, labour or study for at least {months} months."),
        ),
    );
    if let Some(from) = from {
        checks.earliest(from);
    }
    let kinds = q.version.words("introducer_shared_kinds");
    checks.need(
        months == 0 || a.shared_kind.is_some_and(|k| kinds.contains(&k.wire())),
        "introduction.shared_kind",
        q.version.source("introducer_shared_kinds"),
        say(
            format!("Hình thức được tính: {}.", kinds.join(", ")),
            format!("Kinds that count: {}.", kinds.join(", ")),
        ),
    );
    let mut known = q
        .file
        .introductions
        .iter()
        .filter(|(id, _)| !q.file.replaced.contains(id) && a.replaces != Some(*id));
    let again = known.any(|(_, i)| i.by == Introducer::Member && i.member_id == a.member_id);
    checks.need(
        !again,
        "introduction.once",
        source,
        say(
            "Mỗi đảng viên giới thiệu một lần.",
            "A member introduces a person once.",
        ),
    );
}

/// While the deciding body has the file the branch adds nothing to it; the Office files what comes (the decision itself).
pub fn not_with_the_deciding_body(q: &Asked<'_>, checks: &mut Checks) {
    checks.need(
        !(q.role == "branch_committee"
            && matches!(q.file.stage, Stage::Submitted | Stage::Decided)),
        "dossier.not_submitted",
        "29-QĐ/TW, 4.3",
        say(
            "Hồ sơ đã trình: chi bộ không sửa được nữa.",
            "The file has been submitted: the branch can no longer edit it.",
        ),
    );
}

/// A paper of the catalogue, its days in order.
pub fn document(checks: &mut Checks, act: Option<&Act>) {
    let Some(Act::Document(a)) = act else { return };
    let entry = catalogue::find(a.code.as_str());
    checks.need(
        entry.is_some(),
        "document.code",
        "12-HD/BTCTW 2022",
        say(
            "Mã văn bản có trong danh mục /document-types.",
            "The code is in the catalogue /document-types.",
        ),
    );
    let days: Vec<NaiveDate> = [a.drafted_on, a.checked_on, a.received_on]
        .into_iter()
        .flatten()
        .collect();
    checks.need(
        days.is_sorted() && days.iter().all(|d| *d <= a.on),
        "document.days",
        "12-HD/BTCTW 2022",
        say(
            "Ngày soạn, kiểm tra, nhận theo thứ tự và không sau ngày ghi.",
            "Drafted, checked, received in this order, none after the day of the act.",
        ),
    );
    checks.need(
        a.valid_until
            .is_none_or(|until| days.iter().all(|d| *d <= until)),
        "document.valid_until",
        "12-HD/BTCTW 2022",
        say(
            "Hạn dùng không trước các ngày của văn bản.",
            "Its validity does not end before its own days.",
        ),
    );
}

/// The general rule of the opinions of unions and of the residence (29-QĐ/TW, 3.5).
pub fn opinion(checks: &mut Checks, act: Option<&Act>) {
    let Some(Act::Opinion(a)) = act else { return };
    checks.need(
        a.purpose != Purpose::StrikeOff,
        "opinion.purpose",
        "29-QĐ/TW, 3.5",
        say(
            "Ý kiến về kết nạp hoặc công nhận chính thức.",
            "Opinions are about admission or recognition.",
        ),
    );
}

/// Whom the conclusion needs: the person, parents (or who raised them), and with a spouse the spouse's parents (01-HD/TW 2021, 3.4).
fn needed(q: &Asked<'_>) -> Vec<Relation> {
    let has = |r: Relation| q.file.subjects.keys().any(|(relation, _)| *relation == r);
    let mut needed = vec![Relation::SelfPerson];
    if !has(Relation::Guardian) {
        needed.extend([Relation::Father, Relation::Mother]);
    }
    if has(Relation::Spouse) {
        needed.extend([Relation::SpouseFather, Relation::SpouseMother]);
    }
    needed
}

/// Subjects declared but not returned and not exempt.
fn unanswered(q: &Asked<'_>) -> Vec<Subject> {
    let open = q.file.subjects.iter().filter(|(_, i)| {
        i.returned_on.is_none_or(|d| d > q.on) && i.exempted_on.is_none_or(|d| d > q.on)
    });
    open.map(|(subject, _)| *subject).collect()
}

pub fn verify(q: &Asked<'_>, checks: &mut Checks, step: VerificationStep, act: Option<&Act>) {
    let source = "29-QĐ/TW, 3.4; 01-HD/TW 2021, 3.4";
    let a = if let Some(Act::Verification(a)) = act {
        Some(a)
    } else {
        None
    };
    let about_one = !matches!(step, VerificationStep::Sealed | VerificationStep::Concluded);
    let subject = a.and_then(|a| a.relation.map(|r| (r, a.number.unwrap_or(1))));
    if a.is_some() {
        checks.need(
            subject.is_some() == about_one,
            "verification.subject",
            source,
            say(
                "Nêu quan hệ (relation), trừ khi đóng dấu lý lịch và kết luận.",
                "The relation is given, except for sealing and concluding.",
            ),
        );
    }
    let known = subject.map_or(!q.file.subjects.is_empty(), |s| {
        q.file.subjects.contains_key(&s)
    });
    match step {
        VerificationStep::Declared => {}
        VerificationStep::Sealed => {
            checks.need(
                q.file.subjects.contains_key(&(Relation::SelfPerson, 1)),
                "verification.declared",
                source,
                say(
                    "Lý lịch đã khai trước khi đóng dấu.",
                    "The CV is declared before it is sealed.",
                ),
            );
        }
        VerificationStep::Sent => {
            checks.need(
                q.file.sealed_on.is_some_and(|on| on <= q.on),
                "verification.sealed",
                source,
                say(
                    "Lý lịch đã đóng dấu giáp lai trước khi gửi.",
                    "The CV is page-sealed before it is sent.",
                ),
            );
            checks.need(
                known,
                "verification.declared",
                source,
                say(
                    "Người này đã khai trong lý lịch.",
                    "This subject is declared in the CV.",
                ),
            );
        }
        VerificationStep::Reminded | VerificationStep::Returned => {
            let sent = |on: Option<NaiveDate>| on.is_some_and(|on| on <= q.on);
            let met = match subject {
                Some(s) => q.file.subjects.get(&s).is_some_and(|i| sent(i.sent_on)),
                None => q.file.subjects.values().any(|i| sent(i.sent_on)),
            };
            checks.need(
                met,
                "verification.sent",
                source,
                say("Đã gửi thẩm tra trước đó.", "It was sent before."),
            );
        }
        VerificationStep::Exempted => {
            checks.need(
                known,
                "verification.declared",
                source,
                say(
                    "Người này đã khai trong lý lịch.",
                    "This subject is declared in the CV.",
                ),
            );
            if let Some(a) = a {
                checks.need(
                    a.reason.is_some() && a.cv_truthful == Some(true),
                    "verification.exemption",
                    "01-HD/TW 2021, 3.4c",
                    say(
                        "Lý lịch khai đầy đủ, trung thực và có người thân là đảng viên (reason, cv_truthful).",
                        "The CV is full and truthful and a relative is a member (reason, cv_truthful).",
                    ),
                );
            }
        }
        VerificationStep::Concluded => {
            let missing: Vec<&str> = needed(q)
                .into_iter()
                .filter(|r| !q.file.subjects.keys().any(|(known, _)| known == r))
                .map(Relation::wire)
                .collect();
            checks.need(
                missing.is_empty(),
                "verification.subjects",
                source,
                say(
                    format!("Đủ đối tượng phải thẩm tra (thiếu {}).", missing.len()),
                    format!("Every subject is there ({} missing).", missing.len()),
                ),
            );
            let open = unanswered(q).len();
            checks.need(
                open == 0,
                "verification.returned",
                source,
                say(
                    format!("Mọi nơi thẩm tra đã trả lời hoặc được miễn (còn {open})."),
                    format!("Every subject has been answered or exempted ({open} open)."),
                ),
            );
            if let Some(a) = a {
                checks.need(
                    a.conclusion.is_some(),
                    "verification.conclusion",
                    source,
                    say("Nêu kết luận.", "The conclusion is given."),
                );
            }
        }
    }
}

/// Concluded, and well, after the last answer: a subject declared later is not covered.
pub fn verified(q: &Asked<'_>) -> Option<NaiveDate> {
    let there = needed(q)
        .iter()
        .all(|r| q.file.subjects.keys().any(|(known, _)| known == r));
    let answered = |by: NaiveDate| {
        q.file
            .subjects
            .values()
            .all(|i| i.returned_on.or(i.exempted_on).is_some_and(|d| d <= by))
    };
    q.file
        .concluded
        .filter(|(on, c)| *on <= q.on && *c == Conclusion::Clear && there && answered(*on))
        .map(|(on, _)| on)
}

/// Four eyes: the Office proposes, the Standing Committee concludes (57-, 126-, 58-QĐ/TW).
pub fn issue(q: &Asked<'_>, checks: &mut Checks, step: IssueStep, act: Option<&Act>) {
    let source = political_standard(q.on);
    let flagged = |s: &Subject| q.file.subjects.get(s).is_some_and(|i| i.flagged);
    let a = if let Some(Act::PoliticalIssue(a)) = act {
        Some(a)
    } else {
        None
    };
    let subject = a.map(|a| (a.relation, a.number.unwrap_or(1)));
    checks.need(
        subject.map_or_else(
            || q.file.subjects.values().any(|i| i.flagged),
            |s| flagged(&s),
        ),
        "political.flagged",
        source,
        say(
            "Thẩm tra đã nêu vấn đề của người này.",
            "The verification has flagged an issue of this subject.",
        ),
    );
    if step == IssueStep::Concluded {
        let proposer = match subject {
            Some(s) => q.file.issues.get(&s).and_then(|i| i.proposed_by),
            None => q.file.issues.values().find_map(|i| i.proposed_by),
        };
        checks.need(
            proposer.is_some_and(|p| p != q.account),
            "political.four_eyes",
            "kế hoạch, II.3; nguyên tắc hai người",
            say(
                "Văn phòng đã đề nghị, người khác kết luận.",
                "The Office has proposed it, another account concludes.",
            ),
        );
        if let Some(a) = a {
            checks.need(
                a.admissible.is_some() && a.body.is_some(),
                "political.conclusion",
                source,
                say(
                    "Nêu cấp kết luận (body) và có được xem xét hay không (admissible).",
                    "The concluding body and whether it is admissible are given.",
                ),
            );
        }
    }
}

/// The chain of political standards has its own days.
pub fn political_standard(on: NaiveDate) -> &'static str {
    const CHAIN: [(i32, u32, u32, &str); 2] = [
        (
            2022,
            2,
            8,
            "58-QĐ/TW (01-HD/BTCTW 2022); kế hoạch dẫn 57-QĐ/TW",
        ),
        (2018, 2, 28, "126-QĐ/TW; kế hoạch dẫn 57-QĐ/TW"),
    ];
    CHAIN
        .iter()
        .find(|(y, m, d, _)| NaiveDate::from_ymd_opt(*y, *m, *d).is_some_and(|from| on >= from))
        .map_or("57-QĐ/TW", |c| c.3)
}
