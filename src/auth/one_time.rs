//! One-time codes: generated initial passwords, passed on by word of mouth.

/// The alphabet of one-time codes, without characters that look or sound alike (0 and o, 1, i and
/// l, 2 and z, 5 and s). Its size is prime, so that the check detects every single mistake.
const SPOKEN: &[u8] = b"23456789abcdefghjkmnpqrtuvwxy";
/// Groups of four, with a hyphen between them.
const GROUPS: usize = 4;

/// Checksum, zero for a correct code; detects one wrong letter, or two that were swapped.
fn checked(places: &[usize]) -> usize {
    let weighed = places.iter().zip(1..).map(|(place, weight)| place * weight);
    weighed.sum::<usize>() % SPOKEN.len()
}

/// A code that can be read out, `k7m4-9xq2-hb3t-w8ca`: 73 random bits and a check, which is last.
pub fn code() -> anyhow::Result<String> {
    let (length, letters) = (GROUPS * 4, SPOKEN.len());
    let mut places = Vec::new();
    while places.len() < length - 1 {
        let mut byte = [0_u8];
        aws_lc_rs::rand::fill(&mut byte).map_err(|_| anyhow::anyhow!("no randomness"))?;
        // rejection sampling: every letter is equally likely
        let byte = usize::from(byte[0]);
        places.extend((byte < 256 / letters * letters).then_some(byte % letters));
    }
    let fits = |last: &usize| checked(&[&places[..], &[*last]].concat()) == 0;
    let last = (0..letters).find(fits);
    places.push(last.ok_or_else(|| anyhow::anyhow!("no check"))?);
    let letters = places.iter().map(|place| char::from(SPOKEN[*place]));
    Ok(in_groups(&letters.collect::<Vec<_>>()))
}

fn in_groups(letters: &[char]) -> String {
    let groups = letters.chunks(4).map(|group| group.iter().collect());
    groups.collect::<Vec<String>>().join("-")
}

/// What has the form of a one-time code.
#[derive(Debug, PartialEq, Eq)]
pub enum Spoken {
    /// As it was given out, however it was written down.
    Code(String),
    /// Not as it was given out.
    Mistyped,
}

/// The one-time code that somebody typed, if it has the form of one. Without hyphens only a code without
/// mistakes is taken for one: any password may have as many letters.
pub fn spoken(typed: &str) -> Option<Spoken> {
    let groups: Vec<&str> = typed.split('-').collect();
    let grouped = groups.len() == GROUPS && groups.iter().all(|group| group.len() == 4);
    let typed = groups.concat();
    let letters = typed.len() == GROUPS * 4 && typed.bytes().all(|b| b.is_ascii_alphanumeric());
    if !letters || !grouped && groups.len() > 1 {
        return None;
    }
    let code = typed
        .to_ascii_lowercase()
        .replace('s', "5")
        .replace('z', "2");
    let places = code
        .bytes()
        .map(|letter| SPOKEN.iter().position(|known| *known == letter));
    let places: Option<Vec<usize>> = places.collect();
    if places.is_some_and(|places| checked(&places) == 0) {
        return Some(Spoken::Code(in_groups(&code.chars().collect::<Vec<_>>())));
    }
    grouped.then_some(Spoken::Mistyped)
}

/// The same of the first word of a secret, which the code of a second factor may follow.
pub fn first_word(secret: &str) -> Option<Spoken> {
    secret.split(' ').next().and_then(spoken)
}

/// Whether it was meant as a one-time code and mistyped.
pub fn mistyped(secret: &str) -> bool {
    first_word(secret) == Some(Spoken::Mistyped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_one_time_code_is_read_out_and_a_slip_is_noticed() {
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..50 {
            let code = code().unwrap();
            assert_eq!(code.len(), 19, "{code}");
            assert!(
                !code.contains(['0', 'o', '1', 'i', 'l', 's', 'z']),
                "{code}"
            );
            let given = Some(Spoken::Code(code.clone()));
            assert_eq!(spoken(&code), given);
            assert_eq!(spoken(&code.to_uppercase()), given);
            let run = code.replace('-', "");
            assert_eq!(spoken(&run), given);
            assert_eq!(first_word(&format!("{run} 123456")), given);
            assert_eq!(spoken(&code.replace('5', "s").replace('2', "Z")), given);
            let letters: Vec<char> = code.chars().collect();
            for at in (0..letters.len()).filter(|at| letters[*at] != '-') {
                let mut slip = letters.clone();
                slip[at] = if slip[at] == '7' { '9' } else { '7' };
                let slip: String = slip.into_iter().collect();
                assert!(
                    mistyped(&slip) && mistyped(&format!("{slip} 123456")),
                    "{slip}"
                );
                assert_eq!(spoken(&slip.replace('-', "")), None, "any password");
                let next = (at + 1..letters.len()).find(|next| letters[*next] != '-');
                let Some(next) = next.filter(|next| letters[*next] != letters[at]) else {
                    continue;
                };
                let mut slip = letters.clone();
                slip.swap(at, next);
                assert!(mistyped(&slip.into_iter().collect::<String>()), "{code}");
            }
            assert!(seen.insert(code));
        }
        for other in [
            "",
            "k7m4",
            "ketnap-demo-2020-2025",
            "k7m4-9xq2-hb3t",
            "k7m4 9xq2 hb3t w8ca",
        ] {
            assert_eq!(spoken(other), None, "{other}");
        }
    }
}
