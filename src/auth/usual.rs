//! What passwords here are most likely made of: words, names of people, dates.

/// The words that passwords here are most likely made of, which therefore do not count.
pub const USUAL: &[&str] = &[
    "matkhau",
    "password",
    "ketnap",
    "ketnapdang",
    "dangvien",
    "dangbo",
    "danguy",
    "dangcongsan",
    "chibo",
    "chiuy",
    "congdoan",
    "doanthanhnien",
    "vietnam",
    "yte",
    "benhvien",
    "hanoi",
    "saigon",
    "hochiminh",
    "anhyeuem",
    "emyeuanh",
    "xinchao",
    "khongbiet",
    "muonnam",
    "quangvinh",
    "doclaptudohanhphuc",
    "cuatoi",
    "cuaban",
    "cuaminh",
    "bimat",
    "demo",
    "admin",
    "khongaibiet",
    "thuongvu",
    "banthuongvu",
    "vanphong",
    "huyenuy",
    "tinhuy",
    "doanvien",
    "bacsi",
    "bacsy",
    "dieuduong",
    "duocsi",
    "benhnhan",
    "trungtam",
    "tramyte",
    "iloveyou",
    "loveyou",
    "baby",
    "honey",
    "yeuem",
    "yeuanh",
    "giadinh",
    "hanhphuc",
    "hongphuc",
    "quockhanh",
    "quoctekhanh",
    "sinhnhat",
    "tinhyeu",
    "maimai",
    "welcome",
    "qwerty",
    "ngay",
    "thang",
];

/// Proverbs, songs, slogans, greetings and places that everybody knows, as they are typed. They do not
/// count either.
pub const PHRASES: &str = "\
    congchanhunuithaison nghiamenhunuoctrongnguonchayra cocongmaisatcongaynenkim uongnuocnhonguon \
    anquanhoketrongcay lalanhdumlarach motcaylamchangnennon bacaychumlainenhonnuicao \
    dimotngaydanghocmotsangkhon ganmucthidengandenthisang totgohontotnuocson khongthaydomaylamnen \
    tienhoclehauhocvan hochocnuahocmai cochithinen thatbailamethanhcong nuocchaydamon kienthalaucungdayto \
    doichosachrachchothom thuongnguoinhuthethuongthan ohiengaplanh gieogiogatbao cayngaykhongsochetdung \
    echngoidaygieng tramhaykhongbangtayquen tramnghekhongbangmotthay songcokhucnguoicoluc \
    bananhemxamualanggienggan anhemnhuthetaychan chingaemnang mauchayruotmem motconnguadaucatauboco \
    phepvuathualelang datlanhchimdau luathuvanggiannanthusuc tramnamtrongcoinguoita \
    chutaichumenhkheolaghetnhau bauoithuonglaybicung tuyrangkhacgiongnhungchungmotgian \
    nhieudieuphulaygiaguong nguoitrongmotnuocphaithuongnhaucung trongdamgidepbangsen \
    ganbunmachanghoitanhmuibun namquocsonhanamdecu rungvangbienbac conrongchautien sontinhthuytinh \
    motconvitxoerahaicaicanh kiaconbuomvang chaulenbachaudimaugiao canhathuongnhau bathuongconvicongiongme \
    bongbongbangbang concobebe backimthangcalangbiro quehuonglachumkhengot noivongtaylon \
    namanhemtrenmotchiecxetang nhucobactrongngayvuidaithang doanquanvietnamdi chunglongcuuquoc tienquanca \
    mothaibabonnamsaubaytamchinmuoi khongcogiquyhondoclaptudo doanketlasucmanh doanketdoanketdaidoanket \
    thanhcongthanhcongdaithanhcong cankiemliemchinh chicongvotu vinhandanphucvu luongynhutumau \
    thaythuocnhumehien connuoccontat phongbenhhonchuabenh suckhoelavang songchiendaulaodonghoctap \
    theoguongbachovidai conghoaxahoichunghia bachokinhyeu dangiaunuocmanh danchucongbangvanminh \
    dangdachotamotmuaxuan mungdangmungxuan trungvoidanghieuvoidan khokhannaocungvuotqua \
    kethunaocungdanhthang nhiemvunaocunghoanthanh quyetchienquyetthang bodoicuho quandoinhandan \
    chucmungnammoi ankhangthinhvuong vansunhuy tienvaonhunuoc madaothanhcong thanhcong mayman binhan maiyeu \
    hoctapvalamtheo tutuongdaoducphongcach khongthenaoquenduoc songlamviec hocvahanh noidilamdoi vinuocquenthan viloiichmuoinamtrongcay \
    correcthorsebatterystaple thequickbrownfox jumpsoverthelazydog tobeornottobe thatisthequestion \
    maytheforcebewithyou loremipsumdolorsitamet livelongandprosper keepcalmandcarryon \
    nhomai nhieulam hoangsa truongsa truongson songhong cuulong bachdang halong thanglong dienbienphu danang \
    haiphong cantho nhatrang dalat songhuongnuingu congan cuuhoa capcuu 113 114 115";

