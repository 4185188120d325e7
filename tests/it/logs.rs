//! T-15: no line that any test makes the service log contains personal data or a secret.
use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::sync::{Mutex, Once};

use tracing_subscriber::EnvFilter;

use crate::support::{PASSWORD, SCRIPT_SECRET, document};

/// Where all processes of a run note what they found, one line each. The file is removed before a
/// run.
const FOUND: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/logged.txt");

/// The service's own level `trace`, but without the timers of HTTP connections, which log thirty
/// lines for each request; a test in `process` includes them. The tests' HTTP client is excluded
/// because it is not part of the service.
const LEVELS: &str = "trace,actix_http::h1::dispatcher=warn,actix_server=warn,tokio_postgres=error,rustls=error,hyper=off,hyper_util=off,reqwest=off";

/// A writer that searches each log line instead of writing it. With `RUST_LOG` set, it also writes
/// them to standard error.
struct Searched;

impl Write for Searched {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        search(&text);
        if std::env::var_os("RUST_LOG").is_some() {
            eprint!("{text}");
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// From now on, everything that services of this process log is searched.
pub fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::new(LEVELS))
            .with_writer(|| Searched)
            .json()
            .flatten_event(true)
            .init();
    });
}

/// Searches a line of the log, or of what a command prints on standard error.
pub fn search(line: &str) {
    if let Some(what) = betrayed(line) {
        record(&format!("{what} in {}", line.trim_end()));
    }
    let operation = line.split_once("\"operation\":\"");
    if let Some((id, _)) = operation.and_then(|(_, rest)| rest.split_once('"')) {
        record(&format!("searched {id}"));
    }
}

fn record(what: &str) {
    static KNOWN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    if KNOWN.lock().unwrap().insert(what.to_owned()) {
        let file = OpenOptions::new().create(true).append(true).open(FOUND);
        let line = format!("{what}\n");
        file.unwrap().write_all(line.as_bytes()).unwrap();
    }
}

/// The kind of personal data or secret in a line, if any. Test data is recognised by its form:
/// names and prose are Vietnamese, and people are born before 2000.
fn betrayed(line: &str) -> Option<&'static str> {
    let words = || line.split(|c: char| !(c.is_ascii_alphanumeric() || "-.".contains(c)));
    // a command's message about its arguments is not a log entry, and regulations are public
    let public = line.contains("\"target\":\"ketnap::cli::edition\"");
    let logged = line.starts_with('{') && !public;
    if logged && !line.is_ascii() {
        Some("letters as in a name or in prose")
    } else if logged && line.contains(['?', '=', '%']) {
        Some("a query")
    } else if words().any(is_birth_date) {
        Some("a birth date")
    } else if words().any(is_number) {
        Some("a phone or citizen number")
    } else if line.contains("eyJ") {
        Some("a token")
    } else if line.contains(PASSWORD) || line.contains(SCRIPT_SECRET) {
        Some("a password")
    } else if line.contains("ZQC") || line.contains("ZQM") {
        Some("a canary of `access`")
    } else {
        None
    }
}

/// Such as 1990-02-03, possibly followed by a time.
fn is_birth_date(word: &str) -> bool {
    let digits = word.bytes().take(10).map(|b| b.is_ascii_digit());
    word.starts_with("19")
        && word.as_bytes().get(4) == Some(&b'-')
        && digits.eq([true, true, true, true, false, true, true, false, true, true])
}

/// Such as 0912345678 or 001190012345. A fraction of a second is not a word of its own.
fn is_number(word: &str) -> bool {
    word.len() >= 9 && word.starts_with('0') && word.bytes().all(|b| b.is_ascii_digit())
}

/// Control: the search finds each kind of data, and nothing in an ordinary log line.
#[test]
fn the_search_finds_each_kind_of_personal_data_in_a_log_line() {
    let line = |more: &str| {
        format!(
            "{{\"timestamp\":\"2026-11-30T20:35:32.860854Z\",\"level\":\"INFO\",\"message\":\"request\",\"request_id\":\"01a22e2b-7f5e-7045-9745-b9d6a7382666\",\"account\":\"01750000-0000-7000-8000-0000ac000002\",\"operation\":\"issue_token\",\"status\":200,\"ms\":0.0912345678{more}}}"
        )
    };
    assert_eq!(betrayed(&line("")), None);
    for (more, what) in [
        ("Nguyễn", "letters as in a name or in prose"),
        ("/api/v1/members?x", "a query"),
        ("q=a", "a query"),
        ("on 1977-07-17", "a birth date"),
        ("\"1977-07-17T00:00\"", "a birth date"),
        ("\"0912345678\"", "a phone or citizen number"),
        ("001190012345", "a phone or citizen number"),
        ("eyJhbGciOiJFZERTQSJ9.e30.AA", "a token"),
        (PASSWORD, "a password"),
        (SCRIPT_SECRET, "a password"),
        ("ZQC1RELIGION177", "a canary of `access`"),
    ] {
        assert_eq!(betrayed(&line(&format!(" {more}"))), Some(what), "{more}");
    }
    assert_eq!(betrayed("ketnap: KETNAP_LISTEN=… is no address"), None);
    assert_eq!(
        betrayed("panicked at 0912345678"),
        Some("a phone or citizen number")
    );
}

/// `.ci/run` runs this last, and removes `logged.txt` before all other tests. Each operation of the
/// document must occur in the log; otherwise the search would have covered less than it claims.
#[test]
#[ignore = "reads what all the others have logged"]
fn t15_nothing_personal_was_logged_in_the_whole_run() {
    let all = std::fs::read_to_string(FOUND).unwrap();
    let (searched, betrayed): (Vec<&str>, Vec<&str>) =
        all.lines().partition(|line| line.starts_with("searched "));
    assert!(betrayed.is_empty(), "{betrayed:#?}");
    let searched = searched.iter().filter_map(|l| l.strip_prefix("searched "));
    let searched: BTreeSet<&str> = searched.collect();
    let items = document()["paths"].as_object().unwrap().values();
    let operations = items.flat_map(|item| item.as_object().unwrap().values());
    let ids = operations.filter_map(|operation| operation["operationId"].as_str());
    let missing: Vec<&str> = ids.filter(|id| !searched.contains(id)).collect();
    assert!(missing.is_empty(), "never logged: {missing:?}");
}
