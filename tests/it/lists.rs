//! The list grammar, tested on every list in the document: pages, order, cursor, total, filters,
//! fields, expand, search.
//!
//! The lists and their parameters are read from the document, so a new list is tested from the
//! start.
use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use ketnap::auth::token::Keys;
use serde_json::{Value, json};

use crate::support::{Answer, House, Plain, demo, document, keys_folder, person};

struct Filter {
    name: String,
    schema: &'static Value,
}

/// A list operation with a concrete path, and a login that sees many of its rows.
struct List {
    path: String,
    who: &'static str,
    filters: Vec<Filter>,
    sorts: Vec<String>,
    fields: Vec<String>,
    expands: Vec<String>,
    searchable: bool,
}

/// A parent row with several rows below it. Add new nested lists here.
fn parent(template: &str) -> String {
    match template {
        "/api/v1/branches/{id}/officers" | "/api/v1/branches/{id}/overseers" => demo("0b", 1, 0),
        // a candidate whose file has reached the ceremony
        path if path.starts_with("/api/v1/candidates/{id}/")
            && !path.ends_with("/sponsorships") =>
        {
            demo("ca", 3, 6)
        }
        "/api/v1/candidates/{id}/sponsorships" => demo("ca", 1, 4),
        "/api/v1/branches/{id}/changes" => demo("0b", 3, 0),
        "/api/v1/reviews/{id}/items" => demo("4e", 3, 1),
        "/api/v1/source-plans/{id}/entries" => demo("5a", 1, 0),
        "/api/v1/classes/{id}/enrolments" | "/api/v1/classes/{id}/sessions" => demo("c1", 0, 1),
        other => panic!("a list below a parent that this test does not know: {other}"),
    }
}

fn words(schema: &Value) -> Vec<String> {
    schema["items"]["enum"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// Lists that only the administrator reads.
const ADMINISTERED: [&str; 6] = [
    "/accounts",
    "/organizations",
    "/audit-entries",
    "/access-entries",
    "/sign-in-attempts",
    "/sign-ins",
];

/// The list operations of the document.
fn lists() -> Vec<List> {
    const GRAMMAR: [&str; 7] = [
        "q",
        "sort",
        "limit",
        "cursor",
        "include_total",
        "fields",
        "expand",
    ];
    let mut all = Vec::new();
    for (template, item) in document()["paths"].as_object().unwrap() {
        let Some(parameters) = item["get"]["parameters"].as_array() else {
            continue;
        };
        let query: Vec<&'static Value> = parameters.iter().filter(|p| p["in"] == "query").collect();
        let find = |name: &str| {
            query
                .iter()
                .find(|p| p["name"] == name)
                .map(|p| &p["schema"])
        };
        // the lists of single kinds of act share a handler; only kinds that are frequent in the
        // demo are tested
        let of_one_kind = template.starts_with("/api/v1/candidates/{id}/");
        // the demo has too few leavings and changes of activity of one member to fill pages
        let of_a_member = template.starts_with("/api/v1/members/{id}/");
        // lists that are computed on request have one fixed order and take no sort, filters or
        // fields
        let of_rows = find("sort").is_some();
        if find("cursor").is_none()
            || !of_rows
            || of_a_member
            || (of_one_kind
                && !["/timeline", "/documents", "/verification", "/sponsorships"]
                    .iter()
                    .any(|end| template.ends_with(end)))
        {
            continue;
        }
        let path = if template.contains("{id}") {
            template.replace("{id}", &parent(template))
        } else {
            template.clone()
        };
        let filters = query
            .iter()
            .map(|p| Filter {
                name: p["name"].text().to_owned(),
                schema: &p["schema"],
            })
            .filter(|f| !GRAMMAR.contains(&f.name.as_str()))
            .collect();
        all.push(List {
            who: if ADMINISTERED.iter().any(|end| path.ends_with(end)) {
                "admin"
            } else {
                "office"
            },
            path,
            filters,
            sorts: words(find("sort").unwrap()),
            fields: words(find("fields").unwrap()),
            expands: find("expand").map(words).unwrap_or_default(),
            searchable: find("q").is_some(),
        });
    }
    assert!(
        all.len() >= 18,
        "only {} lists found in the document",
        all.len()
    );
    all
}

/// Every list in the document in each of its orders and with the total, as (login, path below
/// /api/v1/).
pub fn in_each_order() -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    for list in lists() {
        let path = list.path.trim_start_matches("/api/v1/");
        let asked = list
            .sorts
            .iter()
            .map(|sort| format!("{path}?sort={sort}&include_total=true"));
        all.extend(asked.map(|asked| (list.who, asked)));
    }
    all
}

fn form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

impl List {
    async fn get(&self, house: &House, pairs: &[(&str, &str)]) -> Answer {
        house
            .get(self.who, &format!("{}?{}", self.path, form(pairs)))
            .await
    }

    /// All rows, read in pages of `limit` by following `next_cursor`; checks the Link header of
    /// each page.
    async fn walk(&self, house: &House, limit: usize, more: &[(&str, &str)]) -> Vec<Value> {
        let limit_text = limit.to_string();
        let mut pairs = vec![("limit", limit_text.as_str())];
        pairs.extend_from_slice(more);
        let mut next = format!("{}?{}", self.path, form(&pairs));
        let mut rows = Vec::new();
        loop {
            let page = house.read(self.who, &next).await;
            rows.extend(page.items().iter().cloned());
            assert_eq!(page.body["page"]["limit"], limit);
            let Some(cursor) = page.body["page"]["next_cursor"].as_str() else {
                assert_eq!(page.header("link"), "", "{next}: a Link on the last page");
                return rows;
            };
            assert_eq!(
                page.items().len(),
                limit,
                "{next}: a page that is not full, and yet there is a next one"
            );
            let link = page
                .header("link")
                .strip_prefix('<')
                .and_then(|l| l.strip_suffix(">; rel=\"next\""))
                .unwrap_or_default()
                .to_owned();
            pairs.retain(|(name, _)| *name != "cursor");
            let wanted: BTreeMap<String, String> = pairs
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .chain([("cursor".to_owned(), cursor.to_owned())])
                .collect();
            let linked: BTreeMap<String, String> =
                form_urlencoded::parse(link.split_once('?').unwrap_or_default().1.as_bytes())
                    .into_owned()
                    .collect();
            assert_eq!(
                (link.split('?').next(), &linked),
                (Some(self.path.as_str()), &wanted),
                "the Link header is not the next page"
            );
            next = link;
            assert!(rows.len() <= 2000, "{}: the pages do not end", self.path);
        }
    }

    async fn all(&self, house: &House) -> Vec<Value> {
        self.walk(house, 200, &[]).await
    }
}

fn ids(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|r| r["id"].text()).collect()
}

