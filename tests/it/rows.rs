//! Rows as typed records: every column is decoded into its type. A value that cannot be decoded is
//! an error that tells where it is.
use ketnap::db::tables::{self, branch, candidate};
use ketnap::db::{Record, Statement as _, Tx, any_of, sql};
use ketnap::error::{Code, Error};
use sea_orm::{EntityTrait as _, QueryFilter as _, QuerySelect as _};
use uuid::Uuid;

use crate::support::{House, demo};

fn cause(error: &Error) -> String {
    error.log_cause().unwrap()
}

#[tokio::test]
async fn a_word_that_nobody_knows_is_an_error_with_table_column_and_id_and_no_default() {
    let house = House::build().await;
    let (id, other) = (demo("ca", 1, 1), demo("ca", 1, 2));
    let lost = format!(
        "alter domain app.stage drop constraint known; update candidate set stage = 'lost' where id = '{id}'"
    );
    house.owner().await.batch_execute(&lost).await.unwrap();

    // asks directly, because answers to `house.get` may not be 500
    let token = house.token("office").await;
    let plain = async |path: &str| {
        let request = house.client.get(format!("{}/api/v1/{path}", house.base));
        let answer = request.bearer_auth(&token).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    for path in [
        format!("candidates/{id}"),
        format!("candidates/{id}/next-steps"),
        format!("candidates?branch_id={}&limit=200", demo("0b", 1, 0)),
    ] {
        let (status, body) = plain(&path).await;
        assert_eq!(status, 500, "{path}: {body}");
        assert!(
            body.contains("\"internal\"") && !body.contains("lost"),
            "{path}: {body}"
        );
    }
    let (status, body) = plain(&format!("candidates/{other}")).await;
    assert_eq!(status, 200, "{body}");

    let wanted: Uuid = id.parse().unwrap();
    let read = async |tx: Tx| tx.one(candidate::Entity::find_by_id(wanted)).await;
    let error = house
        .db
        .read(&house.entry("office").await, read)
        .await
        .unwrap_err();
    assert_eq!(
        cause(&error),
        format!("candidate.stage of {id}: not a word of Stage")
    );
}

#[tokio::test]
async fn every_table_is_read_as_it_is() {
    let house = House::build().await;
    let mut read = Vec::new();
    macro_rules! read {
        ($($table:ident)*) => {$(
            let one = async |tx: Tx| tx.one(tables::$table::Entity::find().limit(1)).await;
            let found = house.db.read(&house.entry("office").await, one).await;
            assert!(found.is_ok(), "{}: {}", stringify!($table), cause(&found.unwrap_err()));
            read.push(stringify!($table));
        )*};
    }
    read!(
        access_entry account act activity attendance audit_entry branch branch_change
        branch_classification branch_officer branch_overseer calendar_feed candidate class
        class_session deadline department dispatch deadline_settlement enrolment erasure guidance guidance_edition holiday
        idempotency_key index_proof inspection later_admission member member_activity_change member_leaving membership
        nomination organization problem_message problem_report quota_closing quota_line quota_plan quota_revision
        review review_item session setting sign_in_attempt source_plan source_plan_entry sponsorship term transfer transfer_offer work_plan
    );
    let known = include_str!("../../src/db/tables/lib.rs")
        .matches("pub mod ")
        .count();
    assert_eq!(known, read.len(), "a table is missing here");
}

#[tokio::test]
async fn columns_are_compared_when_a_statement_is_prepared() {
    let house = House::build().await;
    let office = house.entry("office").await;
    let refused = async |text: &'static str| {
        let read = async |tx: Tx| tx.all(sql::<Pair>(text, vec![])).await;
        cause(&house.db.read(&office, read).await.unwrap_err())
    };
    let order = refused("select name, number from branch").await;
    assert_eq!(
        order,
        "columns of Pair: number: there it is name; name: there it is number"
    );
    // a column read twice does not stand in for another one
    let twice = refused("select number, number, name from branch").await;
    assert_eq!(
        twice,
        "columns of Pair: name: there it is number; name: not read"
    );
    let kind = refused("select number, 7 as name from branch").await;
    assert_eq!(kind, "columns of Pair: name: not read from int4");
    let few = refused("select number from branch").await;
    assert_eq!(few, "columns of Pair: name: missing");
}

