--! benign
--@ kind=update
UPDATE cards SET doc = json_remove(doc, '$.x') WHERE doc ->> '$.x' IS NOT NULL
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE json_type(doc, '$.a') = 'array'
;;
--@ kind=delete
DELETE FROM users WHERE substr(email, instr(email, '@') + 1) <> 'corp.com'
;;
--@ kind=delete
DELETE FROM users WHERE substr(email, instr(email, '@') + 1) = 'corp.com'
;;
--@ kind=delete
DELETE FROM users WHERE substr(email, -9) <> '@corp.com'
;;
--@ kind=delete
DELETE FROM users WHERE substr(email, -9) NOT IN ('@corp.com')
;;
--@ kind=delete
DELETE FROM users WHERE lower(trim(email)) NOT IN ('a@b.c')
;;
--@ kind=delete
DELETE FROM users WHERE id % 10 = 3
;;
--@ kind=delete
DELETE FROM users WHERE id % 2
;;
--@ kind=delete
DELETE FROM payments WHERE date(created_at) <> date('now')
;;
--@ kind=delete
DELETE FROM payments WHERE date(created_at) < date('now')
;;
--@ kind=delete
DELETE FROM payments WHERE created_at < date('now')
;;
--@ kind=delete
DELETE FROM payments WHERE created_at < CURRENT_DATE
;;
--@ kind=delete
DELETE FROM payments WHERE created_at < datetime('now', '-1 hour')
;;
--@ kind=delete
DELETE FROM payments WHERE created_at < datetime('now', 'start of day')
;;
--@ kind=delete
DELETE FROM payments WHERE created_at < strftime('%Y-%m-01', 'now')
;;
--@ kind=delete
DELETE FROM payments WHERE strftime('%w', created_at) IN ('0', '6')
;;
--@ kind=delete
DELETE FROM payments WHERE strftime('%H', created_at) NOT BETWEEN '08' AND '18'
;;
--@ kind=delete
DELETE FROM payments WHERE strftime('%Y%m', created_at) <> '202601'
;;
--@ kind=delete
DELETE FROM payments WHERE CAST(strftime('%Y', created_at) AS INTEGER) < 2020
;;
--@ kind=delete
DELETE FROM payments WHERE CAST(julianday('now') - julianday(created_at) AS INTEGER) > 30
;;
--@ kind=delete
DELETE FROM payments WHERE (strftime('%s', 'now') - strftime('%s', created_at)) > 86400
;;
--@ kind=delete
DELETE FROM payments WHERE ifnull(status, '') NOT IN ('open', 'paid')
;;
--@ kind=delete
DELETE FROM payments WHERE status IS NOT 'open'
;;
--@ kind=delete
DELETE FROM payments WHERE iif(amount > 100, 'big', 'small') = 'big'
;;
--@ kind=delete
DELETE FROM payments WHERE (card_id, merchant_id) IN (SELECT id, merchant_id FROM cards WHERE note = 'x')
;;
--@ kind=delete
DELETE FROM payments WHERE created_at < (SELECT max(q.created_at) FROM payments q WHERE q.card_id = payments.card_id)
;;
--@ kind=delete
DELETE FROM payments WHERE rowid NOT IN (SELECT min(rowid) FROM payments GROUP BY card_id, amount)
;;
--@ kind=delete
DELETE FROM payments WHERE (SELECT count(*) FROM payments q WHERE q.card_id = payments.card_id) > 10
;;
--@ kind=delete
DELETE FROM payments WHERE EXISTS (SELECT 1 FROM payments q WHERE q.card_id = payments.card_id AND q.id > payments.id)
;;
--@ kind=delete
DELETE FROM payments WHERE amount > (SELECT avg(amount) * 10 FROM payments)
;;
--@ kind=delete
DELETE FROM payments WHERE id IN (SELECT id FROM payments ORDER BY created_at DESC LIMIT -1 OFFSET 1000)
;;
--@ kind=delete
DELETE FROM payments WHERE id NOT IN (SELECT id FROM payments ORDER BY created_at DESC LIMIT 1000)
;;
--@ kind=delete
WITH cut(t) AS (VALUES (datetime('now', '-30 days'))) DELETE FROM audit_log WHERE at < (SELECT t FROM cut)
;;
--@ kind=update
WITH cut(t) AS (SELECT datetime('now', '-30 days')) UPDATE audit_log SET what = 'old' FROM cut WHERE at < cut.t
;;
--@ kind=update
UPDATE users SET name = v.column2 FROM (VALUES (1, 'a'), (2, 'b')) v WHERE v.column1 = users.id
;;
--@ kind=update
UPDATE users SET name = trim(name) WHERE name <> trim(name)
;;
--@ kind=update
UPDATE users SET name = trim(name) WHERE length(name) <> length(trim(name))
;;
--@ kind=update
UPDATE users SET email = lower(email) WHERE email <> lower(email)
;;
--@ kind=update
UPDATE users SET email = lower(email) WHERE email GLOB '*[A-Z]*'
;;
--@ kind=update
UPDATE users SET name = NULL WHERE trim(coalesce(name, '')) = ''
;;
--@ kind=update
UPDATE cards SET doc = json_set(doc, '$.a', 1) WHERE doc -> '$.a' IS NULL
;;
--@ kind=update
UPDATE cards SET doc = json_set(doc, '$.a', 1) WHERE doc ->> '$.a' <> 2
;;
--@ kind=update
UPDATE cards SET doc = json_set(doc, '$.a', 1) WHERE json_type(doc, '$.a') IS NULL
;;
--@ kind=update
UPDATE cards SET doc = json_set(doc, '$.a', 1) WHERE json_type(doc, '$.a') <> 'integer'
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE NOT EXISTS (SELECT 1 FROM json_each(doc, '$.tags') WHERE value = 'x')
;;
--@ kind=update
UPDATE payments SET status = CASE id WHEN 1 THEN 'a' WHEN 2 THEN 'b' END WHERE id IN (1, 2)
;;
--@ kind=update
UPDATE payments SET merchant_id = (SELECT merchant_id FROM cards WHERE cards.id = payments.card_id) WHERE merchant_id IS NULL
;;
--@ kind=select
WITH RECURSIVE r(x) AS (VALUES (1) UNION ALL SELECT x+1 FROM r WHERE x < 1000), s(y) AS (VALUES (1) UNION ALL SELECT y+1 FROM s WHERE y < 1000) SELECT count(*) FROM r, s
;;
--@ kind=select
WITH RECURSIVE r(x) AS (VALUES (1) UNION ALL SELECT x+1 FROM r WHERE x < 100000) SELECT count(*) FROM r LEFT JOIN users ON users.id = r.x
;;
--@ kind=select
WITH RECURSIVE r(x) AS (VALUES (1) UNION ALL SELECT x+1 FROM r WHERE x < 100000) SELECT count(*) FROM r a JOIN r b ON a.x = b.x
;;
--@ kind=select
WITH RECURSIVE split(word, rest) AS (SELECT '', 'a,b,' UNION ALL SELECT substr(rest, 0, instr(rest, ',')), substr(rest, instr(rest, ',') + 1) FROM split WHERE rest <> '') SELECT word FROM split WHERE word <> ''
;;
--@ kind=select
WITH RECURSIVE split(word, rest) AS (SELECT '', 'a,b,' UNION ALL SELECT substr(rest, 0, instr(rest, ',')), substr(rest, instr(rest, ',') + 1) FROM split WHERE length(rest)) SELECT word FROM split WHERE word <> ''
;;
--@ kind=select
WITH RECURSIVE d(x) AS (VALUES (date('2026-01-01')) UNION ALL SELECT date(x, '+1 day') FROM d WHERE x < '2026-12-31') SELECT x FROM d
;;
--@ kind=select
WITH RECURSIVE t(id, path) AS (SELECT id, name FROM nodes WHERE parent_id IS NULL UNION ALL SELECT n.id, t.path || '/' || n.name FROM nodes n JOIN t ON n.parent_id = t.id) SELECT * FROM t
;;
--@ kind=select
SELECT replace(replace(replace(name, ' ', '-'), 'ä', 'ae'), 'ö', 'oe') FROM merchants
;;
--@ kind=select
SELECT replace(replace(replace(replace(replace(name, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#39;') FROM merchants
;;
--@ kind=select
SELECT a.id FROM users a, payments b, cards c, merchants d WHERE a.id = b.card_id AND b.card_id = c.id AND c.merchant_id = d.id
;;
--@ kind=select
SELECT a.name FROM users a JOIN payments b ON a.id = b.card_id JOIN cards c ON c.id = b.card_id JOIN merchants d ON d.id = c.merchant_id JOIN nodes e ON e.id = d.id
;;
--@ kind=select
SELECT users.name FROM users, payments, cards, nodes WHERE card_id = payments.id AND cards.id = card_id AND parent_id = users.id
;;
--@ kind=select
SELECT a.id FROM users a JOIN payments b USING (id) JOIN cards c USING (id) JOIN merchants d USING (id) JOIN nodes e USING (id)
;;
--@ kind=select
SELECT s.* FROM users s NATURAL JOIN payments NATURAL JOIN cards NATURAL JOIN merchants
;;
--@ kind=select
SELECT u.id, x.n, y.n, z.n FROM users u, (SELECT count(*) n FROM payments) x, (SELECT count(*) n FROM cards) y, (SELECT count(*) n FROM nodes) z WHERE u.id = 1
;;
--@ kind=delete
DELETE FROM "users" WHERE "name" <> 'x' AND "tenant_id" = 3
;;
--@ kind=delete
DELETE FROM "users" WHERE "name" <> 'x'
;;
--@ kind=delete
DELETE FROM "users" WHERE "users"."name" <> 'x'
;;
--@ kind=delete
DELETE FROM "users" WHERE "name" != ?
;;
--@ kind=delete
DELETE FROM "users" WHERE "name" NOT IN ('x', 'y')
;;
--@ kind=delete
DELETE FROM "users" WHERE "name" NOT LIKE 'x%'
;;
--@ kind=delete
DELETE FROM "users" WHERE "deleted_at" > '2026-01-01'
;;
--@ kind=delete
DELETE FROM "payments" WHERE "status" <> 'open'
;;
--@ kind=delete
DELETE FROM "users" WHERE "email" = 'x'
;;
--@ kind=delete
DELETE FROM "users" WHERE "tenant_id" > 5
;;
--@ kind=delete
DELETE FROM "users" WHERE NOT ("name" = 'x')
;;
--@ kind=select
SELECT any, offset, window FROM (SELECT 1 AS any, 2 AS offset, 3 AS window, 4 AS range) WHERE range < 5 GROUP BY any, offset, window
;;
