drop function app.has_open_candidacy, app.pipeline, app.admissions, app.lock_sponsor, app.sponsor_loads;
drop table sponsorship, nomination, candidate;