/// A house with two more rows in every list for which the demo has only one.
async fn filled() -> House {
    let house = House::build().await;
    for (name, from, to) in [("2015-2020", 2016, 2020), ("2025-2030", 2026, 2030)] {
        let term = json!({"name": name, "from_year": from, "to_year": to, "annual_minimum": 1, "term_minimum": 5, "previous_term_admissions": 0,
            "committee_coverage_percent": 50, "committee_coverage_year": to});
        house.create("office", "terms", term).await;
    }
    for name in ["Đảng bộ xã An", "Đảng bộ xã Bình"] {
        house
            .create(
                "admin",
                "organizations",
                json!({"name": name, "label": "Đảng ủy"}),
            )
            .await;
    }
    for (login, from) in [("overseer-b", "2020-10-01"), ("overseer-c", "2020-10-01")] {
        let account = house
            .create(
                "admin",
                "accounts",
                json!({"login": login, "display_name": "Đảng ủy viên", "role": "committee_member"}),
            )
            .await;
        let overseer = json!({"account_id": account.id(), "from_on": from});
        house
            .create(
                "office",
                &format!("branches/{}/overseers", demo("0b", 1, 0)),
                overseer,
            )
            .await;
    }
    for number in [1, 2, 3] {
        house
            .clock
            .set(house.clock.now() + TimeDelta::minutes(number.into()));
        let roster = format!("/api/v1/classes/{}/roster", demo("c1", 0, number));
        house.get("office", &roster).await.expect(200);
        crate::auth::sign_in(&house, "union", "wrong").await;
    }
    for (name, to) in [("Vàng Thị Một", 5), ("Vàng Thị Hai", 6)] {
        let candidate = crate::support::planned(&house, 4, name).await;
        let offer = json!({"on": "2021-01-15", "to_branch_id": demo("0b", to, 0)});
        house
            .act("branch-04", &candidate, "transfers", offer)
            .await
            .expect(201);
    }
    for name in ["Vàng Thị Ba", "Vàng Thị Bốn"] {
        let candidate = crate::support::candidate(&house, 4, name).await;
        let exit = json!({"on": "2021-01-15", "kind": "withdrawn", "reason": "xin rút"});
        house.record("branch-04", &candidate, "exits", exit).await;
        let erasure = json!({"person_id": candidate, "paper_number": "4-TB", "paper_on": "2021-01-15", "reason": "Người trong hồ sơ yêu cầu xóa"});
        house.create("office", "erasures", erasure).await;
    }
    house
}

fn kind_of(schema: &Value) -> &str {
    let one = if schema["type"] == "array" {
        &schema["items"]
    } else {
        schema
    };
    if one["enum"].is_array() {
        return "enum";
    }
    one["format"].as_str().unwrap_or(one["type"].text())
}

/// A cursor whose contents `edit` has changed, sealed with the real keys.
fn forged(cursor: &str, edit: impl Fn(&mut Value)) -> String {
    let keys = Keys::read(&keys_folder(), "http://ketnap.test").unwrap();
    let mut inside: Value = serde_json::from_slice(&keys.cursors.open(cursor).unwrap()).unwrap();
    edit(&mut inside);
    keys.cursors.seal(inside.to_string().as_bytes())
}

/// A cursor contains the position of a row, which may be a name, and appears in URLs and their
/// logs. So it is encrypted. It is also deterministic, so that the page keeps its ETag.
#[tokio::test]
async fn a_cursor_reveals_nothing_in_the_address() {
    let house = House::build().await;
    let page = async || house.read("office", "members?sort=full_name&limit=3").await;
    let seen = page().await;
    let cursor = seen.body["page"]["next_cursor"].as_str().unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(cursor).unwrap();
    let last = &seen.items()[2];
    for told in [&last["full_name"], &last["id"]] {
        let told = told.as_str().unwrap().as_bytes();
        assert!(!bytes.windows(told.len()).any(|part| part == told));
    }
    assert_eq!(page().await.header("etag"), seen.header("etag"));
    // a cursor with any bit changed is invalid
    for at in [0, 24, bytes.len() - 1] {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let cursor = URL_SAFE_NO_PAD.encode(changed);
        let next = format!("members?sort=full_name&limit=3&cursor={cursor}");
        house
            .get("office", &next)
            .await
            .expect_code(400, "invalid_cursor");
    }
}

#[tokio::test]
async fn every_list_pages_through_under_every_order_and_gives_each_row_once() {
    let house = filled().await;
    for list in lists() {
        let total = list
            .get(&house, &[("include_total", "true"), ("limit", "1")])
            .await
            .expect(200)
            .body["page"]["total"]
            .as_u64()
            .unwrap();
        let rows = usize::try_from(total).unwrap();
        assert!(
            rows >= 2,
            "{}: {rows} rows are too few to page through",
            list.path
        );
        let few = (rows / 12).clamp(if rows > 6 { 2 } else { 1 }, 20);
        let mut orders: Vec<String> = list.sorts.clone();
        let ascending: Vec<&String> = list.sorts.iter().filter(|s| !s.starts_with('-')).collect();
        for pair in ascending.windows(2) {
            orders.extend([
                format!("{},-{}", pair[0], pair[1]),
                format!("-{},{}", pair[0], pair[1]),
                format!("-{},-{}", pair[0], pair[1]),
            ]);
        }
        let mut known: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for order in &orders {
            let whole = list.walk(&house, 200, &[("sort", order)]).await;
            let paged = list.walk(&house, few, &[("sort", order)]).await;
            assert_eq!(
                ids(&paged),
                ids(&whole),
                "{}?sort={order} in pages of {few}",
                list.path
            );
            let distinct: BTreeSet<&str> = ids(&whole).into_iter().collect();
            assert_eq!(
                (distinct.len(), whole.len()),
                (rows, rows),
                "{}?sort={order}: total and rows",
                list.path
            );
            in_order(&list, order, &whole);
            known.insert(
                order.clone(),
                ids(&whole).into_iter().map(str::to_owned).collect(),
            );
        }
        // ties are broken in the direction of the first key, so descending is exactly the reverse
        // of ascending
        for name in ascending {
            let mut back = known[&format!("-{name}")].clone();
            back.reverse();
            assert_eq!(back, known[name], "{}?sort=-{name}", list.path);
        }
    }
}

