--! benign run=any
--@ kind=delete
DELETE FROM sessions WHERE expires < strftime('%s','now')
;;
--@ kind=delete
DELETE FROM sessions WHERE expires < datetime('now')
;;
--@ kind=delete
DELETE FROM sessions WHERE created_at < datetime('now', '-30 days')
;;
--@ kind=delete
DELETE FROM sessions WHERE julianday('now') - julianday(created_at) > 30
;;
--@ kind=delete
DELETE FROM sessions WHERE date(created_at) < date('now', '-7 day')
;;
--@ kind=delete
DELETE FROM sessions WHERE strftime('%Y', created_at) = '2020'
;;
--@ kind=delete
DELETE FROM sessions WHERE unixepoch() - ts > 3600
;;
--@ kind=delete
DELETE FROM t WHERE rowid NOT IN (SELECT min(rowid) FROM t GROUP BY a, b)
;;
--@ kind=delete
DELETE FROM t WHERE rowid IN (SELECT rowid FROM t WHERE x = 1 LIMIT 100)
;;
--@ kind=delete
DELETE FROM t WHERE rowid = ?
;;
--@ kind=delete
DELETE FROM t WHERE rowid > 100
;;
--@ kind=delete
DELETE FROM t WHERE key = ? AND version < ?
;;
--@ kind=delete
DELETE FROM t WHERE name GLOB 'tmp_*'
;;
--@ kind=delete
DELETE FROM t WHERE name LIKE 'tmp!_%' ESCAPE '!'
;;
--@ kind=delete
DELETE FROM t WHERE json_extract(doc, '$.status') = 'x'
;;
--@ kind=delete
DELETE FROM t WHERE doc ->> '$.status' = 'x'
;;
--@ kind=delete
DELETE FROM t WHERE id IN (SELECT value FROM json_each(?))
;;
--@ kind=delete
DELETE FROM t WHERE instr(name, 'x') > 0
;;
--@ kind=delete
DELETE FROM t WHERE ifnull(name, '') = ''
;;
--@ kind=delete
DELETE FROM t WHERE name IS NULL
;;
--@ kind=delete
DELETE FROM t WHERE name ISNULL
;;
--@ kind=delete
DELETE FROM t WHERE name IS NOT NULL AND active = 0
;;
--@ kind=delete
DELETE FROM t WHERE active
;;
--@ kind=delete
DELETE FROM t WHERE NOT active
;;
--@ kind=delete
DELETE FROM t WHERE length(name) > 10
;;
--@ kind=delete
DELETE FROM t WHERE CAST(amount AS INTEGER) = 0
;;
--@ kind=delete
DELETE FROM t WHERE CAST(name AS INTEGER) > 5
;;
--@ kind=delete
DELETE FROM t WHERE json_valid(doc) = 0
;;
--@ kind=delete
DELETE FROM t WHERE NOT json_valid(doc)
;;
--@ kind=delete
DELETE FROM t WHERE t MATCH 'foo'
;;
--@ kind=delete
DELETE FROM docs WHERE docs MATCH ?
;;
--@ kind=delete
DELETE FROM t WHERE (a, b) IN (VALUES (1,2),(3,4))
;;
--@ kind=delete
DELETE FROM t WHERE a = ? COLLATE NOCASE
;;
--@ kind=delete
DELETE FROM t WHERE lower(name) = lower(?)
;;
--@ kind=delete
DELETE FROM t WHERE iif(kind = 'a', x, y) = 3
;;
--@ kind=delete
DELETE FROM t WHERE round(price, 2) = 9.99
;;
--@ kind=delete
DELETE FROM t WHERE substr(name, 1, 3) = 'tmp'
;;
--@ kind=delete
DELETE FROM t WHERE printf('%05d', code) = '00012'
;;
--@ kind=delete
DELETE FROM t WHERE typeof(amount) = 'text' AND id = 4
;;
--@ kind=delete
DELETE FROM t WHERE a IS NOT b
;;
--@ kind=delete
DELETE FROM t WHERE a <> b
;;
--@ kind=delete
DELETE FROM t WHERE updated < (SELECT max(updated) FROM t) - 100
;;
--@ kind=delete
DELETE FROM t WHERE total(1) > 0 AND id = 4
;;
--@ kind=update
UPDATE t SET n = n + 1 WHERE id = ?1 AND n < ?2
;;
--@ kind=update
UPDATE t SET parent_id = NULL WHERE parent_id NOT IN (SELECT id FROM t)
;;
--@ kind=update
UPDATE t SET x = 1 WHERE status IN ('a','b') OR (status = 'c' AND y IS NULL)
;;
--@ kind=delete
DELETE FROM merchants WHERE ifnull(active, 0)
;;
--@ kind=delete
DELETE FROM users WHERE name NOT GLOB '[a-z]*'
;;
--@ kind=delete
DELETE FROM users WHERE name NOT LIKE 'a!_%' ESCAPE '!'
;;
--@ kind=delete
DELETE FROM cards WHERE EXISTS (SELECT 1 FROM json_each(cards.doc) WHERE value = 'x')
;;
--@ kind=delete
DELETE FROM payments WHERE (card_id, merchant_id) IN (VALUES (1, 2), (3, 4))
;;
--@ kind=delete
DELETE FROM users WHERE name <> 5
;;
--@ kind=delete
DELETE FROM users WHERE id IN (SELECT value FROM json_each(?))
;;
--@ kind=insert
REPLACE INTO users (id, name) SELECT id, name FROM nodes
;;
--@ kind=delete
WITH RECURSIVE t AS (SELECT id FROM nodes WHERE id = 5 UNION ALL SELECT n.id FROM nodes n JOIN t ON n.parent_id = t.id) DELETE FROM nodes WHERE id IN (SELECT id FROM t)
;;
--@ kind=delete
DELETE FROM nodes WHERE id IN (WITH old AS (SELECT id FROM payments WHERE status = 'old') SELECT id FROM old)
;;
--@ kind=delete
DELETE FROM audit_log WHERE strftime('%Y', at) < '2023'
;;
--@ kind=delete
DELETE FROM audit_log WHERE strftime('%Y', at) <> '2023'
;;
--@ kind=delete
DELETE FROM audit_log WHERE strftime('%Y-%m', at) <> '2023-04'
;;
--@ kind=delete
DELETE FROM audit_log WHERE date(at) <> '2023-04-05'
;;
--@ kind=delete
DELETE FROM audit_log WHERE date(at) < date('now', '-30 days')
;;
--@ kind=delete
DELETE FROM users WHERE deleted_at < datetime('now')
;;
--@ kind=delete
DELETE FROM users WHERE "name" = 'x'
;;
--@ kind=delete
DELETE FROM users WHERE "name" <> 'x'
;;
--@ kind=delete
DELETE FROM users WHERE "users"."name" = 'name'
;;
--@ kind=delete
DELETE FROM users WHERE "id" = ? AND "name" = ?
;;
--@ kind=delete
DELETE FROM users WHERE "name" LIKE 'a%'
;;
--@ kind=delete
DELETE FROM users WHERE coalesce(name, '') <> 'admin'
;;
--@ kind=delete
DELETE FROM users WHERE length(name) <> 10
;;
--@ kind=delete
DELETE FROM users WHERE id NOT IN (SELECT max(id) FROM users GROUP BY email)
;;
--@ kind=delete
DELETE FROM users WHERE id IN (SELECT u.id FROM users u LEFT JOIN payments p ON p.card_id = u.id WHERE p.id IS NULL)
;;
--@ kind=delete
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.card_id = users.id AND p.amount > 10)
;;
--@ kind=delete
DELETE FROM cards WHERE json_extract(doc, '$.state') <> 'open'
;;
--@ kind=delete
DELETE FROM cards WHERE pan = x'41'
;;
