//! Hostile clients: their requests do not fill the memory, and slow ones do not starve others.
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use reqwest::{Client, RequestBuilder};

use crate::process::{Running, external, sign_in, start};
use crate::support::{PASSWORD, database};

/// A service without limits by account or address that accepts this many connections in all, and
/// its base URL.
async fn served(connections: &str) -> (Running, String) {
    let database = database().await;
    let mut command = external("ketnap_app", &database);
    for limit in ["ACCOUNT", "SIGN_IN", "SIGN_IN_ADDRESS"] {
        command.env(format!("KETNAP_RATE_{limit}"), "10000000");
    }
    command.env("KETNAP_CONNECTIONS_ADDRESS", "10000");
    command.env("KETNAP_WORKERS", "2");
    command.env("KETNAP_MAX_CONNECTIONS", connections);
    let mut running = start(command);
    let base = running.ready();
    (running, base)
}

/// The memory that a process holds, in MiB.
fn held(process: u32) -> u64 {
    let status = format!("/proc/{process}/status");
    let status = std::fs::read_to_string(status).unwrap();
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap();
    line.split_whitespace()
        .nth(1)
        .unwrap()
        .parse::<u64>()
        .unwrap()
        / 1024
}

/// A name, and a function that builds the request from the client, the base URL and the token.
type Hostile = (&'static str, fn(&Client, &str, &str) -> RequestBuilder);

fn posted(client: &Client, base: &str, token: &str, body: Vec<u8>) -> RequestBuilder {
    client
        .post(format!("{base}/api/v1/nominations"))
        .bearer_auth(token)
        .header("content-type", "application/json")
        .body(body)
}

const KINDS: [Hostile; 9] = [
    ("deep JSON", |client, base, token| {
        posted(client, base, token, vec![b'['; 60_000])
    }),
    ("deep objects", |client, base, token| {
        posted(client, base, token, "{\"a\":".repeat(12_000).into_bytes())
    }),
    ("unknown fields", |client, base, token| {
        let fields: Vec<String> = (0..7000).map(|n| format!("\"a{n}\":0")).collect();
        let body = format!("{{{}}}", fields.join(","));
        posted(client, base, token, body.into_bytes())
    }),
    ("a long number", |client, base, token| {
        let body = format!("{{\"full_name\":{}}}", "9".repeat(60_000));
        posted(client, base, token, body.into_bytes())
    }),
    ("a large body", |client, base, token| {
        posted(client, base, token, vec![b' '; 1 << 20])
    }),
    ("a packed body", |client, base, token| {
        let packed = posted(client, base, token, vec![0; 61_000]);
        packed.header("content-encoding", "gzip")
    }),
    ("a long query", |client, base, token| {
        let asked = format!("{base}/api/v1/candidates?q={}", "%C4%91".repeat(1200));
        client.get(asked).bearer_auth(token)
    }),
    ("a large token", |client, base, _| {
        let token = format!(
            "{}.{}.{}",
            "A".repeat(4000),
            "B".repeat(4000),
            "C".repeat(80)
        );
        client.get(format!("{base}/api/v1/me")).bearer_auth(token)
    }),
    ("a large form", |client, base, _| {
        let secret = "x".repeat(60_000);
        let form = [
            ("grant_type", "password"),
            ("username", "office"),
            ("password", secret.as_str()),
        ];
        client.post(format!("{base}/api/v1/auth/token")).form(&form)
    }),
];

/// T-28: a thousand hostile requests of each kind are refused, and the memory in use is the same as
/// before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t28_a_thousand_hostile_requests_of_each_kind_fill_no_memory() {
    let (running, base) = served("10000").await;
    let token = sign_in(&base, "office", PASSWORD).await.unwrap();
    let client = Client::new();
    let send = async |request: fn(&Client, &str, &str) -> RequestBuilder| {
        let answer = request(&client, &base, &token).send().await;
        // a client that is still sending when it is refused may only see the connection end
        answer.map_or(413, |answer| answer.status().as_u16())
    };
    let harmless: [fn(&Client, &str, &str) -> RequestBuilder; 2] = [
        |client, base, token| client.get(format!("{base}/api/v1/me")).bearer_auth(token),
        |client, base, token| posted(client, base, token, b"{\"full_name\": 1}".to_vec()),
    ];
    for _ in 0..20 {
        for request in harmless {
            join_all((0..16).map(|_| send(request))).await;
        }
    }
    let mut told = Vec::new();
    for (name, request) in KINDS {
        let before = held(running.child.id());
        for _ in 0..63 {
            for status in join_all((0..16).map(|_| send(request))).await {
                assert!((400..500).contains(&status), "{name}: {status}");
            }
        }
        let after = held(running.child.id());
        told.push(format!("{name}: {before} to {after} MiB"));
        assert!(after <= before + 50, "{}", told.join("\n"));
    }
    eprintln!("{}", told.join("\n"));
    // control: memory that is in use shows up in the measurement
    let before = held(std::process::id());
    let much = vec![1_u8; 100 << 20];
    assert!(held(std::process::id()) > before + 50, "{}", much.len());
    // the service still answers
    let me = client.get(format!("{base}/api/v1/me")).bearer_auth(&token);
    assert_eq!(me.send().await.unwrap().status(), 200);
}

