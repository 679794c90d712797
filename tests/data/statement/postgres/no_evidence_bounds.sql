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
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE length(name) >= 0 OR name IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CASE WHEN id > 0 THEN 1 ELSE 0 END = 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CASE WHEN name IS NULL THEN true ELSE name = name END
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (id, 5)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id BETWEEN id AND id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id BETWEEN 0 AND 9223372036854775807
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT (id < 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id > 10 OR id <= 10)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT id FROM users WHERE 1 = 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT -id FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants WHERE id < 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM users u WHERE u.id = users.id AND u.id > 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (SELECT count(*) FROM users) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE 0 < (SELECT count(*) FROM users u WHERE u.id = users.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <= (SELECT max(u.id) FROM users u)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <= 2147483647
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id < 1e18
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name LIKE '%' OR name IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name NOT LIKE 'zzzzzzzz' OR name LIKE 'zzzzzzzz' OR name IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name || '' = name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id % 7 < 7
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id / 1 = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id > -1 AND id > -2
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IS NOT NULL AND (name = name OR name IS NULL)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE tenant_id = 5 OR tenant_id <> 5 OR tenant_id IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE deleted_at IS NULL OR deleted_at IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE deleted_at IS NULL OR deleted_at < CURRENT_TIMESTAMP
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users UNION SELECT id FROM merchants)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users EXCEPT SELECT -1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users ORDER BY id LIMIT 1000000)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS r FROM users) q WHERE r >= 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, ntile(1) OVER (ORDER BY id) AS r FROM users) q WHERE r = 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, count(*) OVER () AS n FROM users) q WHERE n > 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, rank() OVER (PARTITION BY id ORDER BY name) AS n FROM users) q WHERE n = 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, dense_rank() OVER (ORDER BY id) AS n FROM users) q WHERE n < 1000000000)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, avg(id) OVER () AS a FROM users) q WHERE id < a OR id >= a)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, max(id) OVER () - id AS d FROM users) q WHERE d >= 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, id - lag(id, 1, 0) OVER (ORDER BY id) AS d FROM users) q WHERE d > 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, lag(id) OVER (ORDER BY id) < id AS d FROM users) q WHERE d OR d IS NULL)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id = (SELECT u.id FROM users u WHERE u.id = users.id)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id >= (SELECT min(id) FROM users)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id > (SELECT min(id) - 1 FROM users)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id < (SELECT max(id) + 1 FROM users)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id < (SELECT sum(id) FROM users) OR id = 1
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id <> (SELECT 0)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id >= (SELECT 1)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id IN (SELECT id FROM users u WHERE u.name = u.name OR u.name IS NULL)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id > ALL (SELECT -1)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE coalesce(deleted_at, CURRENT_TIMESTAMP) <= CURRENT_TIMESTAMP
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE coalesce(tenant_id, 0) = coalesce(tenant_id, 0)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id + 1 > id
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id * 2 > id
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE -id < 0
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE round(id) = id
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE (id > 5) = (id > 5)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE (id > 5) <> (id <= 5)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE (id > 5) IN (true, false)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE (name IS NULL) IN (1 = 1, 1 = 0)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE CAST(id AS char(20)) <> ''
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE replace(name, 'a', 'a') = name
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE trim(name) = trim(name) OR name IS NULL
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE name >= '' OR name IS NULL
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE name < 'zzzzzzz' OR name >= 'zzzzzzz' OR name IS NULL
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE length(name) < 100000 OR name IS NULL
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE (id = 1) IS NOT NULL
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE (SELECT true)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE NOT (SELECT false)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE EXISTS (SELECT 1)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE EXISTS (SELECT id)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id IN (SELECT id FROM nodes UNION ALL SELECT id FROM users)
;;
--@ kind=update hazards=tautological-where
UPDATE audit_log SET what = 'x' WHERE at <= CURRENT_TIMESTAMP
;;
--@ kind=update hazards=tautological-where
UPDATE audit_log SET what = 'x' WHERE at > '1970-01-01'
;;
--@ kind=update hazards=tautological-where
UPDATE audit_log SET what = 'x' WHERE at BETWEEN '1970-01-01' AND '2999-01-01'
;;
--@ kind=update hazards=tautological-where
UPDATE audit_log SET what = 'x' WHERE at < '2999-12-31'
;;
--@ kind=update hazards=tautological-where
UPDATE audit_log SET what = 'x' WHERE at <> '1800-01-01'
;;
--@ kind=update hazards=tautological-where
UPDATE audit_log SET what = 'x' WHERE at NOT IN ('1800-01-01')
;;
--@ kind=update hazards=tautological-where
UPDATE audit_log SET what = 'x' WHERE at >= (SELECT min(at) FROM audit_log)
;;
--@ kind=update hazards=tautological-where
UPDATE audit_log SET what = 'x' WHERE NOT at > CURRENT_TIMESTAMP
;;
--@ kind=update hazards=tautological-where
UPDATE audit_log SET what = 'x' WHERE at < '2020-01-01' OR at >= '2020-01-01'
;;
--@ kind=update hazards=tautological-where
UPDATE audit_log SET what = 'x' WHERE at < '2020-01-01' OR NOT at < '2020-01-01'
;;
--@ kind=update hazards=tautological-where
UPDATE audit_log SET what = 'x' WHERE at IS NOT NULL
;;
--@ kind=update hazards=tautological-where
WITH q AS (SELECT id FROM users) UPDATE users SET name = 'x' WHERE id IN (SELECT id FROM q)
;;
--@ kind=update hazards=tautological-where
WITH q AS (SELECT min(id) AS a, max(id) AS b FROM users) UPDATE users SET name = 'x' WHERE id BETWEEN (SELECT a FROM q) AND (SELECT b FROM q)
;;
--@ kind=delete hazards=tautological-where
WITH q AS (SELECT * FROM users), r AS (SELECT id FROM q) DELETE FROM users WHERE id IN (SELECT id FROM r)
;;
--@ kind=delete hazards=tautological-where
WITH a AS (SELECT id FROM users WHERE id % 2 = 0), b AS (SELECT id FROM users WHERE id % 2 <> 0) DELETE FROM users WHERE id IN (SELECT id FROM a UNION SELECT id FROM b)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id::text ~ '\d'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name !~ '^$' OR name ~ '^$' OR name IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE row(id, name) IS NOT NULL OR name IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users u WHERE u.* IS DISTINCT FROM NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE to_json(users)->>'id' IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE array[id] @> array[]::int[]
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <@ int4range(NULL, NULL)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE numrange(-1, 1000000000) @> id::numeric
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = ANY(ARRAY(SELECT id FROM users))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = SOME(SELECT id FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id >= ANY(SELECT id FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <= ALL(SELECT 2147483647)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ctid = ctid
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ctid IN (SELECT ctid FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ctid >= '(0,0)'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE pg_typeof(id)::text = 'integer'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE num_nonnulls(id, name) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE format('%s', name) IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE md5(name) <> '' OR name IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE length(md5(id::text)) = 32
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE left(md5(id::text), 0) = ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE least(id, 0) = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id >> 31) = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE width_bucket(id, 0, 1000000000, 1) = 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id::text::int = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE starts_with(name, '')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name ILIKE '%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name ~ ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name ~ '.*'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name ~ '^' OR name IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name ~~ '%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (name LIKE '') IS NOT NULL OR name IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name LIKE '%' ESCAPE '!'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE regexp_count(name, '.') >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE array_length(string_to_array(name, ','), 1) >= 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE to_tsvector(name) @@ '!zzzz'::tsquery
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id > random()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE now() > '2020-01-01'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE current_user = current_user AND id > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXTRACT(year FROM coalesce(deleted_at, now())) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE age(coalesce(deleted_at, now() - interval '1 s')) > '0'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE date_trunc('year', at) <= now()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at::date <= current_date
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at AT TIME ZONE 'UTC' <= now() AT TIME ZONE 'UTC'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE extract(epoch FROM at) < extract(epoch FROM now())
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE to_char(at, 'YYYY') <= to_char(now(), 'YYYY')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <= 'now'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE age(at) >= '0 seconds'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE now() - at >= '0'::interval
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE (at, at) OVERLAPS ('-infinity'::timestamptz, 'infinity'::timestamptz)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < make_timestamptz(9999, 1, 1, 0, 0, 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <= to_timestamp(4102444800)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE timezone('UTC', at) <= timezone('UTC', now())
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE date_part('year', at) <= date_part('year', now())
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE date_part('epoch', at) <= date_part('epoch', now())
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE justify_days(now() - at) >= '0 days'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at::text <= now()::text
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE concat(at) <= now()::text
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE (at || '') <= now()::text
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE greatest(at, now()) = now()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at = least(at, now())
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE tstzrange(at, now(), '[]') IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <@ tstzrange('-infinity', 'infinity')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <= (now() AT TIME ZONE 'UTC')::timestamptz + interval '1 day'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log a USING audit_log b WHERE a.id = b.id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log a USING (SELECT id FROM audit_log) b WHERE a.id = b.id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log a USING (VALUES (0)) v(x) WHERE a.id > v.x
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log a USING generate_series(1, 1000000) g WHERE a.id = g
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log a USING unnest(ARRAY(SELECT id FROM audit_log)) g WHERE a.id = g
;;
--@ kind=update hazards=tautological-where
UPDATE users u SET name = 'x' FROM users v WHERE u.id = v.id
;;
--@ kind=update hazards=tautological-where
UPDATE users u SET name = 'x' FROM (SELECT id, max(id) OVER () m FROM users) v WHERE u.id = v.id AND v.m >= u.id
;;
--@ kind=update hazards=tautological-where
UPDATE users u SET name = 'x' FROM (SELECT max(id) m FROM users) v WHERE u.id <= v.m
;;
--@ kind=update hazards=tautological-where
UPDATE users u SET name = 'x' FROM (SELECT now() AS t) v WHERE u.deleted_at IS NULL OR u.deleted_at <= v.t
;;
--@ kind=update hazards=tautological-where
UPDATE users u SET name = 'x' FROM merchants m WHERE u.id > 0 AND m.id > 0
;;
--@ kind=update hazards=tautological-where
UPDATE users u SET name = 'x' FROM merchants m WHERE u.id <> m.id
;;
--@ kind=update hazards=tautological-where
UPDATE users u SET name = 'x' FROM json_array_elements('[1,2]') e WHERE u.id >= 0
;;
--@ kind=merge hazards=tautological-where
MERGE INTO users u USING (SELECT max(id) AS m FROM users) v ON u.id <= v.m WHEN MATCHED THEN UPDATE SET name = 'x'
;;
--@ kind=delete hazards=no-where
WITH d AS (DELETE FROM users RETURNING id) SELECT count(*) FROM d
;;
--@ kind=delete hazards=tautological-where
WITH d AS (DELETE FROM users WHERE id > 0 RETURNING id) SELECT 1
;;
--@ kind=update hazards=tautological-where
WITH d AS (UPDATE users SET name = 'x' WHERE true RETURNING id) SELECT id FROM d LIMIT 1
;;
--@ kind=delete hazards=tautological-where
WITH q AS (SELECT id, lead(id) OVER (ORDER BY id DESC) AS p FROM users) DELETE FROM users u USING q WHERE q.id = u.id AND coalesce(q.p, 0) < u.id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, sum(1) OVER (ORDER BY id) AS n FROM users) q WHERE n > 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, percent_rank() OVER (ORDER BY id) AS n FROM users) q WHERE n >= 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, cume_dist() OVER (ORDER BY id) AS n FROM users) q WHERE n <= 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users WHERE id > 5) OR id IN (SELECT id FROM users WHERE id <= 5)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <@ tstzrange(NULL, now())
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE tstzrange(NULL, now()) @> at
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE tstzrange('2000-01-01', now(), '[]') @> at
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE int4range(0, 2147483647) @> id
;;