/// Checks the order of the rows by visible keys that are dates, instants or numbers.
fn in_order(list: &List, order: &str, rows: &[Value]) {
    let keys: Vec<(&str, bool)> = order
        .split(',')
        .map(|k| k.strip_prefix('-').map_or((k, false), |n| (n, true)))
        .collect();
    let plain = |name: &str| {
        name != "name"
            && name != "full_name"
            && name != "login"
            && list.fields.iter().any(|f| f == name)
            && rows.iter().all(|r| !r[name].is_null())
    };
    if !keys.iter().all(|(name, _)| plain(name)) {
        return;
    }
    for two in rows.windows(2) {
        for (name, descending) in &keys {
            let (a, b) = (&two[0][*name], &two[1][*name]);
            let less = if let (Some(a), Some(b)) = (a.as_i64(), b.as_i64()) {
                a.cmp(&b)
            } else {
                a.as_str().cmp(&b.as_str())
            };
            let less = if *descending { less.reverse() } else { less };
            assert!(less.is_le(), "{}?sort={order}: {a} before {b}", list.path);
            if less.is_lt() {
                break;
            }
        }
    }
}

#[tokio::test]
async fn a_cursor_works_only_with_its_own_list_order_and_filters() {
    let house = filled().await;
    let mut from_elsewhere: Option<String> = None;
    for list in lists() {
        let mut here = None;
        for order in &list.sorts {
            let page = list
                .get(&house, &[("limit", "1"), ("sort", order)])
                .await
                .expect(200);
            let cursor = page.body["page"]["next_cursor"]
                .as_str()
                .unwrap_or_else(|| panic!("{}: one page", list.path))
                .to_owned();
            list.get(
                &house,
                &[
                    ("limit", "7"),
                    ("sort", order),
                    ("cursor", &cursor),
                    ("include_total", "true"),
                ],
            )
            .await
            .expect(200);
            let other = list.sorts.iter().find(|s| *s != order).unwrap();
            let filter = list
                .filters
                .iter()
                .find(|f| f.name.ends_with("_from"))
                .unwrap();
            let early = match kind_of(filter.schema) {
                "date" => "1950-01-01",
                "date-time" => "1950-01-01T00:00:00Z",
                _ => "1990",
            };
            let mut wrong: Vec<(String, Vec<(&str, String)>)> = vec![
                (
                    "other order".into(),
                    vec![("sort", other.clone()), ("cursor", cursor.clone())],
                ),
                (
                    "other filter".into(),
                    vec![
                        ("sort", order.clone()),
                        (filter.name.as_str(), early.into()),
                        ("cursor", cursor.clone()),
                    ],
                ),
                (
                    "cut".into(),
                    vec![
                        ("sort", order.clone()),
                        ("cursor", cursor[..cursor.len() - 3].to_owned()),
                    ],
                ),
            ];
            let garbage = [
                "",
                "x",
                "!!!",
                "AAAA",
                "eyJmIjoxfQ",
                "bnVsbA",
                "W10",
                "=",
                "\u{1ebf}",
            ];
            wrong.extend(garbage.iter().map(|g| {
                (
                    format!("garbage {g:?}"),
                    vec![("sort", order.clone()), ("cursor", (*g).to_owned())],
                )
            }));
            if let Some(theirs) = &from_elsewhere {
                wrong.push(("another list's".into(), vec![("cursor", theirs.clone())]));
            }
            let edits: Vec<(&str, Value)> = vec![
                ("no keys", json!([])),
                ("numbers", json!([1, 2])),
                ("one key", json!(["x"])),
                ("nonsense", json!(["nonsense", "nonsense"])),
                ("no id", json!([null, null])),
                ("control characters", json!(["a\u{0}b", "a\u{0}b"])),
                ("three keys", json!(["1", "2", "3"])),
                ("an object", json!({"a": 1})),
                ("a huge key", json!(["9".repeat(1000), "9".repeat(1000)])),
            ];
            wrong.extend(edits.iter().map(|(what, keys)| {
                (
                    format!("forged with {what}"),
                    vec![
                        ("sort", order.clone()),
                        ("cursor", forged(&cursor, |c| c["k"] = keys.clone())),
                    ],
                )
            }));
            // a first key of the wrong type, with a real id
            for key in [
                "-8000000000000000000",
                "9000000000000000000",
                "2021-02-30",
                "99999999999",
                "0000-01-01",
                "12:00",
            ] {
                let text = ["name", "full_name", "login", "number"]
                    .contains(&order.trim_start_matches('-'));
                let number = key.parse::<i64>().is_ok();
                let instant = order.ends_with("_at") || order.ends_with("at") && order.len() < 4;
                if text || (number && instant && key.len() < 15) {
                    continue;
                }
                wrong.push((
                    format!("forged with {key}"),
                    vec![
                        ("sort", order.clone()),
                        ("cursor", forged(&cursor, |c| c["k"][0] = key.into())),
                    ],
                ));
            }
            for (what, pairs) in &wrong {
                let pairs: Vec<(&str, &str)> =
                    pairs.iter().map(|(k, v)| (*k, v.as_str())).collect();
                let answer = list.get(&house, &pairs).await;
                let said = (answer.status, answer.code().to_owned(), answer.faults());
                assert_eq!(
                    said,
                    (400, "invalid_cursor".into(), vec!["cursor".into()]),
                    "{}?sort={order}: {what}",
                    list.path
                );
            }
            here = Some(cursor);
        }
        from_elsewhere = here;
    }
}