/// Opens this many connections, each of which sends these bytes and no more.
fn waiting(clients: usize, address: SocketAddr, sent: &[u8], at_once: usize) -> Vec<TcpStream> {
    let connect = |_| TcpStream::connect(address).unwrap();
    let mut streams: Vec<TcpStream> = (0..clients).map(connect).collect();
    for part in sent.chunks(at_once) {
        for stream in &mut streams {
            stream.write_all(part).unwrap();
        }
    }
    streams
}

/// The 95th percentile of the time that a read takes, in seconds.
async fn late(client: &Client, base: &str, token: &str) -> f64 {
    let mut times = Vec::new();
    for n in 0..45 {
        let began = Instant::now();
        let me = client.get(format!("{base}/api/v1/me")).bearer_auth(token);
        assert_eq!(me.send().await.unwrap().status(), 200);
        // skip the first few, while the earlier connections are still being accepted or closed
        if n >= 5 {
            times.push(began.elapsed().as_secs_f64());
        }
    }
    times.sort_unstable_by(f64::total_cmp);
    times[times.len() * 95 / 100]
}

/// T-29: 500 connections that send their requests byte by byte, or announce a body that never
/// comes, do not starve others. Reads are timed in turns: alone, beside these connections, and
/// beside connections without a body. The median round counts, because the machine has other work.
/// Control: if the service accepts fewer connections than that, others do starve.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t29_five_hundred_slow_clients_starve_nobody() {
    let (_running, base) = served("10000").await;
    let token = sign_in(&base, "office", PASSWORD).await.unwrap();
    let client = Client::new();
    let address: SocketAddr = base.trim_start_matches("http://").parse().unwrap();
    let head = b"POST /api/v1/auth/token HTTP/1.1\r\nhost: h\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 100\r\n\r\n";
    let mut shares: [Vec<f64>; 2] = Default::default();
    for _ in 0..11 {
        let alone = late(&client, &base, &token).await;
        let kinds: [(&[u8], usize); 2] = [(b"POST /api/v1/nomina", 1), (head, head.len())];
        for ((sent, at_once), shares) in kinds.into_iter().zip(&mut shares) {
            let slow = waiting(500, address, sent, at_once);
            shares.push(late(&client, &base, &token).await / alone);
            drop(slow);
        }
    }
    let [beside, without_bodies] = shares.map(|mut of| {
        of.sort_unstable_by(f64::total_cmp);
        of[of.len() / 2]
    });
    eprintln!(
        "the 95th percentile, as a multiple of the one alone: beside 500 slow clients {beside:.2}, beside 500 that send no body {without_bodies:.2}"
    );
    assert!(beside.max(without_bodies) <= 2.0);
    let (_narrow, base) = served("20").await;
    let address: SocketAddr = base.trim_start_matches("http://").parse().unwrap();
    let slow = waiting(100, address, b"POST /api/v1/nomina", 1);
    let asked = Client::new().get(format!("{base}/healthz"));
    let asked = asked.timeout(Duration::from_secs(2)).send().await;
    assert!(asked.is_err(), "{asked:?} beside {}", slow.len());
}

/// A request whose end a proxy could see elsewhere than this service does is refused, and nothing
/// after it is read.
#[tokio::test]
async fn no_request_is_smuggled_behind_another() {
    let (_running, base) = served("10000").await;
    let address: SocketAddr = base.trim_start_matches("http://").parse().unwrap();
    let behind = "0\r\n\r\nGET /healthz HTTP/1.1\r\nhost: here\r\n\r\n";
    let answered = |head: &str| {
        let mut stream = TcpStream::connect(address).unwrap();
        let wait = Some(Duration::from_secs(20));
        stream.set_read_timeout(wait).unwrap();
        let request = format!("POST /healthz HTTP/1.1\r\nhost: here\r\n{head}\r\n\r\n{behind}");
        stream.write_all(request.as_bytes()).unwrap();
        let mut text = String::new();
        // unread data may make the server close with a reset, so an error is ignored
        let _ = stream.read_to_string(&mut text);
        text
    };
    for head in [
        "content-length: 5\r\ntransfer-encoding: chunked",
        "content-length: 5\r\ncontent-length: 6",
        "content-length: 5\r\ncontent-length: 5",
        "content-length: +5",
        "content-length : 5",
        "transfer-encoding: xchunked",
        "transfer-encoding: chunked, identity",
        "transfer-encoding: chunked\r\ntransfer-encoding: identity",
        "x: a\r\n b",
        "x: a\0b",
    ] {
        let answer = answered(head);
        assert!(answer.starts_with("HTTP/1.1 400"), "{head}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{head}: {answer}");
    }
    // a valid request is read to its end, and the one after it is answered
    let plain = answered("transfer-encoding: chunked\r\nconnection: keep-alive");
    assert!(plain.matches("HTTP/1.1").count() >= 2, "{plain}");
}