const SURNAMES: &str = "\
    nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dao doan vuong trinh truong \
    dinh lam phung mai to ha luong la lo quang cam luu cao chu thai ta tong quach trieu nong ma mac dam \
    kieu khuat nghiem bach lai giang vang tham lu ung giap hua khong nghiem sung thao ton vi";

const GIVEN_NAMES: &str = "\
    ai an anh ba bac bach bao bich binh ca cam canh cat chau chi chien chinh chung cong cuc cuong dai dan \
    dang dao dat diem diep dieu dinh doan dong duc dung duong duy duyen gia giang giao ha hai han hang hanh \
    hao hau hien hiep hieu hoa hoai hoan hoang hoc hoi hong hop hue hung huong huu huyen kha khai khang \
    khanh khoa khoi kien kieu kim lam lan lanh le lien lieu linh loan loc loi long luan luc luong ly mai man \
    manh minh my nam nga ngan nghi nghia ngoc nguyen nguyet nhan nhat nhi nhien nhu nhung ninh nu oanh phat \
    phi phong phu phuc phung phuoc phuong quan quang quoc quy quyen quyet quynh sang si sinh son suong tai \
    tam tan thach thai tham thang thanh thao the thi thien thinh tho thoa thom thong thu thuan thuc thuong \
    thuy thuyen tien tin tinh toan toai tra tram trang tri trieu trinh trong truc trung truong tu tuan tue \
    tung tuoi tuong tuyen tuyet uyen van vi viet vinh vu vuong vy xuan yen a b c x y";

/// What one counts with.
const COUNTED: &str = "\
    khong mot hai ba bon tu nam lam sau bay tam chin muoi \
    zero one two three four five six seven eight nine ten";

/// As many of these in a row are no words but a count.
const A_COUNT: usize = 3;

/// Neighbours, in the alphabet and on the keyboard.
const NEIGHBOURS: [&str; 2] = [
    "0123456789 abcdefghijklmnopqrstuvwxyz",
    "1234567890 qwertyuiop asdfghjkl zxcvbnm",
];

/// As many characters that go on by a rule are no password.
const A_PATTERN: usize = 6;

/// How many names a person has after the surname, at most.
const MOST_NAMES: usize = 4;

/// What is left of the text when words are cut out of it, so that as little as possible is left.
pub(super) fn rest(text: &str, words: &[String]) -> String {
    let text: Vec<char> = text.chars().collect();
    let words: Vec<Vec<char>> = words.iter().map(|word| word.chars().collect()).collect();
    // for each position: how many letters remain of the rest, and the length of the word removed
    // there
    let mut best = vec![(0, 0); text.len() + 1];
    for at in (0..text.len()).rev() {
        let ends = words.iter().filter(|word| text[at..].starts_with(word));
        let cut = ends.map(|word| (best[at + word.len()].0, word.len()));
        best[at] = cut.chain([(best[at + 1].0 + 1, 0)]).min().unwrap_or((0, 0));
    }
    let (mut left, mut at) = (String::new(), 0);
    while at < text.len() {
        if best[at].1 == 0 {
            left.push(text[at]);
        }
        at += best[at].1.max(1);
    }
    left
}

/// Whether the letters are a surname and given names.
pub(super) fn is_name(letters: &str) -> bool {
    let surnames = SURNAMES.split_whitespace();
    let mut given = surnames.filter_map(|surname| letters.strip_prefix(surname));
    given.any(|given| !given.is_empty() && are_names(given, MOST_NAMES))
}

/// Whether the letters are given names, and no more than a person has.
pub(super) fn are_given_names(letters: &str) -> bool {
    are_names(letters, MOST_NAMES)
}

fn are_names(letters: &str, most: usize) -> bool {
    let mut rest = GIVEN_NAMES
        .split_whitespace()
        .filter_map(|name| letters.strip_prefix(name));
    letters.is_empty() || most > 0 && rest.any(|rest| are_names(rest, most - 1))
}

/// The text without what goes on by a rule: neighbours and repetitions, alone or in turns of up to
/// four (`abcdef`, `a1b2c3`, `1qaz2wsx3edc`), and counting in words.
pub(super) fn unruled(text: &str) -> String {
    let all: Vec<char> = text.chars().collect();
    let (mut left, mut at) = (String::new(), 0);
    while at < all.len() {
        let rest = &all[at..];
        let turns = (1..=4).flat_map(|turn| NEIGHBOURS.map(|known| ruled(rest, turn, known)));
        let longest = turns.max().unwrap_or(0).max(counted(rest));
        if longest == 0 {
            left.push(all[at]);
        }
        at += longest.max(1);
    }
    left
}

