drop function app.transfer_member(uuid, uuid, date, timestamptz);
create function app.transfer_member(p_member uuid, p_branch uuid, p_on date) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if app.role() <> 'party_office' then raise exception 'not yours' using errcode = '42501'; end if;
  if exists (select from membership where member_id = p_member and to_on is null and from_on >= p_on) then
    raise exception 'before the last move' using errcode = '23514', constraint = 'membership_period';
  end if;
  update membership set to_on = p_on - 1 where member_id = p_member and organization_id = app.organization() and to_on is null and from_on < p_on;
  insert into membership (organization_id, member_id, branch_id, from_on) values (app.organization(), p_member, p_branch, p_on);
  -- a probationary member's file goes along
  perform app.move_candidates(array[p_member], p_branch, now());
end $$;
grant execute on function app.transfer_member to ketnap_app;
