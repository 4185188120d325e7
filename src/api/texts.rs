//! What is refused in every text of a body: marks of secrecy, since documents marked Mật or above
//! are referred to by number and date only; and invisible characters beyond the basic plane, which
//! the patterns of the document cannot name.
use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;

use crate::error::{Fault, MOST_FAULTS, part};
use crate::law::{say, text};

/// The words of a text. Letters that stand apart are one word: `M Ậ T`.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut apart = false;
    let parts = text.split(|c: char| !c.is_alphanumeric());
    for word in parts.filter(|word| !word.is_empty()) {
        let letter = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
        let open = words.last_mut().filter(|_| letter && apart);
        if let Some(last) = open {
            last.push_str(word);
        } else {
            words.push(word.to_owned());
        }
        apart = letter;
    }
    words
}

/// Whether a text bears a mark of secrecy: `tối mật` or `tuyệt mật` anywhere, in capitals without
/// diacritics too; `mật` where nothing else is meant: alone, in brackets, after `độ mật`, or as a word in
/// capitals beside others that are not.
fn marked(text: &str) -> bool {
    // as it would be stored, with full-width letters converted
    let text: String = text::normal(text).nfkc().collect();
    let written = words(&text);
    let lower: Vec<String> = written.iter().map(|w| w.to_lowercase()).collect();
    let pair = |first: &str| {
        lower
            .windows(2)
            .any(|two| two[0] == first && two[1] == "mật")
    };
    let unmarked = || {
        let mut pairs = written.windows(2);
        pairs.any(|two| ["TUYET", "TOI"].contains(&two[0].as_str()) && two[1] == "MAT")
    };
    let whole = || matches!(lower.as_slice(), [word] if ["mật", "tốimật", "tuyệtmật"].contains(&word.as_str()));
    let graded = || (lower.windows(3)).any(|three| three == ["độ", "mật", "mật"]);
    let bracketed = || {
        let inside = text.split(['(', '[']).skip(1);
        let mut inside = inside.filter_map(|rest| rest.split_once([')', ']']));
        inside.any(|(mark, _)| mark.trim().to_lowercase() == "mật")
    };
    let stamped = || {
        let before = |i: usize| i.checked_sub(1).map(|i| lower[i].as_str());
        // a name may be written entirely in capitals
        let name = |w: &String| w.to_uppercase() == *w && w.chars().all(char::is_alphabetic);
        let shouted = written.len() > 1 && written.iter().all(name);
        let mut places = (0..written.len()).filter(|i| written[*i] == "MẬT");
        places.any(|i| match before(i) {
            Some("bí") => false,
            Some("liệu") => true,
            Some(_) | None => !shouted,
        })
    };
    pair("tối") || pair("tuyệt") || unmarked() || whole() || graded() || bracketed() || stamped()
}

/// Whether a character beyond the basic plane is one that texts are [refused](text::refused) for.
fn invisible(text: &str) -> bool {
    text.chars().any(|c| c > '\u{FFFF}' && text::refused(c))
}

/// A fault for every text of the body that must not be stored.
pub fn faults(body: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    visit(body, String::new(), &mut faults);
    faults
}

fn visit(value: &Value, pointer: String, faults: &mut Vec<Fault>) {
    match value {
        Value::String(text) if faults.len() < MOST_FAULTS && marked(text) => {
            let words = say(
                "Không ghi nội dung của tài liệu có dấu độ mật: chỉ dẫn số và ngày.",
                "Nothing of a document with a mark of secrecy is kept here: name its number and date only.",
            );
            faults.push(Fault::pointer(pointer, "state_secret_refused", words));
        }
        Value::String(text) if faults.len() < MOST_FAULTS && invisible(text) => {
            let words = say(
                "Có ký tự không được phép.",
                "With characters that are not allowed.",
            );
            faults.push(Fault::pointer(pointer, "bad_format", words));
        }
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                visit(item, format!("{pointer}/{i}"), faults);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                visit(field, format!("{pointer}/{}", part(name)), faults);
            }
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_secrecy_are_told_from_the_word() {
        for text in [
            "(MẬT) Nội dung",
            "Nội dung tối mật",
            "TUYỆT MẬT: số 5-BC/TU",
            "12-BC/ĐU (Mật)",
            "12-BC/ĐU [ mật ]",
            "Độ mật: MẬT",
            "độ mật mật",
            "MẬT",
            "Công văn MẬT số 5",
            "12-BC/ĐU MẬT",
            "TÀI LIỆU MẬT",
            "to\u{302}\u{301}i m\u{1ead}t",
            "T\u{200b}ối mật",
            "Công văn M\u{200b}ẬT số 5",
            "(M\u{200b}ật) Nội dung",
            "tối m\u{2060}ật",
            "tối\u{a0}mật",
            "12-BC/ĐU \u{ff2d}Ậ\u{ff34}",
            "Mật",
            "- Mật -",
            "TUYET MAT",
            "12-BC TOI MAT",
            "M Ậ T",
            "Công văn M.Ậ.T số 5",
            "T U Y Ệ T  M Ậ T",
        ] {
            assert!(marked(text), "{text}");
        }
        for text in [
            "Bảo vệ bí mật nhà nước",
            "BẢO VỆ BÍ MẬT NHÀ NƯỚC",
            "Tập huấn về BÍ MẬT nhà nước",
            "Bỏ phiếu kín, giữ bí mật",
            "Nguyễn Văn Mật",
            "NGUYỄN VĂN MẬT",
            "mật ong",
            "Mật khẩu",
            "Tài liệu có độ mật: dẫn số và ngày",
            "(bí mật)",
            "12-BC/ĐU",
            "Tổ A B C",
            "Tuyết Mát",
            "TRẦN THỊ TUYẾT",
        ] {
            assert!(!marked(text), "{text}");
        }
    }
}