/// How many characters from the first one on go on in turns, each to a neighbour in its direction or
/// staying where it is; 0 if too few to be a rule.
fn ruled(text: &[char], turn: usize, known: &str) -> usize {
    let place = |c: char| known.chars().zip(0_i16..).find(|(k, _)| *k == c);
    let step = |at: usize| {
        let (_, here) = place(text[at])?;
        let (_, before) = place(text[at - turn])?;
        Some(here - before).filter(|step| step.abs() <= 1)
    };
    let goes_on = |at: &usize| {
        let own = step(*at);
        own.is_some() && (*at < 2 * turn || own == step(*at - turn))
    };
    let end = turn + (turn..text.len()).take_while(goes_on).count();
    if end >= A_PATTERN.max(3 * turn) {
        end
    } else {
        0
    }
}

/// How many characters from the first one on are words that one counts with; 0 if too few.
fn counted(text: &[char]) -> usize {
    let (mut end, mut words) = (0, 0);
    let next = |end: usize| {
        let fits = COUNTED.split(' ').filter(|word| {
            let mut rest = text[end..].iter();
            !word.is_empty() && word.chars().all(|c| rest.next() == Some(&c))
        });
        fits.map(str::len).max()
    };
    while let Some(length) = next(end) {
        end += length;
        words += 1;
    }
    if words >= A_COUNT { end } else { 0 }
}

/// The text without digits that are a date, a year, in order or somebody's number; none if there are no
/// such digits.
pub(super) fn undated(text: &str) -> Option<String> {
    let mut beside = String::new();
    let mut found = false;
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, digits) = rest.split_at(at);
        let end = digits.find(|c: char| !c.is_ascii_digit());
        let (run, after) = digits.split_at(end.unwrap_or(digits.len()));
        beside.push_str(before);
        if is_usual(run.as_bytes()) {
            found = true;
        } else {
            beside.push_str(run);
        }
        rest = after;
    }
    beside.push_str(rest);
    found.then_some(beside)
}

/// Digits that are a date or a year, go on by the same step, or are so many that they are a date, the
/// number of a telephone, of an account or of a citizen.
fn is_usual(run: &[u8]) -> bool {
    let number = |at: std::ops::Range<usize>| {
        let digits = run.get(at).unwrap_or_default().iter();
        digits.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'))
    };
    let year = |at: usize| (1900..=2099).contains(&number(at..at + 4));
    let day = |day: usize, month: usize| {
        (1..=31).contains(&number(day..day + 2)) && (1..=12).contains(&number(month..month + 2))
    };
    let steps: Vec<i16> = (run.windows(2))
        .map(|two| i16::from(two[1]) - i16::from(two[0]))
        .collect();
    let in_order = steps
        .iter()
        .all(|step| *step == steps[0] && step.abs() <= 1);
    match run.len() {
        0..=2 => false,
        4 if year(0) || day(0, 2) => true,
        6 if day(0, 2) || day(4, 2) => true,
        8.. => true,
        _ => in_order,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_little_as_possible_is_left() {
        let words = ["ketnap", "ketnapdang", "dangvien"].map(str::to_owned);
        assert_eq!(rest("ketnapdangvien123", &words), "123");
        assert_eq!(rest("xketnapdangy", &words), "xy");
        assert_eq!(rest("", &words), "");
    }

    #[test]
    fn digits_that_are_a_date_do_not_count() {
        for (text, beside) in [
            ("nguyenvanan010190", Some("nguyenvanan")),
            ("an02091945binh", Some("anbinh")),
            ("hongphuc20262026", Some("hongphuc")),
            ("abc123456", Some("abc")),
            ("x7777y", Some("xy")),
            ("k3j9v2841q", None),
            ("a93712", None),
            ("090912345609091", Some("")),
            ("goi84901234567", Some("goi")),
            ("gaotrangnuoctrong", None),
        ] {
            assert_eq!(undated(text).as_deref(), beside, "{text}");
        }
    }

    #[test]
    fn what_goes_on_by_a_rule_does_not_count() {
        for (text, left) in [
            ("a1b2c3d4e5f6g7h8", ""),
            ("1q2w3e4r5t6y7u8i9o", ""),
            ("1qaz2wsx3edc4rfv", ""),
            ("qazwsxedcrfvtgb", ""),
            ("abcabcabcxyz", "xyz"),
            ("zyxwvu987654", ""),
            ("mothaibabonnamsau", ""),
            ("onetwothreekhoai", "khoai"),
            ("chinconchuotleolencotden", "chinconchuotleolencotden"),
            ("gaotrangnuoctrong", "gaotrangnuoctrong"),
            ("k3j9v2841qz7wm5t", "k3j9v2841qz7wm5t"),
        ] {
            assert_eq!(unruled(text), left, "{text}");
        }
    }

    #[test]
    fn a_name_begins_with_a_surname() {
        assert!(is_name("nguyenvanan") && is_name("tranthithanhthuy"));
        assert!(is_name("nguyenvana"));
        for other in ["gaotrangnuoctrong", "doanketlasucmanh", "nguyen", ""] {
            assert!(!is_name(other), "{other}");
        }
    }
}
