-- Raw: an expression that gathers the upcoming classes and the candidate's own seats as one JSON value, read together with the file.
(select coalesce(json_agg(json_build_array(c.id, c.kind, c.state, c.starts_on, c.proposals_due_on, c.ends_on, c.seats_taken < c.capacity,
          array(select e.state from enrolment e where e.class_id = c.id and e.candidate_id = candidate.id)) order by c.starts_on, c.id), '[]')::text
   from class c where c.organization_id = candidate.organization_id and c.ends_on >= (select app.today()) and c.deleted_at is null)
