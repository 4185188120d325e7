drop schema app cascade;
drop extension if exists pg_trgm;
drop extension if exists unaccent;
