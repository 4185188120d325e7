//! Passwords, hashed with argon2id (m = 47104 KiB, t = 1, p = 1) on a bounded number of blocking
//! threads; secrets of service accounts. Stored hashes do not leave the database.
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use tokio::sync::{Mutex, OwnedMutexGuard, Semaphore};
use unicode_normalization::UnicodeNormalization;

use super::{one_time, usual};
use crate::error::{Error, Result};
use crate::law::{Words, say};
pub use usual::{PHRASES, USUAL};

/// Minimum length of a person's password, in characters.
pub const SHORTEST: usize = 15;

/// The least beside a date, a number or a pattern, without the usual words.
const BESIDE_A_DATE: usize = 12;

/// The least number of guesses for words from dictionaries, each tried with each.
const GUESSES: u64 = 1_000_000_000;

/// The default password of the demo accounts. It is published, so no one may choose it.
pub const DEMO: &str = "ketnap-demo-2020-2025";

/// Cost parameters of a hash.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    pub memory_kib: u32,
    pub passes: u32,
}

impl Cost {
    /// OWASP's recommendation for argon2id.
    pub const SERVICE: Self = Self {
        memory_kib: 47_104,
        passes: 1,
    };

    fn hasher(self) -> anyhow::Result<Argon2<'static>> {
        let params = Params::new(self.memory_kib, self.passes, 1, None)
            .map_err(|e| anyhow::anyhow!("argon2 parameters: {e}"))?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }

    fn hash(self, password: &str) -> anyhow::Result<String> {
        let folded: String = password.nfkc().collect();
        Ok(self
            .hasher()?
            .hash_password(folded.as_bytes())
            .map_err(|e| anyhow::anyhow!("argon2: {e}"))?
            .to_string())
    }

    /// The beginning of a hash for an unknown login: cost, and a random salt.
    fn decoy(self) -> anyhow::Result<String> {
        let Self { memory_kib, passes } = self;
        let mut salt = [0_u8; 16];
        aws_lc_rs::rand::fill(&mut salt).map_err(|_| anyhow::anyhow!("no randomness"))?;
        let salt = STANDARD_NO_PAD.encode(salt);
        Ok(format!(
            "$argon2id$v=19$m={memory_kib},t={passes},p=1${salt}"
        ))
    }
}

/// The hash that the password would have under a stored one that begins so: with its cost and salt.
fn hash_like(beginning: &str, password: &str) -> anyhow::Result<String> {
    let wrong = |what: &dyn std::fmt::Display| anyhow::anyhow!("a stored hash: {what}");
    let parts = PasswordHash::new(beginning).map_err(|e| wrong(&e))?;
    let params = Params::try_from(&parts).map_err(|e| wrong(&e))?;
    let salt = parts.salt.ok_or_else(|| wrong(&"it has no salt"))?;
    let mut hash = [0_u8; Params::DEFAULT_OUTPUT_LEN];
    let folded: String = password.nfkc().collect();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(folded.as_bytes(), &salt, &mut hash)
        .map_err(|e| wrong(&e))?;
    Ok(format!("{beginning}${}", STANDARD_NO_PAD.encode(hash)))
}

/// Hashes on the current thread; for the commands.
pub fn hash_now(password: &str) -> anyhow::Result<String> {
    Cost::SERVICE.hash(password)
}

/// 32 random bytes as text, for service accounts.
pub fn random_secret() -> anyhow::Result<String> {
    let mut bytes = [0_u8; 32];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| anyhow::anyhow!("no randomness"))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// The reason why a password is not acceptable, or `None`. `current` is the password or one-time
/// code it replaces; `about` holds the names of the account, the person and the organisation.
pub fn weakness(password: &str, current: &str, about: &[&str]) -> Option<Words> {
    let folded = password.nfkc().collect::<String>();
    if folded.chars().count() < SHORTEST {
        return Some(say(
            format!("Mật khẩu cần ít nhất {SHORTEST} ký tự."),
            format!("A password needs at least {SHORTEST} characters."),
        ));
    }
    // at the next sign-in it would be taken for a mistyped code
    if one_time::first_word(&folded).is_some() {
        return Some(say(
            "Mật khẩu không được có dạng mã dùng một lần và không được bắt đầu bằng một chuỗi có dạng đó.",
            "A password must neither have the form of a one-time code nor begin with one.",
        ));
    }
    if folded == current.nfkc().collect::<String>() {
        return Some(say(
            "Mật khẩu mới phải khác mật khẩu hoặc mã hiện tại.",
            "The new password must differ from the present password or code.",
        ));
    }
    // as written, and with signs and digits replaced by the letters they stand for; each backwards
    // too
    let readings: [fn(&str) -> String; 3] = [
        letters,
        |text| letters(&unsigned(text, false)),
        |text| letters(&unsigned(text, true)),
    ];
    for read in readings {
        let plain = read(password);
        let backwards: String = plain.chars().rev().collect();
        if [plain, backwards]
            .iter()
            .any(|plain| guessable(plain, about, read))
        {
            return Some(say(
                "Mật khẩu quá dễ đoán.",
                "The password is too easy to guess.",
            ));
        }
    }
    None
}

