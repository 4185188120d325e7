//! Token verification: forged, mangled and misplaced tokens are refused.
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use ketnap::access::Role;
use ketnap::auth::token::{Claims, Keys};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::auth::{me, sign_in, text};
use crate::support::{House, PASSWORD, Plain, demo, keys_folder};

/// A valid token of the Party Office, and what is needed to forge others.
struct Forger {
    house: House,
    good: String,
    claims: Value,
    kid: String,
    pem: String,
    ours: EncodingKey,
    /// The public key.
    x: String,
}

impl Forger {
    async fn new() -> Self {
        let house = House::build().await;
        let good = house.token("office").await;
        let part = |n: usize| -> Value {
            let part = URL_SAFE_NO_PAD
                .decode(good.split('.').nth(n).unwrap())
                .unwrap();
            serde_json::from_slice(&part).unwrap()
        };
        let pem = std::fs::read_to_string(keys_folder().join("current.pem")).unwrap();
        let der: String = pem.lines().filter(|l| !l.starts_with('-')).collect();
        let keys = house.read("", "/.well-known/jwks.json").await;
        let forger = Self {
            claims: part(1),
            kid: part(0)["kid"].text().to_owned(),
            pem,
            ours: EncodingKey::from_ed_der(&STANDARD.decode(der).unwrap()),
            x: keys.body["keys"][0]["x"].text().to_owned(),
            good,
            house,
        };
        // negative controls: tokens that are built in the same way but are valid
        for right in [
            &forger.good,
            &forger.sign(&forger.claims),
            &forger.headed(|_| {}),
        ] {
            me(&forger.house, right).await.expect(200);
        }
        forger
    }

    fn part(&self, n: usize) -> &str {
        self.good.split('.').nth(n).unwrap()
    }

    fn header(&self, algorithm: Algorithm) -> Header {
        let mut header = Header::new(algorithm);
        (header.typ, header.kid) = (Some("at+jwt".into()), Some(self.kid.clone()));
        header
    }

    /// Signs these claims with the server's key.
    fn sign(&self, claims: &Value) -> String {
        jsonwebtoken::encode(&self.header(Algorithm::EdDSA), claims, &self.ours).unwrap()
    }

    /// Signs the valid claims with the server's key under a changed header.
    fn headed(&self, change: impl Fn(&mut Header)) -> String {
        let mut header = self.header(Algorithm::EdDSA);
        change(&mut header);
        jsonwebtoken::encode(&header, &self.claims, &self.ours).unwrap()
    }

    fn with(&self, name: &str, value: Value) -> String {
        let mut claims = self.claims.clone();
        claims[name] = value;
        self.sign(&claims)
    }

    fn without(&self, name: &str) -> String {
        let mut claims = self.claims.clone();
        claims.as_object_mut().unwrap().remove(name);
        self.sign(&claims)
    }

    fn hmac(&self, secret: &[u8]) -> String {
        let key = EncodingKey::from_secret(secret);
        jsonwebtoken::encode(&self.header(Algorithm::HS256), &self.claims, &key).unwrap()
    }

    /// The valid claims under a handwritten header.
    fn jwt(&self, header: &Value, signature: &str) -> String {
        let header = URL_SAFE_NO_PAD.encode(header.to_string());
        format!("{header}.{}.{signature}", self.part(1))
    }

    /// As [`Self::jwt`], with a header that names this algorithm.
    fn alg(&self, algorithm: &Value, signature: &str) -> String {
        let header = json!({"alg": algorithm, "typ": "at+jwt", "kid": self.kid});
        self.jwt(&header, signature)
    }

    /// The valid token with one character changed.
    fn flipped(&self, at: usize) -> String {
        let other = if &self.good[at..=at] == "A" { "B" } else { "A" };
        format!("{}{other}{}", &self.good[..at], &self.good[at + 1..])
    }