#[tokio::test]
async fn a_wrong_parameter_is_named_and_an_unknown_one_gets_the_list_of_known_ones() {
    let house = House::build().await;
    for list in lists() {
        let mut wrong: Vec<(&str, String)> = [
            "0",
            "201",
            "x",
            "-1",
            "",
            "1.5",
            "99999999999999999999",
            " 1",
        ]
        .map(|v| ("limit", v.to_owned()))
        .into();
        wrong.extend(["maybe", "1", "", "TRUE"].map(|v| ("include_total", v.to_owned())));
        wrong.extend(["nonsense", "", "id,", "ID", "-"].map(|v| ("sort", v.to_owned())));
        wrong.push(("sort", format!("{0},{0}", list.sorts[0])));
        wrong.push((
            "sort",
            format!("{0},-{0}", list.sorts[0].trim_start_matches('-')),
        ));
        wrong.extend(["nonsense", "", "id,,version", "*"].map(|v| ("fields", v.to_owned())));
        if !list.expands.is_empty() {
            wrong.extend(["nonsense", "", "branch_id"].map(|v| ("expand", v.to_owned())));
        }
        for filter in &list.filters {
            let nonsense: &[&str] = match kind_of(filter.schema) {
                "uuid" => &[
                    "nonsense",
                    "",
                    "0",
                    "{01750000-0000-7000-8000-00000b010000}",
                    "01750000-0000-7000-8000-00000B010000",
                    "01750000000070008000 00000b010000",
                ],
                "enum" => &["nonsense", "", "NOMINATED", "%"],
                "date" => &[
                    "nonsense",
                    "",
                    "2021-02-30",
                    "2021-2-3",
                    "0000-01-01",
                    "9999-12-31",
                    "20210203",
                    "2021-02-03T00:00:00Z",
                ],
                "date-time" => &[
                    "nonsense",
                    "",
                    "2021-02-30T00:00:00Z",
                    "2021-02-03",
                    "9999-12-31T00:00:00Z",
                    "-4000-01-01T00:00:00Z",
                ],
                "int32" => &["nonsense", "", "2147483648", "-2147483649", "1.5", "1e3"],
                "boolean" => &["nonsense", "", "1", "TRUE", "null"],
                _ => &["", "   ", "a\u{0}b", "\u{202e}x", "a\tb"],
            };
            wrong.extend(
                nonsense
                    .iter()
                    .map(|n| (filter.name.as_str(), (*n).to_owned())),
            );
            if filter.schema["type"] == "array" {
                let most = usize::try_from(filter.schema["maxItems"].number()).unwrap();
                let one = if kind_of(filter.schema) == "uuid" {
                    demo("0b", 1, 0)
                } else {
                    "x".into()
                };
                wrong.push((filter.name.as_str(), vec![one; most + 1].join(",")));
            }
        }
        for (name, value) in &wrong {
            let answer = list.get(&house, &[(name, value)]).await;
            let said = (answer.status, answer.code().to_owned(), answer.faults());
            assert_eq!(
                said,
                (400, "invalid_parameter".into(), vec![(*name).to_owned()]),
                "{}?{name}={value:?}: {}",
                list.path,
                answer.text
            );
        }
        // all errors are reported at once
        let answer = list
            .get(
                &house,
                &[("limit", "0"), ("sort", "nonsense"), ("fields", "nonsense")],
            )
            .await
            .refused("invalid_parameter");
        assert_eq!(
            answer.faults().into_iter().collect::<BTreeSet<_>>(),
            ["fields", "limit", "sort"].map(String::from).into()
        );

        for (query, name) in [
            ("page=2", "page"),
            ("Limit=1", "Limit"),
            ("stage%5B%5D=x", "stage[]"),
            ("=1", ""),
        ] {
            let answer = house
                .get(list.who, &format!("{}?{query}", list.path))
                .await
                .refused("unknown_parameter");
            assert_eq!(answer.faults(), [name], "{}?{query}", list.path);
            let detail = answer.body["detail"].text();
            for known in list.filters.iter().map(|f| f.name.as_str()).chain([
                "sort",
                "limit",
                "cursor",
                "include_total",
                "fields",
            ]) {
                assert!(
                    detail.contains(known),
                    "{}: {known} is not among the known parameters: {detail}",
                    list.path
                );
            }
        }
    }
}