/// Whether a guesser who knows the names of the account, the person and the organisation soon tries
/// it. `read` reads words as the password was read.
fn guessable(plain: &str, about: &[&str], read: fn(&str) -> String) -> bool {
    let usual = USUAL.iter().copied().chain(PHRASES.split_whitespace());
    let mut context: Vec<String> = usual.map(read).collect();
    for name in about {
        context.push(read(name));
        context.extend(name.split(|c: char| !c.is_alphanumeric()).map(read));
    }
    context.retain(|word| word.len() >= 3);
    let rest = usual::rest(plain, &context);
    // guessers append dates to everything
    let unruled = usual::unruled(plain);
    let undated = usual::undated(&unruled).unwrap_or(unruled);
    let bare = usual::rest(&undated, &context);
    let short_beside_a_date = undated != plain && bare.chars().count() < BESIDE_A_DATE;
    // the same word twice
    let half = plain.len() / 2;
    let twice =
        plain.len().is_multiple_of(2) && half < SHORTEST && plain.get(..half) == plain.get(half..);
    let distinct: std::collections::BTreeSet<char> = rest.chars().collect();
    let inputs: Vec<&str> = context.iter().map(String::as_str).collect();
    let short: String = plain.chars().take(100).collect();
    let judged = zxcvbn::zxcvbn(&short, &inputs);
    // zxcvbn's own total rates any three words as a good password
    let each = judged.sequence().iter().filter_map(|part| part.guesses);
    plain == read(DEMO)
        || twice
        || short_beside_a_date
        || rest != plain && usual::are_given_names(&rest)
        || usual::is_name(&undated)
        || usual::is_name(&bare)
        || distinct.len() < 5
        || zxcvbn::zxcvbn(&rest, &[]).score() < zxcvbn::Score::Two
        || judged.score() < zxcvbn::Score::Three
        || each.fold(1, u64::saturating_mul) < GUESSES
}

/// The letters that signs, and digits if asked, stand for in a word that is disguised.
fn unsigned(text: &str, digits: bool) -> String {
    let letter = |c: char| match c {
        '@' => 'a',
        '!' => 'i',
        '$' => 's',
        '0' if digits => 'o',
        '1' if digits => 'i',
        '3' if digits => 'e',
        '4' if digits => 'a',
        '5' if digits => 's',
        '7' if digits => 't',
        other => other,
    };
    text.chars().map(letter).collect()
}

