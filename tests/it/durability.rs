//! T-37: whatever was answered with 201 survives any crash, and a repeated request takes effect
//! once.
use std::collections::BTreeMap;
use std::io;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use fastrand::Rng;
use futures_util::future::join_all;
use ketnap::db::connect;
use ketnap::db::embedded::beside;
use reqwest::Client;
use serde_json::{Value, json};
use socket2::SockRef;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_postgres::Row;

use crate::process::{Folder, Running, eventually, ketnap, private, run, sign_in, start};
use crate::support::PASSWORD;

/// An era begins when a service starts with its own database, and ends when both have been killed.
/// That start takes seconds, so most kills within an era hit processes that come back sooner.
const ERAS: u32 = 10;
/// Further services on the same database that are killed in each era.
const SERVICES: u32 = 2;
/// PostgreSQL backends that are killed in each era; the server then ends all others and recovers.
const BACKENDS: u32 = 17;
const KILLS: u32 = ERAS * (SERVICES + BACKENDS + 1);
const WRITERS: u32 = 6;
/// Prefix of the names that this test writes.
const OURS: &str = "Khoa số ";

/// The process to kill.
#[derive(Clone, Copy)]
enum Victim {
    Service(u32),
    Backend,
    Postmaster,
}

/// How a writer reaches a service.
#[derive(Clone)]
struct Way {
    http: Client,
    base: String,
    token: String,
}

/// What the writers of one round know about their requests.
#[derive(Default)]
struct Known {
    /// Name and id of those that were answered with 201.
    acknowledged: Mutex<Vec<(String, String)>>,
    /// Name and key of those that were sent but not answered.
    unknown: Mutex<Vec<(String, String)>>,
    count: AtomicU32,
    reset: AtomicU32,
    /// The number of requests that were under way at the kill.
    cut: AtomicU32,
    over: AtomicBool,
}

#[derive(Default, Debug)]
struct Figures {
    kills: BTreeMap<&'static str, u32>,
    while_writing: u32,
    reset: u32,
    /// Repeated requests that turned out to have been executed already; `completed` counts the
    /// others.
    replayed: u32,
    completed: u32,
}

struct Story {
    folder: Folder,
    dice: Rng,
    round: u32,
    /// Name and id of everything that was acknowledged.
    expected: BTreeMap<String, String>,
    /// Name and key of the requests that still have to be repeated.
    repeat: Vec<(String, String)>,
    figures: Figures,
}

fn body(name: &str) -> Value {
    json!({"name": name, "kind": "clinical"})
}

impl Way {
    /// The same writer, using another service on the same database.
    fn through(&self, base: String) -> Self {
        Self {
            base,
            ..self.clone()
        }
    }

    async fn send(&self, name: &str, key: &str) -> reqwest::Result<(u16, Value)> {
        let request = self
            .http
            .post(format!("{}/api/v1/departments", self.base))
            .bearer_auth(&self.token)
            .header("idempotency-key", key)
            .json(&body(name));
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        Ok((status, answer.json().await?))
    }

    /// Sends the request, and resets the connection when the answer begins, or earlier. An error
    /// means that nothing was sent.
    async fn reset(&self, name: &str, key: &str, patience: Duration) -> io::Result<()> {
        let address = self.base.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).await?;
        SockRef::from(&stream).set_linger(Some(Duration::ZERO))?;
        let (token, body) = (&self.token, body(name).to_string());
        let request = format!(
            "POST /api/v1/departments HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\nidempotency-key: {key}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        // the sender cannot know whether the request arrived
        let _ = stream.write_all(request.as_bytes()).await;
        let _ = timeout(patience, stream.readable()).await;
        Ok(())
    }

