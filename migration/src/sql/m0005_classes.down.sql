drop function app.release_candidate, app.take_seat;
drop table enrolment, class;
