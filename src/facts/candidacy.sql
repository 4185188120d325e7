-- Raw: an expression that gathers the acts of a file and the rows they depend on as one JSON value, so that judging costs one statement.
(with a as (select id, account_id, role, kind, data, regulation, recorded_branch_id, seq, unseen from act where candidate_id = {candidate})
 select json_build_object(
   'acts', (select json_agg(json_build_array(id, account_id, role, kind, data, regulation) order by seq, unseen) from a),
   'elsewhere', (select json_agg(a.id) from a join branch b on b.id = a.recorded_branch_id and b.closed_on is null where b.id <> {branch}),
   'around', app.surroundings({candidate}, {branch}, {organization},
     {members} || array(select (data ->> 'member_id')::uuid from a where data ->> 'member_id' is not null)))::text)
