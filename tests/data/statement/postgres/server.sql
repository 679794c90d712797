--! adversarial hazards=denial-of-service kind=select
SELECT pg_sleep(0)
;;
SELECT 1 FROM users WHERE pg_sleep(0) IS NULL
;;
SELECT * FROM pg_sleep_for('0 seconds')
;;
SELECT pg_sleep_until(now())
;;
SELECT (SELECT pg_catalog.pg_sleep(0))
;;
--@ run=no
SELECT count(*) FROM generate_series(1, 1000000000)
;;
--@ run=no
SELECT * FROM generate_series(1, 99999999999) AS a, generate_series(1, 5) AS b
;;
--@ run=no
SELECT repeat('x', 1000000000)
;;
--@ run=no
SELECT length(lpad('x', 500000000, 'y'))
;;
--@ run=no
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r
;;
--@ hazards=advisory-lock
SELECT pg_advisory_lock(1)
;;
--@ hazards=transaction-lock
SELECT pg_try_advisory_xact_lock(1, 2)
;;
--@ kind=select hazards=advisory-lock
SELECT pg_advisory_xact_lock(id) FROM payments
;;
--@ kind=select hazards=advisory-lock
SELECT pg_advisory_xact_lock(g) FROM generate_series(1, 1000) g
;;
--@ kind=lock hazards=lock reads=cards
LOCK TABLE cards IN ACCESS EXCLUSIVE MODE
;;
--@ kind=lock hazards=lock reads=cards,payments
LOCK cards, ONLY payments
;;
--@ hazards=admin run=no
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
;;
--@ hazards=admin
SELECT pg_cancel_backend(0)
;;
--@ hazards=admin
SELECT pg_reload_conf()
;;
--@ hazards=admin
SELECT pg_stat_reset()
;;
--@ hazards=admin run=fails
SELECT pg_create_logical_replication_slot('s', 'x')
;;
--@ hazards=admin
SELECT pg_logical_emit_message(false, 'a', 'b')
;;
--@ kind=admin hazards=admin
CHECKPOINT
;;
--@ kind=admin hazards=admin
VACUUM FULL audit_log
;;
--@ kind=admin hazards=admin
REINDEX TABLE audit_log
;;
--@ kind=admin hazards=admin run=fails
CLUSTER audit_log USING nothing
;;
--@ kind=admin hazards=admin
ANALYZE cards
;;
--@ hazards=credential-introspection
SELECT rolname, rolpassword FROM pg_authid
;;
--@ hazards=credential-introspection
SELECT * FROM pg_catalog.pg_shadow
;;
--@ hazards=credential-introspection
SELECT usename, passwd FROM "pg_shadow"
;;
--@ hazards=credential-introspection
TABLE pg_authid
;;
--@ hazards=credential-introspection
SELECT * FROM (SELECT * FROM pg_authid) x
;;
--@ hazards=credential-introspection
WITH pw AS (SELECT rolpassword FROM pg_authid) SELECT * FROM pw
;;
--@ hazards=credential-introspection
SELECT umoptions FROM pg_user_mappings
;;
--@ hazards=credential-introspection
SELECT subconninfo FROM pg_subscription
;;
--@ hazards=credential-introspection
SELECT 1 WHERE EXISTS (SELECT 1 FROM pg_authid WHERE rolpassword LIKE 'S%')
;;
--@ kind=export hazards=credential-introspection,copy-export
COPY pg_authid TO STDOUT
;;
--@ hazards=statistics-access
SELECT most_common_vals FROM pg_stats WHERE tablename = 'cards'
;;
--@ hazards=statistics-access
SELECT * FROM pg_catalog.pg_statistic
;;
--@ kind=update hazards=writable-schema run=fails
UPDATE pg_authid SET rolsuper = true WHERE rolname = 'x'
;;
--@ kind=delete hazards=writable-schema run=no
DELETE FROM pg_catalog.pg_class WHERE relname = 'x'
;;
--@ kind=insert hazards=writable-schema run=no
INSERT INTO pg_proc DEFAULT VALUES
;;
--@ kind=multiple hazards=multiple-statements
BEGIN; SELECT 1; COMMIT
;;
--@ kind=multiple hazards=multiple-statements,bulk-export
SELECT id FROM users WHERE id = 1; SELECT pan FROM cards
;;
--@ hazards=bulk-export reads=cards
SELECT * FROM cards
;;
--@ hazards=bulk-export reads=cards
TABLE cards
;;
--@ hazards=bulk-export reads=cards
SELECT pan FROM cards LIMIT ALL
;;
--@ hazards=bulk-export reads=cards
SELECT pan FROM cards LIMIT 1000000
;;
--@ hazards=bulk-export reads=cards
SELECT pan FROM cards WHERE id > 5
;;
--@ hazards=bulk-export reads=cards
SELECT string_agg(pan, ',') FROM cards
;;
--@ hazards=bulk-export reads=cards
SELECT array_agg(c) FROM cards c
;;
--@ hazards=bulk-export reads=cards
SELECT pan FROM cards UNION ALL SELECT pan FROM cards
;;
--@ hazards=bulk-export,cross-join
SELECT a.pan FROM cards a CROSS JOIN users b
;;
--@ hazards=bulk-export,cross-join
SELECT a.pan FROM cards a, users b
;;
--@ hazards=confusable-name run=fails
SELECT * FROM cаrds
;;
--@ kind=select hazards=ambiguous-quoting
SELECT id FROM users WHERE name = 'x\' OR 1=1 --'
;;
--@ kind=select hazards=placeholder-in-literal run=any
SELECT id FROM users WHERE name = '%s'
;;
--@ kind=select hazards=impure-function run=any
SELECT purge_all()
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 100000000000) SELECT count(*) FROM c
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x > 0) SELECT x FROM c ORDER BY x LIMIT 5
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE c(x) AS (SELECT 1 UNION SELECT x + 1 FROM c) SELECT count(*) FROM c
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE 1 = 1) SELECT count(*) FROM c
;;
--@ kind=select hazards=denial-of-service run=no
SELECT * FROM (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) AS n FROM c) q
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM users a, users b, users c, users d
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM users a CROSS JOIN users b CROSS JOIN cards c CROSS JOIN payments d
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b
;;
--@ kind=select hazards=sequence
SELECT setval('ticket', 1, false)
;;
--@ kind=select hazards=sequence
SELECT count(*) FROM (SELECT nextval('ticket') FROM users) s
;;
--@ kind=select hazards=sequence
SELECT pg_catalog.setval('ticket'::regclass, max(id)) FROM users
;;
