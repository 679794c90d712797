--! benign
--@ kind=update
UPDATE cards SET doc = jsonb_set(doc, '{a}', '2') WHERE jsonb_typeof(doc->'a') <> 'array'
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE (regexp_match(email, '^u(\d+)@'))[1] = '12'
;;
--@ kind=update
UPDATE cards SET note = 'n' WHERE JSON_VALUE(doc, '$.a') IS NULL
;;
--@ kind=update
UPDATE cards SET doc = jsonb_set(doc, '{a}', '2') WHERE jsonb_typeof(doc->'a'->'b') = 'array'
;;
--@ kind=update
UPDATE cards SET doc = jsonb_set(doc, '{a}', '2') WHERE jsonb_typeof(doc #> '{a,b}') = 'array'
;;
--@ kind=update
UPDATE cards SET doc = '[]' WHERE jsonb_typeof(doc->'tags') IS DISTINCT FROM 'array'
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE (string_to_array(email, '@'))[2] = 'x.org'
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE regexp_count(name, '\w+') > 5
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE regexp_count(name, 'x') > 0
;;
--@ kind=update
UPDATE cards SET note = 'n' WHERE JSON_VALUE(doc, '$.a') = '5'
;;
--@ kind=update
UPDATE cards SET note = 'n' WHERE JSON_VALUE(doc, '$.a') IS NOT NULL
;;
--@ kind=update
UPDATE cards SET note = 'n' WHERE JSON_QUERY(doc, '$.a') IS NULL
;;
--@ kind=update
UPDATE cards SET note = 'n' WHERE doc -> 'a' ->> 'b' <> 'x'
;;
--@ kind=update
UPDATE cards SET note = 'n' WHERE id <@ '[5,9)'::int8range
;;
--@ kind=update
UPDATE cards SET note = 'n' WHERE id <@ int8range(10, 20)
;;
--@ kind=update
UPDATE audit_log SET what = 'x' WHERE at <@ '[2026-01-01,)'::tstzrange
;;
--@ kind=update
UPDATE audit_log SET what = 'x' WHERE at <@ tstzrange($1, $2)
;;
--@ kind=update
UPDATE audit_log SET what = 'x' WHERE (at, at) OVERLAPS ('2026-01-01', '2026-02-01')
;;
--@ kind=update
UPDATE audit_log SET what = 'x' WHERE (at, interval '1 hour') OVERLAPS ($1::timestamptz, $2::timestamptz)
;;
--@ kind=update
UPDATE audit_log SET what = 'x' WHERE at < ANY (ARRAY['2020-01-01'::timestamptz])
;;
--@ kind=delete
DELETE FROM users WHERE split_part(email, '@', 2) <> 'corp.com'
;;
--@ kind=delete
DELETE FROM users WHERE split_part(email, '@', 2) NOT IN ('corp.com', 'x.org')
;;
--@ kind=delete
DELETE FROM users WHERE split_part(email, '@', 2) NOT LIKE '%.com'
;;
--@ kind=delete
DELETE FROM users WHERE lower(email) NOT LIKE '%@corp.com'
;;
--@ kind=delete
DELETE FROM users WHERE right(email, 9) <> '@corp.com'
;;
--@ kind=delete
DELETE FROM users WHERE upper(name) <> 'ADMIN'
;;
--@ kind=delete
DELETE FROM users WHERE trim(name) <> 'x'
;;
--@ kind=delete
DELETE FROM users WHERE lower(trim(email)) NOT IN ('a@b.c')
;;
--@ kind=delete
DELETE FROM users WHERE substring(email from '@(.*)$') = 'corp.com'
;;
--@ kind=delete
DELETE FROM users WHERE regexp_replace(name, '[^0-9]', '', 'g') = '123'
;;
--@ kind=delete
DELETE FROM users WHERE regexp_replace(name, '\s+', ' ', 'g') <> name
;;
--@ kind=delete
DELETE FROM users WHERE md5(email) = '0123'
;;
--@ kind=delete
DELETE FROM users WHERE encode(sha256(email::bytea), 'hex') = $1
;;
--@ kind=delete
DELETE FROM users WHERE concat(name, ' ', email) LIKE '%test%'
;;
--@ kind=delete
DELETE FROM users WHERE name || email ILIKE '%test%'
;;
--@ kind=delete
DELETE FROM users WHERE to_tsvector('simple', name) @@ to_tsquery('simple', 'test')
;;
--@ kind=delete
DELETE FROM users WHERE email ~ '^[a-z]+@test\.org$'
;;
--@ kind=delete
DELETE FROM users WHERE email !~ '@corp\.com$'
;;
--@ kind=delete
DELETE FROM users WHERE length(trim(name)) < 2
;;
--@ kind=delete
DELETE FROM users WHERE char_length(name) NOT BETWEEN 2 AND 50
;;
--@ kind=delete
DELETE FROM users WHERE id % 2 = 1
;;
--@ kind=delete
DELETE FROM users WHERE (id / 100) = 5
;;
--@ kind=delete
DELETE FROM users WHERE floor(id / 100) = 5
;;
--@ kind=delete
DELETE FROM users WHERE abs(hashtext(email)) % 100 = 7
;;
--@ kind=delete
DELETE FROM users WHERE mod(hashtext(email), 10) = 0
;;
--@ kind=delete
DELETE FROM payments WHERE amount * 2 > 100
;;
--@ kind=delete
DELETE FROM payments WHERE round(amount) = 0
;;
--@ kind=delete
DELETE FROM payments WHERE amount::int <> amount
;;
--@ kind=delete
DELETE FROM payments WHERE extract(dow from created_at) IN (0, 6)
;;
--@ kind=delete
DELETE FROM payments WHERE extract(hour from created_at) NOT BETWEEN 8 AND 18
;;
--@ kind=delete
DELETE FROM payments WHERE created_at::date <> current_date
;;
--@ kind=delete
DELETE FROM payments WHERE created_at::date NOT IN ('2026-01-01', '2026-01-02')
;;
--@ kind=delete
DELETE FROM payments WHERE date_trunc('day', created_at) <> date_trunc('day', now())
;;
--@ kind=delete
DELETE FROM payments WHERE to_char(created_at, 'YYYYMM') <> '202601'
;;
--@ kind=delete
DELETE FROM payments WHERE to_char(created_at, 'Day') LIKE 'Sun%'
;;
--@ kind=delete
DELETE FROM payments WHERE created_at::time BETWEEN '00:00' AND '06:00'
;;
--@ kind=delete
DELETE FROM payments WHERE created_at AT TIME ZONE 'Europe/Vienna' < '2026-01-01'
;;
--@ kind=delete
DELETE FROM payments WHERE (created_at + interval '7 days') < now()
;;
--@ kind=delete
DELETE FROM payments WHERE now() - created_at > interval '90 days'
;;
--@ kind=delete
DELETE FROM payments WHERE age(now(), created_at) > '1 year'
;;
--@ kind=delete
DELETE FROM payments WHERE extract(year from age(created_at)) >= 2
;;
--@ kind=delete
DELETE FROM payments WHERE coalesce(status, '') NOT IN ('open', 'paid')
;;
--@ kind=delete
DELETE FROM payments WHERE status IS DISTINCT FROM 'open'
;;
--@ kind=delete
DELETE FROM payments WHERE (status = 'open') IS NOT TRUE
;;
--@ kind=delete
DELETE FROM payments WHERE CASE WHEN amount > 100 THEN 'big' ELSE 'small' END = 'big'
;;
--@ kind=delete
DELETE FROM payments WHERE nullif(status, '') IS NULL
;;
--@ kind=delete
DELETE FROM payments WHERE num_nulls(status, amount) = 2
;;
--@ kind=delete
DELETE FROM payments WHERE card_id IS NULL AND merchant_id IS NULL
;;
--@ kind=delete
DELETE FROM payments WHERE NOT (status = 'open' OR status = 'paid')
;;
--@ kind=delete
DELETE FROM payments WHERE status = ANY ('{open,paid}')
;;
--@ kind=delete
DELETE FROM payments WHERE status <> ALL (ARRAY['open', 'paid'])
;;
--@ kind=delete
DELETE FROM payments WHERE status <> ALL ($1)
;;
--@ kind=delete
DELETE FROM payments WHERE (card_id, merchant_id) NOT IN (SELECT id, merchant_id FROM cards)
;;
--@ kind=delete
DELETE FROM payments p WHERE p.created_at < (SELECT max(created_at) FROM payments q WHERE q.card_id = p.card_id)
;;
--@ kind=delete
DELETE FROM payments p WHERE p.id <> (SELECT min(q.id) FROM payments q WHERE q.card_id = p.card_id)
;;
--@ kind=delete
DELETE FROM payments p WHERE (SELECT count(*) FROM payments q WHERE q.card_id = p.card_id) > 10
;;
--@ kind=delete
DELETE FROM payments WHERE amount > (SELECT avg(amount) * 10 FROM payments)
;;
--@ kind=delete
DELETE FROM payments WHERE amount < (SELECT percentile_cont(0.1) WITHIN GROUP (ORDER BY amount) FROM payments)
;;
--@ kind=delete
DELETE FROM payments WHERE id < (SELECT max(id) - 1000 FROM payments)
;;
--@ kind=delete
DELETE FROM payments WHERE created_at < (SELECT min(updated_at) FROM cards)
;;
--@ kind=delete
DELETE FROM payments WHERE merchant_id IN (SELECT id FROM merchants WHERE NOT active)
;;
--@ kind=delete
DELETE FROM payments USING merchants m WHERE m.id = payments.merchant_id AND m.active = false
;;
--@ kind=delete
DELETE FROM payments USING cards c LEFT JOIN merchants m ON m.id = c.merchant_id WHERE c.id = payments.card_id AND m.id IS NULL
;;
--@ kind=delete
DELETE FROM payments USING (SELECT card_id, max(created_at) AS last FROM payments GROUP BY card_id) l WHERE l.card_id = payments.card_id AND payments.created_at < l.last
;;
--@ kind=delete
DELETE FROM nodes WHERE id IN (WITH RECURSIVE t AS (SELECT id FROM nodes WHERE id = 5 UNION ALL SELECT n.id FROM nodes n JOIN t ON n.parent_id = t.id) SELECT id FROM t)
;;
--@ kind=delete
WITH old AS (SELECT id FROM payments WHERE created_at < now() - interval '1 year' ORDER BY created_at LIMIT 20000) DELETE FROM payments USING old WHERE payments.id = old.id
;;
--@ kind=delete
WITH bounds AS (SELECT now() - interval '30 days' AS since) DELETE FROM audit_log USING bounds WHERE at < bounds.since
;;
--@ kind=update
WITH params AS (SELECT 5 AS tenant, 'x' AS n) UPDATE users SET name = params.n FROM params WHERE tenant_id = params.tenant
;;
--@ kind=delete
WITH params(tenant) AS (VALUES (5)) DELETE FROM users WHERE tenant_id = (SELECT tenant FROM params)
;;
--@ kind=update
UPDATE users SET name = v.n FROM (VALUES (1, 'a'), (2, 'b')) v(i, n) WHERE v.i = users.id AND users.name IS DISTINCT FROM v.n
;;
--@ kind=update
UPDATE users SET name = v.n FROM (SELECT 7 AS i, 'b'::text AS n) v WHERE v.i = users.id
;;
--@ kind=merge
MERGE INTO merchants m USING (SELECT 1 AS id, 'x' AS name) s ON m.id = s.id WHEN MATCHED THEN UPDATE SET name = s.name WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, s.name)
;;
--@ kind=delete
DELETE FROM users WHERE tenant_id > 0
;;
--@ kind=delete
DELETE FROM users WHERE tenant_id > 100
;;
--@ kind=delete
DELETE FROM users WHERE tenant_id < 100
;;
--@ kind=delete
DELETE FROM users WHERE tenant_id <> 5
;;
--@ kind=delete
DELETE FROM users WHERE tenant_id = -1
;;
--@ kind=delete
DELETE FROM users WHERE tenant_id < 0
;;
--@ kind=delete
DELETE FROM users WHERE tenant_id % 10 = 3
;;
--@ kind=delete
DELETE FROM users WHERE tenant_id NOT IN (1, 2)
;;
--@ kind=delete
DELETE FROM users WHERE tenant_id BETWEEN 5 AND 10
;;
--@ kind=delete
DELETE FROM users WHERE tenant_id IS NULL
;;
--@ kind=delete
DELETE FROM users WHERE tenant_id::text LIKE '12%'
;;
--@ kind=delete
DELETE FROM users WHERE id::text = '5'
;;
--@ kind=delete
DELETE FROM users WHERE id::text LIKE '%7'
;;
--@ kind=delete
DELETE FROM users WHERE length(tenant_id::text) > 3
;;
--@ kind=delete
DELETE FROM users WHERE coalesce(tenant_id, 0) = 0
;;
--@ kind=delete
DELETE FROM users WHERE coalesce(tenant_id, -1) < 0
;;
--@ kind=delete
DELETE FROM users WHERE id::text IN ('5', '6')
;;
--@ kind=delete
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.card_id = users.id GROUP BY p.card_id HAVING count(*) > 5)
;;
--@ kind=delete
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.card_id = users.id AND p.status LIKE 'a%' AND p.status NOT LIKE 'ab%')
;;
--@ kind=delete
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.card_id = users.id AND p.status IN ('a', 'b') AND p.status <> 'a')
;;
--@ kind=delete
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM payments p, (VALUES ('a'), ('b')) v(s) WHERE p.card_id = users.id AND p.status = v.s)
;;
--@ kind=delete
DELETE FROM users WHERE EXISTS (SELECT 1 FROM payments p WHERE p.card_id = users.id GROUP BY p.id HAVING count(*) >= 1)
;;
--@ kind=select
WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t WHERE x < 5000) SELECT count(*) FROM t
;;
--@ kind=select
WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n + 1 <= 100) SELECT n FROM t
;;
--@ kind=select
WITH RECURSIVE t AS (SELECT 1 AS a, 1 AS b UNION ALL SELECT b, a + b FROM t WHERE b < 100000) SELECT a FROM t
;;
--@ kind=select
WITH RECURSIVE t(x) AS (SELECT 100 UNION ALL SELECT x - 1 FROM t WHERE x > 1) SELECT count(*) FROM t
;;
--@ kind=select
WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x * 2 FROM t WHERE x < 1000000) SELECT count(*) FROM t
;;
--@ kind=select
WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t WHERE x <> 100) SELECT count(*) FROM t
;;
--@ kind=select
WITH RECURSIVE t(x) AS (VALUES (0) UNION ALL SELECT x + 1 FROM t WHERE x < $1) SELECT count(*) FROM t
;;
--@ kind=select
WITH RECURSIVE t(d) AS (SELECT date '2026-01-01' UNION ALL SELECT (d + interval '1 day')::date FROM t WHERE d < date '2026-12-31') SELECT d FROM t
;;
--@ kind=select
WITH RECURSIVE t(d) AS (SELECT min(created_at)::date FROM payments UNION ALL SELECT d + 1 FROM t WHERE d < (SELECT max(created_at)::date FROM payments)) SELECT d FROM t
;;
--@ kind=select
WITH RECURSIVE t(d) AS (SELECT min(created_at)::date FROM payments UNION ALL SELECT d + 1 FROM t WHERE d < current_date) SELECT d FROM t
;;
--@ kind=select
WITH RECURSIVE t AS (SELECT id, parent_id, 0 AS depth FROM nodes WHERE parent_id IS NULL UNION ALL SELECT n.id, n.parent_id, t.depth + 1 FROM nodes n JOIN t ON n.parent_id = t.id WHERE t.depth < 10) SELECT * FROM t
;;
--@ kind=select
WITH RECURSIVE t AS (SELECT id, parent_id FROM nodes WHERE id = 5 UNION SELECT n.id, n.parent_id FROM nodes n, t WHERE n.id = t.parent_id) SELECT * FROM t
;;
--@ kind=select
WITH RECURSIVE t AS (SELECT id, ARRAY[id] AS path FROM nodes WHERE id = 5 UNION ALL SELECT n.id, path || n.id FROM nodes n JOIN t ON n.parent_id = t.id WHERE NOT n.id = ANY (path)) SELECT * FROM t
;;
--@ kind=select
WITH RECURSIVE t AS (SELECT id FROM nodes WHERE id = 5 UNION ALL SELECT n.id FROM t JOIN LATERAL (SELECT id FROM nodes WHERE parent_id = t.id) n ON true) SELECT * FROM t
;;
--@ kind=select
WITH RECURSIVE t AS ((SELECT tenant_id FROM users ORDER BY tenant_id LIMIT 1) UNION ALL SELECT (SELECT min(tenant_id) FROM users WHERE tenant_id > t.tenant_id) FROM t WHERE t.tenant_id IS NOT NULL) SELECT tenant_id FROM t
;;
--@ kind=select
WITH RECURSIVE s(part, rest) AS (SELECT split_part('a,b', ',', 1), 'b' UNION ALL SELECT split_part(rest, ',', 1), substr(rest, 3) FROM s WHERE rest <> '') SELECT part FROM s
;;
--@ kind=select
SELECT count(*) FROM generate_series('2026-01-01'::date, '2026-12-31', '1 day') d
;;
--@ kind=select
SELECT count(*) FROM generate_series(now() - interval '30 days', now(), '1 hour') h
;;
--@ kind=select
SELECT count(*) FROM generate_series(0, 1, 0.01) x
;;
--@ kind=select
SELECT count(*) FROM generate_series(1, 100) a, generate_series(1, 100) b
;;
--@ kind=select
SELECT u.name, m.name, n.name, p.status FROM users u, merchants m, nodes n, payments p WHERE u.id = 1 AND m.id = 2 AND n.id = 3 AND p.id = 4
;;
--@ kind=select
SELECT u.name FROM users u JOIN merchants m ON m.id = u.tenant_id, nodes n, payments p, audit_log a WHERE n.id = 3 AND p.id IN (4, 5) AND a.id = u.id
;;
--@ kind=select
SELECT e.value ->> 'name' FROM cards c, jsonb_array_elements(c.doc -> 'items') e WHERE e.value ? 'name'
;;
--@ kind=select
SELECT key, value #>> '{a,b}' FROM jsonb_each('{"x": {"a": {"b": 1}}}') WHERE value @> '{"a": {}}'
;;
--@ kind=select
SELECT value[1], q.date[1] FROM (SELECT ARRAY[1, 2] AS value, ARRAY[now()] AS date) q
;;
--@ kind=select
SELECT range, qualify, regexp FROM (SELECT 1 AS range, 2 AS qualify, 'x' AS regexp) q WHERE range < 5 GROUP BY range, qualify, regexp
;;
--@ kind=insert
INSERT INTO users AS u (id, email, name) VALUES (1, 'a@b.example', 'Ada') ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE u.* IS DISTINCT FROM excluded.* RETURNING id
;;
--@ kind=select
SELECT ARRAY[]::text[], '{}'::varchar(10)[], NULL::timestamp with time zone[], ARRAY(SELECT id FROM users)::bigint[], CAST('{1}' AS int[])
;;
--@ kind=select
SELECT x.tags, tags[1] FROM jsonb_to_recordset('[{"id": 1, "tags": ["a"]}]') AS x (id int, tags text[])
;;
--@ kind=update
UPDATE cards SET tags = tags || '{a}'::text[] WHERE id = ANY ('{1,2}'::bigint[])
;;
