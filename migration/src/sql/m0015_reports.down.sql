drop function app.quality(date, date), app.admission_ages(date, date, uuid, uuid), app.progress(date, date);
drop index candidate_nominated_list, candidate_admitted_list, candidate_open_stage;