#[tokio::test]
async fn every_filter_gives_exactly_the_rows_that_fit() {
    let house = filled().await;
    for list in lists() {
        let all = list.all(&house).await;
        let text = |v: &Value| v.as_str().map_or_else(|| v.to_string(), str::to_owned);
        let mut both: Vec<(String, String)> = Vec::new();
        for filter in &list.filters {
            let base = ["_from", "_to"]
                .iter()
                .find_map(|e| filter.name.strip_suffix(e))
                .filter(|b| list.filters.iter().any(|f| f.name == *b));
            let shown = base.unwrap_or(&filter.name);
            let values: Vec<String> = all
                .iter()
                .map(|r| &r[shown])
                .filter(|v| !v.is_null())
                .map(text)
                .collect::<BTreeSet<_>>()
                .into_iter()
                .filter(|v| !v.contains(','))
                .collect();
            if !list.fields.iter().any(|f| f == shown) || values.is_empty() {
                continue;
            }
            let number = |v: &str| v.parse::<i64>().ok();
            let below = |a: &str, b: &str| match (number(a), number(b)) {
                (Some(a), Some(b)) => a <= b,
                _ => a <= b,
            };
            let asked: Vec<String> = if base.is_some() {
                vec![
                    values[values.len() / 2].clone(),
                    values[0].clone(),
                    values[values.len() - 1].clone(),
                ]
            } else {
                let (first, last) = (&values[0], &values[values.len() - 1]);
                both.push((filter.name.clone(), first.clone()));
                let several = format!("{first},{last}");
                let takes = filter.schema["type"] == "array";
                let several = takes.then_some(several);
                [first.clone()].into_iter().chain(several).collect()
            };
            for asked in asked {
                let fits = |r: &&Value| {
                    let v = &r[shown];
                    !v.is_null()
                        && match &filter.name {
                            n if base.is_some() && n.ends_with("_from") => below(&asked, &text(v)),
                            _ if base.is_some() => below(&text(v), &asked),
                            _ => asked.split(',').any(|a| a == text(v)),
                        }
                };
                let wanted: BTreeSet<&str> =
                    all.iter().filter(fits).map(|r| r["id"].text()).collect();
                let got = list.walk(&house, 200, &[(&filter.name, &asked)]).await;
                let got: BTreeSet<&str> = ids(&got).into_iter().collect();
                assert_eq!(got, wanted, "{}?{}={asked}", list.path, filter.name);
                let total = list
                    .get(
                        &house,
                        &[
                            (&filter.name, &asked),
                            ("include_total", "true"),
                            ("limit", "1"),
                        ],
                    )
                    .await
                    .expect(200);
                assert_eq!(
                    total.body["page"]["total"],
                    wanted.len(),
                    "{}?{}={asked}: total",
                    list.path,
                    filter.name
                );
            }
        }
        // two filters at once: both must match
        for two in both.windows(2) {
            let wanted: Vec<&str> = all
                .iter()
                .filter(|r| two.iter().all(|(n, v)| text(&r[n]) == *v))
                .map(|r| r["id"].text())
                .collect();
            let got = list
                .walk(
                    &house,
                    200,
                    &[(&two[0].0, &two[0].1), (&two[1].0, &two[1].1)],
                )
                .await;
            let same =
                ids(&got).into_iter().collect::<BTreeSet<_>>() == wanted.iter().copied().collect();
            assert!(same, "{}: {two:?}", list.path);
        }
    }
}

#[tokio::test]
async fn a_list_without_rows_is_an_empty_page() {
    let house = House::build().await;
    for list in lists() {
        let filter = list
            .filters
            .iter()
            .find(|f| f.name.ends_with("_from"))
            .unwrap();
        let late = match kind_of(filter.schema) {
            "date" => "2099-01-01",
            "date-time" => "2099-01-01T00:00:00Z",
            _ => "2099",
        };
        let mut pairs = vec![(filter.name.as_str(), late), ("include_total", "true")];
        let expand = list.expands.join(",");
        if !expand.is_empty() {
            pairs.push(("expand", &expand));
        }
        let page = list.get(&house, &pairs).await.expect(200);
        assert_eq!(
            page.body,
            json!({"items": [], "page": {"limit": 50, "next_cursor": null, "total": 0}}),
            "{}",
            list.path
        );
        assert_eq!(page.header("link"), "");
    }
}

#[tokio::test]
async fn the_total_is_counted_only_when_asked_for() {
    let house = House::build().await;
    for list in lists() {
        for pairs in [vec![], vec![("include_total", "false")]] {
            let page = list.get(&house, &pairs).await.expect(200);
            assert_eq!(
                (&page.body["page"]["total"], &page.body["page"]["limit"]),
                (&Value::Null, &json!(50)),
                "{}",
                list.path
            );
        }
    }
}

#[tokio::test]
async fn fields_leave_properties_out_and_expand_puts_an_object_beside_its_id() {
    let house = filled().await;
    for list in lists() {
        let whole = list.all(&house).await;
        for field in &list.fields {
            assert!(
                whole[0].get(field).is_some(),
                "{}: {field} is documented and not shown",
                list.path
            );
            let page = list.walk(&house, 200, &[("fields", field)]).await;
            for (part, row) in page.iter().zip(&whole) {
                assert_eq!(
                    part,
                    &json!({field: row[field]}),
                    "{}?fields={field}",
                    list.path
                );
            }
        }
        assert_eq!(
            whole[0].as_object().unwrap().len(),
            list.fields.len(),
            "{}: fields and properties",
            list.path
        );
        let two = format!("{},id", list.fields[0]);
        let page = list.walk(&house, 2, &[("fields", &two)]).await;
        assert_eq!(
            ids(&page),
            ids(&whole),
            "{}?fields={two} in pages",
            list.path
        );

        for expand in &list.expands {
            let key = format!("{expand}_id");
            let page = list.walk(&house, 200, &[("expand", expand)]).await;
            assert_eq!(ids(&page), ids(&whole));
            for (with, row) in page.iter().zip(&whole) {
                assert_eq!(
                    with[&key], row[&key],
                    "{}: the id stays beside the object",
                    list.path
                );
                match row[&key].as_str() {
                    None => assert_eq!(with[expand], Value::Null),
                    Some(id) => {
                        assert_eq!(with[expand]["id"], id, "{}?expand={expand}", list.path);
                        assert!(
                            with[expand].as_object().unwrap().len() > 1,
                            "{}?expand={expand}: nothing but the id",
                            list.path
                        );
                    }
                }
            }
            let page = list
                .get(&house, &[("expand", expand), ("fields", "id")])
                .await
                .expect(200);
            let names: Vec<&String> = page.items()[0].as_object().unwrap().keys().collect();
            assert_eq!(names, ["id", expand], "{}: fields with expand", list.path);
        }
        if !list.expands.is_empty() {
            let page = list
                .get(&house, &[("expand", &list.expands.join(","))])
                .await
                .expect(200);
            assert!(
                list.expands
                    .iter()
                    .all(|e| page.items()[0].get(e).is_some())
            );
        }
    }
}

