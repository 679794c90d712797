--! benign
--@ kind=select reads=cards
SELECT id, holder FROM cards WHERE id = ?
;;
--@ kind=select reads=cards
SELECT * FROM cards WHERE id = ?1 AND holder = :holder AND note = @note AND cvv = $cvv
;;
--@ kind=select out=id:verbatim:cards.id|p:derived:cards.pan
SELECT id, substr(pan, 1, 6) AS p FROM cards ORDER BY id LIMIT 5 OFFSET 5
;;
--@ kind=select
SELECT [id], "holder", `note` FROM "main"."cards" WHERE id == 5
;;
--@ kind=select
SELECT rowid, * FROM cards WHERE rowid = 5
;;
--@ kind=select
SELECT 'a' || 'b', 5 % 2, -3, ~1, 1 << 2, x'4142', 1e5, .5, 0x1F
;;
--@ kind=select
SELECT holder FROM cards WHERE holder LIKE 'a%' ESCAPE '\' AND note GLOB 'b*' AND id IS NOT 5 AND cvv ISNULL AND pan NOTNULL
;;
--@ kind=select
SELECT count(*), total(amount), group_concat(status, ',') FROM payments WHERE card_id = 5
;;
--@ kind=select
SELECT status, count(*) FROM payments GROUP BY 1 HAVING count(*) > 1 ORDER BY 2 DESC NULLS LAST
;;
--@ kind=select
SELECT iif(active, 'y', 'n'), ifnull(name, ''), coalesce(city, name), nullif(name, ''), typeof(id), printf('%05d', id) FROM merchants
;;
--@ kind=select
SELECT date('now'), strftime('%Y', created_at), julianday('now'), datetime(created_at, '+1 day') FROM payments
;;
--@ kind=select
SELECT json_extract(doc, '$.a'), doc -> '$.b', doc ->> '$.c' FROM cards WHERE id = 5
;;
--@ kind=select
SELECT j.key, j.value FROM cards, json_each(cards.doc) AS j WHERE cards.id = 5
;;
--@ kind=select
WITH RECURSIVE c(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM c LIMIT 10) SELECT n FROM c
;;
--@ kind=select
WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 10) SELECT n FROM c
;;
--@ kind=select
WITH x AS MATERIALIZED (SELECT id FROM users) SELECT * FROM x
;;
--@ kind=select
SELECT id, row_number() OVER w, sum(amount) FILTER (WHERE status = 'paid') OVER w FROM payments WINDOW w AS (PARTITION BY card_id ORDER BY id)
;;
--@ kind=select
SELECT * FROM users INDEXED BY sqlite_autoindex_users_1 WHERE email = 'x'
;;
--@ kind=select
SELECT * FROM users NOT INDEXED WHERE email = 'x'
;;
--@ kind=select
SELECT u.id FROM users u LEFT JOIN payments p ON p.merchant_id = u.id NATURAL JOIN merchants WHERE p.id IS NULL
;;
--@ kind=select
SELECT id FROM users EXCEPT SELECT id FROM merchants UNION SELECT 1 INTERSECT SELECT 2
;;
--@ kind=select
SELECT (SELECT count(*) FROM payments p WHERE p.card_id = c.id) FROM cards c WHERE EXISTS (SELECT 1 FROM users u WHERE u.id = c.id)
;;
--@ kind=select
VALUES (1, 'a'), (2, 'b')
;;
--@ kind=select
SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
;;
--@ kind=select
SELECT sql FROM sqlite_schema WHERE name = ?
;;
--@ kind=select
SELECT * FROM pragma_table_info('cards')
;;
--@ kind=select
SELECT last_insert_rowid(), changes(), sqlite_version()
;;
--@ kind=select
SELECT 1 -- ; DROP TABLE cards
;;
--@ kind=select
SELECT 1 /* ; DELETE FROM cards */
;;
--@ kind=select
SELECT 1; -- done
;;
--@ kind=insert writes=users
INSERT INTO users (email, name) VALUES (?, ?)
;;
--@ kind=insert writes=users
INSERT OR REPLACE INTO users (id, email) VALUES (:id, :email)
;;
--@ kind=insert writes=users
INSERT OR IGNORE INTO users (email) VALUES ('a'), ('b')
;;
--@ kind=insert writes=users
REPLACE INTO users (id, email) VALUES (1, 'x')
;;
--@ kind=insert writes=users actions=update
INSERT INTO users (email, name) VALUES (?, ?) ON CONFLICT (email) DO UPDATE SET name = excluded.name WHERE excluded.name IS NOT NULL RETURNING id
;;
--@ kind=insert writes=users
INSERT INTO users (email) VALUES ('x') ON CONFLICT DO NOTHING
;;
--@ kind=insert writes=audit_log
INSERT INTO audit_log DEFAULT VALUES
;;
--@ kind=insert writes=cards
INSERT INTO cards (id, holder, pan) VALUES (?, ?, ?) RETURNING id
;;
--@ kind=update writes=users
UPDATE users SET name = ?, tenant_id = tenant_id + 1 WHERE id = ?
;;
--@ kind=update writes=users
UPDATE OR IGNORE users SET email = 'x' WHERE id = 5 RETURNING id
;;
--@ kind=update writes=payments reads=cards
UPDATE payments SET status = 'x' FROM cards c WHERE c.id = payments.card_id AND c.merchant_id = 5
;;
--@ kind=delete writes=payments
DELETE FROM payments WHERE id = ?
;;
--@ kind=delete writes=users
DELETE FROM users WHERE deleted_at IS NOT NULL
;;
--@ kind=delete writes=payments
DELETE FROM payments WHERE card_id IN (SELECT id FROM cards WHERE merchant_id = 5) RETURNING id
;;
--@ kind=tcl
BEGIN
;;
--@ kind=tcl
BEGIN IMMEDIATE
;;
--@ kind=tcl
BEGIN EXCLUSIVE TRANSACTION
;;
--@ kind=tcl run=any
COMMIT
;;
--@ kind=tcl run=any
END
;;
--@ kind=tcl run=any
ROLLBACK
;;
--@ kind=tcl
SAVEPOINT "s1"
;;
--@ kind=tcl run=any
ROLLBACK TO s1
;;
--@ kind=tcl run=any
RELEASE SAVEPOINT s1
;;
--@ kind=show
PRAGMA table_info(cards)
;;
--@ kind=show
PRAGMA main.table_xinfo("cards")
;;
--@ kind=show
PRAGMA foreign_key_list('cards')
;;
--@ kind=set
PRAGMA foreign_keys = ON
;;
--@ kind=set
PRAGMA journal_mode = WAL
;;
--@ kind=set
PRAGMA synchronous = NORMAL
;;
--@ kind=show
PRAGMA user_version
;;
--@ kind=set
PRAGMA busy_timeout = 5000
;;
--@ kind=set
PRAGMA cache_size = -2000
;;
--@ kind=show
PRAGMA integrity_check
;;
--@ kind=show
PRAGMA quick_check(1)
;;
--@ kind=show
PRAGMA database_list
;;
--@ kind=show
PRAGMA optimize
;;
--@ kind=explain
EXPLAIN QUERY PLAN SELECT * FROM cards WHERE id = 5
;;
--@ kind=explain
EXPLAIN DELETE FROM cards
;;
--@ kind=admin
ANALYZE
;;
--@ kind=admin
ANALYZE cards
;;
--@ kind=admin only=admin
REINDEX cards_holder
;;
--@ kind=select
SELECT "not a column" FROM users LIMIT 1
;;
--@ kind=update
UPDATE users SET name = :n WHERE (:x IS NULL OR tenant_id = :x) AND id = :id
;;
--@ kind=delete
DELETE FROM users WHERE 1=1 AND id = ?
;;
--@ kind=insert
INSERT INTO users (id, email) VALUES (?, ?) ON CONFLICT(id) DO UPDATE SET email = excluded.email WHERE excluded.email <> users.email RETURNING id
;;
--@ kind=insert run=fails
INSERT OR REPLACE INTO tokens VALUES (?, ?)
;;
--@ kind=insert
INSERT OR IGNORE INTO users (email) VALUES (?)
;;
--@ kind=update
UPDATE users SET name = c.holder FROM cards AS c WHERE c.id = users.id AND users.id = ?
;;
--@ kind=delete
DELETE FROM tokens WHERE k IN (SELECT value FROM json_each(?))
;;
--@ kind=select
SELECT c.id FROM cards c JOIN json_each(?) j ON j.value = c.pan
;;
--@ kind=select
SELECT c.id FROM cards c WHERE c.pan IN (SELECT value FROM json_each(?))
;;
--@ kind=select
SELECT DISTINCT pan FROM cards
;;
--@ kind=select
SELECT strftime('%Y-%m', created_at) m, sum(amount) FROM payments GROUP BY m
;;
--@ kind=select
SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name
;;
--@ kind=show
PRAGMA table_info('cards')
;;
--@ kind=show
PRAGMA table_xinfo(cards)
;;
--@ kind=show
PRAGMA index_list(users)
;;
--@ kind=select
SELECT * FROM pragma_table_info('users')
;;
--@ kind=select
SELECT count(*) FROM users WHERE email GLOB '*@x'
;;
--@ kind=select
SELECT group_concat(name, ', ') FROM users
;;
--@ kind=select
SELECT last_insert_rowid()
;;
--@ kind=select
SELECT changes()
;;
--@ kind=select
WITH RECURSIVE d(day) AS (SELECT date('now','-30 day') UNION ALL SELECT date(day, '+1 day') FROM d WHERE day < date('now')) SELECT d.day, count(p.id) FROM d LEFT JOIN payments p ON date(p.created_at) = d.day GROUP BY 1
;;
--@ kind=select
SELECT id, json_extract(doc, '$.a') FROM cards WHERE doc ->> '$.a' = ?
;;
--@ kind=select
SELECT CAST(pan AS TEXT) FROM cards WHERE CAST(pan AS TEXT) = ?
;;
--@ kind=explain
EXPLAIN QUERY PLAN SELECT * FROM cards WHERE pan = ?
;;
--@ kind=select
SELECT pan FROM cards UNION SELECT pan FROM card_archive
;;
--@ kind=select
SELECT id FROM cards WHERE (pan, id) IN (VALUES (?, ?), (?, ?))
;;
--@ kind=select
SELECT c.id FROM cards c, (SELECT ? AS pan UNION ALL SELECT ?) v WHERE c.pan = v.pan
;;
--@ kind=update
UPDATE users SET tenant_id = tenant_id + 1 WHERE tenant_id = ?
;;
--@ kind=set
PRAGMA journal_mode=DELETE
;;
--@ kind=set
PRAGMA synchronous = FULL
;;
--@ kind=set
PRAGMA synchronous = 1
;;
--@ kind=set
PRAGMA foreign_keys = OFF
;;
--@ kind=set
PRAGMA cache_size = -64000
;;
--@ kind=set
PRAGMA mmap_size = 268435456
;;
--@ kind=show
PRAGMA journal_mode
;;
--@ kind=show
PRAGMA synchronous
;;
--@ kind=select
WITH RECURSIVE c(x) AS (SELECT 10 UNION ALL SELECT x - 1 FROM c WHERE x > 0) SELECT x FROM c ORDER BY x
;;
--@ kind=select
WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 100) SELECT count(*) FROM c
;;
--@ kind=select
WITH RECURSIVE t AS (SELECT id, parent_id FROM nodes WHERE id = 1 UNION ALL SELECT n.id, n.parent_id FROM nodes n JOIN t ON n.parent_id = t.id) SELECT count(*) FROM t
;;
--@ kind=select
WITH RECURSIVE t AS (SELECT id, parent_id FROM nodes WHERE id = 1 UNION SELECT n.id, n.parent_id FROM nodes n, t WHERE n.parent_id = t.id) SELECT id FROM t ORDER BY id LIMIT 10
;;
--@ kind=select
SELECT m.id, s.x FROM merchants m CROSS JOIN (SELECT 1 AS x UNION ALL SELECT 2) s ORDER BY m.id, s.x
;;