/// A record of two columns.
#[derive(Debug)]
struct Pair;

impl Record for Pair {
    const NAME: &'static str = "Pair";
    const COLUMNS: &'static [&'static str] = &["number", "name"];
    const TYPES: &'static [fn(&ketnap::db::Type) -> bool] =
        &[ketnap::db::accepts::<String>, ketnap::db::accepts::<String>];
    fn read(_: &ketnap::db::Row) -> Result<Self, ketnap::db::Unreadable> {
        Ok(Self)
    }
}

#[test]
fn a_limit_is_part_of_the_text_and_a_list_of_values_one_parameter() {
    let ids = [Uuid::nil(), Uuid::max()];
    let built = branch::Entity::find()
        .filter(any_of(branch::Column::Id, ids))
        .limit(51)
        .build();
    let (start, end) = built.text.split_at(built.text.len() - 9);
    assert!(start.ends_with(r#"WHERE "id" = ANY($1)"#), "{start}");
    assert_eq!(end, " LIMIT 51");
    assert_eq!(built.values, [ids.to_vec().into()]);
}

#[tokio::test]
async fn statements_that_wait_leave_in_order_and_in_one_flush() {
    let house = House::build().await;
    let office = house.entry("office").await;
    let before = house.db.flushes();
    let set =
        |to: &'static str| sql::<()>(format!("select set_config('app.n', '{to}', true)"), vec![]);
    let read = || sql::<(String,)>("select current_setting('app.n')", vec![]);
    let found = house
        .db
        .run(&office, async |tx: Tx| {
            tx.later(set("1")).await;
            let first = tx.soon(read()).await;
            tx.later(set("2")).await;
            let second = tx.soon(read()).await;
            let last = tx.last().one(read()).await?;
            Ok([first.one().await?, second.one().await?, last])
        })
        .await;
    let found = found.unwrap().map(|row| row.unwrap().0);
    assert_eq!(found, ["1", "2", "2"]);
    assert_eq!(house.db.flushes() - before, 1);
}

#[tokio::test]
async fn a_statement_that_waits_and_fails_fails_what_follows() {
    let house = House::build().await;
    let office = house.entry("office").await;
    let done = house
        .db
        .run(&office, async |tx: Tx| {
            let broken = tx.soon(sql::<(i32,)>("select 1 / 0", vec![])).await;
            let next = tx.one(sql::<(i32,)>("select 1", vec![])).await;
            assert!(next.is_err());
            broken.one().await
        })
        .await;
    assert!(done.is_err());
}

/// Statements that were queued are sent even if the work ends with a refusal before anything is
/// awaited, and only once.
#[tokio::test]
async fn queued_statements_are_sent_before_an_early_refusal() {
    let house = House::build().await;
    let office = house.entry("office").await;
    let broken = || sql::<()>("select 1 / 0", vec![]);
    let asked = house
        .db
        .run(&office, async |tx: Tx| {
            tx.later(broken()).await;
            tx.open().await
        })
        .await;
    assert!(asked.is_err());
    let before = house.db.flushes();
    let refused = house
        .db
        .run(&office, async |tx: Tx| {
            tx.one(sql::<(i32,)>("select 1", vec![])).await?;
            tx.later(broken()).await;
            tx.open().await?;
            Err::<(), _>(Error::not_found())
        })
        .await;
    assert_eq!(refused.unwrap_err().code(), Code::NotFound);
    assert_eq!(house.db.flushes() - before, 1);
}
