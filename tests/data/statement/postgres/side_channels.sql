--! adversarial run=any
--@ kind=select
SELECT pg_notify('x', pan) FROM cards
;;
--@ kind=select
SELECT pg_notify(pan, '') FROM cards WHERE id = 1
;;
--@ kind=select
SELECT count(pg_notify('x', pan)) FROM cards
;;
--@ kind=select
SELECT 1 FROM cards WHERE pg_notify('x', pan) IS NULL
;;
--@ kind=select hazards=session-change
SELECT count(*) FROM cards WHERE set_config('app.x', pan, false) IS NOT NULL
;;
--@ kind=select hazards=session-change
SELECT set_config('app.x', pan, false) IS NULL FROM cards
;;
--@ kind=select hazards=session-change
SELECT set_config('TimeZone', pan, false) FROM cards WHERE id = 1
;;
--@ kind=select hazards=session-change
SELECT count(set_config('app.x', pan, false)) FROM cards
;;
--@ kind=select hazards=session-change
SELECT set_config('app.x', (SELECT pan FROM cards LIMIT 1), false)
;;
--@ kind=select hazards=session-change
SELECT length(set_config('app.x', (SELECT string_agg(pan, ',') FROM cards), false))
;;
--@ kind=select hazards=session-change
SELECT set_config('application_name', (SELECT pan FROM cards WHERE id = 1), true)
;;
--@ kind=select
SELECT setval('ticket', pan::bigint) FROM cards WHERE id = 1
;;
--@ kind=select
SELECT setval('ticket', (SELECT pan::bigint FROM cards WHERE id = 1))
;;
--@ kind=select
SELECT count(setval('ticket', pan::bigint)) FROM cards
;;
--@ kind=select hazards=advisory-lock
SELECT pg_advisory_lock(pan::bigint) FROM cards
;;
--@ kind=select hazards=advisory-lock
SELECT pg_try_advisory_lock(pan::bigint) FROM cards
;;
--@ kind=select hazards=advisory-lock
SELECT pg_try_advisory_xact_lock_shared(pan::bigint) FROM cards
;;
--@ kind=select
SELECT pg_advisory_unlock(pan::bigint) FROM cards
;;
--@ kind=select hazards=admin
SELECT pg_logical_emit_message(false, 'x', pan) FROM cards
;;
--@ kind=select hazards=admin
SELECT count(pg_logical_emit_message(false, 'x', pan)) FROM cards
;;
--@ kind=select hazards=file-access
SELECT lo_from_bytea(0, pan::bytea) FROM cards
;;
--@ kind=select hazards=network-access
SELECT dblink_exec('host=x', pan) FROM cards
;;
--@ kind=select
SELECT setseed(pan::float8 / 1e19) FROM cards
;;
--@ kind=select
SELECT setseed(substr(pan,1,6)::float8 / 1000000) FROM cards
;;
--@ kind=select hazards=denial-of-service
SELECT pg_sleep(left(pan,1)::int) FROM cards
;;
--@ kind=select hazards=denial-of-service
SELECT pg_sleep(0) FROM cards WHERE pan LIKE '4%'
;;
--@ kind=select
SELECT repeat('x', left(pan, 4)::int) FROM cards
;;
--@ kind=select
SELECT generate_series(1, left(pan, 3)::int) FROM cards
;;
--@ kind=select
SELECT array_fill(1, ARRAY[left(pan, 3)::int]) FROM cards
;;
--@ kind=select hazards=session-change
SELECT set_config('app.' || pan, 'x', false) FROM cards
;;
--@ kind=select
SELECT nextval(pan) FROM cards
;;
--@ kind=select
SELECT pan::regclass FROM cards
;;
--@ kind=select
SELECT currval(pan) FROM cards
;;
--@ kind=select
SELECT to_regclass(pan) IS NULL FROM cards
;;
--@ kind=select
SELECT pg_input_is_valid(pan, 'smallint') FROM cards
;;
--@ kind=select
SELECT pg_input_error_info(substr(pan, 1, 6), 'date') FROM cards
;;
--@ kind=select hazards=admin
SELECT pg_cancel_backend(left(pan,4)::int) FROM cards
;;
--@ kind=select
SELECT txid_status(pan::bigint) FROM cards
;;
--@ kind=select
SELECT format(pan) FROM cards
;;
--@ kind=select
SELECT pg_size_pretty(pan::bigint) FROM cards
;;
--@ kind=select
SELECT makeaclitem(left(pan,4)::int::oid, 10, 'SELECT', false) FROM cards
;;
--@ kind=select
SELECT obj_description(left(pan,4)::int::oid) FROM cards
;;
--@ kind=ddl hazards=ddl
SELECT pan AS x INTO TEMP t FROM cards
;;
--@ kind=prepare
PREPARE p AS SELECT pg_notify('x', pan) FROM cards
;;
--@ kind=explain
EXPLAIN ANALYZE SELECT pg_notify('x', pan) FROM cards
;;
--@ kind=export hazards=copy-export
COPY (SELECT pg_notify('x', pan) FROM cards) TO STDOUT
;;
--@ kind=insert hazards=session-change
INSERT INTO audit_log (what) SELECT set_config('app.x', pan, false) FROM cards
;;
--@ kind=update
UPDATE users SET name = (SELECT pg_notify('x', pan)::text FROM cards LIMIT 1) WHERE id = 1
;;
--@ kind=delete
DELETE FROM users WHERE id = (SELECT setval('ticket', pan::bigint) FROM cards LIMIT 1)
;;
--@ kind=select
WITH x AS (SELECT pg_notify('x', pan) FROM cards) SELECT 1
;;
--@ kind=select hazards=session-change
WITH x AS MATERIALIZED (SELECT set_config('a.b', pan, false) AS s FROM cards) SELECT count(*) FROM x
;;
--@ kind=select
SELECT count(*) FROM (SELECT pg_notify('x', pan) FROM cards OFFSET 0) q
;;
--@ kind=select hazards=session-change
SELECT 1 FROM cards ORDER BY set_config('a.b', pan, false)
;;
--@ kind=select
SELECT id FROM cards LIMIT (SELECT count(pg_notify('x', pan)) FROM cards)
;;
--@ kind=select
SELECT EXISTS (SELECT pg_notify('x', pan) FROM cards)
;;
--@ kind=opaque hazards=opaque
DO $$ BEGIN RAISE NOTICE '%', (SELECT pan FROM cards LIMIT 1); END $$
;;
--@ kind=select
SELECT row_to_json(c)::text, pg_notify('x', row_to_json(c)::text) FROM cards c
;;
--@ kind=select
SELECT pg_notify('x', c::text) FROM cards c
;;
--@ kind=select hazards=session-change
SELECT set_config('app.x', c::text, false) FROM cards c
;;
--@ kind=select hazards=session-change
SELECT set_config('app.x', (c).pan, false) FROM cards c
;;
--@ kind=select
SELECT txid_current(), pg_notify('x', string_agg(pan, ',')) FROM cards
;;
