//! Which acts may be corrected or annulled, and by whom.
use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::acts::{Act, ActKind, sponsorship};
use crate::candidacy::{File, Recorded};
use crate::judgement::{Facts, not_in_future};
use crate::regulation::Version;
use crate::requirement::{Check, Checks};
use crate::settings::SPONSORSHIP_LOAD_LIMIT;
use crate::words::{IssueStep, Role};
use crate::{met_or_unmet, say, vi};

/// Whether the act is hidden from readers of the file, as a proposal to conclude a political issue is,
/// and its annulment: it is between the Office and the Standing Committee. Before the conclusion
/// nobody else learns of it: not by a number, a version, a day or a refusal.
pub fn hidden(act: &Act, acts: &[Recorded]) -> bool {
    let proposes =
        |act: &Act| matches!(act, Act::PoliticalIssue(i) if i.step != IssueStep::Concluded);
    let annuls = |r: &Recorded| matches!(act, Act::Annulment(a) if a.act_id == r.id);
    proposes(act) || acts.iter().any(|r| annuls(r) && proposes(&r.act))
}

/// Whether the role is told of acts that are hidden from others.
pub fn told_of_hidden(role: Role) -> bool {
    ActKind::PoliticalIssue.recorded_by().contains(&role)
}

/// Requires that the act referred to may be corrected or annulled by this role.
pub(crate) fn correctable(
    facts: &Facts,
    version: &Version,
    new: &Recorded,
    target: Uuid,
) -> Result<(), Vec<Check>> {
    let mut checks = Checks::new(version);
    let source = "Điều lệ, 4";
    // what the role is not told of is not there
    let told = |r: &&Recorded| told_of_hidden(new.role) || !hidden(&r.act, &facts.acts);
    let old = facts.acts.iter().filter(told).find(|r| r.id == target);
    let mut later = facts.acts.iter().filter(told).map(|r| &r.act);
    let gone = later.find(|act| {
        act.corrects() == Some(target) || matches!(act, Act::Annulment(a) if a.act_id == target)
    });
    checks.need(
        old.is_some() && gone.is_none(),
        "correction.act",
        source,
        met_or_unmet(
            ("Ghi nhận này đang có trong hồ sơ.", "The act stands."),
            match gone {
                None => ("Hồ sơ không có ghi nhận này.", "There is no such act here."),
                Some(Act::Annulment(_)) => (
                    "Ghi nhận này đã bị hủy.",
                    "The act has already been annulled.",
                ),
                Some(_) => (
                    "Ghi nhận này đã được sửa: hãy sửa, hủy bản mới nhất.",
                    "The act has already been corrected: correct or annul the newest one.",
                ),
            },
        ),
    );
    not_in_future(new.act.on(), facts, &mut checks);
    if let Some(old) = old {
        if let Act::Annulment(a) = &new.act
            && a.on < old.act.on()
        {
            checks.need(
                false,
                "correction.after",
                source,
                say(
                    format!(
                        "Ghi nhận cần hủy đề ngày {}; việc hủy không thể trước ngày ấy.",
                        vi(old.act.on())
                    ),
                    format!(
                        "The act to annul is dated {}; the annulment cannot be earlier.",
                        old.act.on()
                    ),
                ),
            );
        }
        checks.need(
            !(new.role == Role::BranchCommittee && submitted_since(facts, target)),
            "correction.submitted",
            source,
            met_or_unmet(
                (
                    "Hồ sơ còn ở cơ sở: sửa được.",
                    "The file has not been submitted since: it can be edited.",
                ),
                (
                    "Hồ sơ đã trình cấp có thẩm quyền: chi bộ không sửa được nữa.",
                    "The file has been submitted: the branch can no longer edit it.",
                ),
            ),
        );
        let annulled = matches!(old.act, Act::Annulment(_));
        let fits = if matches!(new.act, Act::Annulment(_)) {
            !old.act.opens() && !matches!(old.act, Act::Annulment(_) | Act::Transfer(_))
        } else {
            old.act.kind() == new.act.kind() && !matches!(old.act, Act::Transfer(_))
        };
        checks.need(
            fits,
            "correction.kind",
            source,
            met_or_unmet(
                (
                    "Sửa bằng một ghi nhận cùng loại, hoặc hủy.",
                    "An act of the same kind corrects it, or it is annulled.",
                ),
                if annulled {
                    (
                        "Không hủy được việc hủy một ghi nhận: hãy ghi lại việc đã bị hủy.",
                        "An annulment cannot be annulled: record again what was annulled.",
                    )
                } else {
                    (
                        "Chỉ sửa được bằng một ghi nhận cùng loại; không hủy được ghi nhận đầu tiên; việc chuyển chi bộ không sửa, không hủy mà chuyển lại.",
                        "Only an act of the same kind corrects it; the first act cannot be annulled; a transfer is followed by another one.",
                    )
                },
            ),
        );
        // the Office keeps the files, and records in the name of the upper committee
        let kept = matches!(old.role, Role::BranchCommittee | Role::UpperCommittee);
        let mended = new.role == Role::PartyOffice && kept;
        // what a branch has recorded stays its own, wherever the person has gone; the ceremony is
        // the first day of the membership, which the branch of today keeps
        let elsewhere = new.role == Role::BranchCommittee
            && facts.elsewhere.contains(&target)
            && !matches!(old.act, Act::Ceremony(_));
        checks.need(
            mended || old.role == new.role && !elsewhere,
            "correction.by",
            source,
            met_or_unmet(
                ("Do nơi đã ghi, hoặc Văn phòng Đảng ủy, sửa.", "Corrected by the role that recorded it, or by the Party Office."),
                if elsewhere {
                    (
                        "Việc này thuộc thời gian người đó ở chi bộ khác: phải do Văn phòng Đảng ủy sửa.",
                        "It is from the time when the person belonged to another branch: the Party Office corrects it.",
                    )
                } else {
                    (
                        "Chỉ nơi đã ghi sửa được; Văn phòng Đảng ủy sửa được ghi nhận của chi bộ và của cấp ủy cấp trên.",
                        "Only the role that recorded it may correct it; the Party Office may also correct what a branch or the upper committee recorded.",
                    )
                },
            ),
        );
    }
    let missing = checks.unmet();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(missing)
    }
}

