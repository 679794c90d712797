--! benign run=any
--@ kind=delete
DELETE FROM sessions WHERE expires_at < now()
;;
--@ kind=delete
DELETE FROM sessions WHERE expires_at <= CURRENT_TIMESTAMP
;;
--@ kind=delete
DELETE FROM sessions WHERE created_at < now() - interval '30 days'
;;
--@ kind=delete
DELETE FROM sessions WHERE created_at < now() - $1::interval
;;
--@ kind=delete
DELETE FROM sessions WHERE created_at + interval '1 hour' * ttl < now()
;;
--@ kind=delete
DELETE FROM sessions WHERE created_at + ttl < now()
;;
--@ kind=delete
DELETE FROM sessions WHERE now() - created_at > interval '7 days'
;;
--@ kind=delete
DELETE FROM sessions WHERE age(created_at) > interval '1 year'
;;
--@ kind=delete
DELETE FROM sessions WHERE created_at < '2024-01-01'
;;
--@ kind=delete
DELETE FROM sessions WHERE created_at < date '2024-01-01'
;;
--@ kind=delete
DELETE FROM sessions WHERE created_at::date = current_date - 1
;;
--@ kind=delete
DELETE FROM sessions WHERE date_trunc('month', created_at) = date_trunc('month', now()) - interval '1 month'
;;
--@ kind=delete
DELETE FROM sessions WHERE extract(year from created_at) = 2021
;;
--@ kind=delete
DELETE FROM sessions WHERE extract(epoch from now() - last_seen) > 3600
;;
--@ kind=delete
DELETE FROM sessions WHERE created_at BETWEEN '2024-01-01' AND '2024-02-01'
;;
--@ kind=update
UPDATE users SET active = false WHERE last_login < now() - interval '1 year' OR last_login IS NULL
;;
--@ kind=update
UPDATE users SET email = lower(email) WHERE email <> lower(email)
;;
--@ kind=update
UPDATE users SET email = trim(email) WHERE email <> trim(email)
;;
--@ kind=update
UPDATE users SET name = initcap(name) WHERE name IS DISTINCT FROM initcap(name)
;;
--@ kind=update
UPDATE users SET name = NULL WHERE name = ''
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE name = '' OR name IS NULL
;;
--@ kind=update
UPDATE users SET name = 'unknown' WHERE coalesce(name, '') = ''
;;
--@ kind=update
UPDATE users SET name = 'unknown' WHERE nullif(trim(name), '') IS NULL
;;
--@ kind=update
UPDATE users SET deleted_at = now() WHERE deleted_at IS NULL
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE NOT active
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE active
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE active IS TRUE
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE active = true AND tenant_id > 5
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE is_admin IS NOT TRUE
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE email LIKE '%@example.com'
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE email ILIKE $1
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE email ~ '@example\.com$'
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE email !~* '^[^@]+@[^@]+$'
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE email SIMILAR TO '%(foo|bar)%'
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE phone ~ '^\+?[0-9]+$'
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE starts_with(email, 'admin')
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE length(name) > 50
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE length(name) = 0
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE char_length(trim(name)) < 2
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE position('@' in email) = 0
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE strpos(email, '@') = 0
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE split_part(email, '@', 2) = 'example.com'
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE substring(email from '@(.*)$') = 'example.com'
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE right(email, 4) = '.org'
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE md5(email) = $1
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE encode(digest(email, 'sha256'), 'hex') = $1
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE doc->>'status' = 'new'
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE doc->'a'->>'b' = 'new'
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE doc #>> '{a,b}' = 'new'
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE doc @> '{"a": 1}'
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE doc ? 'legacy'
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE NOT doc ? 'legacy'
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE doc ?| array['a','b']
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE (doc->>'age')::int > 18
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE jsonb_typeof(doc) = 'array' AND id = 3
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE jsonb_array_length(doc->'items') = 0
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE jsonb_path_exists(doc, '$.a ? (@ > 1)')
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE doc @@ '$.a > 1'
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE 'vip' = ANY(tags)
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE tags @> ARRAY['vip']
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE tags && ARRAY['vip','x']
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE tags = '{}'
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE cardinality(tags) = 0
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE array_length(tags, 1) IS NULL
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE tags[1] = 'vip'
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE id = ANY($1)
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE id = ANY($1::int[])
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE id = ANY(ARRAY[1,2,3])
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE id = ANY('{1,2,3}'::int[])
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE id <> ALL($1)
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE NOT (id = ANY($1))
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE id IN (SELECT unnest($1::int[]))
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE id IN (SELECT user_id FROM banned)
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE id NOT IN (SELECT user_id FROM payments WHERE user_id IS NOT NULL)
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE EXISTS (SELECT 1 FROM payments p WHERE p.user_id = users.id)
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.user_id = users.id)
;;
--@ kind=update
UPDATE users u SET name = 'x' WHERE NOT EXISTS (SELECT FROM payments WHERE user_id = u.id)
;;
--@ kind=update
UPDATE users u SET name = 'x' WHERE EXISTS (SELECT 1 FROM payments p JOIN orders o ON o.id = p.order_id WHERE o.user_id = u.id AND p.amount > 100)
;;
--@ kind=update
UPDATE users u SET name = 'x' WHERE (SELECT count(*) FROM payments p WHERE p.user_id = u.id) > 3
;;
--@ kind=update
UPDATE users u SET name = 'x' WHERE (SELECT count(*) FROM payments p WHERE p.user_id = u.id) = 0
;;
--@ kind=update
UPDATE users u SET name = 'x' WHERE (SELECT max(created_at) FROM payments p WHERE p.user_id = u.id) < now() - interval '1 year'
;;
--@ kind=delete
DELETE FROM users a USING users b WHERE a.email = b.email AND a.id > b.id
;;
--@ kind=delete
DELETE FROM users a USING users b WHERE a.id < b.id AND a.email = b.email
;;
--@ kind=delete
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY email ORDER BY id) rn FROM users) t WHERE rn > 1)
;;
--@ kind=delete
DELETE FROM users WHERE ctid IN (SELECT ctid FROM users WHERE email = 'x' LIMIT 100)
;;
--@ kind=delete
DELETE FROM users WHERE ctid = ANY(ARRAY(SELECT ctid FROM users WHERE deleted_at < $1 LIMIT 1000))
;;
--@ kind=delete
DELETE FROM jobs WHERE id = (SELECT id FROM jobs WHERE status = 'q' ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 1) RETURNING *
;;
--@ kind=update
UPDATE jobs SET status = 'r' WHERE id = (SELECT id FROM jobs ORDER BY created_at LIMIT 1)
;;
--@ kind=update
UPDATE jobs SET status = 'r' WHERE id IN (SELECT id FROM jobs WHERE status = 'q' ORDER BY id LIMIT 10 FOR UPDATE SKIP LOCKED)
;;
--@ kind=update
WITH c AS (SELECT id FROM jobs WHERE status = 'q' LIMIT 10) UPDATE jobs SET status = 'r' FROM c WHERE jobs.id = c.id
;;
--@ kind=delete
WITH c AS (SELECT id FROM jobs WHERE status = 'q' LIMIT 10) DELETE FROM jobs WHERE id IN (SELECT id FROM c)
;;
--@ kind=update
UPDATE payments p SET amount = x.amount FROM (VALUES (1, 2.5), (2, 3.5)) x(id, amount) WHERE p.id = x.id
;;
--@ kind=update
UPDATE payments p SET amount = x.amount FROM unnest($1::int[], $2::numeric[]) AS x(id, amount) WHERE p.id = x.id
;;
--@ kind=update
UPDATE payments SET status = m.city FROM merchants m WHERE m.id = payments.merchant_id
;;
--@ kind=update
UPDATE payments SET status = 'x' FROM merchants m WHERE m.id = payments.merchant_id AND m.name = 'ACME'
;;
--@ kind=update
UPDATE accounts SET balance = balance - $1 WHERE id = $2 AND balance >= $1
;;
--@ kind=update
UPDATE products SET price = price * 1.1 WHERE price < 100
;;
--@ kind=update
UPDATE products SET price = round(price, 2) WHERE price <> round(price, 2)
;;
--@ kind=update
UPDATE products SET stock = 0 WHERE stock < 0
;;
--@ kind=update
UPDATE products SET x = 1 WHERE stock > reserved
;;
--@ kind=update
UPDATE products SET x = 1 WHERE updated_at < created_at
;;
--@ kind=update
UPDATE products SET x = 1 WHERE price > cost * 2
;;
--@ kind=update
UPDATE products SET x = 1 WHERE mod(id, 10) = 3
;;
--@ kind=update
UPDATE products SET x = 1 WHERE id % 4 = $1
;;
--@ kind=update
UPDATE products SET x = 1 WHERE hashtext(sku) % 10 = 3
;;
--@ kind=update
UPDATE products SET x = 1 WHERE abs(price - 10) < 0.01
;;
--@ kind=update
UPDATE products SET x = 1 WHERE greatest(a, b) > 10
;;
--@ kind=update
UPDATE products SET x = 1 WHERE flags & 4 <> 0
;;
--@ kind=update
UPDATE products SET x = 1 WHERE flags & 4 = 4
;;
--@ kind=update
UPDATE products SET x = 1 WHERE (a, b) = ($1, $2)
;;
--@ kind=update
UPDATE products SET x = 1 WHERE (a, b) IN (($1, $2), ($3, $4))
;;
--@ kind=update
UPDATE products SET x = 1 WHERE (created_at, id) < ($1, $2)
;;
--@ kind=update
UPDATE products SET x = 1 WHERE CASE WHEN kind = 'a' THEN price > 10 ELSE price > 20 END
;;
--@ kind=update
UPDATE products SET x = 1 WHERE kind = $1 OR kind = $2
;;
--@ kind=update
UPDATE products SET x = 1 WHERE (kind = 'a' AND price > 3) OR (kind = 'b' AND price > 9)
;;
--@ kind=update
UPDATE products SET x = 1 WHERE kind IS NULL AND price IS NOT NULL
;;
--@ kind=update
UPDATE products SET x = 1 WHERE price IS NOT NULL
;;
--@ kind=update
UPDATE products SET x = 1 WHERE status <> 'done'
;;
--@ kind=update
UPDATE products SET x = 1 WHERE status NOT IN ('done', 'gone')
;;
--@ kind=update
UPDATE products SET x = 1 WHERE status IS DISTINCT FROM 'done'
;;
--@ kind=update
UPDATE products SET x = 1 WHERE during && tstzrange($1, $2)
;;
--@ kind=update
UPDATE products SET x = 1 WHERE during @> now()
;;
--@ kind=update
UPDATE products SET x = 1 WHERE upper(during) < now()
;;
--@ kind=update
UPDATE products SET x = 1 WHERE price <@ numrange(1, 10)
;;
--@ kind=update
UPDATE products SET x = 1 WHERE search @@ plainto_tsquery('english', $1)
;;
--@ kind=update
UPDATE products SET x = 1 WHERE to_tsvector('english', name) @@ to_tsquery('a & b')
;;
--@ kind=update
UPDATE products SET x = 1 WHERE st_dwithin(geom, st_makepoint($1, $2), 100)
;;
--@ kind=update
UPDATE products SET x = 1 WHERE geom && st_makeenvelope(1,2,3,4)
;;
--@ kind=update
UPDATE products SET x = 1 WHERE ip << inet '10.0.0.0/8'
;;
--@ kind=update
UPDATE products SET x = 1 WHERE host(ip) = '10.0.0.1'
;;
--@ kind=update
UPDATE products SET x = 1 WHERE similarity(name, $1) > 0.4
;;
--@ kind=update
UPDATE products SET x = 1 WHERE name % $1
;;
--@ kind=update
UPDATE products SET x = 1 WHERE name COLLATE "C" < 'm'
;;
--@ kind=update
UPDATE products SET x = 1 WHERE id::text = $1
;;
--@ kind=update
UPDATE products SET x = 1 WHERE to_char(created_at, 'YYYY-MM') = '2024-05'
;;
--@ kind=update
UPDATE products SET x = 1 WHERE to_timestamp(ts_epoch) < now()
;;
--@ kind=update
UPDATE products SET x = 1 WHERE created_ms < 1700000000000
;;
--@ kind=update
UPDATE products SET x = 1 WHERE id BETWEEN 100 AND 200
;;
--@ kind=update
UPDATE products SET x = 1 WHERE id > 1000 AND id <= 2000
;;
--@ kind=update
UPDATE products SET x = 1 WHERE id >= 5
;;
--@ kind=update
UPDATE products SET x = 1 WHERE amount > (SELECT avg(amount) FROM payments)
;;
--@ kind=update
UPDATE products SET x = 1 WHERE version = $1 AND id = $2 RETURNING version
;;
--@ kind=update
UPDATE products SET x = 1 WHERE concat(first, ' ', last) = 'A B'
;;
--@ kind=update
UPDATE products SET x = 1 WHERE first || ' ' || last = $1
;;
--@ kind=update
UPDATE products SET x = 1 WHERE regexp_replace(phone, '[^0-9]', '', 'g') = '5551234'
;;
--@ kind=update
UPDATE products SET x = 1 WHERE translate(phone, '-', '') = $1
;;
--@ kind=update
UPDATE products SET x = 1 WHERE created_at AT TIME ZONE 'UTC' < '2024-01-01'
;;
--@ kind=update
UPDATE products SET x = 1 WHERE isfinite(expires) AND id = 4
;;
--@ kind=update
UPDATE products SET x = 1 WHERE xmin::text = $1 AND id = $2
;;
--@ kind=update
UPDATE products SET x = 1 WHERE created_at > CURRENT_DATE
;;
--@ kind=update
UPDATE products SET x = 1 WHERE birth_date > '1980-01-01'
;;
--@ kind=update
UPDATE products SET x = 1 WHERE parent_id IS NOT NULL
;;
--@ kind=update
UPDATE products SET x = 1 WHERE parent_id <> id
;;
--@ kind=update
UPDATE products SET x = 1 WHERE owner = current_user
;;
--@ kind=update
UPDATE products SET x = 1 WHERE tenant_id = current_setting('app.tenant')::int
;;
--@ kind=update
UPDATE products SET x = 1 WHERE name ~~ 'a%'
;;
--@ kind=delete
DELETE FROM a WHERE b_id IN (SELECT id FROM b WHERE NOT EXISTS (SELECT 1 FROM c WHERE c.b_id = b.id))
;;
--@ kind=delete
DELETE FROM line_items li USING orders o WHERE li.order_id = o.id AND o.status = 'void'
;;
--@ kind=merge
MERGE INTO stock s USING incoming i ON s.sku = i.sku WHEN MATCHED THEN UPDATE SET n = i.n WHEN NOT MATCHED THEN INSERT (sku, n) VALUES (i.sku, i.n)
;;
--@ kind=delete
DELETE FROM events WHERE ts < extract(epoch from now() - interval '90 days')
;;
--@ kind=delete
DELETE FROM events WHERE to_date(day, 'YYYYMMDD') < current_date - 30
;;
--@ kind=delete
DELETE FROM events WHERE day < to_char(now() - interval '90 days', 'YYYYMMDD')
;;
--@ kind=delete
DELETE FROM kv WHERE key LIKE 'cache:%'
;;
--@ kind=delete
DELETE FROM kv WHERE key = 'x'
;;
--@ kind=delete
DELETE FROM kv WHERE "key" > 'a' AND "key" < 'b'
;;
--@ kind=delete
DELETE FROM users WHERE email !~ '@example\.com$'
;;
--@ kind=delete
DELETE FROM users WHERE email !~* '\mfoo\M'
;;
--@ kind=delete
DELETE FROM users WHERE name ~ '\yadmin\y'
;;
--@ kind=delete
DELETE FROM users WHERE email !~ '^[A-Za-z0-9._-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$'
;;
--@ kind=delete
DELETE FROM users WHERE name NOT SIMILAR TO '%(a|b)%'
;;
--@ kind=delete
DELETE FROM users WHERE name NOT LIKE 'x\_%' ESCAPE '\'
;;
--@ kind=delete
DELETE FROM users WHERE name LIKE '10!%%' ESCAPE '!'
;;
--@ kind=delete
DELETE FROM users WHERE id::text LIKE '99%'
;;
--@ kind=delete
DELETE FROM users WHERE id::text ~ '^9'
;;
--@ kind=delete
DELETE FROM payments WHERE tstzrange('2024-01-01', '2024-02-01') @> created_at
;;
--@ kind=delete
DELETE FROM payments WHERE created_at <@ tstzrange('2024-01-01', '2024-02-01')
;;
--@ kind=delete
DELETE FROM payments WHERE id <@ int8range(1, 5)
;;
--@ kind=delete
DELETE FROM payments WHERE (card_id, merchant_id) IN ((1, 2), (3, 4))
;;
--@ kind=delete
DELETE FROM users WHERE lpad(id::text, 8, '0') = '00000005'
;;
--@ kind=delete
DELETE FROM users WHERE left(md5(email), 1) = 'a'
;;
--@ kind=delete
DELETE FROM users WHERE tenant_id # 3 = 5
;;
--@ kind=delete
DELETE FROM payments WHERE id IN (SELECT max(id) FROM payments GROUP BY card_id)
;;
--@ kind=delete
DELETE FROM cards WHERE doc @@ '$.n > 5'
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE to_tsvector('english', name) @@ to_tsquery('english', 'spam & !ham')
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE EXISTS (SELECT 1 FROM users v WHERE v.email = users.email AND v.id > users.id)
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE id = ANY (SELECT unnest(ARRAY[1, 2]))
;;
--@ kind=update
UPDATE payments p SET status = 'last' FROM (SELECT card_id, max(id) AS id FROM payments GROUP BY card_id) x WHERE x.id = p.id
;;
--@ kind=delete
WITH RECURSIVE t AS (SELECT id FROM nodes WHERE id = 5 UNION ALL SELECT n.id FROM nodes n JOIN t ON n.parent_id = t.id) DELETE FROM nodes WHERE id IN (SELECT id FROM t)
;;
--@ kind=delete
WITH old AS (SELECT id FROM payments WHERE status = 'old' LIMIT 100) DELETE FROM payments WHERE id IN (SELECT id FROM old)
;;
--@ kind=delete
WITH old AS (SELECT id FROM payments WHERE status = 'old') DELETE FROM payments p USING old WHERE p.id = old.id
;;
--@ kind=delete
DELETE FROM users t USING (SELECT id, row_number() OVER (PARTITION BY email ORDER BY id) AS rn FROM users) x WHERE x.id = t.id AND x.rn > 1
;;
--@ kind=delete
WITH wanted (id) AS (VALUES (1), (2)) DELETE FROM users WHERE id IN (SELECT id FROM wanted)
;;
--@ kind=delete
WITH n AS (SELECT card_id, count(*) AS n FROM payments GROUP BY card_id) DELETE FROM cards c USING n WHERE n.card_id = c.id AND n.n > 100
;;
--@ kind=delete
DELETE FROM users WHERE coalesce(name ~ '^test', false)
;;
--@ kind=delete
DELETE FROM users WHERE regexp_count(name, 'a') = 0
;;
--@ kind=delete
DELETE FROM users WHERE name LIKE ANY (ARRAY['x%', 'y%'])
;;
--@ kind=delete
DELETE FROM users WHERE name !~ ALL (ARRAY['^x', '^y'])
;;
--@ kind=delete
DELETE FROM audit_log WHERE to_char(at, 'YYYY') <> '2023'
;;
--@ kind=delete
DELETE FROM audit_log WHERE to_char(at, 'YYYY-MM') < '2023-04'
;;
--@ kind=delete
DELETE FROM audit_log WHERE to_char(at, 'YYYY-MM') <> '2023-04'
;;
--@ kind=delete
DELETE FROM audit_log WHERE at::date <> '2023-04-05'
;;
--@ kind=delete
DELETE FROM audit_log WHERE at::text LIKE '2023-%'
;;
--@ kind=delete
DELETE FROM audit_log WHERE date_trunc('month', at) <> '2023-04-01'
;;
--@ kind=delete
DELETE FROM audit_log WHERE extract(year from at) <> 2023
;;
--@ kind=delete
DELETE FROM users WHERE deleted_at < now()
;;
--@ kind=delete
DELETE FROM users WHERE deleted_at <= now() - interval '1 day'
;;
--@ kind=delete
DELETE FROM users WHERE coalesce(name, '') <> 'admin'
;;
--@ kind=delete
DELETE FROM users WHERE lower(email) <> 'root@example.com'
;;
--@ kind=delete
DELETE FROM users WHERE trim(name) <> ''
;;
--@ kind=delete
DELETE FROM users WHERE length(name) <> 10
;;
--@ kind=delete
DELETE FROM users WHERE lower(email) NOT LIKE '%@example.com'
;;
--@ kind=delete
DELETE FROM users WHERE (name = 'x') IS NOT TRUE
;;
--@ kind=delete
DELETE FROM users WHERE id NOT IN (SELECT max(id) FROM users GROUP BY email)
;;
--@ kind=delete
DELETE FROM users WHERE id NOT IN (SELECT tenant_id FROM users WHERE tenant_id IS NOT NULL)
;;
--@ kind=delete
DELETE FROM users WHERE id IN (SELECT u.id FROM users u LEFT JOIN payments p ON p.card_id = u.id WHERE p.id IS NULL)
;;
--@ kind=delete
DELETE FROM users WHERE id IN (SELECT u.id FROM users u JOIN merchants m ON m.id = u.tenant_id WHERE m.name = 'old')
;;
--@ kind=delete
DELETE FROM users WHERE id IN (SELECT tenant_id FROM users GROUP BY tenant_id HAVING count(*) > 5)
;;
--@ kind=delete
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.card_id = users.id AND p.created_at > now() - interval '1 year' AND p.amount > 10 AND p.amount < 100)
;;
--@ kind=delete
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.tenant_id AND m.active)
;;
--@ kind=delete
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE lower(m.name) = lower(users.name))
;;
--@ kind=delete
DELETE FROM users WHERE EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.tenant_id AND m.city <> 'Graz')
;;
--@ kind=delete
DELETE FROM users WHERE EXISTS (SELECT 1 FROM merchants m WHERE users.email LIKE '%' || m.city)
;;
--@ kind=delete
DELETE FROM users WHERE (SELECT count(*) FROM payments p WHERE p.card_id = users.id) < 1
;;
--@ kind=delete
DELETE FROM payments WHERE amount <> (SELECT sum(p.amount) FROM payments p WHERE p.card_id = payments.card_id)
;;
--@ kind=delete
DELETE FROM users WHERE NOT (email LIKE '%@example.com' OR name = 'admin')
;;
--@ kind=delete
DELETE FROM payments WHERE mod(hashtext(status), 10) < 3
;;
--@ kind=delete
DELETE FROM cards WHERE NOT doc ? 'legacy'
;;
--@ kind=delete
DELETE FROM cards WHERE doc ->> 'state' <> 'open'
;;
--@ kind=delete
DELETE FROM cards WHERE doc ->> 'state' IS NULL
;;
--@ kind=delete
DELETE FROM cards WHERE NOT (tags && ARRAY['vip'])
;;
--@ kind=delete
DELETE FROM users WHERE email <> lower(email)
;;
--@ kind=delete
DELETE FROM users WHERE name <> trim(both from name)
;;
--@ kind=delete
DELETE FROM users WHERE id NOT IN (SELECT card_id FROM payments)
;;
--@ kind=delete
DELETE FROM users WHERE id NOT IN (SELECT DISTINCT card_id FROM payments WHERE created_at > now() - interval '1 year')
;;
--@ kind=delete
DELETE FROM users u WHERE NOT EXISTS (SELECT 1 FROM payments p JOIN cards c ON c.id = p.card_id WHERE c.merchant_id = u.tenant_id AND p.status IN ('done', 'new'))
;;
--@ kind=delete
DELETE FROM users WHERE NOT EXISTS (SELECT FROM payments WHERE payments.card_id = users.id)
;;
--@ kind=delete
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM payments WHERE card_id = users.id)
;;
--@ kind=delete
DELETE FROM cards WHERE NOT EXISTS (SELECT 1 FROM payments WHERE card_id = cards.id AND amount > 0)
;;
--@ kind=delete
DELETE FROM payments WHERE card_id IN (SELECT c.id FROM cards c JOIN merchants m ON c.merchant_id = m.id WHERE NOT m.active)
;;
--@ kind=delete
DELETE FROM payments WHERE card_id NOT IN (SELECT id FROM cards)
;;
--@ kind=delete
DELETE FROM payments p USING cards c WHERE p.card_id = c.id AND c.expiry < current_date
;;
--@ kind=delete
DELETE FROM payments p USING cards c, merchants m WHERE p.card_id = c.id AND c.merchant_id = m.id AND m.city <> 'Graz'
;;
--@ kind=delete
DELETE FROM payments p USING cards c WHERE c.id = p.card_id AND c.merchant_id <> p.merchant_id
;;
--@ kind=update
UPDATE payments p SET status = 'x' FROM cards c WHERE c.id = p.card_id AND p.status IS DISTINCT FROM c.note
;;
--@ kind=update
UPDATE users u SET name = s.name FROM (SELECT DISTINCT ON (email) id, name FROM users ORDER BY email, id DESC) s WHERE s.id = u.id
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE id = (SELECT id FROM users WHERE deleted_at IS NULL ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
;;
--@ kind=update
UPDATE users SET deleted_at = now() WHERE deleted_at IS NULL AND email LIKE '%@spam.example'
;;
--@ kind=update
UPDATE users SET deleted_at = NULL WHERE deleted_at IS NOT NULL
;;
--@ kind=update
UPDATE users SET deleted_at = NULL WHERE deleted_at > now() - interval '1 hour'
;;
--@ kind=update
UPDATE users SET name = split_part(email, '@', 1) WHERE name IS NULL
;;
--@ kind=update
UPDATE users SET name = split_part(email, '@', 1) WHERE coalesce(trim(name), '') = ''
;;
--@ kind=update
UPDATE users SET name = left(name, 50) WHERE length(name) > 50
;;
--@ kind=update
UPDATE users SET name = regexp_replace(name, '\s+', ' ', 'g') WHERE name ~ '\s{2,}'
;;
--@ kind=update
UPDATE users SET name = initcap(name) WHERE name = upper(name)
;;
--@ kind=update
UPDATE users SET name = initcap(name) WHERE name = lower(name) OR name = upper(name)
;;
--@ kind=update
UPDATE users SET email = replace(email, '@old.example', '@new.example') WHERE email LIKE '%@old.example'
;;
--@ kind=update
UPDATE users SET email = NULL WHERE email !~ '^.+@.+\..+$'
;;
--@ kind=update
UPDATE users SET email = NULL WHERE email NOT LIKE '%_@_%._%'
;;
--@ kind=update
UPDATE users SET email = NULL WHERE position('@' in email) = 0
;;
--@ kind=update
UPDATE users SET tenant_id = 2 WHERE tenant_id = 1 AND id % 10 = 0
;;
--@ kind=update
UPDATE users SET tenant_id = 2 WHERE tenant_id <> 1
;;
--@ kind=update
UPDATE users SET tenant_id = 2 WHERE tenant_id NOT IN (1, 2, 3)
;;
--@ kind=update
UPDATE users SET tenant_id = NULL WHERE tenant_id NOT IN (SELECT id FROM merchants)
;;
--@ kind=update
UPDATE users SET tenant_id = NULL WHERE tenant_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.tenant_id)
;;
--@ kind=update
UPDATE payments SET status = 'late' WHERE status <> 'done' AND created_at < now() - interval '30 days'
;;
--@ kind=update
UPDATE payments SET status = 'late' WHERE status NOT IN ('done', 'failed')
;;
--@ kind=update
UPDATE payments SET status = 'late' WHERE lower(status) <> 'done'
;;
--@ kind=update
UPDATE payments SET status = lower(status) WHERE status <> lower(status)
;;
--@ kind=update
UPDATE payments SET status = lower(status) WHERE status IS DISTINCT FROM lower(status)
;;
--@ kind=update
UPDATE payments SET amount = round(amount, 2) WHERE amount <> round(amount, 2)
;;
--@ kind=update
UPDATE payments SET amount = abs(amount) WHERE amount < 0
;;
--@ kind=update
UPDATE payments SET amount = 0 WHERE amount IS NULL
;;
--@ kind=update
UPDATE payments SET amount = amount * 1.1 WHERE amount BETWEEN 10 AND 20
;;
--@ kind=update
UPDATE payments SET amount = amount * 1.1 WHERE created_at >= date_trunc('month', now())
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE created_at >= '2024-01-01' AND created_at < '2024-02-01'
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE date_trunc('day', created_at) = '2024-01-01'
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE created_at::date BETWEEN '2024-01-01' AND '2024-01-31'
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE extract(month from created_at) = 12 AND extract(day from created_at) = 24
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE extract(dow from created_at) IN (0, 6)
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE extract(hour from created_at) < 6
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE created_at::time < '06:00'
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE age(now(), created_at) > interval '2 years'
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE now() - created_at > interval '90 days'
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE created_at + interval '90 days' < now()
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE created_at < (now() AT TIME ZONE 'UTC')::date - 30
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE created_at > (SELECT max(created_at) FROM payments) - interval '1 day'
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE created_at = (SELECT max(created_at) FROM payments p WHERE p.card_id = payments.card_id)
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE id = (SELECT max(id) FROM payments p WHERE p.card_id = payments.card_id)
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE amount > (SELECT avg(amount) * 2 FROM payments)
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE amount >= ALL (SELECT amount FROM payments p WHERE p.card_id = payments.card_id)
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE amount < ANY (SELECT amount FROM payments p WHERE p.card_id = payments.card_id)
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE (SELECT count(*) FROM cards c WHERE c.merchant_id = payments.merchant_id) >= 10
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE (SELECT m.active FROM merchants m WHERE m.id = payments.merchant_id)
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE (SELECT m.city FROM merchants m WHERE m.id = payments.merchant_id) <> 'Graz'
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE (SELECT m.city FROM merchants m WHERE m.id = payments.merchant_id) IS NULL
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE EXISTS (SELECT 1 FROM cards c WHERE c.id = payments.card_id AND (c.note IS NULL OR c.note <> 'vip'))
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE EXISTS (SELECT 1 FROM payments p2 WHERE p2.card_id = payments.card_id AND p2.id <> payments.id)
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE EXISTS (SELECT 1 FROM payments p2 WHERE p2.card_id = payments.card_id AND p2.amount = payments.amount AND p2.id < payments.id AND p2.created_at > payments.created_at - interval '1 minute')
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE EXISTS (SELECT 1 FROM (SELECT card_id FROM payments GROUP BY card_id HAVING count(*) > 3) x WHERE x.card_id = payments.card_id)
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE EXISTS (SELECT 1 FROM merchants m WHERE payments.created_at::date >= current_date AND m.id = payments.merchant_id)
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE NOT EXISTS (SELECT 1 FROM cards WHERE cards.id = payments.card_id AND cards.expiry > current_date)
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE NOT EXISTS (SELECT 1 FROM cards c WHERE c.id = payments.card_id AND c.updated_at BETWEEN '2024-01-01' AND '2024-12-31')
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE NOT EXISTS (SELECT 1 FROM cards c WHERE c.id = payments.card_id AND c.holder LIKE 'A%' AND c.holder LIKE '%z')
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE NOT EXISTS (SELECT 1 FROM cards c WHERE c.id = payments.card_id AND length(c.holder) BETWEEN 5 AND 70)
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE NOT EXISTS (SELECT 1 FROM cards c WHERE c.id = payments.card_id AND c.holder = 'a' || payments.status)
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE NOT EXISTS (SELECT 1 FROM cards c WHERE c.id = payments.card_id AND c.id BETWEEN 1000 AND 2000)
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE NOT EXISTS (SELECT 1 FROM cards c WHERE c.id = payments.card_id AND c.doc ->> 'state' = 'open' AND c.doc ->> 'kind' = 'debit')
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE NOT (card_id = ANY (SELECT id FROM cards WHERE note IS NOT NULL))
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE card_id <> ALL (SELECT id FROM cards WHERE merchant_id = 3)
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE (card_id, merchant_id) NOT IN (SELECT id, merchant_id FROM cards)
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE (card_id, merchant_id) IN (SELECT id, merchant_id FROM cards WHERE note = 'x')
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE id IN (SELECT id FROM payments ORDER BY created_at DESC LIMIT 100 OFFSET 100)
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE id IN (SELECT p.id FROM payments p LEFT JOIN cards c ON c.id = p.card_id WHERE c.id IS NULL)
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE id IN (SELECT p.id FROM payments p LEFT JOIN cards c ON c.id = p.card_id WHERE c.note = 'x' OR p.status = 'new')
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE id IN (SELECT p.id FROM payments p JOIN cards c ON c.id = p.card_id)
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE id IN (SELECT p.id FROM payments p, cards c WHERE c.id = p.card_id AND c.expiry < now())
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE id IN (SELECT min(id) FROM payments GROUP BY card_id HAVING count(*) > 1)
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE id NOT IN (SELECT max(id) FROM payments GROUP BY card_id)
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE id IN (SELECT id FROM payments WHERE status = 'a' UNION SELECT id FROM payments WHERE amount > 10)
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE id IN (SELECT id FROM payments EXCEPT SELECT id FROM payments WHERE status = 'done')
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE status = ANY (ARRAY['new', 'late']) AND merchant_id = 3
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE status <> ALL (ARRAY['new', 'late'])
;;
--@ kind=update
UPDATE payments SET amount = 1 WHERE status = ANY (string_to_array($1, ','))
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE tags @> ARRAY['a'] AND NOT tags && ARRAY['b']
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE NOT 'vip' = ANY (tags)
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE 'vip' <> ALL (tags)
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE array_length(tags, 1) > 3
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE cardinality(tags) BETWEEN 1 AND 3
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE doc IS NULL OR doc = '{}'
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE doc -> 'a' -> 'b' IS NOT NULL
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE doc #>> '{a,b}' IS NULL
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE (doc ->> 'n')::int <> 3
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE (doc ->> 'at')::timestamptz < now() - interval '1 day'
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE jsonb_array_length(doc -> 'items') <> 2
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE doc @> '{"a": {"b": 1}}'
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE jsonb_path_exists(doc, '$.items[*] ? (@.n > 3)')
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE jsonb_path_match(doc, '$.n > 3')
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE to_tsvector('english', note) @@ plainto_tsquery('english', 'lost card')
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE to_tsvector('english', note) @@ websearch_to_tsquery($1)
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE note ~* '\mlost\M'
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE note !~ '^\d+$'
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE note ~ '^\d{4}-\d{2}$'
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE note ~ '[A-Z]'
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE note ~ '\d'
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE note ~ '^[a-z]+$'
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE note > 'm'
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE substring(note from 1 for 3) = 'abc'
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE substring(note from '\d+') = '12'
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE substring(note from '\d+') IS NULL
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE substring(note from '^[A-Z]+') IS NOT NULL
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE md5(note) = md5('x')
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE expiry < current_date
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE expiry <= now() + interval '30 days'
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE expiry <> '2027-01-01'
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE expiry IS NULL OR expiry < now()
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE updated_at IS NULL
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE updated_at IS NULL OR updated_at < now() - interval '1 day'
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE updated_at IS NOT NULL
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE updated_at < $1
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE updated_at <> $1
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE coalesce(updated_at, '2000-01-01') < now() - interval '1 day'
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE greatest(updated_at, expiry) < now()
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE to_char(expiry, 'MM/YY') = '12/27'
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE to_char(expiry, 'MM/YY') <> '12/27'
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE to_char(updated_at, 'HH24:MI') < '06:00'
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE to_char(updated_at, 'Dy') <> 'Sun'
;;
--@ kind=update
UPDATE nodes SET parent_id = NULL WHERE parent_id = id
;;
--@ kind=update
UPDATE nodes SET parent_id = NULL WHERE id <> 1 AND parent_id IS NOT NULL
;;
--@ kind=update
UPDATE nodes SET parent_id = NULL WHERE parent_id NOT IN (SELECT id FROM nodes)
;;
--@ kind=update
UPDATE nodes n SET parent_id = NULL WHERE NOT EXISTS (SELECT 1 FROM nodes p WHERE p.id = n.parent_id)
;;
--@ kind=update
UPDATE nodes n SET name = 'leaf' WHERE NOT EXISTS (SELECT 1 FROM nodes c WHERE c.parent_id = n.id)
;;
--@ kind=update
UPDATE nodes n SET name = 'branch' WHERE EXISTS (SELECT 1 FROM nodes c WHERE c.parent_id = n.id)
;;
--@ kind=update
UPDATE nodes n SET name = p.name || '/' || n.name FROM nodes p WHERE p.id = n.parent_id
;;
--@ kind=update
UPDATE nodes n SET name = p.name FROM nodes p WHERE p.id = n.parent_id AND p.name <> n.name
;;
--@ kind=update
WITH RECURSIVE sub AS (SELECT id FROM nodes WHERE id = $1 UNION ALL SELECT n.id FROM nodes n JOIN sub ON n.parent_id = sub.id) UPDATE nodes SET name = 'x' WHERE id IN (SELECT id FROM sub)
;;
--@ kind=delete
WITH dup AS (SELECT id, row_number() OVER (PARTITION BY email ORDER BY id) AS rn FROM users) DELETE FROM users USING dup WHERE users.id = dup.id AND dup.rn > 1
;;
--@ kind=delete
WITH dup AS (SELECT id, row_number() OVER (PARTITION BY email ORDER BY id) AS rn FROM users) DELETE FROM users WHERE id IN (SELECT id FROM dup WHERE rn > 1)
;;
--@ kind=update
WITH big AS (SELECT card_id FROM payments GROUP BY card_id HAVING sum(amount) > 1000) UPDATE cards SET note = 'big' FROM big WHERE big.card_id = cards.id
;;
--@ kind=delete
WITH x AS (SELECT p.id FROM payments p LEFT JOIN cards c ON c.id = p.card_id WHERE c.id IS NULL) DELETE FROM payments USING x WHERE x.id = payments.id
;;
--@ kind=update
WITH x AS (SELECT p.id, c.note FROM payments p JOIN cards c ON c.id = p.card_id WHERE c.note IS NOT NULL) UPDATE payments SET status = x.note FROM x WHERE x.id = payments.id
;;
--@ kind=merge
MERGE INTO users u USING (VALUES (1, 'a'), (2, 'b')) v(id, name) ON u.id = v.id WHEN MATCHED AND u.name <> v.name THEN UPDATE SET name = v.name WHEN NOT MATCHED THEN INSERT (id, name) VALUES (v.id, v.name)
;;
--@ kind=merge
MERGE INTO cards c USING payments p ON c.id = p.card_id AND p.status = 'lost' WHEN MATCHED THEN UPDATE SET note = 'lost'
;;
--@ kind=insert
INSERT INTO users (id, name) SELECT id, name FROM nodes ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE users.name IS DISTINCT FROM excluded.name
;;
--@ kind=insert
INSERT INTO users (id, email) SELECT u.id, u.email FROM users u JOIN payments p ON p.card_id = u.id WHERE p.status = 'x' ON CONFLICT (id) DO UPDATE SET email = excluded.email
;;
--@ kind=delete
DELETE FROM audit_log WHERE id <= (SELECT max(id) - 10000 FROM audit_log)
;;
--@ kind=delete
DELETE FROM audit_log WHERE id < (SELECT max(id) FROM audit_log) - 10000
;;
--@ kind=delete
DELETE FROM audit_log WHERE id NOT IN (SELECT id FROM audit_log ORDER BY at DESC LIMIT 1000)
;;
--@ kind=delete
DELETE FROM audit_log WHERE what ILIKE 'debug%' OR what ILIKE 'trace%'
;;
--@ kind=delete
DELETE FROM audit_log WHERE what NOT ILIKE 'error%'
;;
--@ kind=delete
DELETE FROM audit_log WHERE NOT (what LIKE 'a%' OR what LIKE 'b%')
;;
--@ kind=delete
DELETE FROM audit_log WHERE at < now() - make_interval(days => 30)
;;
--@ kind=delete
DELETE FROM audit_log WHERE at < now() - ($1 || ' days')::interval
;;
--@ kind=delete
DELETE FROM audit_log WHERE at < timezone('utc', now()) - interval '30 days'
;;
--@ kind=delete
DELETE FROM audit_log WHERE at < date_trunc('day', now() - interval '30 days')
;;
--@ kind=delete
DELETE FROM audit_log WHERE at NOT BETWEEN '2024-01-01' AND '2024-12-31'
;;
--@ kind=delete
DELETE FROM audit_log WHERE extract(epoch from now() - at) > 86400 * 30
;;
--@ kind=delete
DELETE FROM audit_log WHERE (at, id) < ($1, $2)
;;
--@ kind=delete
DELETE FROM audit_log WHERE date_part('day', now() - at) > 30
;;
--@ kind=delete
DELETE FROM audit_log WHERE at::date NOT IN ('2024-01-01', '2024-05-01')
;;
--@ kind=delete
DELETE FROM audit_log a USING audit_log b WHERE a.what = b.what AND a.id < b.id
;;
--@ kind=delete
DELETE FROM users USING (SELECT id FROM users WHERE name = 'x') q WHERE q.id = users.id
;;
--@ kind=delete
DELETE FROM users USING (SELECT id, row_number() OVER (PARTITION BY tenant_id ORDER BY id DESC) AS rn FROM users) q WHERE q.id = users.id AND q.rn > 3
;;
--@ kind=delete
DELETE FROM payments USING (SELECT max(created_at) AS t FROM payments) v WHERE payments.created_at < v.t - interval '1 year'
;;
