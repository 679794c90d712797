--! benign
--@ kind=select
SELECT substring(email from '@(.*)$') AS domain, count(*) FROM users WHERE substring(email from '@(.*)$') <> 'x.org' GROUP BY 1
;;
--@ kind=select
SELECT pg_advisory_xact_lock(42)
;;
--@ kind=select
SELECT pg_advisory_xact_lock(hashtext($1))
;;
--@ kind=select
SELECT pg_advisory_xact_lock_shared($1)
;;
--@ kind=select
SELECT date_trunc('month', created_at) AS m, sum(amount) FILTER (WHERE status = 'paid') AS paid, count(*) FROM payments GROUP BY 1 ORDER BY 1
;;
--@ kind=select
SELECT m.name, p.total FROM merchants m CROSS JOIN LATERAL (SELECT sum(amount) AS total FROM payments p WHERE p.merchant_id = m.id) p
;;
--@ kind=select
SELECT status, count(*), round(100.0 * count(*) / sum(count(*)) OVER (), 2) AS pct FROM payments GROUP BY status
;;
--@ kind=select
SELECT percentile_cont(ARRAY[0.5, 0.9, 0.99]) WITHIN GROUP (ORDER BY amount) FROM payments
;;
--@ kind=select
SELECT GROUPING(status), status, merchant_id, sum(amount) FROM payments GROUP BY CUBE (status, merchant_id)
;;
--@ kind=select
SELECT d::date, coalesce(sum(p.amount), 0) FROM generate_series('2026-01-01'::date, '2026-03-31'::date, '1 day') d LEFT JOIN payments p ON p.created_at::date = d::date GROUP BY 1
;;
--@ kind=select
SELECT width_bucket(amount, 0, 1000, 10) AS b, count(*) FROM payments GROUP BY b
;;
--@ kind=select
SELECT id, amount - lag(amount) OVER (PARTITION BY card_id ORDER BY created_at) AS delta FROM payments
;;
--@ kind=select
SELECT json_build_object('id', id, 'name', name) FROM merchants WHERE active ORDER BY name LIMIT 20
;;
--@ kind=select
SELECT m.*, (SELECT count(*) FROM payments p WHERE p.merchant_id = m.id) AS n FROM merchants m WHERE m.city = ANY ($1)
;;
--@ kind=select
WITH RECURSIVE up AS (SELECT id, parent_id FROM nodes WHERE id = $1 UNION ALL SELECT n.id, n.parent_id FROM nodes n JOIN up ON n.id = up.parent_id) SELECT id FROM up
;;
--@ kind=select
WITH RECURSIVE up AS (SELECT id, parent_id FROM nodes WHERE id = $1 UNION SELECT n.id, n.parent_id FROM nodes n, up WHERE up.parent_id = n.id) SELECT id FROM up
;;
--@ kind=select
WITH RECURSIVE p AS (SELECT id, ARRAY[id] AS path FROM nodes WHERE parent_id IS NULL UNION ALL SELECT n.id, p.path || n.id FROM nodes n JOIN p ON n.parent_id = p.id WHERE NOT n.id = ANY (p.path)) SELECT * FROM p
;;
--@ kind=select
WITH RECURSIVE d(day) AS (SELECT date '2026-01-01' UNION ALL SELECT (day + interval '1 day')::date FROM d WHERE day < date '2026-01-31') SELECT day FROM d
;;
--@ kind=select
SELECT a.id, b.id FROM payments a JOIN payments b ON a.card_id = b.card_id AND a.id < b.id AND b.created_at - a.created_at < interval '1 minute'
;;
--@ kind=select
SELECT a.id, count(b.id) FROM payments a LEFT JOIN payments b ON b.card_id = a.card_id AND b.created_at < a.created_at GROUP BY a.id
;;
--@ kind=select
SELECT p.id, r.name FROM payments p JOIN (VALUES (0, 100, 'small'), (100, 1000, 'large')) r(lo, hi, name) ON p.amount >= r.lo AND p.amount < r.hi
;;
--@ kind=select
SELECT a.id FROM users a JOIN users b ON a.email = b.email AND a.id <> b.id JOIN users c ON c.tenant_id = a.tenant_id
;;
--@ kind=select
SELECT id, holder, pan FROM cards WHERE merchant_id = 5 ORDER BY updated_at DESC NULLS LAST LIMIT 50 OFFSET 100
;;
--@ kind=select
SELECT DISTINCT ON (card_id) card_id, amount, created_at FROM payments ORDER BY card_id, created_at DESC
;;
--@ kind=select
SELECT mode() WITHIN GROUP (ORDER BY status) FROM payments
;;
--@ kind=select
SELECT string_agg(DISTINCT city, ', ' ORDER BY city) FROM merchants
;;
--@ kind=select
SELECT jsonb_object_agg(status, n) FROM (SELECT status, count(*) n FROM payments GROUP BY status) q
;;
--@ kind=select
SELECT EXISTS (SELECT 1 FROM users WHERE lower(email) = lower($1) AND deleted_at IS NULL)
;;
--@ kind=select
SELECT id FROM users WHERE to_tsvector('simple', name) @@ plainto_tsquery('simple', $1) ORDER BY ts_rank(to_tsvector('simple', name), plainto_tsquery('simple', $1)) DESC LIMIT 20
;;
--@ kind=select
SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
;;
--@ kind=select
SELECT pg_size_pretty(pg_total_relation_size('payments'))
;;
--@ kind=select
SELECT current_setting('server_version_num')::int
;;
--@ kind=select
SELECT u.id, u.name, row_number() OVER w FROM users u WINDOW w AS (PARTITION BY tenant_id ORDER BY id)
;;
--@ kind=select
SELECT holder, left(pan, 6) AS bin, right(pan, 4) AS last4 FROM cards WHERE id = $1
;;
--@ kind=select
SELECT * FROM payments WHERE (created_at, id) < ($1, $2) ORDER BY created_at DESC, id DESC LIMIT 50
;;
--@ kind=select
SELECT unnest(tags) AS tag, count(*) FROM cards GROUP BY tag ORDER BY 2 DESC LIMIT 20
;;
--@ kind=select
SELECT doc ->> 'brand' AS brand, count(*) FROM cards GROUP BY 1
;;
--@ kind=select
SELECT id FROM cards WHERE doc @> '{"blocked": true}' AND tags && ARRAY['vip']
;;
--@ kind=select
SELECT id FROM cards WHERE jsonb_path_exists(doc, '$.limits[*] ? (@ > 100)')
;;
--@ kind=select
SELECT to_char(date_trunc('week', created_at), 'IYYY-IW') AS week, count(DISTINCT card_id) FROM payments GROUP BY 1 ORDER BY 1
;;
--@ kind=select
SELECT (regexp_match(email, '^([^@]+)@'))[1] FROM users WHERE tenant_id = $1
;;
--@ kind=select
SELECT x.* FROM (SELECT *, ntile(4) OVER (ORDER BY amount) AS q FROM payments) x WHERE x.q = 4
;;
--@ kind=select
SELECT * FROM ROWS FROM (generate_series(1, 3), unnest(ARRAY['a', 'b', 'c'])) AS t(n, c)
;;
--@ kind=select
SELECT merchant_id, array_agg(id ORDER BY created_at DESC) FROM payments GROUP BY merchant_id HAVING count(*) > 10
;;
--@ kind=delete
DELETE FROM audit_log USING (SELECT max(at) AS t FROM audit_log) v WHERE at < v.t - interval '90 days'
;;
--@ kind=delete
DELETE FROM audit_log a USING users u WHERE a.what = u.name AND u.deleted_at < now() - interval '1 year'
;;
--@ kind=delete
DELETE FROM users u USING users d WHERE u.email = d.email AND u.id > d.id
;;
--@ kind=delete
DELETE FROM payments WHERE card_id IN (SELECT id FROM cards WHERE expiry < current_date - interval '2 years')
;;
--@ kind=delete
DELETE FROM users WHERE ctid IN (SELECT ctid FROM users WHERE deleted_at IS NOT NULL LIMIT 500)
;;
--@ kind=delete
DELETE FROM users WHERE substring(email from '@(.*)$') <> 'x.org' AND tenant_id = 4
;;
--@ kind=delete
DELETE FROM audit_log WHERE id < (SELECT max(id) - 100000 FROM audit_log)
;;
--@ kind=delete
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY email ORDER BY id) AS rn FROM users) d WHERE rn > 1)
;;
--@ kind=delete
WITH old AS (SELECT id FROM audit_log WHERE at < $1 ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED) DELETE FROM audit_log USING old WHERE audit_log.id = old.id RETURNING audit_log.id
;;
--@ kind=delete
DELETE FROM payments WHERE id = ANY ($1::bigint[]) RETURNING id
;;
--@ kind=delete
DELETE FROM nodes WHERE id IN (WITH RECURSIVE t AS (SELECT id FROM nodes WHERE id = $1 UNION ALL SELECT n.id FROM nodes n JOIN t ON n.parent_id = t.id) SELECT id FROM t)
;;
--@ kind=delete
DELETE FROM audit_log WHERE extract(epoch FROM now() - at) > 86400 * 30
;;
--@ kind=delete
DELETE FROM audit_log WHERE at + interval '90 days' < now()
;;
--@ kind=delete
DELETE FROM audit_log WHERE at::date = current_date - 1
;;
--@ kind=delete
DELETE FROM users WHERE coalesce(deleted_at, 'infinity') < now() - interval '30 days'
;;
--@ kind=delete
DELETE FROM users WHERE tenant_id = 5 AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.merchant_id = users.id AND p.created_at > now() - interval '1 year')
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE CASE WHEN tenant_id = 1 THEN name = 'a' ELSE false END
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE tenant_id = $1 AND CASE WHEN $2::text IS NOT NULL THEN name = $2 ELSE true END
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE CASE WHEN name LIKE 'tmp%' THEN deleted_at IS NULL ELSE true END AND id = 5
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE CASE WHEN tenant_id = 5 THEN name = 'y' ELSE true END
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE substring(name from 'a.c') <> 'abc'
;;
--@ kind=update
UPDATE users SET name = initcap(name) WHERE name = upper(name) AND length(name) > 3
;;
--@ kind=update
UPDATE payments SET status = 'settled' FROM merchants m WHERE m.id = payments.merchant_id AND m.active AND payments.status = 'captured'
;;
--@ kind=update
UPDATE payments p SET status = v.s FROM (VALUES (1, 'a'), (2, 'b')) v(id, s) WHERE v.id = p.id
;;
--@ kind=update
UPDATE payments p SET status = v.s FROM unnest($1::bigint[], $2::text[]) v(id, s) WHERE v.id = p.id
;;
--@ kind=update
UPDATE merchants m SET active = s.n > 0 FROM (SELECT merchant_id, count(*) AS n FROM payments WHERE created_at > now() - interval '90 days' GROUP BY 1) s WHERE s.merchant_id = m.id
;;
--@ kind=update
UPDATE users SET deleted_at = now() WHERE id = (SELECT id FROM users WHERE deleted_at IS NULL ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING *
;;
--@ kind=update
UPDATE cards SET doc = doc || '{"seen": true}' WHERE NOT doc ? 'seen'
;;
--@ kind=update
UPDATE cards SET tags = array_remove(tags, 'old') WHERE 'old' = ANY (tags)
;;
--@ kind=update
UPDATE cards SET note = NULL WHERE note = '' AND updated_at < $1
;;
--@ kind=update
UPDATE users SET tenant_id = 2 WHERE tenant_id IS DISTINCT FROM 2 AND email LIKE '%@x.org'
;;
--@ kind=update
UPDATE nodes SET name = p.name || '/' || nodes.name FROM nodes p WHERE p.id = nodes.parent_id
;;
--@ kind=update
UPDATE payments SET amount = amount * 1.1 WHERE amount * 1.1 <= 100 AND status = 'open'
;;
--@ kind=update
UPDATE payments SET status = 'old' WHERE created_at < date_trunc('month', now()) - interval '6 months' AND status <> 'old'
;;
--@ kind=insert
INSERT INTO users (email, name) SELECT e, n FROM unnest($1::text[], $2::text[]) AS t(e, n) ON CONFLICT (email) DO UPDATE SET name = excluded.name
;;
--@ kind=insert
INSERT INTO users (email, name) VALUES ($1, $2) ON CONFLICT (email) DO UPDATE SET name = excluded.name WHERE users.name IS DISTINCT FROM excluded.name RETURNING id, (xmax = 0) AS inserted
;;
--@ kind=insert
INSERT INTO payments (card_id, amount, status) SELECT c.id, 10, 'fee' FROM cards c WHERE c.merchant_id = $1
;;
--@ kind=insert
INSERT INTO audit_log (what) SELECT 'x' WHERE NOT EXISTS (SELECT 1 FROM audit_log WHERE what = 'x')
;;
--@ kind=insert
INSERT INTO merchants (id, name) SELECT * FROM jsonb_to_recordset($1::jsonb) AS x(id int, name text) ON CONFLICT (id) DO UPDATE SET name = excluded.name
;;
--@ kind=insert
WITH ins AS (INSERT INTO users (email) VALUES ($1) ON CONFLICT DO NOTHING RETURNING id) SELECT id FROM ins UNION ALL SELECT id FROM users WHERE email = $1 LIMIT 1
;;
--@ kind=select
WITH RECURSIVE bom(part, qty) AS (SELECT id, 1 FROM nodes WHERE id = 7 UNION ALL SELECT n.id, bom.qty * 2 FROM bom JOIN nodes n ON n.parent_id = bom.part) SELECT part, sum(qty) FROM bom GROUP BY part
;;
--@ kind=select
WITH RECURSIVE g AS (SELECT id AS src, parent_id AS dst FROM nodes UNION SELECT g.src, n.parent_id FROM g JOIN nodes n ON n.id = g.dst) SELECT count(*) FROM g
;;
--@ kind=select
WITH RECURSIVE w(id, lvl) AS (SELECT id, 0 FROM nodes WHERE id = $1 UNION ALL SELECT n.id, w.lvl + 1 FROM nodes n, w WHERE n.parent_id = w.id AND w.lvl < 20) SELECT * FROM w
;;
--@ kind=select
WITH RECURSIVE above AS (SELECT * FROM nodes WHERE id = 9 UNION ALL SELECT p.* FROM nodes p INNER JOIN above ON above.parent_id = p.id) SELECT name FROM above
;;
--@ kind=select
WITH RECURSIVE c AS (SELECT id, parent_id FROM nodes UNION ALL SELECT c.id, n.parent_id FROM c INNER JOIN nodes n ON c.parent_id = n.id) SELECT id, count(*) FROM c GROUP BY id
;;
--@ kind=select
WITH RECURSIVE days AS (SELECT min(created_at)::date AS d FROM payments UNION ALL SELECT d + 1 FROM days WHERE d < current_date) SELECT d FROM days
;;
--@ kind=select
WITH RECURSIVE skip AS ((SELECT merchant_id FROM payments ORDER BY merchant_id LIMIT 1) UNION ALL SELECT (SELECT merchant_id FROM payments WHERE merchant_id > skip.merchant_id ORDER BY merchant_id LIMIT 1) FROM skip WHERE skip.merchant_id IS NOT NULL) SELECT merchant_id FROM skip
;;
--@ kind=select
SELECT a.name, b.name, c.name FROM nodes a LEFT JOIN nodes b ON b.parent_id = a.id LEFT JOIN nodes c ON c.parent_id = b.id WHERE a.parent_id IS NULL
;;
--@ kind=select
SELECT p1.card_id FROM payments p1 JOIN payments p2 ON p2.card_id = p1.card_id AND p2.created_at > p1.created_at JOIN payments p3 ON p3.card_id = p1.card_id AND p3.created_at > p2.created_at
;;
--@ kind=select
SELECT a.id FROM payments a, payments b, payments c WHERE a.card_id = b.card_id AND b.card_id = c.card_id AND a.id < b.id AND b.id < c.id
;;
--@ kind=select
SELECT x.day, count(*) FROM (SELECT DISTINCT created_at::date AS day FROM payments) x JOIN payments p ON p.created_at::date <= x.day GROUP BY x.day
;;
--@ kind=select
SELECT m1.name, m2.name FROM merchants m1 CROSS JOIN merchants m2 WHERE m1.id < m2.id
;;
--@ kind=select
SELECT a.k, b.k, c.k FROM (VALUES (1), (2)) a(k) CROSS JOIN (VALUES (1), (2)) b(k) CROSS JOIN (VALUES (1), (2)) c(k)
;;
--@ kind=select
SELECT date_trunc('day', p.created_at), m.city, count(*) FROM payments p JOIN merchants m ON m.id = p.merchant_id WHERE p.created_at >= '2025-11-01' AND p.created_at < '2025-12-01' GROUP BY 1, 2 ORDER BY 1, 2
;;
--@ kind=select
SELECT id FROM users WHERE name ~* $1 AND email NOT LIKE '%test%'
;;
--@ kind=select
SELECT id FROM cards WHERE right(holder, 3) = 'son'
;;
--@ kind=select
SELECT id FROM cards WHERE expiry BETWEEN current_date AND current_date + 30
;;
--@ kind=select
SELECT expiry, count(*) FROM cards GROUP BY expiry ORDER BY expiry
;;
--@ kind=select
SELECT merchant_id, count(*) FILTER (WHERE pan IS NULL) AS missing FROM cards GROUP BY merchant_id
;;
--@ kind=select
SELECT count(*) = count(DISTINCT pan) FROM cards
;;
--@ kind=select
SELECT c.id, a.id FROM cards c JOIN card_archive a ON a.pan = c.pan
;;
--@ kind=select
SELECT holder, pan FROM cards ORDER BY holder LIMIT 10
;;
--@ kind=select
SELECT id, pan FROM cards EXCEPT SELECT id, pan FROM card_archive
;;
--@ kind=select
SELECT schemaname, relname, n_dead_tup FROM pg_stat_user_tables ORDER BY n_dead_tup DESC LIMIT 10
;;
--@ kind=select
SELECT pid, state, wait_event_type, now() - query_start AS running FROM pg_stat_activity WHERE state <> 'idle' ORDER BY running DESC
;;
--@ kind=select
SELECT locktype, mode, granted FROM pg_locks WHERE NOT granted
;;
--@ kind=select
SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
;;
--@ kind=select
SELECT kcu.column_name FROM information_schema.table_constraints tc JOIN information_schema.key_column_usage kcu USING (constraint_name, table_schema) WHERE tc.constraint_type = 'PRIMARY KEY' AND tc.table_name = $1
;;
--@ kind=select
SELECT extname, extversion FROM pg_extension
;;
--@ kind=select
SELECT version(), current_database(), current_user, inet_server_addr()
;;
--@ kind=select
SELECT obj_description('payments'::regclass)
;;
--@ kind=select
SELECT count(*) OVER () AS total, id, amount FROM payments ORDER BY id LIMIT 20 OFFSET 40
;;
--@ kind=select
SELECT CASE WHEN amount < 10 THEN 'xs' WHEN amount < 100 THEN 's' ELSE 'l' END AS bucket, count(*), avg(amount)::numeric(10, 2) FROM payments GROUP BY 1
;;
--@ kind=select
SELECT corr(amount, merchant_id), regr_slope(amount, merchant_id), stddev_pop(amount) FROM payments
;;
--@ kind=select
SELECT tenant_id, array_length(array_agg(DISTINCT email), 1) FROM users GROUP BY tenant_id
;;
--@ kind=select
SELECT * FROM payments TABLESAMPLE SYSTEM (1) LIMIT 100
;;
--@ kind=select
SELECT to_jsonb(m) FROM merchants m WHERE id = 1
;;
--@ kind=select
SELECT jsonb_pretty(jsonb_agg(jsonb_build_object('id', id, 'amount', amount))) FROM payments WHERE card_id = 5
;;
--@ kind=select
SELECT x.id, x.amount FROM json_to_recordset($1) AS x(id int, amount numeric)
;;
--@ kind=select
SELECT string_agg(format('%s=%s', status, n), ';') FROM (SELECT status, count(*) AS n FROM payments GROUP BY 1) q
;;
--@ kind=select
SELECT id FROM payments WHERE created_at::time BETWEEN '09:00' AND '17:00'
;;
--@ kind=select
SELECT extract(isodow FROM created_at) AS dow, extract(hour FROM created_at) AS h, count(*) FROM payments GROUP BY 1, 2
;;
--@ kind=select
SELECT cume_dist() OVER (ORDER BY amount), percent_rank() OVER (ORDER BY amount) FROM payments
;;
--@ kind=select
SELECT id, sum(amount) OVER (ORDER BY created_at RANGE BETWEEN '7 days' PRECEDING AND CURRENT ROW) FROM payments
;;
--@ kind=select
SELECT DISTINCT unnest(string_to_array(name, ' ')) FROM merchants
;;
--@ kind=select
SELECT coalesce(nullif(trim(name), ''), 'unnamed') FROM users
;;
--@ kind=delete
DELETE FROM audit_log WHERE at < '2025-10-15'
;;
--@ kind=delete
DELETE FROM audit_log WHERE at < '2025-11-30'
;;
--@ kind=delete
DELETE FROM payments WHERE created_at BETWEEN '2025-05-01' AND '2025-06-30'
;;
--@ kind=delete
DELETE FROM audit_log WHERE at < timestamptz '2025-09-01 00:00:00+00'
;;
--@ kind=delete
DELETE FROM users WHERE deleted_at < '2025-08-01'
;;
--@ kind=delete
DELETE FROM audit_log WHERE to_char(at, 'YYYY-MM') = '2025-10'
;;
--@ kind=delete
DELETE FROM audit_log WHERE at <= (SELECT max(at) - interval '30 days' FROM audit_log)
;;
--@ kind=delete
DELETE FROM users WHERE id = ANY (SELECT id FROM users WHERE deleted_at IS NOT NULL)
;;
--@ kind=delete
DELETE FROM users WHERE id = ANY (ARRAY(SELECT id FROM users WHERE tenant_id = 3))
;;
--@ kind=delete
DELETE FROM users WHERE id = ANY ('{1,2,3}')
;;
--@ kind=delete
DELETE FROM users WHERE id = ANY ((SELECT array_agg(id) FROM users WHERE tenant_id = 9)::int[])
;;
--@ kind=delete
DELETE FROM users WHERE email = ANY (string_to_array($1, ','))
;;
--@ kind=delete
DELETE FROM users WHERE id IN (SELECT id FROM users WHERE tenant_id = 4 EXCEPT SELECT merchant_id FROM payments)
;;
--@ kind=delete
DELETE FROM users WHERE id IN (SELECT id FROM users EXCEPT SELECT merchant_id FROM payments)
;;
--@ kind=delete
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, count(*) OVER (PARTITION BY email) AS n FROM users) q WHERE n > 1)
;;
--@ kind=delete
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, rank() OVER (PARTITION BY tenant_id ORDER BY id DESC) AS r FROM users) q WHERE r > 100)
;;
--@ kind=delete
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, lag(email) OVER (ORDER BY email, id) AS prev, email FROM users) q WHERE prev = email)
;;
--@ kind=delete
DELETE FROM users u WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.merchant_id = u.id AND p.status LIKE 'p%' AND p.status LIKE '%d') AND tenant_id = 1
;;
--@ kind=delete
DELETE FROM users u WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.merchant_id = u.id AND p.status LIKE 'pa%' AND p.status <> 'paid')
;;
--@ kind=delete
DELETE FROM users u WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.merchant_id = u.id AND p.status ~ '^pa' AND p.status ~ 'id$')
;;
--@ kind=delete
DELETE FROM users u WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.merchant_id = u.id AND p.created_at > now() - interval '5 minutes')
;;
--@ kind=delete
DELETE FROM users u WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.merchant_id = u.id AND p.created_at >= current_date)
;;
--@ kind=delete
DELETE FROM users u WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.merchant_id = u.id AND p.created_at >= '2025-01-01' AND p.created_at < '2025-12-01')
;;
--@ kind=delete
DELETE FROM payments WHERE extract(year FROM age(created_at)) >= 7
;;
--@ kind=delete
DELETE FROM payments WHERE created_at < date_trunc('year', now()) - interval '7 years'
;;
--@ kind=delete
DELETE FROM nodes WHERE id NOT IN (SELECT parent_id FROM nodes WHERE parent_id IS NOT NULL) AND name IS NULL
;;
--@ kind=delete
DELETE FROM audit_log WHERE id <= (SELECT id FROM audit_log ORDER BY id DESC OFFSET 10000 LIMIT 1)
;;
--@ kind=delete
DELETE FROM payments p USING (SELECT card_id, max(created_at) AS last FROM payments GROUP BY card_id) l WHERE l.card_id = p.card_id AND p.created_at < l.last
;;
--@ kind=delete
DELETE FROM payments p USING (SELECT card_id, min(id) AS keep FROM payments GROUP BY card_id, amount, created_at HAVING count(*) > 1) d WHERE p.card_id = d.card_id AND p.id <> d.keep
;;
--@ kind=delete
DELETE FROM audit_log USING (SELECT avg(id) AS a FROM audit_log) q WHERE audit_log.id < q.a
;;
--@ kind=update
UPDATE payments SET status = 'top' FROM (SELECT max(amount) AS m FROM payments) q WHERE amount = q.m
;;
--@ kind=update
UPDATE payments SET status = 'x' WHERE amount > (SELECT avg(amount) FROM payments)
;;
--@ kind=update
UPDATE payments SET status = 'x' WHERE amount > (SELECT percentile_cont(0.99) WITHIN GROUP (ORDER BY amount) FROM payments)
;;
--@ kind=update
UPDATE users SET name = q.n FROM (SELECT id, row_number() OVER (ORDER BY id)::text AS n FROM users WHERE tenant_id = 2) q WHERE q.id = users.id
;;
--@ kind=update
UPDATE nodes SET name = r.rn::text FROM (SELECT id, row_number() OVER (PARTITION BY parent_id ORDER BY name) AS rn FROM nodes WHERE parent_id = $1) r WHERE r.id = nodes.id
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE substring(email from '@(.+)$') IN ('a.org', 'b.org')
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE substring(email from '\d+') IS NOT NULL
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE split_part(email, '@', 2) <> 'x.org' AND tenant_id = 8
;;
--@ kind=update
UPDATE payments SET status = 'old' WHERE created_at < '2025-07-01' AND status = 'open'
;;
--@ kind=update
UPDATE payments SET status = 'old' WHERE date_part('year', created_at) = 2025
;;
--@ kind=update
UPDATE users SET deleted_at = NULL WHERE deleted_at > '2025-11-29'
;;
--@ kind=update
UPDATE merchants SET active = NOT active WHERE id = ALL (ARRAY[4])
;;
--@ kind=update
UPDATE merchants SET active = false WHERE NOT EXISTS (SELECT FROM payments p WHERE p.merchant_id = merchants.id AND p.created_at > current_date - 90)
;;
--@ kind=update
UPDATE users SET tenant_id = CASE WHEN email LIKE '%@a.org' THEN 1 ELSE tenant_id END WHERE email LIKE '%@a.org'
;;
--@ kind=update
UPDATE cards SET doc = doc - 'tmp' WHERE doc ? 'tmp'
;;
--@ kind=update
UPDATE cards SET doc = jsonb_set(doc, '{n}', to_jsonb(coalesce((doc ->> 'n')::int, 0) + 1)) WHERE id = $1
;;
--@ kind=insert
INSERT INTO merchants (id, name) SELECT (x ->> 'id')::int, x ->> 'name' FROM jsonb_array_elements($1::jsonb) x ON CONFLICT (id) DO UPDATE SET name = excluded.name
;;
--@ kind=insert
INSERT INTO payments (card_id, amount, status) VALUES ($1, $2, 'new') RETURNING id, created_at
;;
--@ kind=insert
INSERT INTO audit_log (what) SELECT format('merged %s', id) FROM users WHERE tenant_id = $1
;;
--@ kind=insert
INSERT INTO users (email) SELECT 'user' || g || '@x.org' FROM generate_series(1, 100) g
;;
--@ kind=delete
DELETE FROM audit_log WHERE at < '2025-11-01'
;;
--@ kind=delete
DELETE FROM payments WHERE created_at < '2025-11-01'::date
;;
--@ kind=delete
DELETE FROM audit_log WHERE at < $1
;;