/// Lower-case letters and digits without diacritics, as a guesser would try them.
fn letters(text: &str) -> String {
    let folded: String = text.nfkd().collect::<String>().to_lowercase();
    let folded = folded.replace('đ', "d");
    folded.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Hashes off the worker threads, at most two at a time.
#[derive(Clone)]
pub struct Passwords {
    places: Arc<Semaphore>,
    turns: Arc<[Arc<Mutex<()>>]>,
    /// Hashed with when the login is unknown, so that the response takes as long as for a known one.
    decoy: Arc<str>,
    cost: Cost,
}

impl Passwords {
    pub fn new(cost: Cost) -> anyhow::Result<Self> {
        Ok(Self {
            places: Arc::new(Semaphore::new(2)),
            turns: std::iter::repeat_with(Arc::default).take(64).collect(),
            decoy: cost.decoy()?.into(),
            cost,
        })
    }

    /// Waits until no other password with the same `of` is being hashed.
    pub async fn turn(&self, of: &impl Hash) -> OwnedMutexGuard<()> {
        let mut hasher = DefaultHasher::new();
        of.hash(&mut hasher);
        let place = usize::try_from(hasher.finish() % 64).unwrap_or(0);
        let turn = self.turns.get(place).cloned().unwrap_or_default();
        turn.lock_owned().await
    }

    /// Whether the hash, or one that begins so, has another cost than the current one.
    pub fn outdated(&self, hash: &str) -> bool {
        let cost = |hash: &str| {
            hash.split('$')
                .take(4)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        cost(hash) != cost(&self.decoy)
    }

    pub async fn hash(&self, password: String) -> Result<String> {
        let _place = self.places.acquire().await.map_err(Error::internal)?;
        let cost = self.cost;
        actix_web::rt::task::spawn_blocking(move || cost.hash(&password))
            .await
            .map_err(Error::internal)?
            .map_err(Error::internal)
    }

    /// The hash that the password would have beside a stored one, of which only the beginning is
    /// known: whether they are equal is for the database to say. `None` stands for an unknown login
    /// and takes the same time.
    pub async fn hash_like(&self, password: String, beginning: Option<String>) -> Result<String> {
        let _place = self.places.acquire().await.map_err(Error::internal)?;
        let beginning = beginning.unwrap_or_else(|| self.decoy.to_string());
        actix_web::rt::task::spawn_blocking(move || hash_like(&beginning, &password))
            .await
            .map_err(Error::internal)?
            .map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_has_the_hash_that_begins_as_its_own() {
        let cost = Cost {
            memory_kib: 64,
            passes: 1,
        };
        let stored = cost.hash("gạo trắng nước trong").unwrap();
        let (beginning, _) = stored.rsplit_once('$').unwrap();
        assert_eq!(
            hash_like(beginning, "gạo trắng nước trong").unwrap(),
            stored
        );
        assert_ne!(hash_like(beginning, "gạo trắng nước đục").unwrap(), stored);
        assert!(hash_like(&cost.decoy().unwrap(), "x").is_ok());
    }

    #[test]
    fn what_is_guessed_first_is_refused_in_every_spelling() {
        let about = [
            "branch-01",
            "Chi ủy Chi bộ Y học cổ truyền",
            "Đảng bộ Y tế huyện An Bình",
        ];
        for weak in [
            "123456123456123",
            "123456789012345678",
            "matkhau12345678",
            "Mật khẩu 12345678",
            "ＭＡＴＫＨＡＵ12345678",
            "matkhaumatkhaumatkhau",
            "ketnap-demo-2020-2025",
            "ketnapdemo20202025",
            "branch-01-branch-01",
            "Y học cổ truyền 2021",
            "Đảng bộ Y tế An Bình 123",
            "aaaaaaaaaaaaaaaaaaaa",
            "abcabcabcabcabcabc",
            "passwordpassword1",
            "qwertyuiopasdfghjkl",
            "abcdefghijklmnopqrstu",
            "1q2w3e4r5t6y7u8i9o",
            "matkhaucuatoi2026",
            "tranthimaitranthimai",
            "dangcongsanvietnammuonnam",
            "Đảng Cộng sản Việt Nam quang vinh muôn năm",
            "the old one, once more",
            "Kx7m-vq9t-hb3t-w8ca",
            "chim-khon-dung-cuoi gạo trắng nước trong",
            "ketnapdangvien123",
            "ketnapdangvien2026",
            "kếtnạpđảngviên2026",
            "nguyenvanan010190",
            "tranvanbinh1985@",
            "Nguyễn Thị Thanh Thúy 1990",
            "quoctekhanh02091945",
            "khongaibiet123456",
            "iloveyoubaby123456",
            "bacsybenhvien12345",
            "thuongvudanguy2026",
            "hongphuc20262026",
            "motconvitxoerahaicaicanh",
            "Không có gì quý hơn độc lập, tự do!",
            "bachoangsonghongcuulong",
            "truongsahoangsa2026",
            "congan113cuuhoa114cap115",
            "luongynhutumau2026",
            "cocongmaisatcongaynenkim",
            "đoàn kết là sức mạnh",
            "correct horse battery staple",
            "mot hai ba bon nam sau",
            "một hai ba bốn năm sáu",
            "hoc tap va lam theo",
            "Học tập và làm theo tư tưởng, đạo đức, phong cách",
            "a1b2c3d4e5f6g7h8",
            "qazwsxedcrfvtgb",
            "the quick brown fox",
            "thequickbrownfox jumps",
            "to be or not to be",
            "monkey dragon master",
            "sunshine football princess",
            "khongthenaoquenduoc",
            "không thể nào quên được",
            "090912345609091",
            "0901234567 0987654321",
            "+84 90 123 45 67, 0987 654 321",
            "ngày 30 tháng 4 năm 1975",
            "bacsi nguyen van a",
        ] {
            assert!(
                weakness(weak, "the old one, once more", &about).is_some(),
                "{weak}"
            );
        }
        for good in [
            "gạo trắng nước trong",
            "chín con chuột leo lên cột đèn",
            "purple wardrobe sings beneath gravel",
            "gạo trắng nước trong 2026",
            "k3j9-v2841-qz7w-m5t",
        ] {
            assert!(
                weakness(good, "the old one, once more", &about).is_none(),
                "{good}"
            );
        }
    }
}
