//! T-37: whatever was answered with 201 survives any crash, and a repeated request is executed
//! once.
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use fastrand::Rng;
use reqwest::Client;
use serde_json::{Value, json};

use crate::process::{Folder, eventually, private, sign_in, start};
use crate::support::PASSWORD;

/// Of 200 that were promised: each start takes seconds.
const ROUNDS: u32 = 20;
const WRITERS: u32 = 6;

/// What the writers of one round know.
#[derive(Default)]
struct Known {
    /// Answered with 201: name and id.
    acknowledged: Mutex<Vec<(String, String)>>,
    /// Sent without getting an answer: name, key and body.
    unknown: Mutex<Vec<(String, String)>>,
    count: AtomicU32,
}

async fn send(
    http: &Client,
    base: &str,
    token: &str,
    name: &str,
    key: &str,
) -> reqwest::Result<(u16, Value)> {
    let request = http
        .post(format!("{base}/api/v1/departments"))
        .bearer_auth(token)
        .header("idempotency-key", key);
    let answer = request
        .json(&json!({"name": name, "kind": "clinical"}))
        .send()
        .await?;
    let status = answer.status().as_u16();
    Ok((status, answer.json().await?))
}

/// Writes until the server is gone. About every third request is abandoned at a random moment,
/// which resets its connection.
async fn write(known: Arc<Known>, base: String, token: String, label: String, mut dice: Rng) {
    let mut http = Client::new();
    for n in 0.. {
        let (name, key) = (format!("Khoa {label}-{n}"), format!("key-{label}-{n}"));
        let sending = send(&http, &base, &token, &name, &key);
        let answer = if dice.u8(..3) == 0 {
            let reset =
                tokio::time::timeout(Duration::from_micros(dice.u64(..6000)), sending).await;
            if reset.is_err() {
                http = Client::new();
                known.unknown.lock().unwrap().push((name, key));
                continue;
            }
            reset.unwrap()
        } else {
            sending.await
        };
        match answer {
            Ok((201, body)) => {
                known
                    .acknowledged
                    .lock()
                    .unwrap()
                    .push((name, body["id"].as_str().unwrap().to_owned()));
                known.count.fetch_add(1, Ordering::Relaxed);
            }
            // 503: the outcome is unknown
            Ok((503, _)) => known.unknown.lock().unwrap().push((name, key)),
            Ok(other) => panic!("{other:?}"),
            Err(_) => {
                known.unknown.lock().unwrap().push((name, key));
                return;
            }
        }
    }
}

/// All departments by id, page by page, as the Party Office reads them.
async fn departments(base: &str, token: &str) -> Vec<(String, String)> {
    let (http, mut all, mut cursor) = (Client::new(), Vec::new(), String::new());
    loop {
        let page = http
            .get(format!("{base}/api/v1/departments?limit=200{cursor}"))
            .bearer_auth(token)
            .send()
            .await
            .unwrap();
        let page: Value = page.json().await.unwrap();
        let row = |d: &Value| {
            (
                d["name"].as_str().unwrap().to_owned(),
                d["id"].as_str().unwrap().to_owned(),
            )
        };
        all.extend(page["items"].as_array().unwrap().iter().map(row));
        match page["page"]["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t37_t39_every_acknowledged_write_outlives_kill_9_and_a_repeated_one_happens_once() {
    let folder = Folder::new();
    // a different seed each run, printed on failure
    let seed = fastrand::u64(..);
    eprintln!("seed {seed}");
    let mut dice = Rng::with_seed(seed);
    let mut expected: BTreeSet<(String, String)> = BTreeSet::new();
    let mut served = false;
    let (mut killed_while_writing, mut completed_by_retry, mut replayed) = (0, 0, 0);
    let mut repeat: Vec<(String, String)> = Vec::new();
    for round in 0..=ROUNDS {
        let mut command = private(&folder);
        // the same issuer on any port, and no rate limits
        command
            .env("KETNAP_PUBLIC_URL", "http://ketnap.test")
            .env("KETNAP_RATE_ACCOUNT", "1000000")
            .env("KETNAP_LOG", "error");
        let mut running = start(command);
        let base = running.ready();
        assert_eq!(
            served,
            !running.said.iter().any(|l| l.contains("demo organisation")),
            "the demo is loaded once"
        );
        served = true;
        let token = sign_in(&base, "office", PASSWORD).await.unwrap();

        let found: BTreeSet<_> = departments(&base, &token).await.into_iter().collect();
        let lost: Vec<_> = expected.difference(&found).collect();
        assert!(
            lost.is_empty(),
            "round {round}: {} of {} acknowledged writes are lost: {lost:?}",
            lost.len(),
            expected.len()
        );

        // repeating a request of unknown outcome with its key completes it once, whether or not it
        // had been executed
        let http = Client::new();
        for (name, key) in repeat.drain(..) {
            let had_happened = found.iter().find(|(n, _)| *n == name);
            let (status, body) = send(&http, &base, &token, &name, &key).await.unwrap();
            assert_eq!(status, 201, "{name}: {body}");
            let id = body["id"].as_str().unwrap().to_owned();
            match had_happened {
                Some((_, before)) => {
                    assert_eq!(*before, id, "{name} was made a second time");
                    replayed += 1;
                }
                None => completed_by_retry += 1,
            }
            let (again, body) = send(&http, &base, &token, &name, &key).await.unwrap();
            assert_eq!((again, body["id"].as_str()), (201, Some(id.as_str())));
            expected.insert((name, id));
        }
        let names: Vec<_> = departments(&base, &token)
            .await
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(
            names.len(),
            names.iter().collect::<BTreeSet<_>>().len(),
            "a department stands twice"
        );

        if round == ROUNDS {
            running.signal("TERM");
            assert_eq!(running.end().status.code(), Some(0));
            break;
        }
        let known = Arc::new(Known::default());
        let writers: Vec<_> = (0..WRITERS)
            .map(|w| {
                tokio::spawn(write(
                    known.clone(),
                    base.clone(),
                    token.clone(),
                    format!("{round}-{w}"),
                    Rng::with_seed(seed ^ u64::from(round * 100 + w + 1)),
                ))
            })
            .collect();
        // wait for a random number of acknowledged writes, then a random moment: the kill hits in
        // the middle of the work
        let enough = 5 + dice.u32(..40);
        let counting = known.clone();
        tokio::task::spawn_blocking(move || {
            eventually("writes are acknowledged", || {
                counting.count.load(Ordering::Relaxed) >= enough
            });
        })
        .await
        .unwrap();
        let instant = Instant::now() + Duration::from_micros(dice.u64(..8000));
        while Instant::now() < instant {
            std::hint::spin_loop();
        }
        running.signal("KILL");
        running.end();
        for writer in writers {
            writer.await.unwrap();
        }
        eventually("no process remains", || folder.processes().is_empty());
        killed_while_writing += u32::from(!known.unknown.lock().unwrap().is_empty());
        expected.extend(known.acknowledged.lock().unwrap().drain(..));
        repeat.extend(known.unknown.lock().unwrap().drain(..));
    }
    eprintln!(
        "{} acknowledged; retries: {replayed} had happened, {completed_by_retry} had not",
        expected.len()
    );
    assert_eq!(
        killed_while_writing, ROUNDS,
        "a kill that met no request shows nothing"
    );
    assert!(
        expected.len() > 100 && replayed > 0 && completed_by_retry > 0,
        "{}, {replayed}, {completed_by_retry}",
        expected.len()
    );
}
