-- A post in a branch's committee ends with the membership, in a transfer as in a split or a merger; the moved file carries the request's instant.
drop function app.transfer_member(uuid, uuid, date);
create function app.transfer_member(p_member uuid, p_branch uuid, p_on date, p_now timestamptz) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if app.role() <> 'party_office' or not exists (select from member m join branch b on b.organization_id = m.organization_id
      where m.id = p_member and b.id = p_branch and m.organization_id = app.organization()) then
    raise exception 'not yours' using errcode = '42501';
  end if;
  if exists (select from membership where member_id = p_member and to_on is null and from_on >= p_on) then
    raise exception 'before the last move' using errcode = '23514', constraint = 'membership_period';
  end if;
  update membership set to_on = p_on - 1 where member_id = p_member and organization_id = app.organization() and to_on is null and from_on < p_on;
  insert into membership (organization_id, member_id, branch_id, from_on) values (app.organization(), p_member, p_branch, p_on);
  update branch_officer set to_on = greatest(from_on, p_on - 1), version = version + 1, updated_at = p_now
   where member_id = p_member and branch_id <> p_branch and organization_id = app.organization() and to_on is null;
  -- a probationary member's file goes along
  perform app.move_candidates(array[p_member], p_branch, p_now);
end $$;
grant execute on function app.transfer_member to ketnap_app;

-- Posts that earlier transfers left open.
update branch_officer o set to_on = greatest(o.from_on, s.from_on - 1), version = o.version + 1
  from membership s where s.member_id = o.member_id and s.to_on is null and s.branch_id <> o.branch_id and o.to_on is null;
