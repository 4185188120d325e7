-- Raw: the law reads a member over time as one JSON value, gathered from four tables in one statement.
select json_build_array(case when m.official_on is not null then greatest(m.official_on, m.recognised_on) end,
  (select coalesce(json_agg(json_build_array(s.branch_id, s.from_on, s.to_on) order by s.from_on), '[]') from membership s where s.member_id = m.id),
  (select json_build_array(null, coalesce((array_agg(c.from_activity order by c.on_date))[1], m.activity)) from member_activity_change c where c.member_id = m.id),
  (select coalesce(json_agg(json_build_array(c.on_date, c.activity) order by c.on_date), '[]') from member_activity_change c where c.member_id = m.id),
  (select coalesce(json_agg(json_build_array(s.from_on, s.to_on)), '[]') from sponsorship s where s.member_id = m.id))::text
  from member m where m.id = $1
