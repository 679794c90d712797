--! benign
--@ kind=delete
DELETE FROM users WHERE name <> 'x'
;;
--@ kind=delete
DELETE FROM users WHERE NOT (name = 'x')
;;
--@ kind=delete
DELETE FROM users WHERE tenant_id <> 5
;;
--@ kind=delete
DELETE FROM users WHERE id <> 5 AND tenant_id = 3
;;
--@ kind=delete
DELETE FROM users WHERE id % 10 <> 0
;;
--@ kind=delete
DELETE FROM users WHERE id > 100000
;;
--@ kind=delete
DELETE FROM users WHERE id NOT IN (SELECT id FROM users WHERE name = 'x')
;;
--@ kind=delete
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY email ORDER BY id) AS n FROM users) q WHERE n <> 1)
;;
--@ kind=delete
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id DESC) AS n FROM users) q WHERE n > 1000)
;;
--@ kind=delete
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, lag(id) OVER (PARTITION BY email ORDER BY id) AS p FROM users) q WHERE p IS NOT NULL)
;;
--@ kind=update
UPDATE users SET name = 'a' WHERE name <> 'a'
;;
--@ kind=update
UPDATE users SET tenant_id = 1 WHERE NOT tenant_id = 1
;;
--@ kind=update
UPDATE merchants SET name = 'a' WHERE id <> $1 AND name = 'a'
;;
--@ kind=update
UPDATE merchants SET active = false WHERE id <> $1
;;
--@ kind=delete
DELETE FROM users WHERE id <> ALL ($1)
;;
--@ kind=delete
DELETE FROM payments p WHERE p.id <> (SELECT max(q.id) FROM payments q WHERE q.card_id = p.card_id AND q.status = p.status)
;;
--@ kind=delete
DELETE FROM nodes WHERE parent_id = 3 AND id <> 4
;;
--@ kind=delete
DELETE FROM users a USING users b WHERE a.email = b.email AND a.id > b.id
;;
--@ kind=delete
DELETE FROM users a USING users b WHERE a.id = b.id AND b.name = 'x'
;;
--@ kind=update
UPDATE users SET name = q.n FROM (SELECT id, lower(name) AS n FROM users WHERE tenant_id = 4) q WHERE q.id = users.id
;;
--@ kind=update
UPDATE users SET name = q.n FROM (SELECT id, trim(name) AS n FROM users WHERE name <> trim(name)) q WHERE q.id = users.id
;;
--@ kind=update
UPDATE nodes n SET name = p.name FROM nodes p WHERE p.id = n.parent_id AND n.name IS NULL
;;
--@ kind=delete
DELETE FROM payments WHERE id IN (SELECT id FROM payments ORDER BY created_at DESC OFFSET 1000)
;;
--@ kind=delete
DELETE FROM payments WHERE id > (SELECT id FROM payments ORDER BY id LIMIT 1 OFFSET 1000)
;;
--@ kind=delete
DELETE FROM merchants WHERE NOT EXISTS (SELECT 1 FROM (SELECT DISTINCT merchant_id FROM cards) q WHERE q.merchant_id = merchants.id)
;;
--@ kind=delete
WITH used AS (SELECT DISTINCT merchant_id AS id FROM payments) DELETE FROM merchants WHERE NOT EXISTS (SELECT 1 FROM used WHERE used.id = merchants.id)
;;
--@ kind=delete
DELETE FROM payments WHERE id IN (SELECT id FROM (SELECT id, percent_rank() OVER (ORDER BY amount) AS r FROM payments) q WHERE r > 0.9)
;;
--@ kind=delete
DELETE FROM payments WHERE id IN (SELECT id FROM (SELECT id, ntile(10) OVER (ORDER BY amount) AS t FROM payments) q WHERE t = 1)
;;
--@ kind=delete
DELETE FROM payments WHERE id IN (SELECT id FROM (SELECT id, sum(amount) OVER (ORDER BY id) AS t FROM payments) q WHERE t > 1000)
;;
--@ kind=update
UPDATE users SET name = format('%1$s (old)', name) WHERE format('%1$s %2$s', name, email) LIKE 'Ann %'
;;
--@ kind=delete
DELETE FROM users WHERE to_tsvector(name || ' ' || email) @@ to_tsquery('spam')
;;
--@ kind=delete
DELETE FROM users WHERE regexp_replace(email, '[^0-9]', '', 'g') LIKE '0043%'
;;
--@ kind=delete
DELETE FROM payments WHERE to_char(created_at, 'YYYY-MM') LIKE '2024-%'
;;
--@ kind=delete
DELETE FROM users WHERE EXISTS (SELECT 1 FROM users u WHERE u.id = users.id AND u.name = 'x')
;;
--@ kind=delete
DELETE FROM payments WHERE card_id IN (SELECT card_id FROM payments GROUP BY card_id HAVING max(id) <> 5)
;;
--@ kind=delete
DELETE FROM payments WHERE card_id IN (SELECT card_id FROM payments GROUP BY card_id HAVING count(*) > 3)
;;
--@ kind=delete
DELETE FROM users WHERE id % 4 = 1
;;
--@ kind=delete
DELETE FROM users WHERE mod(id, 10) <> 3
;;
--@ kind=delete
DELETE FROM users WHERE id = 5 AND length(name) > 3
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE id = abs(-5)
;;
--@ kind=delete
DELETE FROM users WHERE id > abs(1000)
;;
--@ kind=delete
DELETE FROM users WHERE id NOT IN (SELECT id FROM users WHERE name = 'x')
;;
--@ kind=delete
DELETE FROM users WHERE id NOT IN (SELECT x FROM unnest($1::int[]) x)
;;
--@ kind=delete
DELETE FROM users WHERE left(id::text, 1) <> '5'
;;
--@ kind=delete
DELETE FROM users WHERE id::text ~ '^5'
;;
--@ kind=delete
DELETE FROM users WHERE name !~ '^x$'
;;
--@ kind=delete
DELETE FROM users WHERE (id, name) IN ((1, 'a'), (2, 'b'))
;;
--@ kind=delete
DELETE FROM nodes WHERE id NOT IN (SELECT parent_id FROM nodes WHERE parent_id IS NOT NULL)
;;
--@ kind=delete
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.card_id = users.id AND p.id > 5)
;;
--@ kind=update
UPDATE users SET tenant_id = NULL WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.tenant_id AND m.id <> 5)
;;
--@ kind=delete
DELETE FROM users WHERE id <@ int4range(5, 60)
;;
--@ kind=delete
DELETE FROM users WHERE NOT (id <@ int4range(5, 6000))
;;
--@ kind=delete
DELETE FROM users WHERE id <@ int4range($1, $2)
;;
--@ kind=delete
DELETE FROM users WHERE array_position(ARRAY[5, 6], id) IS NOT NULL
;;
--@ kind=delete
DELETE FROM users WHERE id % 7 <> 5
;;
--@ kind=delete
DELETE FROM users WHERE array_position(ARRAY['a', 'b'], name) IS NULL
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE lower(name) <> 'x'
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE substr(email, 1, 1) <> 'u'
;;
--@ kind=update
UPDATE payments SET status = 'x' WHERE amount / 100 <> 2
;;
--@ kind=update
UPDATE payments SET status = 'x' WHERE coalesce(amount, 0) - 4 <> 44
;;
--@ kind=update
UPDATE payments SET status = 'x' WHERE length(status) + 1 <> 12
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE name || ' (old)' <> 'Ada (old)'
;;
--@ kind=update
UPDATE payments SET status = 'x' WHERE id / 1000 = 5
;;