    /// Expects that no token of the table can read, write or even see its own account.
    async fn refused(&self, table: &[(&str, String)]) {
        assert!(table.len() > 9);
        let mut wrong = Vec::new();
        for (name, token) in table {
            for (method, path) in [
                (Method::GET, "/api/v1/me"),
                (Method::GET, "/api/v1/branches"),
                (Method::POST, "/api/v1/departments"),
            ] {
                let (status, challenged, text) = self.try_out(&method, path, token).await;
                if status != 401 || !challenged {
                    wrong.push(format!("{name}: {method} {path}: {status} {text}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    async fn try_out(&self, method: &Method, path: &str, token: &str) -> (u16, bool, String) {
        let mut request = (self.house.client)
            .request(method.clone(), format!("{}{path}", self.house.base))
            .header("authorization", format!("Bearer {token}"));
        if *method == Method::POST {
            let body = json!({"name": "Khoa thử", "kind": "clinical"}).to_string();
            request = request
                .header("content-type", "application/json")
                .body(body);
        }
        let answer = request.send().await.unwrap();
        let challenged = answer.headers().contains_key("www-authenticate");
        (
            answer.status().as_u16(),
            challenged,
            answer.text().await.unwrap(),
        )
    }
}

/// T-04
#[tokio::test]
async fn t04_a_token_signed_by_another_algorithm_is_refused() {
    let f = Forger::new().await;
    let (kid, ours) = (f.kid.clone(), f.part(2));
    let x = URL_SAFE_NO_PAD.decode(&f.x).unwrap();
    f.refused(&[
        ("alg none", f.alg(&json!("none"), "")),
        ("alg None", f.alg(&json!("None"), "")),
        ("alg none with our signature", f.alg(&json!("none"), ours)),
        ("no alg", f.jwt(&json!({"typ": "at+jwt", "kid": kid}), ours)),
        ("alg null", f.alg(&Value::Null, ours)),
        ("HS256 with the public key as text", f.hmac(f.x.as_bytes())),
        ("HS256 with the public key's bytes", f.hmac(&x)),
        ("HS256 with the PEM", f.hmac(f.pem.as_bytes())),
        ("HS256 with nothing", f.hmac(b"")),
        ("HS256 with the key's name", f.hmac(kid.as_bytes())),
        ("RS256 in the header", f.alg(&json!("RS256"), ours)),
        ("ES256 in the header", f.alg(&json!("ES256"), ours)),
    ])
    .await;
}

/// T-04
#[tokio::test]
async fn t04_a_token_of_another_type_or_key_is_refused() {
    let f = Forger::new().await;
    let elsewhere = tempdir();
    Keys::generate(&elsewhere).unwrap();
    let other = Keys::read(&elsewhere, "http://ketnap.test").unwrap();
    let typed: Claims = serde_json::from_value(f.claims.clone()).unwrap();
    let theirs = other.sign(&typed).unwrap();
    let brought = json!({"kty": "OKP", "crv": "Ed25519", "x": f.x});
    let brought = json!({"alg": "EdDSA", "typ": "at+jwt", "kid": f.kid, "jwk": brought});
    let address = json!({"alg": "EdDSA", "typ": "at+jwt", "jku": "http://evil.test/keys"});
    let kid = |name: &str| f.headed(|h| h.kid = Some(name.into()));
    let our_name = format!("{}.{}", f.part(0), theirs.split_once('.').unwrap().1);
    f.refused(&[
        ("typ JWT", f.headed(|h| h.typ = Some("JWT".into()))),
        ("no typ", f.headed(|h| h.typ = None)),
        ("an id token", f.headed(|h| h.typ = Some("id+jwt".into()))),
        ("no kid", f.headed(|h| h.kid = None)),
        ("unknown kid", kid("somebody")),
        ("kid as a path", kid("../../../../dev/null")),
        ("kid as SQL", kid("' or '1'='1")),
        ("empty kid", kid("")),
        ("crit", f.headed(|h| h.crit = Some(vec!["b64".into()]))),
        ("other key, its own kid", theirs),
        ("other key, our kid", our_name),
        ("a key in the header", f.jwt(&brought, f.part(2))),
        ("an address of a key", f.jwt(&address, f.part(2))),
    ])
    .await;
}

/// T-04
#[tokio::test]
async fn t04_a_token_of_another_issuer_or_time_is_refused() {
    let f = Forger::new().await;
    let now = f.house.clock.now().timestamp();
    f.refused(&[
        ("audience of another service", f.with("aud", json!("other"))),
        ("audience as a list", f.with("aud", json!(["ketnap"]))),
        ("no audience", f.without("aud")),
        ("another issuer", f.with("iss", json!("http://evil.test"))),
        ("with a slash", f.with("iss", json!("http://ketnap.test/"))),
        ("no issuer", f.without("iss")),
        ("no expiry", f.without("exp")),
        ("text", f.with("exp", json!((now + 900).to_string()))),
        ("expiry null", f.with("exp", Value::Null)),
        ("expiry a fraction", f.with("exp", json!(1e300))),
        ("expired", f.with("exp", json!(now - 1))),
        ("expires now", f.with("exp", json!(now))),
        ("expired long ago", f.with("exp", json!(-1))),
        ("issued in the future", f.with("iat", json!(now + 3600))),
        ("no time of issue", f.without("iat")),
        ("not before", f.with("nbf", json!(now - 10))),
    ])
    .await;
}

/// T-04
#[tokio::test]
async fn t04_a_token_with_other_claims_is_refused() {
    let f = Forger::new().await;
    f.refused(&[
        ("no subject", f.without("sub")),
        ("subject no id", f.with("sub", json!("office"))),
        ("no session", f.without("sid")),
        ("unknown session", f.with("sid", json!(Uuid::new_v4()))),
        ("no version", f.without("ver")),
        ("older version", f.with("ver", json!(0))),
        ("newer version", f.with("ver", json!(2))),
        ("no role", f.without("role")),
        ("unknown role", f.with("role", json!("root"))),
        ("unknown claim", f.with("admin", json!(true))),
        ("claims are a list", f.sign(&json!([f.claims]))),
        ("claims are text", f.sign(&json!("office"))),
        ("claims are empty", f.sign(&json!({}))),
        ("huge", f.with("client_id", json!("x".repeat(9000)))),
    ])
    .await;
}

/// T-04
#[tokio::test]
async fn t04_a_mangled_token_is_refused() {
    let f = Forger::new().await;
    let (good, head, claims, ours) = (&f.good, f.part(0), f.part(1), f.part(2));
    let risen = URL_SAFE_NO_PAD.encode(json!({"role": "system_admin"}).to_string());
    let another = f.sign(&json!({}));
    let another = another.rsplit_once('.').unwrap().1;
    let tokens = sign_in(&f.house, "office", PASSWORD).await.expect(200);
    let no_json = URL_SAFE_NO_PAD.encode("{");
    f.refused(&[
        ("nothing", String::new()),
        ("not a token", "hello".into()),
        ("two dots", "..".into()),
        ("truncated", good[..good.len() - 4].to_owned()),
        ("no signature", format!("{head}.{claims}.")),
        ("two segments", format!("{head}.{claims}")),
        ("four segments", format!("{good}.{ours}")),
        ("five segments", format!("{good}.a.b")),
        ("padding", format!("{good}==")),
        ("signature of another", format!("{head}.{claims}.{another}")),
        ("claims of another", format!("{head}.{risen}.{ours}")),
        ("header not base64", format!("!!!.{claims}.{ours}")),
        ("header not JSON", format!("{no_json}.{claims}.{ours}")),
        ("refresh token", text(&tokens, "refresh_token").to_owned()),
        ("a letter of the header", f.flipped(5)),
        ("a letter of the claims", f.flipped(head.len() + 40)),
        ("a letter of the signature", f.flipped(good.len() - 20)),
    ])
    .await;
}

/// T-04; the scheme is case-insensitive, as in RFC 9110.
#[tokio::test]
async fn t04_the_right_token_in_the_wrong_place_is_refused() {
    let house = House::build().await;
    let good = house.token("office").await;
    for (name, value) in [
        ("authorization", good.clone()),
        ("authorization", format!("Basic {good}")),
        ("authorization", format!("Bearer{good}")),
        ("x-access-token", good.clone()),
        ("cookie", format!("access_token={good}")),
    ] {
        let headers = [(name, value.as_str())];
        let answer = house.send("", Method::GET, "me", None, &headers).await;
        answer.refused("unauthenticated");
    }
    for name in ["access_token", "token"] {
        let answer = house.get("", &format!("branches?{name}={good}")).await;
        answer.refused("unauthenticated");
    }
    let twice = house
        .client
        .get(format!("{}/api/v1/me", house.base))
        .header("authorization", format!("Bearer {good}"))
        .header("authorization", format!("Bearer {good}"));
    assert_eq!(twice.send().await.unwrap().status(), 401);
    let bearer = format!("bearer {good}");
    let headers = [("authorization", bearer.as_str())];
    house
        .send("", Method::GET, "me", None, &headers)
        .await
        .expect(200);
}

/// A temporary key folder for this test alone.
fn tempdir() -> std::path::PathBuf {
    let name = format!("keys-{}", Uuid::new_v4().simple());
    keys_folder().parent().unwrap().join(name)
}

/// The role in a token only informs clients: the session's row decides.
#[tokio::test]
async fn a_well_signed_token_with_a_greater_role_reaches_no_further_than_its_session() {
    let house = House::build().await;
    let mine = house.token("branch-01").await;
    let mut claims: Claims = serde_json::from_slice(
        &URL_SAFE_NO_PAD
            .decode(mine.split('.').nth(1).unwrap())
            .unwrap(),
    )
    .unwrap();
    claims.role = Role::PartyOffice;
    claims.branch_id = None;
    let risen = Keys::read(&keys_folder(), "http://ketnap.test")
        .unwrap()
        .sign(&claims)
        .unwrap();
    let authorization = format!("Bearer {risen}");
    let seen = house
        .send(
            "",
            Method::GET,
            "candidates?limit=200",
            None,
            &[("authorization", &authorization)],
        )
        .await
        .expect(200);
    assert!(
        !seen.items().is_empty()
            && seen
                .items()
                .iter()
                .all(|c| c["branch_id"] == demo("0b", 1, 0))
    );
    let theirs = format!("/api/v1/candidates/{}", demo("ca", 2, 1));
    house
        .send(
            "",
            Method::GET,
            &theirs,
            None,
            &[("authorization", &authorization)],
        )
        .await
        .refused("not_found");
}
