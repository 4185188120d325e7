-- What belongs to a branch stays with it, and goes along, wherever a person moves.

-- Remarks on a candidate are the branch's that wrote them.
alter table candidate add column remarks_branch_id uuid references branch;
update candidate set remarks_branch_id = branch_id where remarks is not null;
create function app.keep_remarks_branch() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  -- a readmission brings the earlier ones along, which stay their writer's
  if tg_op = 'UPDATE' or new.remarks_branch_id is null then
    new.remarks_branch_id := case when new.remarks is not null then new.branch_id end;
  end if;
  return new;
end $$;
create trigger candidate_remarks before insert or update of remarks on candidate for each row execute function app.keep_remarks_branch();

-- An entry of a source plan names a person of its own branch only, and concerns nobody else.
create or replace function app.link_entries() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_table_name = 'candidate' then
    update source_plan_entry e set candidate_id = new.id, version = version + 1, updated_at = new.created_at
     where e.branch_id = new.branch_id and e.birth_date = new.birth_date and app.fold(e.full_name) = app.fold(new.full_name) and e.deleted_at is null
       and not exists (select from candidate c where c.id = e.candidate_id and c.open);
    return null;
  end if;
  new.candidate_id := coalesce((select c.id from candidate c where c.branch_id = new.branch_id and c.birth_date = new.birth_date
    and app.fold(c.full_name) = app.fold(new.full_name) and c.deleted_at is null order by c.open desc, c.created_at desc limit 1), new.candidate_id);
  return new;
end $$;
drop function app.plan_candidates(uuid[]);
-- Who has moved keeps the year that the old branch had planned, until the new one plans.
create function app.plan_candidates(p_candidates uuid[], p_branch uuid) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update candidate c set planned_year = n.year, version = version + 1
    from (select x.id, (select min(e.target_year) from source_plan_entry e join source_plan p on p.id = e.source_plan_id and p.approved_on is not null and p.deleted_at is null
            where e.candidate_id = x.id and e.branch_id = p_branch and e.deleted_at is null) as year from unnest(p_candidates) x (id)) n
   where c.id = n.id and c.branch_id = p_branch and c.planned_year is distinct from n.year;
end $$;
create or replace function app.entry_counts() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_table_name = 'source_plan' then
    perform app.plan_candidates(array(select candidate_id from source_plan_entry where source_plan_id = new.id and candidate_id is not null), new.branch_id);
  elsif tg_op = 'INSERT' then
    perform app.plan_candidates(array[new.candidate_id], new.branch_id);
  else
    perform app.plan_candidates(array[new.candidate_id, old.candidate_id], new.branch_id);
  end if;
  return null;
end $$;

-- Open candidacies go to another branch with everything that hangs on them; those that have ended stay where they ended. The old branch's plan keeps its
-- own words about the person, and leads to the file no longer.
create or replace function app.move_candidates(p_candidates uuid[], p_to uuid, p_now timestamptz) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  moved uuid[];
begin
  if app.role() <> 'party_office' then raise exception 'not yours' using errcode = '42501'; end if;
  with m as (update candidate set branch_id = p_to, version = version + 1, updated_at = p_now
    where id = any (p_candidates) and organization_id = app.organization() and open and branch_id <> p_to returning id) select coalesce(array_agg(id), '{}') into moved from m;
  update act set branch_id = p_to where candidate_id = any (moved);
  update deadline set branch_id = p_to where candidate_id = any (moved);
  update enrolment set branch_id = p_to where candidate_id = any (moved);
  update attendance a set branch_id = p_to from enrolment e where e.id = a.enrolment_id and e.candidate_id = any (moved);
  update sponsorship set branch_id = p_to where candidate_id = any (moved);
  update nomination set branch_id = p_to where candidate_id = any (moved);
  update source_plan_entry set candidate_id = null, version = version + 1, updated_at = p_now where candidate_id = any (moved) and branch_id <> p_to;
end $$;

-- The committee of a branch that has ended signs in no more; the administrator may give the account another branch.
create function app.close_accounts(p_branch uuid, p_now timestamptz) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if app.role() <> 'party_office' then raise exception 'not yours' using errcode = '42501'; end if;
  update account set disabled_at = p_now, session_version = session_version + 1, version = version + 1, updated_at = p_now
   where branch_id = p_branch and organization_id = app.organization() and disabled_at is null;
end $$;
grant execute on function app.close_accounts to ketnap_app;

-- An answer kept for a repeated request is withheld from an account whose reach has changed since.
alter table idempotency_key alter body drop not null;
create function app.withhold_answers() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update idempotency_key set body = null where account_id = (to_jsonb(new) ->> tg_argv[0])::uuid;
  return null;
end $$;
create trigger account_reach after update of role, branch_id on account for each row
  when ((old.role, old.branch_id) is distinct from (new.role, new.branch_id)) execute function app.withhold_answers('id');
create trigger overseer_reach after update of to_on on branch_overseer for each row execute function app.withhold_answers('account_id');

-- A source plan's entry may lead to no candidacy, and is read with a reason all the same.
alter table access_entry alter candidate_id drop not null;

-- What earlier moves left behind.
update source_plan_entry e set candidate_id = null, version = e.version + 1 from candidate c where c.id = e.candidate_id and c.branch_id <> e.branch_id;
update deadline d set branch_id = c.branch_id from candidate c where c.id = d.candidate_id and c.branch_id <> d.branch_id;
update attendance a set branch_id = e.branch_id from enrolment e where e.id = a.enrolment_id and e.branch_id <> a.branch_id;
update account a set disabled_at = now(), session_version = session_version + 1, version = a.version + 1 from branch b
 where b.id = a.branch_id and b.closed_on is not null and a.disabled_at is null;