    /// Repeats a request of unknown outcome until it is answered; returns the id of the created
    /// row.
    async fn complete(&self, name: &str, key: &str) -> String {
        let deadline = Instant::now() + Duration::from_mins(1);
        loop {
            match self.send(name, key).await.unwrap() {
                (201, body) => return body["id"].as_str().unwrap().to_owned(),
                // the database is recovering, or the first request is still running
                (503, _) => {}
                (409, body) if body["code"] == "idempotency_in_progress" => {}
                other => panic!("{name}: {other:?}"),
            }
            assert!(Instant::now() < deadline, "{name} is never completed");
            sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Known {
    fn acknowledged(&self, name: String, body: &Value) {
        let id = body["id"].as_str().unwrap().to_owned();
        self.acknowledged.lock().unwrap().push((name, id));
        self.count.fetch_add(1, Ordering::Relaxed);
    }

    fn unknown(&self, name: String, key: String, why: &AtomicU32) {
        self.unknown.lock().unwrap().push((name, key));
        why.fetch_add(1, Ordering::Relaxed);
    }
}

/// Writes until the kill. About every fourth connection is reset at a random moment.
async fn write(known: Arc<Known>, way: Way, label: String, mut dice: Rng) {
    for n in 0.. {
        if known.over.load(Ordering::SeqCst) {
            return;
        }
        let (name, key) = (format!("{OURS}{label}-{n}"), format!("key-{label}-{n}"));
        if dice.u8(..4) == 0 {
            let patience = Duration::from_micros(dice.u64(..6000));
            if way.reset(&name, &key, patience).await.is_err() {
                return;
            }
            known.unknown(name, key, &known.reset);
            continue;
        }
        match way.send(&name, &key).await {
            Ok((201, body)) => known.acknowledged(name, &body),
            Ok((503, _)) => known.unknown(name, key, &known.cut),
            Ok(other) => panic!("{other:?}"),
            Err(nobody) if nobody.is_connect() => return,
            Err(_) => {
                known.unknown(name, key, &known.cut);
                return;
            }
        }
    }
}

/// Starts a service whose issuer does not depend on its port, and without rate limits.
fn configured(mut command: Command) -> Running {
    command
        .env("KETNAP_PUBLIC_URL", "http://ketnap.test")
        .env("KETNAP_RATE_ACCOUNT", "1000000")
        .env("KETNAP_LOG", "error");
    start(command)
}

impl Story {
    fn url(&self, role: &str) -> Option<String> {
        beside::url(&self.folder.home(), role, "ketnap")
    }

    /// Starts another service on the database of the first one.
    fn service(&self) -> Running {
        let mut command = ketnap(&["serve"]);
        command
            .env("DATABASE_URL", self.url("ketnap_app").unwrap())
            .env("KETNAP_KEYS_DIR", self.folder.home().join("keys"));
        configured(command)
    }

    /// Queries the database as soon as it answers.
    async fn ask(&self, sql: &str) -> Vec<Row> {
        let deadline = Instant::now() + Duration::from_mins(1);
        loop {
            let url = self.url("postgres").unwrap_or_default();
            if let Ok(address) = url.parse()
                && let Ok(client) = connect::client(&address).await
                && let Ok(rows) = client.query(sql, &[]).await
            {
                return rows;
            }
            assert!(Instant::now() < deadline, "not answered: {sql}");
            sleep(Duration::from_millis(5)).await;
        }
    }

    async fn count(&self, sql: &str) -> i64 {
        self.ask(sql).await[0].get(0)
    }

    /// The id of each department that this test created, by name; asserts that no name occurs
    /// twice.
    async fn found(&self) -> BTreeMap<String, String> {
        let ours = format!("select name, id::text from department where name like '{OURS}%'");
        let rows = self.ask(&ours).await;
        let found: BTreeMap<_, _> = rows.iter().map(|r| (r.get(0), r.get(1))).collect();
        assert_eq!(found.len(), rows.len(), "a department stands twice");
        found
    }

    /// Asserts that nothing acknowledged is lost. Then repeats each unanswered request with its
    /// key: it must take effect exactly once, whether or not it had before.
    async fn settle(&mut self, way: &Way) {
        let found = self.found().await;
        let lost = |(name, id): &(&String, &String)| found.get(*name) != Some(*id);
        let lost: Vec<_> = self.expected.iter().filter(lost).collect();
        let (round, all) = (self.round, self.expected.len());
        assert!(
            lost.is_empty(),
            "round {round}: {} of {all} acknowledged writes are lost: {lost:?}",
            lost.len()
        );
        let repeat = std::mem::take(&mut self.repeat);
        for some in repeat.chunks(WRITERS as usize) {
            let twice = some.iter().map(|(name, key)| async move {
                let id = way.complete(name, key).await;
                assert_eq!(way.complete(name, key).await, id, "{name} was made again");
                (name.clone(), id)
            });
            for (name, id) in join_all(twice).await {
                match found.get(&name) {
                    Some(before) => {
                        assert_eq!(*before, id, "{name} was made a second time");
                        self.figures.replayed += 1;
                    }
                    None => self.figures.completed += 1,
                }
                self.expected.insert(name, id);
            }
        }
    }

    /// The id of the process to kill.
    async fn process(&self, victim: Victim) -> u32 {
        let pid = match victim {
            Victim::Service(pid) => return pid,
            Victim::Backend => {
                "select pid from pg_stat_activity where usename = 'ketnap_app' order by random() limit 1"
            }
            Victim::Postmaster => {
                "select split_part(pg_read_file('postmaster.pid'), e'\\n', 1)::int"
            }
        };
        let pid: i32 = self.ask(pid).await[0].get(0);
        pid.unsigned_abs()
    }

    /// Kills the victim at a random moment after a random number of writes was acknowledged.
    async fn round(&mut self, way: &Way, victim: Victim) {
        self.round += 1;
        let known = Arc::new(Known::default());
        let mut writers = Vec::new();
        for w in 0..WRITERS {
            let label = format!("{}-{w}", self.round);
            let dice = Rng::with_seed(self.dice.u64(..));
            writers.push(tokio::spawn(write(known.clone(), way.clone(), label, dice)));
        }
        let enough = 1 + self.dice.u32(..12);
        eventually("writes are acknowledged", || {
            known.count.load(Ordering::Relaxed) >= enough
        });
        let pid = self.process(victim).await;
        let instant = Instant::now() + Duration::from_micros(self.dice.u64(..8000));
        while Instant::now() < instant {
            std::hint::spin_loop();
        }
        let killed = Command::new("sh")
            .args(["-c", &format!("kill -9 {pid}")])
            .status();
        assert!(killed.unwrap().success());
        known.over.store(true, Ordering::SeqCst);
        for writer in writers {
            writer.await.unwrap();
        }
        self.note(victim, &known);
    }

    fn note(&mut self, victim: Victim, known: &Known) {
        let name = match victim {
            Victim::Service(_) => "service",
            Victim::Backend => "backend",
            Victim::Postmaster => "postmaster",
        };
        *self.figures.kills.entry(name).or_default() += 1;
        self.figures.while_writing += u32::from(known.cut.load(Ordering::Relaxed) > 0);
        self.figures.reset += known.reset.load(Ordering::Relaxed);
        self.expected
            .extend(known.acknowledged.lock().unwrap().drain(..));
        self.repeat.append(&mut known.unknown.lock().unwrap());
    }

    /// Starts a service with its own database.
    async fn begin(&self) -> (Running, Way) {
        let mut running = configured(private(&self.folder));
        let base = running.ready();
        let loaded = running.said.iter().any(|l| l.contains("demo organisation"));
        assert_eq!(loaded, self.round == 0, "the demo is loaded once");
        let token = sign_in(&base, "office", PASSWORD).await.unwrap();
        let http = Client::new();
        (running, Way { http, base, token })
    }

    async fn era(&mut self, last: Victim, whole: Running, way: &Way) {
        let others: Vec<Running> = (0..SERVICES).map(|_| self.service()).collect();
        self.settle(way).await;
        for mut other in others {
            let through = way.through(other.ready());
            self.round(&through, Victim::Service(other.child.id()))
                .await;
            other.end();
            self.settle(way).await;
        }
        for _ in 0..BACKENDS {
            self.round(way, Victim::Backend).await;
            self.settle(way).await;
        }
        self.round(way, last).await;
        whole.end();
        eventually("no process remains", || self.folder.processes().is_empty());
    }

    /// Asserts that exactly the acknowledged rows exist, each with one entry in the audit trail,
    /// and that the trail verifies.
    async fn conclude(&self) {
        let found = self.found().await;
        assert!(found == self.expected, "more than was asked for");
        let entries = format!(
            "select count(*) from department d where name like '{OURS}%' and (select count(*) from audit_entry e where e.resource_id = d.id) <> 1"
        );
        assert_eq!(self.count(&entries).await, 0);
        let nothing = "select count(*) from audit_entry e where resource = 'department' and not exists (select from department d where d.id = e.resource_id)";
        assert_eq!(self.count(nothing).await, 0);
        let mut verify = ketnap(&["audit", "verify"]);
        verify.env("DATABASE_URL", self.url("ketnap_owner").unwrap());
        run(verify).succeeded();
    }
}

/// Kills 200 processes while six writers send requests and reset connections: a PostgreSQL backend,
/// one of several services, the service that runs the database, or the database server as a whole.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t37_t39_every_acknowledged_write_outlives_kill_9_and_a_repeated_one_happens_once() {
    // random in each run, and printed so that a failure can be reproduced
    let seed = fastrand::u64(..);
    eprintln!("seed {seed}");
    let mut story = Story {
        folder: Folder::in_memory(),
        dice: Rng::with_seed(seed),
        round: 0,
        expected: BTreeMap::new(),
        repeat: Vec::new(),
        figures: Figures::default(),
    };
    for era in 0..ERAS {
        let (whole, way) = story.begin().await;
        let last = if era % 2 == 0 {
            Victim::Service(whole.child.id())
        } else {
            Victim::Postmaster
        };
        story.era(last, whole, &way).await;
    }
    let (whole, way) = story.begin().await;
    story.settle(&way).await;
    story.conclude().await;
    whole.signal("TERM");
    assert_eq!(whole.end().status.code(), Some(0));
    let (figures, acknowledged) = (&story.figures, story.expected.len());
    eprintln!("{acknowledged} acknowledged, {figures:?}");
    assert_eq!(figures.kills.values().sum::<u32>(), KILLS);
    assert!(
        figures.while_writing >= KILLS * 9 / 10,
        "a kill that met no request shows nothing"
    );
    assert!(acknowledged > 500 && figures.reset > 100);
    assert!(figures.replayed > 0 && figures.completed > 0);
}
