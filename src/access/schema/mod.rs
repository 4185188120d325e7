//! Prints the database's word lists and policies as SQL. `ketnap contract` writes them to
//! `migration/src/baseline/generated/` for review, and `migrate up` applies them. The policies are
//! derived from the permission table and from `reach`.
use std::fmt::Write as _;

mod questions;
mod table;
mod tables;

pub use table::Table;
pub use tables::tables;

use super::Role;
use super::rows::{Rows, quoted};
use crate::law::acts::ActKind;
use crate::law::period::last_number;
use crate::law::words::daily::PeriodKind;
use crate::law::words::{EnrolmentState, MemberStatus, OfferState, catalogue};

/// `GrandTotal` -> `grand_total`
fn snake(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.push(c.to_ascii_lowercase());
    }
    text
}

const HEADER: &str = "-- Printed by `cargo run -- contract` from";

/// Creates a domain for each word list, or replaces the list of an existing one.
const DOMAINS: &str = "\
do $do$
declare one record;
begin
  for one in select * from (values
{lists}
  ) as known (name, words) loop
    if to_regtype('app.' || one.name) is null then
      execute format('create domain app.%I as text constraint known check (value %s)', one.name, one.words);
    else
      execute format('alter domain app.%I drop constraint known', one.name);
      execute format('alter domain app.%I add constraint known check (value %s)', one.name, one.words);
    end if;
  end loop;
end $do$;

-- Questions about words, and words that functions write. Some indexes and stored columns are made of them: whoever changes one rebuilds those.
";

/// Every enumeration as a domain, and the predicates on words.
pub fn words() -> String {
    let kinds = [("Role", Role::TERMS), ("ActKind", ActKind::TERMS)];
    let lists = catalogue().copied().chain(kinds).map(|(name, terms)| {
        let words: Vec<&str> = terms.iter().map(|t| t.0).collect();
        format!("    ('{}', $${}$$)", snake(name), quoted(&words))
    });
    let mut lists: Vec<String> = lists.collect();
    lists.sort();
    let mut text = format!("{HEADER} src/law/words; every migrated database is given it anew.\n");
    text += &DOMAINS.replace("{lists}", &lists.join(",\n"));
    let mut function = |name: &str, parameter: &str, kind: &str, body: &str| {
        let _ = writeln!(
            text,
            "create or replace function app.{name}({parameter}) returns {kind} language sql immutable parallel safe as $$ select {body} $$;"
        );
    };
    for (name, words) in questions::all() {
        function(
            name,
            "word text",
            "boolean",
            &format!("word {}", quoted(&words)),
        );
    }
    let periods = PeriodKind::ALL
        .iter()
        .map(|kind| format!("when '{}' then {} ", kind.wire(), last_number(*kind)));
    let periods = format!("case word {}end", periods.collect::<String>());
    function("last_number", "word text", "int", &periods);
    // words that functions write
    for state in [EnrolmentState::Proposed, EnrolmentState::Withdrawn] {
        let word = format!("'{}'::app.enrolment_state", state.wire());
        function(state.wire(), "", "app.enrolment_state", &word);
    }
    let word = format!("'{}'::app.offer_state", OfferState::Withdrawn.wire());
    function("withdrawn_offer", "", "app.offer_state", &word);
    let (official, probationary) = (
        MemberStatus::Official.wire(),
        MemberStatus::Probationary.wire(),
    );
    let word = format!("case when official then '{official}' else '{probationary}' end");
    function("status_of", "official boolean", "text", &word);
    text
}

/// Printed before the policies.
const BEFORE: &str = "\
-- FORCE applies to every role. The owner, who migrates, has one policy of its own. SECURITY DEFINER functions belong to a role that nobody can log in as; it
-- bypasses row-level security, so their statements are planned without policies.
grant create on schema app to ketnap_definer;
do $$
declare one record;
begin
  for one in select polname, polrelid::regclass as relation from pg_policy join pg_class c on c.oid = polrelid
              where c.relnamespace = 'public'::regnamespace loop
    execute format('drop policy %I on %s', one.polname, one.relation);
  end loop;
  for one in select p.oid::regprocedure as called from pg_proc p where p.pronamespace = 'app'::regnamespace and p.prosecdef loop
    execute format('alter function %s owner to ketnap_definer', one.called);
  end loop;
end $$;
revoke create on schema app from ketnap_definer;
grant select, insert, update, delete on all tables in schema public to ketnap_definer;
grant execute on all functions in schema app to ketnap_definer;
revoke all on all tables in schema public from ketnap_app;
grant select on all tables in schema public to ketnap_backup;
grant select on any_deadline to ketnap_app;
";

/// Row-level security and grants of every table: FORCE, one policy per command, an explicit WITH
/// CHECK, and only the grants that a policy needs.
pub fn policies() -> String {
    let mut text =
        format!("{HEADER} src/access; every migrated database is given it anew.\n{BEFORE}");
    for table in tables() {
        text.push('\n');
        text += &table.sql();
    }
    text
}

impl Table {
    fn sql(&self) -> String {
        let name = self.name;
        let changed = self.changed.as_ref().unwrap_or(&self.update);
        let mut grants = Vec::new();
        let updates = match self.columns {
            [] => "update".to_owned(),
            columns => format!("update ({})", columns.join(", ")),
        };
        for (command, rows) in [
            ("select", &self.select),
            ("insert", &self.insert),
            (updates.as_str(), &self.update),
            ("delete", &self.delete),
        ] {
            if *rows != Rows::Nothing {
                grants.push(command);
            }
        }
        let grant = match grants[..] {
            [] => String::new(),
            _ => format!("grant {} on {name} to ketnap_app;\n", grants.join(", ")),
        };
        format!(
            "alter table {name} enable row level security, force row level security;\n\
             create policy own on {name} to current_user using (true) with check (true);\n\
             create policy sel on {name} for select to ketnap_app using ({});\n\
             create policy ins on {name} for insert to ketnap_app with check ({});\n\
             create policy upd on {name} for update to ketnap_app using ({}) with check ({});\n\
             create policy del on {name} for delete to ketnap_app using ({});\n\
             {grant}",
            self.select.sql(""),
            self.insert.sql(""),
            self.update.sql(""),
            changed.sql(""),
            self.delete.sql(""),
        )
    }
}
