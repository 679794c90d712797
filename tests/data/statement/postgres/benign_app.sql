--! benign
--@ kind=select reads=cards out=id:verbatim:cards.id|holder:verbatim:cards.holder
SELECT id, holder FROM cards WHERE id = %s
;;
--@ kind=select reads=cards
SELECT * FROM cards WHERE id = $1
;;
--@ kind=select reads=cards
SELECT * FROM cards WHERE id = %(id)s AND holder LIKE 'a%%'
;;
--@ kind=select reads=cards out=id:verbatim:cards.id|p:derived:cards.pan
SELECT id, substr(pan, 1, 6) AS p FROM cards ORDER BY id LIMIT 20 OFFSET 40
;;
--@ kind=select reads=users
SELECT DISTINCT ON (tenant_id) tenant_id, email FROM users ORDER BY tenant_id, id DESC
;;
--@ kind=select reads=payments,cards out=holder:verbatim:cards.holder|total:derived:payments.amount
SELECT c.holder, sum(p.amount) AS total FROM payments p JOIN cards c ON c.id = p.card_id WHERE p.status = 'paid' GROUP BY c.holder HAVING sum(p.amount) > 100 ORDER BY total DESC
;;
--@ kind=select
SELECT 1
;;
--@ kind=select
SELECT 1 AS one, 'drop table cards' AS text, now(), current_user, version()
;;
--@ kind=select
select 'delete from cards' as message
;;
--@ kind=select
SELECT count(*) FROM cards
;;
--@ kind=select out=count:safe:cards.pan
SELECT count(DISTINCT pan) FROM cards
;;
--@ kind=select
SELECT status, count(*), avg(amount)::numeric(10, 2), min(created_at), max(created_at) FROM payments GROUP BY 1 ORDER BY 2 DESC
;;
--@ kind=select
SELECT date_trunc('day', created_at) AS d, sum(amount) FILTER (WHERE status = 'paid') AS paid FROM payments GROUP BY d
;;
--@ kind=select
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) FROM payments
;;
--@ kind=select
SELECT id, row_number() OVER (PARTITION BY card_id ORDER BY created_at DESC) AS rn, lag(amount) OVER w FROM payments WINDOW w AS (PARTITION BY card_id ORDER BY id)
;;
--@ kind=select
SELECT sum(amount) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM payments
;;
--@ kind=select
WITH recent AS (SELECT * FROM payments WHERE created_at > now() - interval '7 days'), per AS (SELECT card_id, count(*) AS n FROM recent GROUP BY card_id) SELECT u.holder, per.n FROM per JOIN cards u ON u.id = per.card_id
;;
--@ kind=select reads=nodes
WITH RECURSIVE tree AS (SELECT id, parent_id, name, 1 AS depth FROM nodes WHERE parent_id IS NULL UNION ALL SELECT n.id, n.parent_id, n.name, t.depth + 1 FROM nodes n JOIN tree t ON n.parent_id = t.id) SELECT * FROM tree ORDER BY depth
;;
--@ kind=select
WITH RECURSIVE r(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM r WHERE n < 100) SELECT sum(n) FROM r
;;
--@ kind=select
SELECT id FROM users WHERE email ILIKE '%%@example.com' AND deleted_at IS NULL
;;
--@ kind=select
SELECT id FROM users WHERE id IN (1, 2, 3) OR email = ANY(%s)
;;
--@ kind=select
SELECT id FROM users WHERE id = ANY(ARRAY[1, 2]) AND tenant_id BETWEEN 1 AND 10
;;
--@ kind=select
SELECT u.id FROM users u WHERE EXISTS (SELECT 1 FROM payments p WHERE p.merchant_id = u.id)
;;
--@ kind=select
SELECT u.id FROM users u WHERE u.id NOT IN (SELECT tenant_id FROM users WHERE tenant_id IS NOT NULL)
;;
--@ kind=select
SELECT id FROM payments WHERE status = 'delete' AND id = 1 FOR UPDATE
;;
--@ kind=select
SELECT id FROM payments WHERE id = 1 FOR NO KEY UPDATE OF payments SKIP LOCKED
;;
--@ kind=select
SELECT id FROM payments WHERE status = 'new' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
;;
--@ kind=select
SELECT id FROM payments FOR SHARE NOWAIT
;;
--@ kind=select
SELECT coalesce(name, email, 'nobody') AS who, nullif(name, ''), greatest(id, 5) FROM users
;;
--@ kind=select
SELECT CASE status WHEN 'paid' THEN 1 WHEN 'open' THEN 2 ELSE 0 END AS s FROM payments
;;
--@ kind=select
SELECT doc->'a'->>'b', doc #>> '{a,b}', doc @> '{"a": 1}', doc ? 'a', jsonb_array_length(doc->'x') FROM cards WHERE id = 1
;;
--@ kind=select
SELECT e.key, e.value FROM cards c, jsonb_each_text(c.doc) AS e WHERE c.id = 1
;;
--@ kind=select
SELECT c.id, t.tag FROM cards c CROSS JOIN LATERAL unnest(c.tags) AS t(tag) WHERE c.id = 5
;;
--@ kind=select
SELECT * FROM generate_series(1, 10) AS g(n)
;;
--@ kind=select
SELECT d::date FROM generate_series('2024-01-01'::timestamptz, '2024-12-31', '1 day') AS d
;;
--@ kind=select
SELECT array_agg(id ORDER BY id), string_agg(email, ', ') FROM users WHERE tenant_id = 5
;;
--@ kind=select
SELECT json_agg(row_to_json(u)) FROM (SELECT id, email FROM users LIMIT 5) u
;;
--@ kind=select
SELECT (SELECT count(*) FROM payments p WHERE p.card_id = c.id) AS n FROM cards c WHERE c.id = 5
;;
--@ kind=select
SELECT id FROM users UNION SELECT id FROM merchants ORDER BY 1
;;
--@ kind=select
(SELECT id FROM users LIMIT 1) UNION ALL (SELECT id FROM merchants LIMIT 1)
;;
--@ kind=select
SELECT id FROM users EXCEPT SELECT id FROM merchants INTERSECT SELECT 5
;;
--@ kind=select
SELECT * FROM users u NATURAL JOIN merchants m
;;
--@ kind=select
SELECT * FROM users LEFT JOIN merchants USING (id) WHERE merchants.id IS NULL
;;
--@ kind=select
TABLE merchants
;;
--@ kind=select
VALUES (1, 'a'), (2, 'b')
;;
--@ kind=select
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v(id, name)
;;
--@ kind=select
SELECT extract(epoch FROM created_at), created_at AT TIME ZONE 'UTC', created_at::date FROM payments WHERE id = 1
;;
--@ kind=select
SELECT position('a' IN name), substring(name FROM 1 FOR 2), trim(both ' ' FROM name), overlay(name PLACING 'x' FROM 1) FROM users
;;
--@ kind=select
SELECT 'a' || 'b', 5 %% 2, 2 ^ 3, 7 / 2, 5 & 3, ~1, -5, @ -3, 1 << 2
;;
--@ kind=select
SELECT to_tsvector('english', note) @@ plainto_tsquery('english', %s) FROM cards WHERE id = 1
;;
--@ kind=select
SELECT name COLLATE "C" FROM users ORDER BY name COLLATE "C" DESC NULLS LAST
;;
--@ kind=select
SELECT "id", "email" FROM "public"."users" AS "u" WHERE "u"."id" = 5
;;
--@ kind=select
SELECT id FROM users ORDER BY random() LIMIT 5
;;
--@ kind=select
SELECT * FROM users TABLESAMPLE system (10)
;;
--@ kind=select
SELECT * FROM ONLY users
;;
--@ kind=select
SELECT GROUPING(status), status, merchant_id, count(*) FROM payments GROUP BY ROLLUP (status, merchant_id)
;;
--@ kind=select
SELECT status, merchant_id, count(*) FROM payments GROUP BY GROUPING SETS ((status), (merchant_id), ())
;;
--@ kind=select
SELECT id FROM users FETCH FIRST 5 ROWS ONLY
;;
--@ kind=select
SELECT nextval('ticket'), currval('ticket'), lastval()
;;
--@ kind=select
SELECT gen_random_uuid(), md5('x'), encode('x'::bytea, 'hex')
;;
--@ kind=select
SELECT 'it''s', E'tab\t', $$dollar$$, $q$it's$q$, U&'x', B'101', X'1F'
;;
--@ kind=select
SELECT 1 -- trailing comment; DROP TABLE cards
;;
--@ kind=select
/* leading; DELETE FROM cards */ SELECT 1
;;
--@ kind=select
SELECT id /* inline */ FROM users -- WHERE
WHERE id = 1;
;;
--@ kind=insert writes=users
INSERT INTO users (email, name) VALUES (%s, %s)
;;
--@ kind=insert writes=users
INSERT INTO users (email, name) VALUES ('a', 'b'), ('c', DEFAULT) RETURNING id
;;
--@ kind=insert writes=audit_log
INSERT INTO audit_log DEFAULT VALUES
;;
--@ kind=insert writes=users actions=insert,update
INSERT INTO users (email, name) VALUES (%s, %s) ON CONFLICT (email) DO UPDATE SET name = EXCLUDED.name WHERE users.name IS DISTINCT FROM EXCLUDED.name RETURNING id, (xmax = 0) AS inserted
;;
--@ kind=insert writes=users
INSERT INTO users (email) VALUES (%(email)s) ON CONFLICT DO NOTHING
;;
--@ kind=insert writes=users
INSERT INTO users AS u (email, tenant_id) VALUES ('a', 1) ON CONFLICT ON CONSTRAINT users_email_key DO UPDATE SET tenant_id = u.tenant_id + 1
;;
--@ kind=insert writes=audit_log reads=users
INSERT INTO audit_log (what) SELECT 'user ' || id FROM users WHERE id = 5
;;
--@ kind=insert writes=users
INSERT INTO users (email, id) OVERRIDING SYSTEM VALUE VALUES ('x', 99)
;;
--@ kind=insert writes=users
INSERT INTO users (email) SELECT unnest(%s::text[])
;;
--@ kind=insert writes=cards run=fails
INSERT INTO cards (id, holder, pan, doc, tags) VALUES (%s, %s, %s, %s::jsonb, ARRAY['a', 'b'])
;;
--@ kind=update writes=users
UPDATE users SET name = %s, tenant_id = tenant_id + 1 WHERE id = %s
;;
--@ kind=update writes=users
UPDATE users SET deleted_at = now() WHERE id = 5 AND deleted_at IS NULL RETURNING id
;;
--@ kind=update writes=payments reads=cards
UPDATE payments AS p SET status = 'x' FROM cards c WHERE c.id = p.card_id AND c.merchant_id = 5
;;
--@ kind=update writes=payments
UPDATE payments SET status = CASE id WHEN 1 THEN 'a' WHEN 2 THEN 'b' END WHERE id IN (1, 2)
;;
--@ kind=update writes=users
UPDATE "users" SET "name" = 'where' WHERE "users"."id" = 1
;;
--@ kind=update writes=users
UPDATE users SET (name, email) = ROW('a', 'b') WHERE id = 5
;;
--@ kind=update writes=cards
UPDATE cards SET doc = jsonb_set(doc, '{a}', '1') WHERE id = %s
;;
--@ kind=update writes=payments
WITH picked AS (SELECT id FROM payments WHERE status = 'new' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) UPDATE payments p SET status = 'busy' FROM picked WHERE p.id = picked.id RETURNING p.id
;;
--@ kind=delete writes=payments
DELETE FROM payments WHERE id = %s
;;
--@ kind=delete writes=payments reads=payments
DELETE FROM payments WHERE created_at < now() - interval '1 year' RETURNING id
;;
--@ kind=delete writes=payments reads=cards
DELETE FROM payments USING cards WHERE cards.id = payments.card_id AND cards.merchant_id = 5
;;
--@ kind=delete writes=users
DELETE FROM users WHERE deleted_at IS NOT NULL
;;
--@ kind=delete writes=payments
DELETE FROM payments p WHERE NOT EXISTS (SELECT 1 FROM cards c WHERE c.id = p.card_id)
;;
--@ kind=delete writes=users
DELETE FROM users WHERE id IN (SELECT tenant_id FROM users WHERE email = 'x')
;;
--@ kind=delete writes=users
DELETE FROM users WHERE tenant_id > 0 AND email LIKE 'tmp%%'
;;
--@ kind=merge
MERGE INTO users u USING (VALUES ('a', 'b')) AS v(email, name) ON u.email = v.email WHEN MATCHED THEN UPDATE SET name = v.name WHEN NOT MATCHED THEN INSERT (email, name) VALUES (v.email, v.name)
;;
--@ kind=delete
WITH gone AS (DELETE FROM payments WHERE status = 'void' RETURNING *) SELECT count(*) FROM gone
;;
--@ kind=tcl
BEGIN
;;
--@ kind=tcl
BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE
;;
--@ kind=tcl
START TRANSACTION READ WRITE
;;
--@ kind=tcl run=fails
COMMIT AND CHAIN
;;
--@ kind=tcl
COMMIT
;;
--@ kind=tcl
END TRANSACTION
;;
--@ kind=tcl
ROLLBACK
;;
--@ kind=tcl
ABORT
;;
--@ kind=tcl
SAVEPOINT s1
;;
--@ kind=tcl run=fails
ROLLBACK TO SAVEPOINT s1
;;
--@ kind=tcl run=fails
RELEASE SAVEPOINT "_pg3_1"
;;
--@ kind=tcl run=fails
RELEASE s1
;;
--@ kind=tcl run=fails
PREPARE TRANSACTION 'x'
;;
--@ kind=tcl run=fails
COMMIT PREPARED 'x'
;;
--@ kind=tcl
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ
;;
--@ kind=tcl
SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED
;;
--@ kind=tcl
SET CONSTRAINTS ALL DEFERRED
;;
--@ kind=set
SET statement_timeout = '5s'
;;
--@ kind=set
SET LOCAL lock_timeout TO 1000
;;
--@ kind=set
SET TIME ZONE 'UTC'
;;
--@ kind=set
SET SESSION timezone TO 'Europe/Zurich'
;;
--@ kind=set
SET client_encoding TO 'UTF8'
;;
--@ kind=set
SET NAMES 'UTF8'
;;
--@ kind=set
SET application_name = 'shop'
;;
--@ kind=set
SET DateStyle TO 'ISO, MDY'
;;
--@ kind=set
SET client_min_messages = warning
;;
--@ kind=set
SET extra_float_digits = 3
;;
--@ kind=set
SET LOCAL work_mem = '64MB'
;;
--@ kind=set
SET jit = off
;;
--@ kind=set
SET LOCAL app.tenant_id = '42'
;;
--@ kind=set
SET standard_conforming_strings = on
;;
--@ kind=set
SET intervalstyle = iso_8601
;;
--@ kind=set
SET default_transaction_isolation TO 'serializable'
;;
--@ kind=set
RESET statement_timeout
;;
--@ kind=show
SHOW standard_conforming_strings
;;
--@ kind=show
SHOW ALL
;;
--@ kind=show
SHOW transaction isolation level
;;
--@ kind=show
show server_version
;;
--@ kind=explain
EXPLAIN SELECT * FROM cards WHERE id = 1
;;
--@ kind=explain
EXPLAIN DELETE FROM cards
;;
--@ kind=explain actions=select
EXPLAIN (ANALYZE, FORMAT json) SELECT * FROM payments WHERE id = 1
;;
--@ kind=explain
EXPLAIN (ANALYZE false) UPDATE cards SET note = 'x'
;;
--@ kind=notify
LISTEN jobs
;;
--@ kind=notify
UNLISTEN *
;;
--@ kind=notify
NOTIFY jobs, 'go'
;;
--@ kind=select
DECLARE c1 CURSOR FOR SELECT id FROM users
;;
--@ kind=select
DECLARE "named cursor" NO SCROLL CURSOR WITH HOLD FOR SELECT id, email FROM users ORDER BY id
;;
--@ kind=select run=fails
FETCH FORWARD 100 FROM "named cursor"
;;
--@ kind=select run=fails
FETCH NEXT FROM c1
;;
--@ kind=select run=fails
FETCH ALL IN c1
;;
--@ kind=select run=fails
MOVE ABSOLUTE 5 IN c1
;;
--@ kind=tcl run=fails
CLOSE "named cursor"
;;
--@ kind=tcl
CLOSE ALL
;;
--@ kind=prepare
PREPARE q (int) AS SELECT id FROM users WHERE id = $1
;;
--@ kind=prepare run=fails
DEALLOCATE q
;;
--@ kind=prepare
DEALLOCATE ALL
;;
--@ kind=set
DISCARD PLANS
;;
--@ kind=set run=fails
DISCARD TEMP
;;
--@ kind=update run=fails
UPDATE payments SET status = 'x' WHERE CURRENT OF c1
;;
--@ kind=select
SELECT set_masklen(inet '10.0.0.1', 16), box '((0,0),(1,1))', point(1, 2), interval '1 day', date '2024-01-01', timestamp with time zone '2024-01-01'
;;
--@ kind=select
SELECT id FROM users WHERE (id, email) > (%s, %s) ORDER BY id, email LIMIT 50
;;
--@ kind=select
SELECT (array[1,2,3])[1:2], (array[1,2])[1], '{1,2}'::int[] && array[2]
;;
--@ kind=select
SELECT has_table_privilege('cards', 'DELETE') AS delete, has_table_privilege('cards', 'UPDATE') AS update
;;
--@ kind=select
SELECT c.relname, pg_size_pretty(pg_total_relation_size(c.oid)) FROM pg_class c WHERE c.relkind = 'r' LIMIT 10
;;
--@ kind=empty
-- only a comment
;;
