//! Who may be enrolled in which class.
use chrono::NaiveDate;

pub use super::vocabulary::ClassKind as Kind;
use super::{Check, Checks, Stage, say};

/// What the rule asks.
#[derive(Clone, Debug)]
pub struct Facts {
    pub kind: Kind,
    pub starts_on: NaiveDate,
    pub stage: Stage,
    /// A certificate of this kind of class is held.
    pub certified: bool,
    pub certificate_valid_to: Option<NaiveDate>,
}

/// Every reason why this person has no place in this class.
pub fn enrol(f: &Facts) -> Vec<Check> {
    let mut checks = Checks::default();
    let fits = match f.kind {
        Kind::Awareness => matches!(f.stage, Stage::InPlan | Stage::Dossier),
        Kind::NewMember => matches!(f.stage, Stage::Probationary | Stage::RecognitionBranchResolved | Stage::RecognitionCommitteeResolved),
    };
    if !fits {
        let (vi, en) = match f.kind {
            Kind::Awareness => (
                "Lớp nhận thức về Đảng dành cho người trong quy hoạch hoặc đang lập hồ sơ.",
                "The awareness class is for people in the plan or with an open dossier.",
            ),
            Kind::NewMember => ("Lớp đảng viên mới dành cho đảng viên dự bị.", "The new-member class is for probationary members."),
        };
        checks.need(false, "class.stage", "kế hoạch, II.2 và II.3", say(vi, en));
    }
    let held = f.certified && f.certificate_valid_to.is_none_or(|to| to >= f.starts_on);
    if held {
        let until = f.certificate_valid_to.map(|d| d.to_string()).unwrap_or_default();
        checks.need(
            false,
            "class.certificate.none",
            "kế hoạch, II.2",
            say(format!("Đã có giấy chứng nhận còn giá trị {until}."), format!("A certificate is still in date {until}.")),
        );
    }
    checks.unmet()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(stage: Stage, valid_to: Option<&str>) -> Facts {
        Facts {
            kind: Kind::Awareness,
            starts_on: "2025-01-16".parse().unwrap(),
            stage,
            certified: valid_to.is_some(),
            certificate_valid_to: valid_to.map(|d| d.parse().unwrap()),
        }
    }

    #[test]
    fn a_certificate_that_ended_the_day_before_does_not_stand_in_the_way() {
        assert_eq!(enrol(&facts(Stage::InPlan, Some("2025-01-15"))), []);
        assert_eq!(enrol(&facts(Stage::InPlan, Some("2025-01-16"))).len(), 1);
    }

    #[test]
    fn the_awareness_class_is_for_the_plan_and_the_dossier() {
        assert_eq!(enrol(&facts(Stage::Dossier, None)), []);
        assert_eq!(enrol(&facts(Stage::Nominated, None))[0].rule, "class.stage");
        assert_eq!(enrol(&facts(Stage::BranchResolved, None))[0].rule, "class.stage");
        assert_eq!(enrol(&facts(Stage::Probationary, None))[0].rule, "class.stage");
    }
}
