//! Sentences that the conventions repeat throughout the document, in both languages.
use std::borrow::Cow;

use super::{acts, words};

/// A sentence in Vietnamese and English. Each `{}` stands for a name in backticks or a noun.
#[derive(Debug)]
pub struct Phrase {
    vi: &'static str,
    pub en: &'static str,
}

impl Phrase {
    /// The English sentence with these names and nouns filled in.
    pub fn about(&self, what: &[&str]) -> String {
        fill(self.en, what)
    }

    /// The names and nouns of an English text, if it is this sentence.
    fn read<'t>(&self, text: &'t str) -> Option<Vec<&'t str>> {
        let mut pieces = self.en.split("{}");
        let mut rest = text.strip_prefix(pieces.next()?)?;
        let mut what = Vec::new();
        while let Some(piece) = pieces.next() {
            let last = pieces.clone().next().is_none();
            let end = if last {
                rest.strip_suffix(piece)?.len()
            } else {
                rest.find(piece)?
            };
            what.push(&rest[..end]);
            rest = &rest[end + piece.len()..];
        }
        rest.is_empty().then_some(what)
    }
}

fn fill(template: &str, what: &[impl AsRef<str>]) -> String {
    what.iter().fold(template.to_owned(), |text, what| {
        text.replacen("{}", what.as_ref(), 1)
    })
}

macro_rules! phrases {
    ($($name:ident = $vi:literal, $en:literal;)*) => {
        $(pub const $name: Phrase = Phrase { vi: $vi, en: $en };)*
        const ALL: &[Phrase] = &[$($name),*];
    };
}

phrases! {
    FILTER = "Chỉ lấy bản ghi có `{}` này; nhiều giá trị: dùng dấu phẩy hoặc lặp lại tham số.", "Filter by `{}`; several values with commas or by repeating the parameter.";
    FILTER_ONE = "Chỉ lấy bản ghi có `{}` này.", "Filter by `{}`.";
    FILTER_FROM = "Từ `{}` này trở đi, tính cả giá trị này.", "Lower bound of `{}`, inclusive.";
    FILTER_TO = "Đến `{}` này, tính cả giá trị này.", "Upper bound of `{}`, inclusive.";
    SORT = "Thứ tự sắp xếp; `-` là giảm dần. Mặc định `{}`.", "Sort order; `-` for descending. Default: `{}`.";
    EXPANDED = "Khi có `expand={}`: đối tượng mà `{}` chỉ đến; null nếu tài khoản không được xem.", "With `expand={}`: the object that `{}` refers to; null if you may not see it.";
    OF_THE = "{} của {}", "{} of the {}";
    ACT_OF_KIND = "Ghi nhận loại `{}`", "An act of the kind `{}`";
    ACTS_OF_KIND = "Liệt kê các việc của một hồ sơ: {}", "List the acts of a candidacy: {}";
    STEP_OF_KIND = "Bước thuộc loại `{}`", "A step of the kind `{}`";
    PAGE = "Một trang danh sách {}", "A page of {}";
    NEW = "{} vừa tạo", "The new {}";
    AS_IT_IS_NOW = "{} sau khi thay đổi", "The {} after the change";
    THE = "{}", "The {}";
    LIST = "Các bản ghi trong phạm vi của tài khoản. Bộ lọc, sắp xếp, phân trang, `fields` và `expand` như trong phần giới thiệu.", "Returns the rows within your reach. See the introduction for filters, order, paging, `fields` and `expand`.";
    GET_ONE = "Trả 404 khi bản ghi không tồn tại và, cũng như vậy, khi bản ghi ngoài phạm vi của tài khoản.", "404 if the row does not exist or is out of your reach; the two cannot be told apart.";
    GET = "Không có bộ lọc.", "Takes no filters.";
    GET_SOME = "Chỉ nhận các tham số nêu dưới đây.", "Takes the parameters listed here, and no others.";
    CHANGE = "Merge patch (RFC 7396): trường không gửi thì giữ nguyên, `null` thì xóa, trừ trường có tên trong `_hidden` (422). Được kiểm tra như khi tạo. Phải kèm `If-Match`.", "A merge patch (RFC 7396): absent members are left unchanged, `null` clears, but not what `_hidden` names (422). Validated as on creation. Needs `If-Match`.";
    REMOVE = "Phải kèm `If-Match`. Bị từ chối với 409 khi còn bản ghi khác phụ thuộc.", "Needs `If-Match`. Refused with 409 while other rows depend on it.";
    CREATE = "Trả 201 kèm bản ghi vừa tạo, `ETag` và `Location`. Gửi kèm `Idempotency-Key` để có thể gửi lại yêu cầu một cách an toàn.", "Answers 201 with the new row, its `ETag` and `Location`. Send an `Idempotency-Key` so that the request can be repeated safely.";
    MERGE_PATCH = "Merge patch (RFC 7396): trường không gửi thì giữ nguyên, null thì xóa, trừ trường có tên trong `_hidden`.", "Merge patch (RFC 7396): absent members are left unchanged, null clears, but not what `_hidden` names.";
}

/// Suffix of the description of a list item's schema.
pub const IN_A_LIST: Phrase = Phrase {
    vi: "{} (trong danh sách; `fields` có thể bỏ bớt trường)",
    en: "{} (as a list item; `fields` may omit properties)",
};

/// The description without the suffix of list items, in either language.
pub fn of_the_whole(text: &str) -> Option<&str> {
    let whole = |phrase: &str| text.strip_suffix(phrase.strip_prefix("{}")?);
    whole(IN_A_LIST.en).or_else(|| whole(IN_A_LIST.vi))
}

/// Splits off the suffix of list items: the text before it, and the suffix in Vietnamese.
pub fn without_ending(text: &str) -> Option<(&str, &'static str)> {
    let what = IN_A_LIST.read(text)?;
    Some((what.first()?, IN_A_LIST.vi.strip_prefix("{}")?))
}

/// Translates a text that is one of the sentences, or of `properties.toml`; `noun` translates a noun,
/// the law its kinds of acts.
pub fn vietnamese<'n>(text: &str, mut noun: impl FnMut(&str) -> Option<&'n str>) -> Option<String> {
    if let Some(words) = words::vietnamese(text) {
        return Some(words.to_owned());
    }
    ALL.iter().find_map(|phrase| {
        let names = phrase
            .en
            .split("{}")
            .map(|before| before.ends_with(['`', '=']));
        let what: Option<Vec<Cow<'_, str>>> = phrase
            .read(text)?
            .into_iter()
            .zip(names)
            .map(|(what, name)| {
                if name {
                    Some(what.into())
                } else {
                    let kind = || acts::in_vietnamese(what);
                    noun(what).or_else(kind).map(Cow::from)
                }
            })
            .collect();
        Some(capital(&fill(phrase.vi, &what?)))
    })
}

fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(rest).collect()
    })
}
