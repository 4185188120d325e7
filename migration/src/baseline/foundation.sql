-- The schema of functions, text folding, and the caller's identity.
create extension if not exists unaccent with schema public;
create extension if not exists btree_gist with schema public;
create schema app;
-- Only the app role may call these functions, except for those marked as internal where they are created.
alter default privileges revoke execute on functions from public;
alter default privileges in schema app grant execute on functions to ketnap_app;
-- unaccent is STABLE; with a fixed dictionary it is safe to declare it immutable. It folds every Vietnamese letter, including đ.
create or replace function app.fold(t text) returns text language sql immutable strict parallel safe as $$ select lower(public.unaccent('public.unaccent'::regdictionary, t)) $$;
-- Normalises a paper's number for comparison: in capitals, without spaces, and with plain hyphens.
create or replace function app.paper_key(t text) returns text language sql immutable strict parallel safe as $$ select upper(translate(normalize(t, nfkc), '‐‑‒–—− ', '------')) $$;
-- Vietnamese names sort by the given name (last word), then by the rest.
create or replace function app.name_key(t text) returns text language sql immutable strict parallel safe as $$ select regexp_replace(t, '^(.*)\s+(\S+)$', '\2 \1') $$;
-- Folded words of a text; folded before splitting, because unaccent may turn a letter into several characters.
create or replace function app.words(t text) returns setof text language sql immutable strict parallel safe as $$ select w from regexp_split_to_table(regexp_replace(app.fold(t), '[^[:alnum:]]+', ' ', 'g'), ' ') w where w <> '' $$;
-- Normalises a name for comparison: its folded words, whatever separates them.
create or replace function app.person_key(t text) returns text language sql immutable strict parallel safe as $$ select coalesce(string_agg(w, ' ' order by n), '') from app.words(t) with ordinality as x(w, n) $$;
-- Normalises a name for searching: its folded words and their initials, each after a space.
create or replace function app.folded_name(t text) returns text language sql immutable strict parallel safe
  as $$ select ' ' || string_agg(w, ' ' order by n) || ' ' || string_agg(left(w, 1), '' order by n) from app.words(t) with ordinality as x(w, n) $$;
-- The identity. enter() sets it for the transaction from the session's row; outside, every function returns null or empty.
create or replace function app.role() returns text language sql stable parallel safe as $$ select nullif(current_setting('app.role', true), '') $$;
create or replace function app.account() returns uuid language sql stable parallel safe as $$ select nullif(current_setting('app.account', true), '')::uuid $$;
create or replace function app.civil(at timestamptz) returns date language sql immutable parallel safe as $$ select (at at time zone 'Asia/Ho_Chi_Minh')::date $$;
create or replace function app.month(day date) returns date language sql immutable parallel safe as $$ select date_trunc('month', day::timestamp)::date $$;
-- date of the request in Asia/Ho_Chi_Minh
create or replace function app.today() returns date language sql stable parallel safe as $$ select nullif(current_setting('app.today', true), '')::date $$;
create or replace function app.last_quarter() returns date language sql stable parallel safe as $$ select (date_trunc('quarter', app.today()::timestamp) - interval '1 day')::date $$;
create or replace function app.organization() returns uuid language sql stable parallel safe as $$ select nullif(current_setting('app.organization', true), '')::uuid $$;
create or replace function app.parent() returns uuid language sql stable parallel safe as $$ select nullif(current_setting('app.parent', true), '')::uuid $$;
create or replace function app.branches() returns uuid[] language sql stable parallel safe as $$ select coalesce(nullif(current_setting('app.branches', true), ''), '{}')::uuid[] $$;
create or replace function app.below() returns uuid[] language sql stable parallel safe as $$ select coalesce(nullif(current_setting('app.below', true), ''), '{}')::uuid[] $$;
grant usage on schema app, public to ketnap_app, ketnap_backup, ketnap_definer;