/// Whether the file was submitted after this act was recorded, and has not been returned since.
fn submitted_since(facts: &Facts, act: Uuid) -> bool {
    let standing = standing(&facts.acts);
    let place = |id: Uuid| facts.acts.iter().position(|r| r.id == id);
    let last = |pick: fn(&Act) -> bool| {
        let last = standing.iter().rfind(|r| pick(&r.act));
        last.and_then(|r| place(r.id))
    };
    let sent = last(|a| matches!(a, Act::Submission(_)));
    let back = last(|a| matches!(a, Act::Return(_)));
    sent.is_some_and(|sent| {
        back.is_none_or(|back| back < sent) && place(act).is_some_and(|place| place < sent)
    })
}

/// Position of the act that `target` refers to among those in effect.
pub(crate) fn place_of(facts: &Facts, target: Uuid) -> usize {
    standing(&facts.acts)
        .iter()
        .position(|r| r.id == target || same_root(&facts.acts, r.id, target))
        .unwrap_or(0)
}

/// Annulling an end reopens the sponsorships, which count against the sponsor's limit as a new
/// assignment does.
pub(crate) fn sponsors_again(facts: &Facts, before: &File, after: &File) -> Vec<Check> {
    let ended = |member: Uuid| {
        let last = before.sponsors.iter().rfind(|s| s.member == member);
        last.and_then(|s| s.to_on)
    };
    let open = |file: &File| -> Vec<Uuid> {
        let open = file.sponsors.iter().filter(|s| s.to_on.is_none());
        open.map(|s| s.member).collect()
    };
    let held = open(before);
    let again = open(after).into_iter().filter(|m| !held.contains(m));
    again
        .filter_map(|member| Some((facts.members.get(&member)?, ended(member))))
        .flat_map(|(known, ended)| {
            let limit = facts.settings.on(&SPONSORSHIP_LOAD_LIMIT, facts.today);
            let load = known.most_sponsored_from(ended.unwrap_or(facts.today));
            sponsorship::reopen(load, limit)
        })
        .collect()
}

/// Whether `later` corrects, directly or indirectly, the act in effect under the id `root`.
fn same_root(acts: &[Recorded], root: Uuid, later: Uuid) -> bool {
    let mut id = later;
    while let Some(old) = acts
        .iter()
        .find(|r| r.id == id)
        .and_then(|r| r.act.corrects())
    {
        if old == root {
            return true;
        }
        id = old;
    }
    false
}

/// The acts in effect: annulled ones are dropped, and a correction takes the place and the id of
/// the act it corrects, so that references remain valid.
pub fn standing(acts: &[Recorded]) -> Vec<Recorded> {
    let mut gone: BTreeSet<Uuid> = BTreeSet::new();
    let mut root: BTreeMap<Uuid, Uuid> = BTreeMap::new();
    for r in acts {
        if let Some(old) = r.act.corrects() {
            gone.insert(old);
            root.insert(r.id, *root.get(&old).unwrap_or(&old));
        }
        if let Act::Annulment(a) = &r.act {
            gone.insert(a.act_id);
        }
    }
    let first = |id: Uuid| *root.get(&id).unwrap_or(&id);
    let place: BTreeMap<Uuid, usize> = acts.iter().enumerate().map(|(i, r)| (r.id, i)).collect();
    let mut standing: Vec<(usize, Recorded)> = acts
        .iter()
        .filter(|r| !gone.contains(&r.id) && !matches!(r.act, Act::Annulment(_)))
        .map(|r| {
            let as_first = Recorded {
                id: first(r.id),
                act: r.act.clone().with_reference(&first),
                regulation: r.regulation.clone(),
                ..*r
            };
            let place = place.get(&as_first.id).copied();
            (place.unwrap_or(usize::MAX), as_first)
        })
        .collect();
    standing.sort_by_key(|(place, _)| *place);
    standing.into_iter().map(|(_, r)| r).collect()
}
