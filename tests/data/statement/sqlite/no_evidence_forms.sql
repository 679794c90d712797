--! adversarial
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE "nope" <> 'x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE "nope" IS NOT 'x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE "nope" > 'a'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE "nope" != "other"
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE "nope" NOT LIKE 'x%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE "nope" NOT IN ('x', 'y')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE "nope" BETWEEN 'a' AND 'z'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT "nope" = 'x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE "nope" IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id || ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id > 'a' IS 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email GLOB '[^z]*'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id, tenant_id) > (0, 0)
;;
--@ kind=delete hazards=tautological-where run=no
DELETE FROM users WHERE rowid IN (SELECT rowid FROM users LIMIT 1000000)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE rowid IN (SELECT rowid FROM users ORDER BY 1 LIMIT 500000 OFFSET 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CAST(email AS INTEGER) = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CAST(email AS REAL) = 0.0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email + 0 = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM cards WHERE json_valid(doc)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE unixepoch(at) < unixepoch()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at > 1e10
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at GLOB '[0-9][0-9][0-9][0-9]-*'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE substr(at, 5, 1) = '-'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE substr(at, 1, 2) = '20'
;;
--@ kind=delete hazards=tautological-where
WITH v AS (SELECT datetime('now') AS t) DELETE FROM audit_log WHERE at < (SELECT t FROM v)
;;
--@ kind=delete hazards=tautological-where
WITH v(t) AS (VALUES (datetime('now'))) DELETE FROM audit_log WHERE at < (SELECT t FROM v)
;;
--@ kind=update hazards=tautological-where
WITH v AS (SELECT CURRENT_TIMESTAMP AS t) UPDATE audit_log SET what = 'x' FROM v WHERE at < v.t
;;
--@ kind=update hazards=tautological-where
UPDATE audit_log SET what = 'x' FROM (SELECT datetime('now') AS t) v WHERE at < v.t
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id AND typeof(m.id) = 'blob')
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id AND m.name LIKE 'a%' AND m.name NOT LIKE 'a%')
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id AND m.name = x'00')
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id AND m.id = 'x')
;;
--@ kind=insert hazards=no-where run=fails
INSERT INTO users (id) SELECT value FROM generate_series(1, 1000) WHERE true ON CONFLICT DO UPDATE SET name = 'x'
;;
--@ kind=insert hazards=no-where
INSERT OR REPLACE INTO users (id) WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM r WHERE n < 1000) SELECT n FROM r
;;
--@ kind=insert hazards=no-where
INSERT INTO users (id) SELECT id FROM users WHERE true ON CONFLICT (id) DO UPDATE SET name = 'x' WHERE 1
;;
--@ kind=select hazards=denial-of-service run=no
SELECT replace(hex(zeroblob(10000)), '0', hex(zeroblob(10000)))
;;
--@ kind=select hazards=denial-of-service run=no
SELECT replace(replace(hex(zeroblob(1000)), '0', hex(zeroblob(1000))), '0', hex(zeroblob(1000)))
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM cards a, cards b, cards c, cards d, cards e, cards f, cards g WHERE a.id > 0
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM users a JOIN users b JOIN users c JOIN users d JOIN users e
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE r(x) AS (VALUES (1) UNION ALL SELECT x+1 FROM r WHERE x) SELECT sum(x) FROM r
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE r(x) AS (VALUES (1) UNION ALL SELECT x+1 FROM r WHERE x < 1000 * 1000000) SELECT max(x) FROM r
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE r(x) AS (VALUES (1) UNION ALL SELECT x+1 FROM r WHERE x < 99999), s(y) AS (VALUES (1) UNION ALL SELECT y+1 FROM s WHERE y < 99999) SELECT count(*) FROM r, s
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE r(x) AS (VALUES (1) UNION ALL SELECT x+1 FROM r LIMIT 1000000) SELECT count(*) FROM r a, r b
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE r(x) AS (VALUES ('x') UNION ALL SELECT x || x FROM r LIMIT 40) SELECT length(x) FROM r
;;
--@ kind=select hazards=denial-of-service run=no
SELECT length(replace(printf('%5000d', 1), ' ', printf('%50000d', 1)))
;;
--@ kind=select hazards=denial-of-service run=no
SELECT replace(replace(replace(replace(replace(replace(replace(replace(replace('aaaaaaaaaa','a','aaaaaaaaaa'),'a','aaaaaaaaaa'),'a','aaaaaaaaaa'),'a','aaaaaaaaaa'),'a','aaaaaaaaaa'),'a','aaaaaaaaaa'),'a','aaaaaaaaaa'),'a','aaaaaaaaaa'),'a','aaaaaaaaaa')
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM users a JOIN users b ON a.id = b.id, users c, users d, users e WHERE c.id > 0
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE r(x) AS (VALUES (1) UNION ALL SELECT x+1 FROM r WHERE x < '100') SELECT sum(x) FROM r
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE r(x) AS (VALUES (1) UNION ALL SELECT x+1 FROM r WHERE x < 1 << 40) SELECT max(x) FROM r
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE r(x) AS (VALUES (1) UNION ALL SELECT x+1 FROM r LIMIT 1000000), t AS (SELECT a.x FROM r a JOIN r b) SELECT count(*) FROM t
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE hex(name) IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE sign(id) / 10 = 0
;;
