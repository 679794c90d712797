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
--@ kind=select
SELECT set_config('app.tenant', '5', true)
;;
--@ kind=select
SELECT set_config('statement_timeout', '5s', true)
;;
--@ kind=delete
DELETE FROM users a USING users b WHERE a.id > b.id AND a.email = b.email
;;
--@ kind=delete
DELETE FROM users WHERE (%(x)s IS NULL OR id = %(x)s) AND tenant_id = %(t)s
;;
--@ kind=update
UPDATE users SET name = %(n)s WHERE (%(x)s IS NULL OR email = %(x)s)
;;
--@ kind=select
SELECT * FROM users WHERE (%(x)s IS NULL OR name ILIKE %(x)s) AND (%(y)s::int IS NULL OR tenant_id = %(y)s)
;;
--@ kind=select
SELECT * FROM users WHERE 1=1 AND name = %s AND email LIKE %s
;;
--@ kind=update
UPDATE users SET name = %s WHERE 1=1 AND id = %s
;;
--@ kind=delete
DELETE FROM users WHERE 1=1 AND tenant_id = %s AND deleted_at < now() - interval '30 days'
;;
--@ kind=delete
DELETE FROM users WHERE TRUE AND id = ANY(%s)
;;
--@ kind=update
UPDATE users SET deleted_at = now() WHERE id = ANY(%s) AND deleted_at IS NULL
;;
--@ kind=update
UPDATE users AS u SET name = v.name FROM (VALUES (%s::int, %s), (%s, %s)) AS v(id, name) WHERE v.id = u.id
;;
--@ kind=update
UPDATE users u SET name = d.name FROM unnest(%s::int[], %s::text[]) AS d(id, name) WHERE u.id = d.id
;;
--@ kind=update
UPDATE cards c SET note = d.note FROM unnest(%s::text[], %s::text[]) AS d(pan, note) WHERE c.pan = d.pan
;;
--@ kind=update
UPDATE cards SET note = v.note FROM (VALUES (%s, %s), (%s, %s)) AS v (pan, note) WHERE cards.pan = v.pan
;;
--@ kind=update
WITH v (pan, note) AS (VALUES (%s, %s), (%s, %s)) UPDATE cards SET note = v.note FROM v WHERE cards.pan = v.pan
;;
--@ kind=select
SELECT c.id FROM cards c JOIN (VALUES (%s), (%s)) v(pan) ON v.pan = c.pan
;;
--@ kind=select
SELECT c.id FROM cards c JOIN unnest(%s::text[]) AS v(pan) ON v.pan = c.pan
;;
--@ kind=select
SELECT c.id FROM cards c JOIN unnest(%s::text[]) AS v(pan) USING (pan)
;;
--@ kind=select
SELECT c.id FROM cards c WHERE c.pan IN (SELECT unnest(%s::text[]))
;;
--@ kind=select
SELECT c.id FROM cards c WHERE c.pan = ANY(%s)
;;
--@ kind=select
SELECT c.id FROM cards c WHERE c.pan IN (SELECT pan FROM card_archive)
;;
--@ kind=select
SELECT c.id FROM cards c WHERE NOT EXISTS (SELECT 1 FROM card_archive a WHERE a.pan = c.pan)
;;
--@ kind=select
SELECT a.id FROM cards a JOIN card_archive b USING (pan)
;;
--@ kind=select
SELECT pan FROM cards EXCEPT SELECT pan FROM card_archive
;;
--@ kind=select
SELECT DISTINCT pan FROM cards
;;
--@ kind=select
SELECT DISTINCT c.* FROM cards c JOIN payments p ON p.card_id = c.id WHERE p.amount > 10
;;
--@ kind=select
SELECT DISTINCT ON (c.merchant_id) c.id, c.pan FROM cards c ORDER BY c.merchant_id, c.updated_at DESC
;;
--@ kind=select
SELECT DISTINCT u.id, u.name, lower(u.email) FROM users u
;;
--@ kind=select
SELECT id, 'x' AS kind FROM cards UNION SELECT id, upper(name) FROM users
;;
--@ kind=select
SELECT pan, holder FROM cards UNION ALL SELECT pan, holder FROM card_archive
;;
--@ kind=select
SELECT pan, holder FROM cards UNION SELECT pan, holder FROM card_archive ORDER BY 2
;;
--@ kind=select
SELECT id, holder, CASE WHEN expiry < now() THEN 'expired' ELSE 'ok' END AS state FROM cards
;;
--@ kind=select
SELECT p.id, right(c.pan, 4) AS last4 FROM payments p JOIN cards c ON c.id = p.card_id
;;
--@ kind=select
SELECT holder, left(pan, 6) || '******' || right(pan, 4) AS masked FROM cards WHERE id = %s
;;
--@ kind=select
SELECT count(*), count(c) FROM cards c
;;
--@ kind=select
SELECT md5(pan) FROM cards WHERE id = %s
;;
--@ kind=select
SELECT encode(sha256(pan::bytea), 'hex') FROM cards
;;
--@ kind=select
SELECT COALESCE(pan, '') FROM cards
;;
--@ kind=select
SELECT id FROM cards WHERE pan = %s AND expiry > now()
;;
--@ kind=select
SELECT id FROM cards WHERE pan IS NOT NULL
;;
--@ kind=select
SELECT id FROM cards WHERE pan IN (%s, %s, %s)
;;
--@ kind=select
SELECT id FROM cards WHERE pan::text = %s
;;
--@ kind=select
SELECT id FROM cards WHERE CAST(pan AS varchar(19)) = %s
;;
--@ kind=select
SELECT id FROM cards WHERE (id, pan) = (%s, %s)
;;
--@ kind=select
SELECT max(updated_at) FROM cards GROUP BY merchant_id HAVING count(DISTINCT pan) > 3
;;
--@ kind=select
SELECT pan, count(*) FROM cards GROUP BY pan HAVING count(*) > 1
;;
--@ kind=select
SELECT id, row_number() OVER (PARTITION BY merchant_id ORDER BY updated_at DESC) AS rn FROM cards
;;
--@ kind=insert
INSERT INTO users (email, name) VALUES (%s, %s) ON CONFLICT (email) DO UPDATE SET name = EXCLUDED.name, deleted_at = NULL WHERE users.name IS DISTINCT FROM EXCLUDED.name RETURNING id, (xmax = 0) AS inserted
;;
--@ kind=insert
INSERT INTO cards (id, holder, pan) VALUES (1, %s, %s) ON CONFLICT (id) DO UPDATE SET pan = EXCLUDED.pan RETURNING id
;;
--@ kind=insert
INSERT INTO payments (card_id, amount) SELECT id, %s FROM cards WHERE pan = %s
;;
--@ kind=insert
INSERT INTO payments (card_id, amount) SELECT c.id, v.amount FROM (VALUES (%s, %s::numeric)) v(pan, amount) JOIN cards c ON c.pan = v.pan
;;
--@ kind=merge run=fails
MERGE INTO users u USING (VALUES (%s::int, %s)) AS s(id, name) ON u.id = s.id WHEN MATCHED THEN UPDATE SET name = s.name WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, s.name)
;;
--@ kind=insert
WITH moved AS (DELETE FROM payments WHERE created_at < %s AND status = 'done' RETURNING id, amount) INSERT INTO audit_log (what) SELECT id::text FROM moved
;;
--@ kind=update
WITH t AS (SELECT id FROM payments WHERE status = 'new' ORDER BY id LIMIT 10 FOR UPDATE SKIP LOCKED) UPDATE payments SET status = 'busy' FROM t WHERE payments.id = t.id RETURNING payments.*
;;
--@ kind=delete
DELETE FROM payments WHERE id IN (SELECT id FROM payments WHERE status = 'old' LIMIT 1000)
;;
--@ kind=delete
DELETE FROM payments WHERE ctid IN (SELECT ctid FROM payments WHERE status = 'old' LIMIT 1000)
;;
--@ kind=delete
DELETE FROM payments p USING cards c WHERE c.id = p.card_id AND c.expiry < now()
;;
--@ kind=delete
DELETE FROM users u USING users d WHERE u.id > d.id AND u.email = d.email
;;
--@ kind=delete
DELETE FROM users WHERE id NOT IN (SELECT min(id) FROM users GROUP BY email)
;;
--@ kind=update
UPDATE users SET name = trim(name) WHERE name <> trim(name)
;;
--@ kind=update
UPDATE users SET tenant_id = NULL WHERE tenant_id IS NOT NULL AND tenant_id NOT IN (SELECT id FROM merchants)
;;
--@ kind=update
UPDATE users SET name = %s WHERE id = %s AND (name IS DISTINCT FROM %s)
;;
--@ kind=update
UPDATE users SET name = CASE id WHEN %s THEN %s WHEN %s THEN %s END WHERE id IN (%s, %s)
;;
--@ kind=update
UPDATE payments SET status = 'x' WHERE status <> 'x' AND created_at < CURRENT_DATE
;;
--@ kind=update
UPDATE nodes SET parent_id = %s WHERE parent_id IS NULL
;;
--@ kind=update
UPDATE users SET deleted_at = NULL WHERE deleted_at IS NOT NULL AND tenant_id = %s
;;
--@ kind=delete
DELETE FROM audit_log WHERE at < now() - interval '90 days'
;;
--@ kind=delete
DELETE FROM audit_log WHERE id <= %s
;;
--@ kind=delete
DELETE FROM audit_log WHERE id BETWEEN %s AND %s
;;
--@ kind=delete
DELETE FROM audit_log WHERE id > 1000 AND id < 2000
;;
--@ kind=delete
DELETE FROM users WHERE (tenant_id, email) IN ((%s, %s), (%s, %s))
;;
--@ kind=delete
DELETE FROM users WHERE email LIKE '%%@test.example'
;;
--@ kind=delete
DELETE FROM users WHERE coalesce(deleted_at, now()) < %s
;;
--@ kind=update
UPDATE users SET name = %s WHERE email = lower(%s)
;;
--@ kind=update
UPDATE users SET name = 'a' WHERE id = (SELECT id FROM users WHERE email = %s)
;;
--@ kind=update
UPDATE users SET name = 'a' WHERE id = (SELECT max(id) FROM users)
;;
--@ kind=update
UPDATE merchants SET active = NOT active WHERE id = %s
;;
--@ kind=update
UPDATE merchants SET active = false WHERE active
;;
--@ kind=update
UPDATE merchants SET active = false WHERE active IS TRUE
;;
--@ kind=delete
DELETE FROM merchants WHERE NOT active
;;
--@ kind=select
SELECT * FROM users WHERE false
;;
--@ kind=select
SELECT * FROM users WHERE 1 = 0
;;
--@ kind=select
SELECT * FROM users u WHERE u.tenant_id = COALESCE(%s, u.tenant_id)
;;
--@ kind=update
UPDATE users SET name = %s WHERE tenant_id = COALESCE(%s, tenant_id) AND id = %s
;;
--@ kind=select
SELECT date_trunc('month', p.created_at) AS m, sum(p.amount) FROM payments p GROUP BY 1 ORDER BY 1
;;
--@ kind=select
SELECT g.d::date AS day, coalesce(sum(p.amount), 0) FROM generate_series(%s::date, %s::date, '1 day') AS g(d) LEFT JOIN payments p ON p.created_at::date = g.d::date GROUP BY 1 ORDER BY 1
;;
--@ kind=select
SELECT d, count(c.id) FROM generate_series(date '2024-01-01', date '2024-12-31', interval '1 month') d LEFT JOIN cards c ON date_trunc('month', c.updated_at) = d GROUP BY d
;;
--@ kind=select
WITH RECURSIVE t AS (SELECT id, parent_id, name FROM nodes WHERE id = %s UNION ALL SELECT n.id, n.parent_id, n.name FROM nodes n JOIN t ON n.parent_id = t.id) SELECT * FROM t
;;
--@ kind=select
SELECT width_bucket(amount, 0, 100, 10) b, count(*) FROM payments GROUP BY b
;;
--@ kind=select
SELECT json_agg(json_build_object('id', u.id, 'name', u.name)) FROM users u
;;
--@ kind=select
SELECT row_to_json(u) FROM users u
;;
--@ kind=select
SELECT to_jsonb(m) - 'city' FROM merchants m
;;
--@ kind=select
SELECT jsonb_agg(to_jsonb(u)) FROM users u WHERE tenant_id = %s
;;
--@ kind=select
SELECT u.*, (SELECT count(*) FROM cards c WHERE c.holder = u.name) n FROM users u
;;
--@ kind=select
SELECT c.doc->>'brand' AS brand, count(*) FROM cards c GROUP BY 1
;;
--@ kind=select
SELECT id FROM cards WHERE doc @> '{"brand": "visa"}'
;;
--@ kind=select
SELECT id FROM cards WHERE tags && ARRAY['vip']
;;
--@ kind=select
SELECT id FROM cards WHERE to_tsvector('simple', note) @@ plainto_tsquery('simple', %s)
;;
--@ kind=select
SELECT * FROM cards WHERE holder ILIKE %s ORDER BY updated_at DESC NULLS LAST LIMIT 20 OFFSET 40
;;
--@ kind=select
SELECT * FROM cards WHERE (updated_at, id) < (%s, %s) ORDER BY updated_at DESC, id DESC LIMIT 50
;;
--@ kind=select
SELECT "cards"."id" AS "id", "cards"."pan" AS "pan", "Payments"."amount" AS "Payments__amount" FROM "public"."cards" LEFT JOIN "public"."payments" AS "Payments" ON "cards"."id" = "Payments"."card_id" LIMIT 2000
;;
--@ kind=select
SELECT DATE_TRUNC('day', "public"."payments"."created_at") AS "created_at", SUM("public"."payments"."amount") AS "sum" FROM "public"."payments" WHERE ("public"."payments"."created_at" >= CAST((CAST(now() AS timestamp) + (INTERVAL '-30 day')) AS date)) GROUP BY DATE_TRUNC('day', "public"."payments"."created_at") ORDER BY DATE_TRUNC('day', "public"."payments"."created_at") ASC
;;
--@ kind=select
SELECT substring("source"."name" from 1 for 1234) AS "substring1" FROM (SELECT "public"."users"."name" AS "name" FROM "public"."users") AS "source" LIMIT 10000
;;
--@ kind=select
SELECT SUM(amount) AS "SUM(amount)", status AS status FROM (SELECT * FROM payments) AS virtual_table GROUP BY status ORDER BY "SUM(amount)" DESC LIMIT 10000
;;
--@ kind=select
SELECT n.nspname as "Schema", c.relname as "Name", CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' END as "Type", pg_catalog.pg_get_userbyid(c.relowner) as "Owner" FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam WHERE c.relkind IN ('r','p','v','m','S','f','') AND n.nspname <> 'pg_catalog' AND n.nspname !~ '^pg_toast' AND n.nspname <> 'information_schema' AND pg_catalog.pg_table_is_visible(c.oid) ORDER BY 1,2
;;
--@ kind=select
SELECT c.oid, a.attnum, a.attname, c.relname, n.nspname, a.attnotnull OR (t.typtype = 'd' AND t.typnotnull), a.attidentity != '' OR pg_catalog.pg_get_expr(d.adbin, d.adrelid) LIKE '%%nextval(%%' FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON (c.relnamespace = n.oid) JOIN pg_catalog.pg_attribute a ON (c.oid = a.attrelid) JOIN pg_catalog.pg_type t ON (a.atttypid = t.oid) LEFT JOIN pg_catalog.pg_attrdef d ON (d.adrelid = a.attrelid AND d.adnum = a.attnum) JOIN (SELECT 1 AS oid, 2 AS attnum) vals ON (c.oid = vals.oid AND a.attnum = vals.attnum)
;;
--@ kind=select
SELECT current_schema(),session_user
;;
--@ kind=show
SHOW search_path
;;
--@ kind=select
SELECT db.oid,db.* FROM pg_catalog.pg_database db WHERE datallowconn AND NOT datistemplate OR db.datname =%s ORDER BY db.datname
;;
--@ kind=select
SELECT n.oid,n.*,d.description FROM pg_catalog.pg_namespace n LEFT OUTER JOIN pg_catalog.pg_description d ON d.objoid=n.oid AND d.objsubid=0 AND d.classoid='pg_namespace'::regclass ORDER BY nspname
;;
--@ kind=select
SELECT DISTINCT dep.deptype, dep.classid, cl.relkind, ad.adbin, CASE WHEN cl.relkind IS NOT NULL THEN cl.relkind::text || COALESCE(dep.refobjsubid::text, '') WHEN tg.oid IS NOT NULL THEN 'T'::text ELSE '' END AS type FROM pg_depend dep LEFT JOIN pg_class cl ON dep.objid=cl.oid LEFT JOIN pg_trigger tg ON dep.objid=tg.oid LEFT JOIN pg_attrdef ad ON ad.oid=dep.objid WHERE dep.refobjid=%s::oid
;;
--@ kind=select
SELECT 'session_stats' AS chart_name, pg_catalog.row_to_json(t) AS chart_data FROM (SELECT (SELECT count(*) FROM pg_catalog.pg_stat_activity) AS "Total", (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE state = 'active') AS "Active") t
;;
--@ kind=select
SELECT a.attname, format_type(a.atttypid, a.atttypmod), pg_get_expr(d.adbin, d.adrelid), a.attnotnull, a.atttypid, a.atttypmod FROM pg_attribute a LEFT JOIN pg_attrdef d ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE a.attrelid = '"users"'::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
;;
--@ kind=select
SELECT relname, n_live_tup FROM pg_stat_user_tables ORDER BY n_live_tup DESC
;;
--@ kind=select
SELECT pg_size_pretty(pg_total_relation_size('cards'))
;;
--@ kind=select
SELECT pid, state, query FROM pg_stat_activity WHERE datname = current_database()
;;
--@ kind=select
SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s
;;
--@ kind=explain
EXPLAIN (ANALYZE, BUFFERS) SELECT * FROM payments WHERE card_id = %s
;;
--@ kind=select
SELECT EXISTS(SELECT 1 FROM users WHERE email = %s)
;;
--@ kind=select
SELECT EXISTS (SELECT FROM information_schema.tables WHERE table_schema = 'public' AND table_name = %s)
;;
--@ kind=lock only=lock
LOCK TABLE users IN SHARE MODE NOWAIT
;;
--@ kind=select
SELECT nextval('ticket')
;;
--@ kind=select
SELECT pg_advisory_xact_lock(%s)
;;
--@ kind=set
SET LOCAL statement_timeout = '5s'
;;
--@ kind=set
SET application_name = 'x'
;;
--@ kind=export only=copy-export
COPY users (id, email) TO STDOUT WITH CSV HEADER
;;
--@ kind=select
SELECT amount + tax AS total, amount - 1, amount * 2 FROM (SELECT amount, amount * 0.2 AS tax FROM payments) q
;;
--@ kind=select
SELECT u.name FROM users u NATURAL JOIN merchants m
;;
--@ kind=select
SELECT * FROM users CROSS JOIN LATERAL (SELECT count(*) FROM payments p WHERE p.card_id = users.id) x
;;
--@ kind=select
SELECT u.id, s.n FROM users u, generate_series(1, 3) AS s(n)
;;
--@ kind=select
SELECT m.id, avg(p.amount) FILTER (WHERE p.status = 'ok') FROM merchants m JOIN payments p ON p.merchant_id = m.id GROUP BY GROUPING SETS ((m.id), ())
;;
--@ kind=select
SELECT c.id FROM cards c JOIN payments p ON p.card_id = c.id AND c.pan IS NOT NULL JOIN generate_series(1,3) n ON n = p.merchant_id
;;
--@ kind=select
SELECT n FROM generate_series(1, 10) n WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.id = n)
;;
--@ kind=select
WITH RECURSIVE c(x) AS (SELECT 10 UNION ALL SELECT x - 1 FROM c WHERE x > 0) SELECT x FROM c ORDER BY x
;;
--@ kind=select
WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 100) SELECT count(*) FROM c
;;
--@ kind=select
WITH RECURSIVE t AS (SELECT id, parent_id FROM nodes WHERE id = 1 UNION ALL SELECT n.id, n.parent_id FROM nodes n JOIN t ON n.parent_id = t.id) SELECT count(*) FROM t
;;
--@ kind=select
WITH RECURSIVE t AS (SELECT id, parent_id FROM nodes WHERE id = 1 UNION SELECT n.id, n.parent_id FROM nodes n, t WHERE n.parent_id = t.id) SELECT id FROM t ORDER BY id LIMIT 10
;;
--@ kind=select
SELECT m.id, s.x FROM merchants m CROSS JOIN (SELECT 1 AS x UNION ALL SELECT 2) s ORDER BY m.id, s.x
;;
