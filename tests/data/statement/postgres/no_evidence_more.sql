--! adversarial
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log USING (SELECT max(at) t FROM audit_log) v WHERE at <= v.t
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log a USING (SELECT max(at) AS t FROM audit_log) v WHERE a.at <= v.t
;;
--@ kind=delete hazards=tautological-where
WITH m AS (SELECT max(id) AS hi, min(id) AS lo FROM users) DELETE FROM users USING m WHERE users.id BETWEEN m.lo AND m.hi
;;
--@ kind=delete hazards=tautological-where
WITH m AS (SELECT max(at) FROM audit_log) DELETE FROM audit_log WHERE at <= (SELECT max FROM m)
;;
--@ kind=delete hazards=tautological-where
WITH m AS (SELECT max(at) AS t FROM audit_log) DELETE FROM audit_log USING m WHERE audit_log.at < m.t + interval '1 second'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log USING (SELECT count(*) AS n FROM audit_log) v WHERE v.n > 0 AND at <= now()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users USING (SELECT max(u.id) AS m FROM users u) q WHERE q.m >= users.id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM payments USING (SELECT min(amount) AS lo, max(amount) AS hi FROM payments) q WHERE amount >= q.lo AND amount <= q.hi
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log USING (SELECT at AS t FROM audit_log ORDER BY at DESC LIMIT 1) v WHERE audit_log.at <= v.t
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <= (SELECT t FROM (SELECT max(at) AS t FROM audit_log) q)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <= (SELECT max(m) FROM (SELECT max(id) AS m FROM users GROUP BY tenant_id) q)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <= ANY (SELECT max(id) FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id + 0 > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id - 1 >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id / 1 >= 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at + interval '1 day' > '1970-01-01'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at - interval '1 day' < now()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at + interval '0' > '1970-01-01'::timestamptz
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE extract(epoch FROM at) + 0 > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE extract(epoch FROM at) * 1000 > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE extract(year FROM at) * 10000 + extract(month FROM at) * 100 + extract(day FROM at) > 19700101
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE extract(year FROM at) * 100 + extract(month FROM at) < 999912
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at::date - date '1970-01-01' > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE (at AT TIME ZONE 'UTC')::date > '1970-01-01'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE to_char(at, 'YYYYMMDD')::int > 19700101
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE to_char(at, 'YYYY')::int + 0 < 9999
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE date_part('year', at) > 1900
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users u WHERE NOT EXISTS (SELECT 1 FROM users x WHERE x.id = u.id AND x.name ~ '^$' AND x.name ~ 'a')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users u WHERE NOT EXISTS (SELECT 1 FROM users x WHERE x.id = u.id AND x.name LIKE 'a%' AND x.name LIKE 'b%')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users u WHERE NOT EXISTS (SELECT 1 FROM users x WHERE x.id = u.id AND x.name ~ '^a' AND x.name ~ '^b')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users u WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.merchant_id = u.id AND p.status = 'a' AND p.status = 'b')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users u WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.merchant_id = u.id AND p.status IN ('a','b') AND p.status IN ('c'))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users u WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.merchant_id = u.id AND p.amount > 5 AND p.amount < 3)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users u WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.merchant_id = u.id AND p.status IS NULL AND p.status LIKE 'a%')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users u WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.merchant_id = u.id AND upper(p.status) = 'paid')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users u WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.merchant_id = u.id AND lower(p.status) = 'PAID')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users u WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.merchant_id = u.id AND p.created_at > 'infinity')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users u WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.merchant_id = u.id AND p.created_at > now() + interval '100 years')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users u WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.merchant_id = u.id AND p.id < 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users u WHERE (SELECT count(*) FROM payments p WHERE p.merchant_id = u.id) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users u WHERE (SELECT count(*) FROM payments p WHERE p.merchant_id = u.id) < 1000000000
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users u WHERE coalesce((SELECT sum(amount) FROM payments p WHERE p.merchant_id = u.id), 0) > -1000000000
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT unnest(array_agg(id)) FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = ANY (SELECT unnest(array_agg(id)) FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = ANY ((SELECT array_agg(id) FROM users)::int[])
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id::text IN (SELECT jsonb_array_elements_text(jsonb_agg(id)) FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id::text = ANY (string_to_array((SELECT string_agg(id::text, ',') FROM users), ','))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE position(',' || id || ',' in (SELECT ',' || string_agg(id::text, ',') || ',' FROM users)) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users EXCEPT SELECT 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users INTERSECT SELECT id FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT u.id FROM users u LEFT JOIN payments p ON p.merchant_id = u.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT u.id FROM users u FULL JOIN payments p ON p.merchant_id = u.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT u.id FROM users u, LATERAL (SELECT 1) q)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, ntile(1) OVER () AS n FROM users) q WHERE n = 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, count(*) OVER () AS n FROM users) q WHERE n >= 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY id) AS r FROM users) q WHERE r = 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, rank() OVER (ORDER BY 1) AS r FROM users) q WHERE r = 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ROW(id, name) IS NOT NULL OR ROW(id, name) IS NULL OR name IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE users IS NOT NULL OR NOT users IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE num_nonnulls(id, email, name) BETWEEN 1 AND 3
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name IS NULL OR length(name) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name IS NULL OR name = name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name IS NULL OR name <> 'qq' OR name = 'qq'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name IS NOT DISTINCT FROM name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE coalesce(name, '') = coalesce(name, '')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE coalesce(nullif(name, name), 'x') = 'x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE greatest(id, 0) = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE least(id, 2147483647) = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE mod(id, 1) = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id % 3 < 3
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id # 0 = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id # id) = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE sign(id) = 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE floor(id::numeric) = ceil(id::numeric)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE width_bucket(id, 0, 2147483647, 1) = 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE to_hex(id) <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE md5(id::text) ~ '^[0-9a-f]{32}$'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE length(md5(email)) = 32
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id::text ~ '^\d+$'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id::text LIKE '%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email LIKE '%' || '%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email LIKE concat('%', '', '%')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email ~ concat('.', '*')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email ~~ '%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE left(email, 0) = ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE substr(email, 1, 0) = ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE reverse(reverse(email)) = email
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE translate(email, '', '') = email
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE replace(email, '', 'x') = email
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE overlay(email placing '' from 1 for 0) = email
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE strpos(email, '') > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email COLLATE "C" >= ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CASE id WHEN 1 THEN true ELSE true END
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CASE WHEN name = 'a' THEN 1 ELSE 2 END IN (1, 2)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CASE WHEN name IS NULL THEN 'n' ELSE 'v' END <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (name = 'x') IS NOT UNKNOWN OR (name = 'x') IS UNKNOWN
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id = 5) IN (true, false)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id = 5) >= false
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id = 5) <= true
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE array_length(ARRAY[id], 1) = 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE cardinality(ARRAY[id, 5]) = 2
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = ANY (ARRAY[id, 5])
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ARRAY[id] && ARRAY[id]
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE int4range(id, id, '[]') @> id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE int4range(0, NULL) @> id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <@ int4range(NULL, 2147483647)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT isempty(int4range(id, id + 1))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE tstzrange('-infinity', 'infinity', '[]') @> at
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE tstzrange(at, NULL) && tstzrange(NULL, now())
;;
--@ kind=delete hazards=tautological-where
DELETE FROM cards WHERE doc IS NULL OR doc @> '{}' OR true IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM cards WHERE jsonb_build_object('a', id) ? 'a'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM cards WHERE to_jsonb(cards) ->> 'id' <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM cards WHERE (to_jsonb(cards) -> 'id')::int > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM cards WHERE row_to_json(cards)::text LIKE '{%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 WHERE users.id > 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (TABLE users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT FROM generate_series(1, id))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (VALUES (1), (id))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT generate_series(1, (SELECT max(id) FROM users)))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id BETWEEN 1 AND (SELECT max(id) FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id BETWEEN (SELECT min(id) FROM users) AND (SELECT max(id) FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id BETWEEN SYMMETRIC 2147483647 AND 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT BETWEEN -10 AND -1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (-1, 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <> ALL (ARRAY[0, -1])
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id != (SELECT coalesce(max(id), 0) + 1 FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id < (SELECT max(id) + 1 FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id < (SELECT nextval('ticket')) + 1000000000
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id > (SELECT min(id) FROM users) - 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < clock_timestamp()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < statement_timestamp() + interval '1 hour'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <= transaction_timestamp()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE age(at) > interval '0 seconds'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE age(now(), at) >= interval '-1 day'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at > to_timestamp(0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at >= make_timestamptz(1970, 1, 1, 0, 0, 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE date_bin('1 day', at, '2000-01-01'::timestamptz) <= at
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE extract(dow FROM at) BETWEEN 0 AND 6
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE extract(month FROM at) IN (1,2,3,4,5,6,7,8,9,10,11,12)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE extract(hour FROM at) < 24
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE extract(day FROM at) <= 31
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE EXTRACT(quarter FROM at) = ANY ('{1,2,3,4}')
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM (SELECT min(id) AS lo FROM users) q WHERE users.id >= q.lo
;;
--@ kind=update hazards=tautological-where
UPDATE payments SET status = 'x' FROM (SELECT max(amount) AS mx FROM payments) q WHERE amount <= q.mx
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = u.name FROM users u WHERE users.ctid = u.ctid
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM users u WHERE users.email = u.email
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM (SELECT DISTINCT id FROM users) u WHERE users.id = u.id
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM (SELECT id, rank() OVER () r FROM users) u WHERE users.id = u.id AND u.r >= 1
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM unnest((SELECT array_agg(id) FROM users)) g WHERE g = users.id
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM merchants m WHERE m.id <> users.id
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM merchants m WHERE m.id < 5
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id = (SELECT u.id FROM users u WHERE u.id = users.id LIMIT 1)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id IN (SELECT u.id FROM users u WHERE u.id = users.id FOR UPDATE)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET (name, email) = (SELECT 'x', users.email) WHERE id IS DISTINCT FROM 0
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id IS DISTINCT FROM NULL
;;
--@ kind=update hazards=tautological-where
UPDATE ONLY users SET name = 'x' WHERE NOT (id IS NULL)
;;
--@ kind=update hazards=tautological-where
UPDATE users * SET name = 'x' WHERE (id IS NULL) IS FALSE
;;
--@ kind=update hazards=tautological-where
UPDATE users AS "u" SET name = 'x' WHERE "u"."id" = "u"."id"
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE pg_typeof(id)::text = 'integer'
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE pg_column_size(users.*) > 0
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE xmin IS NOT NULL
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE ctid > '(0,0)'
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE current_user = current_user
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE pg_backend_pid() > 0
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE txid_current() > 0 AND id > 0
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE random() >= 0
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE random() < 1 AND id > 0
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE gen_random_uuid() IS NOT NULL
;;
--@ kind=merge hazards=tautological-where
MERGE INTO users u USING users s ON u.id = s.id WHEN MATCHED THEN DELETE
;;
--@ kind=merge hazards=tautological-where
MERGE INTO users u USING (SELECT max(id) AS m FROM users) s ON u.id <= s.m WHEN MATCHED THEN DELETE
;;
--@ kind=merge hazards=tautological-where
MERGE INTO users u USING (VALUES (0)) s(n) ON u.id > s.n WHEN MATCHED THEN UPDATE SET name = 'x'
;;
--@ kind=merge hazards=tautological-where
MERGE INTO users u USING (SELECT DISTINCT tenant_id FROM users) s ON u.tenant_id = s.tenant_id WHEN MATCHED THEN DELETE
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at >= '2026-11-01' OR at < now()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at >= '2026-11-01' OR at < '2026-11-01'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at >= '2026-11-01' OR at <= '2026-12-15'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < '2026-11-01' OR at <= current_timestamp
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE NOT at > now()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < 'tomorrow'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <= 'now'::timestamptz
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log USING (SELECT max(at) AS t, min(at) AS f FROM audit_log) v WHERE at BETWEEN v.f AND v.t
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log USING (SELECT max(at) + interval '1 day' AS t FROM audit_log) v WHERE at < v.t
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log USING (SELECT greatest(max(at), now()) AS t FROM audit_log) v WHERE at <= v.t
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log USING LATERAL (SELECT max(at) AS t FROM audit_log) v WHERE at <= v.t
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log a USING (SELECT max(id) AS i FROM (SELECT id FROM audit_log) z) v WHERE a.id <= v.i
;;
--@ kind=delete hazards=tautological-where
WITH v(t) AS (SELECT max(at) FROM audit_log) DELETE FROM audit_log USING v WHERE at <= t
;;
--@ kind=delete hazards=tautological-where
WITH v(t) AS MATERIALIZED (SELECT max(at) FROM audit_log) DELETE FROM audit_log WHERE at <= (TABLE v)
;;
--@ kind=delete hazards=tautological-where
WITH v AS (SELECT array_agg(id) AS ids FROM users) DELETE FROM users USING v WHERE users.id = ANY (v.ids)
;;
--@ kind=delete hazards=tautological-where
WITH v AS (SELECT array_agg(id) AS ids FROM users) DELETE FROM users WHERE id = ANY ((SELECT ids FROM v)::int[])
;;
--@ kind=delete hazards=tautological-where
WITH v AS (SELECT jsonb_agg(id) AS ids FROM users) DELETE FROM users USING v WHERE v.ids @> to_jsonb(users.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users USING (SELECT array_agg(id) AS ids FROM users) v WHERE id = ANY (v.ids)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users USING (SELECT string_agg(email, ',') AS s FROM users) v WHERE position(email in v.s) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (SELECT array_agg(id) FROM users) @> ARRAY[id]
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <= (SELECT count(*) + max(id) FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <= (SELECT sum(id) FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users WHERE id > 5 UNION ALL SELECT id FROM users WHERE id <= 5)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users EXCEPT ALL SELECT -5)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN ((SELECT id FROM users) EXCEPT (SELECT id FROM users WHERE false))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users GROUP BY id HAVING count(*) = 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users GROUP BY 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT min(id) FROM users GROUP BY email, id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users ORDER BY random() LIMIT (SELECT count(*) FROM users))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, sum(1) OVER () AS n FROM users) q WHERE n > 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, dense_rank() OVER (ORDER BY NULL) AS n FROM users) q WHERE n = 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, max(id) OVER () AS n FROM users) q WHERE id <= n)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, first_value(1) OVER () AS n FROM users) q WHERE n = 1)
;;
--@ kind=delete hazards=tautological-where
WITH q AS (SELECT id, row_number() OVER (PARTITION BY id) AS one FROM users) DELETE FROM users USING q WHERE q.id = users.id AND q.one = 1
;;
--@ kind=delete hazards=tautological-where
WITH q AS (SELECT id, count(*) OVER () AS c FROM users) DELETE FROM users WHERE id IN (SELECT id FROM q WHERE c >= 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = users.id AND u.name LIKE 'x%' AND u.name = 'abc')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = users.id AND u.name = 'a' AND u.name ~ '^b')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT merchant_id FROM payments WHERE status = 'a' AND status LIKE 'b%')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT merchant_id FROM payments WHERE merchant_id IS NOT NULL AND status ~ 'x$' AND status ~ 'y$')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE substring(email from '.*') <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE substring(email from '^.') IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE substring(email from '.+') = email
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <> ANY ('{1,2}')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <> ALL ('{}')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE extract(month FROM deleted_at) = ANY ('{1,2,3,4,5,6,7,8,9,10,11,12}') OR deleted_at IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id, id) = (id, id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = (SELECT max(v) FROM (VALUES (users.id)) t(v))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT * FROM unnest(ARRAY(SELECT id FROM users)))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT (jsonb_array_elements(jsonb_agg(id)))::int FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT (r).id FROM (SELECT u AS r FROM users u) q)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT u.id FROM users u JOIN LATERAL (SELECT 1 WHERE u.id > 0) l ON true)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT u.id FROM users u JOIN users v USING (id))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT u.id FROM users u NATURAL JOIN users v)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM ONLY users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users TABLESAMPLE BERNOULLI (100))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users WINDOW w AS (ORDER BY id))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users FETCH FIRST 1000000 ROWS ONLY)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users FOR UPDATE)
;;
