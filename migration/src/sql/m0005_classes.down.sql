drop function app.take_seat;
drop table enrolment, class;
