-- The stages of invented candidates, for the tests and for benches/candidates.sql.
insert into stage_entry (candidate_id, place, organization_id, branch_id, stage, on_date, left_on, recorded_at)
  select id, 1, organization_id, branch_id, 'nominated', nominated_on, case when stage <> 'nominated' then greatest(stage_on, nominated_on) end, created_at
    from candidate where id >= '01760000-0000-7000-8000-000000000000';
insert into stage_entry (candidate_id, place, organization_id, branch_id, stage, on_date, reason, recorded_at)
  select id, 2, organization_id, branch_id, stage, greatest(stage_on, nominated_on), case when stage = 'removed' then 'xin thôi' end, greatest(stage_on, nominated_on) + interval '3 days'
    from candidate where id >= '01760000-0000-7000-8000-000000000000' and stage <> 'nominated';
