-- The yearly classification of branches; who may write what of a term; terms of an organisation do not overlap.
create extension if not exists btree_gist with schema public;
create table branch_classification (
  id uuid primary key,
  organization_id uuid not null references organization,
  branch_id uuid not null references branch,
  year int not null constraint branch_classification_year check (year between 1990 and 2100),
  grade text not null constraint branch_classification_grade check (grade in ('excellent', 'good', 'completed', 'not_completed')),
  decided_on date not null,
  paper_number text not null,
  note text,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  constraint branch_classification_decided check (extract(year from decided_on) >= year)
);
create unique index branch_classification_year_unique on branch_classification (branch_id, year) where deleted_at is null;
create index branch_classification_list on branch_classification (organization_id, created_at desc, id desc) where deleted_at is null;
create index branch_classification_years on branch_classification (organization_id, year desc, id desc) where deleted_at is null;
select app.protect('branch_classification', '(' || app.predicate('person') || ') or organization_id = any ((select app.below())::uuid[])',
  app.predicate('office'), app.predicate('office'));

-- The Office writes drafts and no more; what is approved is the Standing Committee's, whatever the code forgets.
drop policy upd on term;
drop policy ins on term;
do $$
declare
  draft text := '(' || app.predicate('office') || ') and state = ''draft''';
  committee text := 'organization_id = (select app.organization()) and (select app.role()) = ''standing_committee''';
begin
  execute format('create policy ins on term for insert with check ((select app.is_owner()) or (%s))', draft);
  execute format('create policy upd on term for update using ((select app.is_owner()) or (%1$s) or (%2$s)) with check ((select app.is_owner()) or (%3$s) or (%2$s))',
    app.predicate('office'), committee, draft);
end $$;
create function app.keep_term() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if app.role() = 'party_office' and old.state <> 'draft' then raise exception 'approved' using errcode = '42501'; end if;
  return new;
end $$;
create trigger term_kept before update on term for each row execute function app.keep_term();
alter table term add constraint term_apart exclude using gist (organization_id with =, int4range(from_year, to_year, '[]') with &&) where (deleted_at is null);