#[tokio::test]
async fn what_is_inserted_or_removed_between_pages_loses_and_repeats_no_other_row() {
    let house = House::build().await;
    let lists = lists();
    let holidays = lists.iter().find(|l| l.path == "/api/v1/holidays").unwrap();
    for (order, year) in [
        ("on", 2031),
        ("-on", 2033),
        ("created_at", 2035),
        ("-created_at", 2037),
    ] {
        let before = holidays.walk(&house, 200, &[("sort", order)]).await;
        let mut seen: Vec<String> = Vec::new();
        let mut cursor: Option<String> = None;
        let mut turn = 0;
        let mut removed: Option<String> = None;
        loop {
            let mut pairs = vec![("sort", order), ("limit", "10")];
            if let Some(cursor) = &cursor {
                pairs.push(("cursor", cursor));
            }
            let page = holidays.get(&house, &pairs).await.expect(200);
            seen.extend(ids(page.items()).into_iter().map(str::to_owned));
            let Some(next) = page.body["page"]["next_cursor"].as_str() else {
                break;
            };
            cursor = Some(next.to_owned());
            // inserts rows before the first page, after the last and in between
            for (place, name) in [
                (1901 + year - 2031, "front"),
                (year + 1, "end"),
                (2020, "middle"),
            ] {
                let on = format!(
                    "{place}-{:02}-{:02}",
                    2 + turn % 11,
                    1 + (year - 2030 + turn) % 27
                );
                house
                    .create("office", "holidays", json!({"on": on, "name": name}))
                    .await;
            }
            // removes the row that the cursor points to
            if turn == 0 {
                let last = page.items().last().unwrap();
                let path = format!("/api/v1/holidays/{}", last["id"].text());
                house
                    .remove("office", &path, last["version"].number())
                    .await;
                removed = Some(last["id"].text().to_owned());
            }
            turn += 1;
            assert!(turn < 60, "{order}: the pages do not end");
        }
        assert!(turn > 2 && removed.is_some());
        let distinct: BTreeSet<&String> = seen.iter().collect();
        assert_eq!(distinct.len(), seen.len(), "{order}: a row came twice");
        let old: Vec<&str> = seen
            .iter()
            .map(String::as_str)
            .filter(|id| ids(&before).contains(id))
            .collect();
        assert_eq!(
            old,
            ids(&before),
            "{order}: rows that were there all the time"
        );
    }
}

#[tokio::test]
async fn names_sort_the_vietnamese_way_by_the_given_name() {
    let house = House::build().await;
    // sorted by given name, then by the rest; a < ă < â, d < đ, e < ê; tones after letters
    let wanted = [
        "Xuân Thị An",
        "Bùi Văn Ảnh",
        "Lê Thị Ánh",
        "Lê Văn Ân",
        "Trần Văn Dũng",
        "Âu Văn Đạt",
        "Đinh Văn Đạt",
        "Vũ Thị Em",
        "Ngô Thị Êm",
        "Đặng Văn Ơn",
        "An Thị Uyên",
        "An Văn Ưng",
        "Cao Thị Ý",
    ];
    for (n, name) in wanted.iter().enumerate().rev() {
        house
            .create("union", "nominations", person(4, name, &format!("{n}-SX")))
            .await;
    }
    let page = house
        .get(
            "office",
            &format!(
                "candidates?sort=full_name&limit=200&nominated_on_from=2021-01-12&branch_id={}",
                demo("0b", 4, 0)
            ),
        )
        .await;
    let names: Vec<&str> = page
        .items()
        .iter()
        .map(|c| c["full_name"].text())
        .filter(|n| wanted.contains(n))
        .collect();
    assert_eq!(names, wanted);
}

#[tokio::test]
async fn a_search_finds_names_without_diacritics_in_any_order_by_initials_and_beginnings() {
    let house = House::build().await;
    let found = async |q: &str| {
        let page = house
            .read(
                "office",
                &format!("candidates?limit=200&{}", form(&[("q", q)])),
            )
            .await;
        page.items()
            .iter()
            .map(|c| c["full_name"].text().to_owned())
            .collect::<Vec<_>>()
    };
    let name = "Đỗ Thị Ngọc Ưởng";
    house
        .create("union", "nominations", person(4, name, "1-Q"))
        .await;
    house
        .create("union", "nominations", person(4, "H'Hen Niê Kđăm", "2-Q"))
        .await;
    let nfd = "Đ\u{f4}\u{303} Thi\u{323} Ngo\u{323}c U\u{31b}o\u{31b}\u{309}ng"; // decomposed
    for q in [
        name,
        "do thi ngoc uong",
        "đỗ thị ngọc ưởng",
        "ĐỖ THỊ NGỌC ƯỞNG",
        "DO THI",
        "uong ngoc",
        "uong do",
        "ngọc ưởng đỗ thị",
        "dtnu",
        "ĐTNƯ",
        "dtn",
        "uong",
        "uon ngo",
        "  uong   do  ",
        nfd,
        "Ưởng, Đỗ",
        "Đỗ-Thị",
        "(Ưởng)",
        "uong!",
        "do%thi",
    ] {
        assert!(
            found(q).await.iter().any(|n| n == name),
            "{q:?} does not find {name}"
        );
    }
    for q in ["h'hen", "hen nie", "nie kdam", "H'Hen Niê", "H\u{2019}Hen"] {
        assert!(
            found(q).await.iter().any(|n| n.starts_with("H'Hen")),
            "{q:?} does not find H'Hen Niê"
        );
    }
    for q in ["khongcoai", "do thi ngoc uongx", "tdnu", "uong khongcoai"] {
        assert_eq!(found(q).await, Vec::<String>::new(), "{q:?}");
    }
    // a search can be combined with filters
    let page = house
        .read("office", "candidates?q=uong&stage=official")
        .await;
    assert!(!page.items().iter().any(|c| c["full_name"] == name));
    assert_eq!(
        house
            .read("branch-02", "candidates?q=dtnu")
            .await
            .items()
            .len(),
        0,
        "another branch's person"
    );
}

