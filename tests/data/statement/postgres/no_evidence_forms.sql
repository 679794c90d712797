--! adversarial
--@ kind=delete hazards=tautological-where run=no
DELETE FROM users WHERE id IN (SELECT id FROM users ORDER BY id LIMIT 100000)
;;
--@ kind=delete hazards=tautological-where run=no
DELETE FROM users WHERE ctid = ANY (ARRAY(SELECT ctid FROM users LIMIT 1000000))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <@ '[0,)'::int4range
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <@ ANY (ARRAY['(,)'::int4range])
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <@ '{(,)}'::int4multirange
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE regexp_count(email, '.') > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email > E'\x01'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ascii(email) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ascii(email) BETWEEN 1 AND 1114111
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id, tenant_id) > (0, 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE (at, interval '1 day') OVERLAPS ('1900-01-01'::timestamptz, '2100-01-01'::timestamptz)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE date_trunc('century', at) = date_trunc('century', now())
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE extract(millennium from at) = 3
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE extract(julian from at) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE to_char(at, 'CC') = '21'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE to_char(at, 'AD') = 'AD'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log USING (SELECT now() AS t) v WHERE at <= v.t
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log USING (VALUES (now())) v(t) WHERE at < v.t
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log USING (SELECT current_date + 1 AS t) v WHERE at < v.t
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log USING (SELECT 'infinity'::timestamptz t) v WHERE at < v.t
;;
--@ kind=delete hazards=tautological-where
WITH v AS (SELECT now() AS t) DELETE FROM audit_log USING v WHERE at < v.t
;;
--@ kind=delete hazards=tautological-where
WITH v(t) AS (VALUES (now())) DELETE FROM audit_log WHERE at < (SELECT t FROM v)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < ANY (ARRAY[now()])
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id GROUP BY m.id HAVING count(*) > 100)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT FROM merchants m WHERE m.id = users.id AND m.name LIKE 'a%' AND m.name NOT LIKE 'a%')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT FROM merchants m WHERE m.id = users.id AND pg_typeof(m.id) = 'text'::regtype)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT FROM merchants m TABLESAMPLE BERNOULLI (0) WHERE m.id = users.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT FROM merchants m, (VALUES (1)) v(x) WHERE m.id = users.id AND v.x = 2)
;;
--@ kind=insert hazards=no-where run=no
INSERT INTO users (id, email) SELECT g, 'x' || g FROM generate_series(1, 1000000) g ON CONFLICT (id) DO UPDATE SET name = 'x'
;;
--@ kind=insert hazards=no-where run=no
INSERT INTO users (id) SELECT generate_series(1, 1000000) ON CONFLICT (id) DO UPDATE SET name = 'x'
;;
--@ kind=insert hazards=no-where run=no
INSERT INTO users (id) SELECT * FROM generate_series(1, 100000) ON CONFLICT (id) DO UPDATE SET name = 'x' WHERE users.id > 0
;;
--@ kind=insert hazards=no-where
INSERT INTO users (id) SELECT id FROM users ON CONFLICT ON CONSTRAINT users_pkey DO UPDATE SET name = 'x' WHERE true
;;
--@ kind=insert hazards=no-where
INSERT INTO users (id) SELECT row_number() OVER () FROM pg_class ON CONFLICT (id) DO UPDATE SET name = 'x'
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id::money > '0'
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE inet '10.0.0.0' + id > '10.0.0.0'
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE email < chr(1114111)
;;
--@ kind=merge hazards=no-where
MERGE INTO users u USING (VALUES (1)) s(x) ON u.id = s.x WHEN NOT MATCHED BY SOURCE AND u.id > 0 THEN DELETE
;;
--@ kind=merge hazards=tautological-where run=no
MERGE INTO users u USING (SELECT id FROM users ORDER BY id LIMIT 100000) s ON u.id = s.id WHEN MATCHED THEN DELETE
;;
--@ kind=set hazards=session-change
SET work_mem = '100GB'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log USING (SELECT now() AS t) v WHERE at <= t
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log USING (SELECT now()) v(t) WHERE at <= t
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log USING (VALUES (now())) v WHERE at < v.column1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log USING (SELECT * FROM (VALUES (now())) v(t)) w WHERE at < w.t
;;
--@ kind=delete hazards=tautological-where
WITH v AS (SELECT now() AS t) DELETE FROM audit_log USING v w WHERE at < w.t
;;
--@ kind=delete hazards=tautological-where
WITH v(t) AS (VALUES (now())) DELETE FROM audit_log WHERE at < ANY (SELECT t FROM v)
;;
--@ kind=update hazards=tautological-where
WITH v AS (SELECT now() AS t) UPDATE audit_log SET what = 'x' FROM v WHERE at < t
;;
--@ kind=merge hazards=tautological-where
MERGE INTO audit_log a USING (SELECT now() AS t) s ON a.at < s.t WHEN MATCHED THEN DELETE
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log USING (VALUES ('2026-01-01'::timestamptz), (now())) v(t) WHERE at < v.t
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users USING (SELECT '' AS p) v WHERE name LIKE v.p || '%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users USING (SELECT '%' AS p) v WHERE name LIKE v.p
;;
--@ kind=merge hazards=no-where
MERGE INTO users u USING (VALUES (1)) s(x) ON u.id = s.x WHEN NOT MATCHED BY SOURCE AND u.id IS NOT NULL THEN UPDATE SET name = 'x'
;;
--@ kind=merge hazards=no-where
MERGE INTO users u USING (VALUES (1)) s(x) ON u.id = s.x WHEN NOT MATCHED BY SOURCE AND (u.deleted_at IS NULL OR u.deleted_at < now()) THEN DELETE
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users USING (SELECT id FROM users LIMIT 50000) q WHERE q.id = users.id
;;
--@ kind=delete hazards=tautological-where
WITH q AS (SELECT id FROM users LIMIT 50000) DELETE FROM users USING q WHERE q.id = users.id
;;
--@ kind=delete hazards=tautological-where run=no
DELETE FROM users WHERE id IN (SELECT id FROM users LIMIT 100000)
;;
--@ kind=insert hazards=no-where
INSERT INTO users (id) WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM r WHERE n < 1000) SELECT n FROM r ON CONFLICT (id) DO UPDATE SET name = 'x'
;;
--@ kind=insert hazards=no-where
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM r WHERE n < 1000) INSERT INTO users (id) SELECT n FROM r ON CONFLICT (id) DO UPDATE SET name = 'x'
;;
--@ kind=insert hazards=no-where
INSERT INTO users (id) SELECT a * 100 + b FROM generate_series(0, 99) a, generate_series(0, 99) b ON CONFLICT (id) DO UPDATE SET name = NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <@ '{[1,5),[0,)}'::int4multirange
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <@ int4range(0, 2000000000)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE regexp_count(email, '\w') >= 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE (at, at) OVERLAPS ('-infinity','infinity')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE (at, at) OVERLAPS ('1900-01-01'::timestamptz, interval '400 years')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE (at, at + '1 day') OVERLAPS ('1900-01-01', '2100-01-01')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE ('-infinity'::timestamptz, 'infinity'::timestamptz) OVERLAPS (at, at)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <@ tstzrange('1900-01-01', '2100-01-01')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <@ '[1900-01-01,2100-01-01)'::tstzrange
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < ALL (ARRAY[now(), 'infinity'])
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < ANY (ARRAY['2020-01-01', now()]::timestamptz[])
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE NOT at > ALL (ARRAY[now()])
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < ANY ('{infinity}'::timestamptz[])
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id > ANY (ARRAY[0, 500])
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (regexp_match(email, '(.)'))[1] <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (string_to_array(email, 'q'))[1] <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE jsonb_typeof(to_jsonb(email)) = 'string'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE jsonb_typeof(to_jsonb(users) -> 'id') = 'number'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM cards WHERE jsonb_typeof(doc #> '{}') = 'object'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE tenant_id > -1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE tenant_id >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE -tenant_id < 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id::text < 'x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id::text > '!'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE upper(id::text) < 'm'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE tenant_id::text > ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE tenant_id::text <= 'zz'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (tenant_id + 7) >= 5
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE abs(tenant_id) = tenant_id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE sign(tenant_id) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE -(id * tenant_id) < 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM payments p WHERE p.created_at <= (SELECT max(created_at) FROM payments q WHERE q.card_id = p.card_id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM payments p WHERE p.created_at < (SELECT max(created_at) + interval '1 day' FROM payments q WHERE q.card_id = p.card_id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM payments p WHERE (SELECT count(*) FROM payments q WHERE q.card_id = p.card_id) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM payments p WHERE (SELECT count(*) FROM payments q WHERE q.card_id = p.card_id) >= 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM payments p WHERE 0 < (SELECT count(*) FROM payments q WHERE q.card_id = p.card_id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM payments p WHERE (SELECT count(*) FROM payments q WHERE q.id = p.id) < 2
;;
--@ kind=delete hazards=tautological-where
DELETE FROM payments p WHERE p.id < (SELECT max(q.created_at)::date - '2000-01-01' + 1000000 FROM payments q WHERE q.card_id = p.card_id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM payments p WHERE p.id >= (SELECT min(id) FROM payments q WHERE q.card_id = p.card_id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM payments p WHERE p.id = (SELECT q.id FROM payments q WHERE q.card_id = p.card_id AND q.id = p.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM payments p WHERE p.amount < (SELECT sum(amount) + 1 FROM payments q WHERE q.card_id = p.card_id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at::date < current_date + 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE split_part(email, '@', 3) <> 'x'
;;
--@ kind=select hazards=denial-of-service
SELECT count(*) FROM users a, users b, users c, users d, users e WHERE a.id > 0
;;
--@ kind=select hazards=denial-of-service
SELECT count(*) FROM users a JOIN users b ON true JOIN users c ON true JOIN users d ON true JOIN users e ON true
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users WHERE id > 0 LIMIT 20000)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id >= ALL (ARRAY[0, -5])
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM (SELECT 1 AS one, 2 AS two) v WHERE v.one < v.two AND id > 0
;;
--@ kind=update hazards=tautological-where
WITH v AS (SELECT 0 AS x) UPDATE users SET name = 'y' FROM v WHERE id > x
;;
--@ kind=delete hazards=tautological-where
WITH v AS (SELECT 'x' AS n) DELETE FROM users USING v WHERE users.name <> v.n OR users.name = v.n
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users USING (SELECT '' AS p UNION ALL SELECT 'a') v WHERE users.name >= v.p
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users USING (SELECT now() + interval '1 day' AS t LIMIT 1) v WHERE deleted_at < v.t OR deleted_at IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log USING (SELECT now() AS t WHERE true) v WHERE at < v.t
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log USING (SELECT DISTINCT now() AS t) v WHERE at < v.t
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log USING LATERAL (SELECT now() AS t) v WHERE at < v.t
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log USING (SELECT now() AS t FROM merchants) v WHERE at < v.t
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log USING (SELECT '2001-01-01'::timestamptz AS t UNION ALL SELECT now()) v WHERE at < v.t
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id % 2) / 2 = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <= currval('users_id_seq')
;;
