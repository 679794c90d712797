--! adversarial
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, lag(id) OVER (ORDER BY id) AS p FROM audit_log) q WHERE p IS NULL OR p < id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, lead(id) OVER (ORDER BY id) AS p FROM audit_log) q WHERE p IS NULL OR p > id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, lag(id, 1, 0) OVER (ORDER BY id) AS p FROM audit_log) q WHERE p < id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (WITH q AS (SELECT max(id) AS m FROM audit_log) SELECT audit_log.id FROM audit_log, q WHERE audit_log.id <= q.m)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (WITH q AS (SELECT max(id) AS m FROM audit_log) SELECT a.id FROM audit_log a CROSS JOIN q WHERE id <= q.m)
;;
--@ kind=delete hazards=tautological-where
WITH q AS (SELECT max(id) AS m FROM audit_log) DELETE FROM audit_log WHERE id IN (SELECT a.id FROM audit_log a JOIN q ON a.id <= q.m)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE length(m.name) < 1 AND m.name LIKE 'a%')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE length(m.name) = 0 AND m.name LIKE 'a%')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE length(m.name) > 3 AND m.name = 'ab')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <= date_bin('1 day', now(), '2000-01-01')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE date_bin('1 day', at, '2000-01-01') <= now()
;;
--@ kind=delete hazards=tautological-where run=fails
DELETE FROM audit_log WHERE at < date_bin('100 years', now() + interval '100 years', '2000-01-01')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE date_bin('1 hour', at, '2000-01-01') <= at
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = ANY('{1}') OR id <> ALL('{1}')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = ANY(ARRAY[1,2]) OR id <> ALL(ARRAY[1,2])
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (1,2) OR id <> ALL('{1,2}')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT (id = ANY('{1}')) OR id = 1
;;
--@ kind=insert hazards=no-where
WITH q AS (SELECT json_agg(row_to_json(u)) AS j FROM users u) INSERT INTO users (id, name) SELECT (e->>'id')::int, 'x' FROM q, json_array_elements(q.j) e ON CONFLICT (id) DO UPDATE SET name = excluded.name
;;
--@ kind=unknown hazards=unparsable
WITH q AS (SELECT jsonb_agg(id) AS j FROM users) INSERT INTO users (id, name) SELECT e::text::int, 'x' FROM q CROSS JOIN LATERAL jsonb_array_elements(q.j) e ON CONFLICT (id) DO UPDATE SET name = excluded.name
;;
--@ kind=insert hazards=no-where
INSERT INTO users (id, name) SELECT e::text::int, 'x' FROM (SELECT jsonb_agg(id) AS j FROM users) q, jsonb_array_elements(q.j) e ON CONFLICT (id) DO UPDATE SET name = excluded.name
;;
--@ kind=insert hazards=no-where
WITH q AS (SELECT array_agg(id) AS j FROM users) INSERT INTO users (id, name) SELECT e, 'x' FROM q, unnest(q.j) e ON CONFLICT (id) DO UPDATE SET name = excluded.name
;;
--@ kind=delete hazards=tautological-where
WITH q AS (SELECT jsonb_agg(id) AS j FROM users) DELETE FROM users WHERE id IN (SELECT e::text::int FROM q, jsonb_array_elements(q.j) e)
;;
--@ kind=delete hazards=tautological-where
WITH q AS (SELECT jsonb_agg(id) AS j FROM users) DELETE FROM users USING q, jsonb_array_elements(q.j) e WHERE users.id = e::text::int
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < (SELECT min(at) FROM audit_log) + interval '100 years'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < (SELECT max(at) FROM audit_log) - interval '-1 day'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < (SELECT max(at) FROM audit_log) + interval '1 day'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at > (SELECT min(at) FROM audit_log) - interval '1 day'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE (SELECT max(id) FROM audit_log) - 1000000000 < id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users WHERE id < 5 OR id > 2)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id > ANY(ARRAY[100,200,300,400,500,600,700,800,0])
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id > ANY('{5,0}') OR id < ALL('{3}')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users WHERE id = ANY('{1}') OR id <> ALL('{1}'))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name = ANY('{a}') OR NOT name = ANY('{a}') OR name IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, max(id) OVER () AS m FROM audit_log) q WHERE id <= m)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, max(id) OVER () AS m FROM audit_log) q WHERE id < m + 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, max(id) OVER (PARTITION BY what) AS m FROM audit_log) q WHERE id <= m)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, min(id) OVER (PARTITION BY what) AS m FROM audit_log) q WHERE id >= m)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, first_value(id) OVER (ORDER BY id) AS m FROM audit_log) q WHERE id >= m)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, last_value(id) OVER (ORDER BY id) AS m FROM audit_log) q WHERE id = m)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, count(*) OVER (PARTITION BY what) AS n FROM audit_log) q WHERE n >= 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, at, lag(at) OVER (ORDER BY id) AS p FROM audit_log) q WHERE p IS NULL OR p <= at)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, lag(id) OVER (ORDER BY id) AS p FROM audit_log) q WHERE p IS NULL OR id - p > 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, lag(id) OVER (ORDER BY id) AS p FROM audit_log) q WHERE p IS NULL OR NOT p >= id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, lag(id) OVER (ORDER BY id) AS p FROM audit_log) q WHERE coalesce(p, 0) < id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, lag(id) OVER w AS p FROM audit_log WINDOW w AS (ORDER BY id)) q WHERE p IS NULL OR p < id)
;;
--@ kind=delete hazards=tautological-where
WITH q AS (SELECT id, lag(id) OVER (ORDER BY id) AS p FROM audit_log) DELETE FROM audit_log WHERE id IN (SELECT id FROM q WHERE p IS NULL OR p < id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, lag(id) OVER (ORDER BY id) AS p, lead(id) OVER (ORDER BY id) AS n FROM audit_log) q WHERE p < n OR p IS NULL OR n IS NULL)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log t USING (SELECT id, lag(id) OVER (ORDER BY id) AS p FROM audit_log) q WHERE q.id = t.id AND (q.p IS NULL OR q.p < t.id)
;;
--@ kind=update hazards=tautological-where
UPDATE audit_log t SET what = '' FROM (SELECT id, lag(id) OVER (ORDER BY id) AS p FROM audit_log) q WHERE q.id = t.id AND (q.p IS NULL OR q.p < q.id)
;;
--@ kind=delete hazards=tautological-where
WITH q AS (SELECT id AS x FROM users) DELETE FROM users WHERE id IN (SELECT x FROM q)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT x FROM (SELECT id AS x FROM users) q)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM nodes WHERE parent_id IN (SELECT x FROM (SELECT parent_id AS x FROM nodes) q)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id AS x FROM users)
;;