#[tokio::test]
async fn a_search_takes_whatever_is_typed_and_refuses_what_has_no_letter() {
    let house = House::build().await;
    let hostile = [
        "a' & !b:*",
        "hoa | lan",
        "(hoa",
        "hoa)",
        "!hoa",
        "hoa:*",
        "hoa <-> lan",
        "\\",
        "a\\",
        "'a",
        "\"a\"",
        "a;drop table candidate",
        "%a_",
        "½",
        "⑴",
        "①",
        "a\u{2bc}",
        "\u{2bc}",
        "ŉ",
        "㍘",
        "ﬁ",
        "a\u{345}",
        "\u{345}",
        "１２",
        "Ａ",
        "漢字",
        "ب",
        "😀a",
        "ª",
        "ǆ",
        "ß",
        "İ",
        "a.b@c.d",
        "http://a/b",
        "1/2",
        "-1",
        "1e5",
        "hoa & & lan",
    ];
    let mut broken = Vec::new();
    for list in lists().iter().filter(|l| l.searchable) {
        for q in hostile {
            let url = format!("{}{}?{}", house.base, list.path, form(&[("q", q)]));
            let status = house
                .client
                .get(url)
                .bearer_auth(house.token(list.who).await)
                .send()
                .await
                .unwrap()
                .status()
                .as_u16();
            // any text with a letter or digit is accepted, whether it finds anything or not; other
            // text is refused
            let fine = if q == "\\" {
                status == 400
            } else {
                status == 200 || (status == 400 && !q.chars().any(|c| c.is_ascii_alphanumeric()))
            };
            if !fine {
                broken.push(format!("{}?q={q}: {status}", list.path));
            }
        }
        for q in [
            "",
            " ",
            "!!!",
            "%",
            "-",
            "&|",
            "\u{0}",
            "a\u{0}",
            "a\u{202e}",
            &"a".repeat(101),
            "…",
        ] {
            let answer = list.get(&house, &[("q", q)]).await;
            assert_eq!(
                (answer.status, answer.code(), answer.faults()),
                (400, "invalid_parameter", vec!["q".to_owned()]),
                "{}?q={q:?}",
                list.path
            );
        }
        list.get(&house, &[("q", &"a".repeat(100))])
            .await
            .expect(200);
        list.get(&house, &[("q", &"ế".repeat(100))])
            .await
            .expect(200);
        list.get(&house, &[("q", &vec!["an"; 33].join(" "))])
            .await
            .expect(200);
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// With nothing planned, no plan for the year and no class to come, every read still answers.
#[tokio::test]
async fn every_reading_answers_in_any_year() {
    let house = House::build().await;
    let paths = document()["paths"].as_object().unwrap();
    let readings: Vec<&String> = paths
        .iter()
        .filter(|(path, item)| item.get("get").is_some() && path.starts_with("/api/v1/"))
        .map(|(path, _)| path)
        .collect();
    assert!(readings.len() > 60, "{readings:?}");
    for day in ["2019-03-01", "2026-11-29", "2041-02-28"] {
        house.travel(day);
        for template in &readings {
            let path = template
                .replace("branches/{id}", &format!("branches/{}", demo("0b", 1, 0)))
                .replace("{id}", &demo("ca", 1, 1))
                .replace("{key}", "sponsorship_load_limit");
            for who in ["office", "overseer", "branch-01"] {
                let status = house.get(who, &path).await.status;
                assert!(status < 500, "{day} {who} GET {path}: {status}");
            }
        }
    }
}

/// Clients write an array as `a=1,2` or as `a=1&a=2`. Both mean the same, also for a list of ids.
#[tokio::test]
async fn an_array_is_sent_with_commas_or_repeated() {
    let house = House::build().await;
    for list in lists() {
        let rows = list.all(&house).await;
        let wanted: Vec<&str> = ids(&rows).into_iter().take(2).collect();
        if wanted.len() < 2 {
            continue;
        }
        let query = |pairs: &[(&str, &str)]| format!("{}?{}", list.path, form(pairs));
        let commas = query(&[("id", &wanted.join(",")), ("fields", "id,version")]);
        let again = query(&[
            ("id", wanted[0]),
            ("fields", "id"),
            ("id", wanted[1]),
            ("fields", "version"),
        ]);
        if !list.fields.iter().any(|f| f == "version") {
            continue;
        }
        let commas = house.get(list.who, &commas).await.expect(200);
        let again = house.get(list.who, &again).await.expect(200);
        assert_eq!(commas.body["items"], again.body["items"], "{}", list.path);
        let found: BTreeSet<&str> = ids(commas.items()).into_iter().collect();
        assert_eq!(found, wanted.into_iter().collect(), "{}", list.path);
    }
    let once = house.get("office", "candidates?q=a&q=b").await;
    assert_eq!(once.refused("invalid_parameter").faults(), ["q"]);
}

/// A list below a parent that does not exist is 404, not an empty page.
#[tokio::test]
async fn a_list_below_an_unknown_parent_is_not_found() {
    let house = House::build().await;
    for list in [
        "branches/{}/changes",
        "branches/{}/officers",
        "branches/{}/overseers",
        "branches/{}/register",
        "reviews/{}/items",
        "classes/{}/sessions",
        "classes/{}/enrolments",
        "source-plans/{}/entries",
        "candidates/{}/timeline",
        "candidates/{}/sponsorships",
        "members/{}/leavings",
        "members/{}/transfers",
        "members/{}/activity-changes",
    ] {
        let path = list.replace("{}", "01750000-0000-7000-8000-00000bad0000");
        house.get("office", &path).await.refused("not_found");
    }
    let none = format!("classes/{}/sessions", demo("c1", 0, 2));
    house.get("office", &none).await.expect(200);
}

/// `fields` and `expand` work on a single object as they do in a list.
#[tokio::test]
async fn a_single_object_is_read_in_part_and_with_the_objects_beside_it() {
    let house = House::build().await;
    let (mut seen, mut expanded) = (0, 0);
    for (path, item) in document()["paths"].as_object().unwrap() {
        let names = |name: &str| -> Vec<String> {
            let all = item["get"]["parameters"].as_array().into_iter().flatten();
            let found = all
                .clone()
                .find(|p| p["name"] == name && p["in"] == "query");
            let values = found.and_then(|p| p["schema"]["items"]["enum"].as_array());
            let values = values.into_iter().flatten();
            values.map(|v| v.as_str().unwrap().to_owned()).collect()
        };
        let (Some(list), fields) = (path.strip_suffix("/{id}"), names("fields")) else {
            continue;
        };
        if fields.is_empty() || document()["paths"][list]["get"].is_null() {
            continue;
        }
        let who = if list.ends_with("/accounts") {
            "admin"
        } else {
            "office"
        };
        let Some(one) = house.read(who, list).await.items().first().cloned() else {
            continue;
        };
        let id = one["id"]
            .as_str()
            .or(one["member_id"].as_str())
            .unwrap()
            .to_owned();
        let own = format!("{list}/{id}");
        let whole = house.read(who, &own).await.body;
        for field in fields.iter().take(3) {
            let part = house.read(who, &format!("{own}?fields={field}")).await.body;
            assert_eq!(part, json!({field: whole[field]}), "{own}");
        }
        for expand in names("expand") {
            let with = house
                .read(who, &format!("{own}?expand={expand}"))
                .await
                .body;
            let rows = house.read(who, &format!("{list}?expand={expand}")).await;
            assert_eq!(with[&expand], rows.items()[0][&expand], "{own} {expand}");
            assert_eq!(with["id"], whole["id"]);
            expanded += usize::from(with[&expand].is_object());
        }
        for wrong in ["fields=crater", "expand=crater"] {
            house.get(who, &format!("{own}?{wrong}")).await.expect(400);
        }
        seen += 1;
    }
    assert!(seen >= 12 && expanded >= 5, "{seen} {expanded}");
}

/// Too many values for a filter are reported as such, and not as invalid values.
#[tokio::test]
async fn too_many_filter_values_are_reported_as_such() {
    let house = House::build().await;
    let many = vec![demo("0b", 1, 0); 201].join(",");
    let refused = house
        .get("office", &format!("candidates?branch_id={many}"))
        .await
        .refused("invalid_parameter");
    assert!(
        refused.text.contains("at most 200 values"),
        "{}",
        refused.text
    );
}

/// The name of a branch stands beside its id in lists, in single rows and in answers to writes,
/// always as it is now. The name of a member is shown to those who may read the member.
#[tokio::test]
async fn names_stand_beside_ids_for_readers_who_may_see_them() {
    let house = House::build().await;
    let mut rows = 0;
    let named = async |who: &str| {
        let branches = house.read(who, "branches?limit=200").await;
        let names = branches.items().iter();
        let names = names.map(|b| (b["id"].clone(), b["name"].clone()));
        let names: Vec<(Value, Value)> = names.collect();
        let called = |id: &Value| {
            let found = names.iter().find(|(of, _)| of == id);
            found.map_or(Value::Null, |(_, name)| name.clone())
        };
        let mut rows = 0;
        for path in [
            "activities",
            "branch-classifications",
            "candidates",
            "deadlines",
            "enrolments",
            "inspections",
            "members",
            "nominations",
            "reviews",
            "source-plans",
            "sponsors",
            "sponsorships",
            "work-plans",
        ] {
            let list = house.read(who, &format!("{path}?limit=200")).await;
            for row in list.items() {
                assert_eq!(
                    row["branch_name"],
                    called(&row["branch_id"]),
                    "{path}: {row}"
                );
                rows += 1;
            }
            if let Some(id) = list.items().first().and_then(|row| row["id"].as_str()) {
                let one = house.read(who, &format!("{path}/{id}")).await;
                assert_eq!(
                    one.body["branch_name"],
                    called(&one.body["branch_id"]),
                    "{path}"
                );
            }
        }
        for path in ["findings", "outlooks", "reports/reviews"] {
            for row in house.read(who, path).await.items() {
                assert_eq!(
                    row["branch_name"],
                    called(&row["branch_id"]),
                    "{path}: {row}"
                );
            }
        }
        rows
    };
    for who in ["office", "branch-01"] {
        rows += named(who).await;
        // the name of the person whose deadline, place in a class or sponsorship it is
        for (path, expand) in [
            ("certificates", "candidate"),
            ("deadlines", "candidate,member"),
            ("enrolments", "candidate"),
            ("sponsorships", "candidate"),
        ] {
            let asked = format!("{path}?limit=200&expand={expand}");
            let list = house.read(who, &asked).await;
            assert!(!list.items().is_empty(), "{who} {path}");
            for row in list.items() {
                let of = if row["candidate_id"].is_null() {
                    "member"
                } else {
                    "candidate"
                };
                let person = &row[of]["full_name"];
                assert_eq!(row["full_name"], *person, "{path}: {row}");
                let class = row.get("class_id").is_some();
                assert_eq!(row["class_title"].is_string(), class, "{path}: {row}");
            }
        }
    }
    assert!(rows > 100, "{rows}");

    let path = format!("candidates/{}", demo("ca", 1, 1));
    let before = house.read("office", &path).await;
    let occupation = json!({"occupation": "Điều dưỡng viên"});
    let changed = house
        .change("office", &path, before.version(), occupation)
        .await;
    assert_eq!(changed.body["branch_name"], before.body["branch_name"]);
    assert!(changed.body["branch_name"].is_string());
    let branch = format!("branches/{}", demo("0b", 1, 0));
    let renaming =
        json!({"on": "2021-01-10", "name": "Chi bộ Hành chính", "paper_number": "12-QĐ/ĐU"});
    let at = house.read("office", &branch).await.version();
    house
        .advance_with("office", &format!("{branch}/renamings"), at, renaming)
        .await;
    named("office").await;

    // the post has ended, and its member has moved to another branch
    let (who, posts) = (
        format!("members/{}", demo("dd", 8, 6)),
        format!("branches/{}/officers", demo("0b", 8, 0)),
    );
    let post = json!({"member_id": demo("dd", 8, 6), "position": "deputy_secretary", "from_on": "2021-01-01", "to_on": "2021-01-05"});
    let made = house.create("office", &posts, post).await;
    let member = house.read("office", &who).await;
    assert_eq!(made.body["member_name"], member.body["full_name"]);
    let elsewhere =
        json!({"on": "2021-01-10", "branch_id": demo("0b", 1, 0), "paper_number": "1-QĐ/ĐU"});
    house
        .advance_with(
            "office",
            &format!("{who}/transfers"),
            member.version(),
            elsewhere,
        )
        .await;
    for (reader, name) in [
        ("office", &member.body["full_name"]),
        ("branch-08", &Value::Null),
    ] {
        let own = house.read(reader, made.location()).await;
        assert_eq!(own.body["member_name"], *name, "{reader}");
        assert!(own.body["branch_name"].is_string());
    }
}
