//! Which acts may be corrected or annulled, and by whom.
use uuid::Uuid;

use crate::acts::Act;
use crate::candidacy::{Recorded, standing};
use crate::judgement::{Facts, not_in_future};
use crate::regulation::Version;
use crate::requirement::{Check, Checks};
use crate::words::Role;
use crate::{met_or_unmet, say, vi};

/// Requires that the act referred to may be corrected or annulled by this role.
pub(crate) fn correctable(
    facts: &Facts,
    version: &Version,
    new: &Recorded,
    target: Uuid,
) -> Result<(), Vec<Check>> {
    let mut checks = Checks::new(version);
    let source = "Điều lệ, 4";
    let old = facts.acts.iter().find(|r| r.id == target);
    let mut later = facts.acts.iter().map(|r| &r.act);
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
                (
                    "Chỉ sửa được bằng một ghi nhận cùng loại; không hủy được ghi nhận đầu tiên; việc chuyển chi bộ không sửa, không hủy mà chuyển lại.",
                    "Only an act of the same kind corrects it; the first act cannot be annulled; a transfer is followed by another one.",
                ),
            ),
        );
        // the Office keeps the files, and records in the name of the upper committee
        let kept = matches!(old.role, Role::BranchCommittee | Role::UpperCommittee);
        checks.need(
            old.role == new.role || (new.role == Role::PartyOffice && kept),
            "correction.by",
            source,
            met_or_unmet(
                ("Do nơi đã ghi, hoặc Văn phòng Đảng ủy, sửa.", "Corrected by the role that recorded it, or by the Party Office."),
                (
                    "Chỉ nơi đã ghi sửa được; Văn phòng Đảng ủy sửa được ghi nhận của chi bộ và của cấp ủy cấp trên.",
                    "Only the role that recorded it may correct it; the Party Office may also correct what a branch or the upper committee recorded.",
                ),
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
