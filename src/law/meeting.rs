//! The minutes of a branch's meeting against the register of its day, as those of a vote are.
use chrono::NaiveDate;

use crate::register::Register;
use crate::requirement::{Check, Checks};
use crate::{say, vi};

const SOURCE: &str = "kế hoạch, II.2; Điều lệ, 4.2";

/// What the minutes say that cannot be: of so many members, so many present.
pub fn attendance(register: &Register, on: NaiveDate, members: i32, present: i32) -> Vec<Check> {
    let lines = || register.on(on);
    let counted = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    let there = counted(lines().count());
    let barred = counted(lines().filter(|l| l.activities.on(on).barred()).count());
    let (day, able) = (vi(on), there - barred);
    let mut checks = Checks::default();
    checks.need(
        members == there,
        "vote.register",
        SOURCE,
        say(
            format!("Biên bản ghi {members} đảng viên; danh sách ngày {day} có {there} (chính thức và dự bị)."),
            format!("The minutes say {members} members; the register of {on} has {there}, official and probationary."),
        ),
    );
    checks.need(
        present <= able,
        "vote.present",
        SOURCE,
        say(
            format!("Số người có mặt ({present}) nhiều hơn số đảng viên không bị đình chỉ sinh hoạt ({able})."),
            format!("More people present ({present}) than members who are not suspended ({able})."),
        ),
    );
    checks.unmet()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::Line;
    use crate::words::Activity;

    /// Of 15 members, one of them on probation, two are suspended and one is exempt, who may come.
    #[test]
    fn the_minutes_are_those_of_the_register() {
        let day = |s: &str| s.parse::<NaiveDate>().unwrap();
        let line = |activity| Line::official(day("2010-05-19"), activity);
        let mut lines = vec![line(Activity::Active); 11];
        lines.extend([Activity::Suspended, Activity::Prosecuted, Activity::Exempt].map(line));
        lines.push(Line {
            official_from: None,
            ..line(Activity::Active)
        });
        let register = Register(lines);
        let refused = |members, present| {
            let unmet = attendance(&register, day("2021-03-20"), members, present);
            unmet.into_iter().map(|c| c.rule).collect::<Vec<_>>()
        };
        assert_eq!(refused(15, 13), [""; 0]);
        assert_eq!(refused(15, 14), ["vote.present"]);
        assert_eq!(refused(14, 13), ["vote.register"]);
        assert_eq!(refused(16, 14), ["vote.register", "vote.present"]);
    }
}
