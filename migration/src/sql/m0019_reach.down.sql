drop trigger overseer_reach on branch_overseer;
drop trigger account_reach on account;
drop function app.withhold_answers();
delete from idempotency_key where body is null;
alter table idempotency_key alter body set not null;
drop function app.close_accounts(uuid, timestamptz);
create or replace function app.move_candidates(p_candidates uuid[], p_to uuid, p_now timestamptz) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  moved uuid[];
begin
  if app.role() <> 'party_office' then raise exception 'not yours' using errcode = '42501'; end if;
  with m as (update candidate set branch_id = p_to, version = version + 1, updated_at = p_now
    where id = any (p_candidates) and organization_id = app.organization() and open and branch_id <> p_to returning id) select coalesce(array_agg(id), '{}') into moved from m;
  update act set branch_id = p_to where candidate_id = any (moved);
  update deadline set branch_id = p_to where candidate_id = any (moved) and settled_on is null;
  update enrolment set branch_id = p_to where candidate_id = any (moved);
  update sponsorship set branch_id = p_to where candidate_id = any (moved);
  update nomination set branch_id = p_to where candidate_id = any (moved);
end $$;
create or replace function app.entry_counts() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_table_name = 'source_plan' then
    perform app.plan_candidates(array(select candidate_id from source_plan_entry where source_plan_id = new.id and candidate_id is not null));
  elsif tg_op = 'INSERT' then
    perform app.plan_candidates(array[new.candidate_id]);
  else
    perform app.plan_candidates(array[new.candidate_id, old.candidate_id]);
  end if;
  return null;
end $$;
drop function app.plan_candidates(uuid[], uuid);
create function app.plan_candidates(p_candidates uuid[]) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update candidate c set planned_year = n.year, version = version + 1
    from (select x.id, (select min(e.target_year) from source_plan_entry e join source_plan p on p.id = e.source_plan_id and p.approved_on is not null and p.deleted_at is null
            where e.candidate_id = x.id and e.deleted_at is null) as year from unnest(p_candidates) x (id)) n
   where c.id = n.id and c.planned_year is distinct from n.year;
end $$;
create or replace function app.link_entries() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_table_name = 'candidate' then
    update source_plan_entry e set candidate_id = new.id
     where e.organization_id = new.organization_id and e.birth_date = new.birth_date and app.fold(e.full_name) = app.fold(new.full_name) and e.deleted_at is null
       and not exists (select from candidate c where c.id = e.candidate_id and c.open);
    return null;
  end if;
  new.candidate_id := coalesce((select c.id from candidate c where c.organization_id = new.organization_id and c.branch_id = new.branch_id and c.birth_date = new.birth_date
    and app.fold(c.full_name) = app.fold(new.full_name) and c.deleted_at is null order by c.open desc, c.created_at desc limit 1), new.candidate_id);
  return new;
end $$;
drop trigger candidate_remarks on candidate;
drop function app.keep_remarks_branch();
alter table candidate drop column remarks_branch_id;
delete from access_entry where candidate_id is null;
alter table access_entry alter candidate_id set not null;
