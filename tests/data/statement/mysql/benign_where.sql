--! benign run=any
--@ kind=delete
DELETE FROM sessions WHERE expires < UNIX_TIMESTAMP()
;;
--@ kind=delete
DELETE FROM sessions WHERE expires < NOW()
;;
--@ kind=delete
DELETE FROM sessions WHERE created_at < DATE_SUB(NOW(), INTERVAL 30 DAY)
;;
--@ kind=delete
DELETE FROM sessions WHERE created_at < NOW() - INTERVAL 30 DAY
;;
--@ kind=delete
DELETE FROM sessions WHERE created_at < SUBDATE(CURDATE(), 30)
;;
--@ kind=delete
DELETE FROM sessions WHERE DATE(created_at) = CURDATE()
;;
--@ kind=delete
DELETE FROM sessions WHERE DATEDIFF(NOW(), created_at) > 30
;;
--@ kind=delete
DELETE FROM sessions WHERE TIMESTAMPDIFF(HOUR, created_at, NOW()) > 24
;;
--@ kind=delete
DELETE FROM sessions WHERE YEAR(created_at) = 2020 AND MONTH(created_at) = 3
;;
--@ kind=delete
DELETE FROM sessions WHERE YEAR(created_at) < 2020
;;
--@ kind=delete
DELETE FROM sessions WHERE MONTH(created_at) = 3
;;
--@ kind=delete
DELETE FROM sessions WHERE UNIX_TIMESTAMP(created_at) < 1700000000
;;
--@ kind=delete
DELETE FROM sessions WHERE FROM_UNIXTIME(ts) < '2020-01-01'
;;
--@ kind=delete
DELETE FROM sessions WHERE created_at < '2020-01-01 00:00:00' LIMIT 1000
;;
--@ kind=delete
DELETE FROM sessions WHERE created_at < DATE_FORMAT(NOW(), '%Y-%m-01')
;;
--@ kind=delete
DELETE FROM t WHERE name REGEXP '^tmp_[0-9]+$'
;;
--@ kind=delete
DELETE FROM t WHERE name RLIKE 'foo|bar'
;;
--@ kind=delete
DELETE FROM t WHERE name LIKE CONCAT('%', ?, '%')
;;
--@ kind=delete
DELETE FROM t WHERE name LIKE CONCAT(?, '%')
;;
--@ kind=delete
DELETE FROM t WHERE FIND_IN_SET('x', tags)
;;
--@ kind=delete
DELETE FROM t WHERE FIND_IN_SET(?, tags) > 0
;;
--@ kind=delete
DELETE FROM t WHERE FIELD(status, 'a', 'b') > 0
;;
--@ kind=delete
DELETE FROM t WHERE JSON_EXTRACT(doc, '$.a') = 1
;;
--@ kind=delete
DELETE FROM t WHERE JSON_CONTAINS(doc, '"x"', '$.tags')
;;
--@ kind=delete
DELETE FROM t WHERE JSON_LENGTH(doc) = 0
;;
--@ kind=delete
DELETE FROM t WHERE MATCH(title, body) AGAINST (? IN BOOLEAN MODE)
;;
--@ kind=delete
DELETE FROM t WHERE IFNULL(name, '') = ''
;;
--@ kind=delete
DELETE FROM t WHERE ISNULL(name)
;;
--@ kind=delete
DELETE FROM t WHERE name <=> NULL
;;
--@ kind=delete
DELETE FROM t WHERE name <=> ?
;;
--@ kind=delete
DELETE FROM t WHERE NOT name <=> ?
;;
--@ kind=delete
DELETE FROM t WHERE active = 1
;;
--@ kind=delete
DELETE FROM t WHERE active
;;
--@ kind=delete
DELETE FROM t WHERE !active
;;
--@ kind=delete
DELETE FROM t WHERE is_deleted = 0 AND x > 3
;;
--@ kind=delete
DELETE FROM t WHERE status = 0
;;
--@ kind=delete
DELETE FROM t WHERE flags & 2
;;
--@ kind=delete
DELETE FROM t WHERE (flags & 2) = 0
;;
--@ kind=delete
DELETE FROM t WHERE BINARY name = 'X'
;;
--@ kind=delete
DELETE FROM t WHERE LEFT(name, 3) = 'tmp'
;;
--@ kind=delete
DELETE FROM t WHERE SUBSTRING_INDEX(email, '@', -1) = 'x.com'
;;
--@ kind=delete
DELETE FROM t WHERE SHA2(email, 256) = ?
;;
--@ kind=delete
DELETE FROM t WHERE HEX(id) = 'AB'
;;
--@ kind=delete
DELETE FROM t WHERE id = UUID_TO_BIN(?)
;;
--@ kind=delete
DELETE FROM t WHERE BIN_TO_UUID(id) = ?
;;
--@ kind=delete
DELETE FROM t WHERE id = LAST_INSERT_ID()
;;
--@ kind=delete
DELETE FROM t WHERE id = @id
;;
--@ kind=delete
DELETE FROM t WHERE ip = INET_ATON(?)
;;
--@ kind=delete
DELETE FROM t WHERE INET_NTOA(ip) = '10.0.0.1'
;;
--@ kind=delete
DELETE FROM t WHERE CHAR_LENGTH(name) > 10
;;
--@ kind=delete
DELETE FROM t WHERE TRIM(name) = ''
;;
--@ kind=delete
DELETE FROM t WHERE name = '' OR name IS NULL
;;
--@ kind=delete
DELETE FROM t WHERE SOUNDEX(name) = SOUNDEX(?)
;;
--@ kind=delete
DELETE FROM t WHERE name SOUNDS LIKE ?
;;
--@ kind=delete
DELETE FROM t WHERE STR_TO_DATE(day, '%Y%m%d') < CURDATE()
;;
--@ kind=delete
DELETE FROM t WHERE a BETWEEN ? AND ?
;;
--@ kind=delete
DELETE FROM t WHERE id IN (SELECT id FROM (SELECT id FROM t WHERE x = 1 LIMIT 10) q)
;;
--@ kind=delete
DELETE t1 FROM t t1 INNER JOIN t t2 ON t1.email = t2.email AND t1.id > t2.id
;;
--@ kind=delete
DELETE t1 FROM t t1 JOIN t t2 WHERE t1.id < t2.id AND t1.email = t2.email
;;
--@ kind=delete
DELETE c FROM c LEFT JOIN p ON p.id = c.p_id WHERE p.id IS NULL
;;
--@ kind=delete
DELETE FROM c USING c JOIN p ON p.id = c.p_id WHERE p.gone = 1
;;
--@ kind=delete
DELETE a, b FROM a INNER JOIN b ON a.id = b.a_id WHERE a.x = 1
;;
--@ kind=update
UPDATE t JOIN s ON s.id = t.s_id SET t.x = s.x WHERE s.y = 1
;;
--@ kind=update
UPDATE t LEFT JOIN s ON s.id = t.s_id SET t.x = 0 WHERE s.id IS NULL
;;
--@ kind=update
UPDATE t SET x = x + 1 WHERE id = ? LIMIT 1
;;
--@ kind=update
UPDATE t SET x = 1 WHERE ST_Distance_Sphere(geo, POINT(1, 2)) < 1000
;;
--@ kind=update
UPDATE t SET x = 1 WHERE ST_Contains(area, POINT(?, ?))
;;
--@ kind=update
UPDATE t SET x = 1 WHERE CRC32(name) % 10 = 3
;;
--@ kind=update
UPDATE t SET x = 1 WHERE id MOD 10 = 3
;;
--@ kind=update
UPDATE t SET x = 1 WHERE id DIV 1000 = 3
;;
--@ kind=update
UPDATE t SET x = 1 WHERE name IN ('a', 'b') AND NOT (a = 1 OR b = 2)
;;
--@ kind=update
UPDATE t SET x = 1 WHERE IF(kind = 'a', p, q) = 1
;;
--@ kind=update
UPDATE t SET x = 1 WHERE CASE kind WHEN 'a' THEN p ELSE q END = 1
;;
--@ kind=update
UPDATE t SET x = 1 WHERE created_at >= ? AND created_at < ?
;;
--@ kind=update
UPDATE t SET x = 1 WHERE name > ''
;;
--@ kind=update
UPDATE t SET x = 1 WHERE email <> ''
;;
--@ kind=update
UPDATE t SET x = 1 WHERE COALESCE(email, '') <> ''
;;
--@ kind=update
UPDATE t SET x = 1 WHERE DAYOFWEEK(d) IN (1, 7)
;;
--@ kind=update
UPDATE t SET x = 1 WHERE HOUR(d) >= 8
;;
--@ kind=update
UPDATE t SET x = 1 WHERE WEEK(d) = WEEK(NOW())
;;
--@ kind=update
UPDATE t SET x = 1 WHERE ROUND(p, 2) <> p
;;
--@ kind=update
UPDATE t SET x = 1 WHERE CONVERT(p, SIGNED) = 5
;;
--@ kind=update
UPDATE t SET x = 1 WHERE p + 0 = 5
;;
--@ kind=update
UPDATE t SET x = 1 WHERE LOWER(name) = LOWER('A')
;;
--@ kind=update
UPDATE t SET x = 1 WHERE STRCMP(a, b) = 0
;;
--@ kind=update
UPDATE t SET x = 1 WHERE LOCATE('x', a) > 0
;;
--@ kind=delete
DELETE FROM merchants WHERE ifnull(active, 0)
;;
--@ kind=delete
DELETE FROM merchants WHERE NOT ifnull(active, 1)
;;
--@ kind=delete
DELETE FROM users WHERE email NOT REGEXP '^[a-z]+@[a-z]+\\.[a-z]{2,4}$'
;;
--@ kind=delete
DELETE FROM payments WHERE (card_id, merchant_id) IN ((1, 2), (3, 4))
;;
--@ kind=delete
DELETE FROM users WHERE instr(email, '@')
;;
--@ kind=update
UPDATE payments p JOIN (SELECT card_id, max(id) id FROM payments GROUP BY card_id) x ON x.id = p.id SET p.status = 'last'
;;
--@ kind=insert
REPLACE INTO users (id, name) SELECT id, name FROM nodes WHERE id = 3
;;
--@ kind=insert
REPLACE users (id, name) VALUES (1, 'a')
;;
--@ kind=delete
DELETE FROM users WHERE email = '0'
;;
--@ kind=delete
DELETE FROM users WHERE name IN ('a', 'b')
;;
--@ kind=delete
DELETE FROM merchants WHERE active = false
;;
--@ kind=delete
DELETE FROM merchants WHERE active IS FALSE
;;
--@ kind=delete
DELETE FROM merchants WHERE NOT active
;;
--@ kind=delete
DELETE FROM users WHERE char_length(email) < 5
;;
--@ kind=delete
DELETE FROM users WHERE cast(tenant_id AS signed) = 0
;;
--@ kind=delete
DELETE FROM audit_log WHERE date_format(at, '%Y-%m') < '2023-04'
;;
--@ kind=delete
DELETE FROM audit_log WHERE date_format(at, '%Y-%m') <> '2023-04'
;;
--@ kind=delete
DELETE FROM audit_log WHERE date(at) <> '2023-04-05'
;;
--@ kind=delete
DELETE FROM audit_log WHERE year(at) <> 2023
;;
--@ kind=delete
DELETE FROM audit_log WHERE monthname(at) <> 'May'
;;
--@ kind=delete
DELETE FROM users WHERE deleted_at < now()
;;
--@ kind=delete
DELETE FROM users WHERE coalesce(name, '') <> 'admin'
;;
--@ kind=delete
DELETE FROM users WHERE length(name) <> 10
;;
--@ kind=delete
DELETE FROM users WHERE lower(email) NOT LIKE '%@example.com'
;;
--@ kind=delete
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.card_id = users.id AND p.amount > 10 AND p.amount < 100)
;;
--@ kind=delete
DELETE FROM users WHERE id NOT IN (SELECT card_id FROM payments WHERE status = 'paid')
;;
--@ kind=delete
DELETE FROM cards WHERE json_extract(doc, '$.state') <> 'open'
;;
--@ kind=delete
DELETE FROM cards WHERE MATCH (note) AGAINST ('cancelled')
;;
--@ kind=delete
DELETE FROM payments WHERE crc32(status) % 10 < 3
;;
--@ kind=delete
DELETE FROM users WHERE deleted_at IS NOT NULL AND deleted_at < DATE_SUB(NOW(), INTERVAL 30 DAY)
;;
--@ kind=delete
DELETE FROM audit_log WHERE at < NOW() - INTERVAL 90 DAY LIMIT 1000
;;
--@ kind=delete
DELETE FROM audit_log WHERE DATE(at) < CURDATE() - INTERVAL 1 MONTH
;;
--@ kind=delete
DELETE FROM audit_log WHERE TIMESTAMPDIFF(DAY, at, NOW()) > 30
;;
--@ kind=delete
DELETE FROM audit_log WHERE DATEDIFF(NOW(), at) > 30
;;
--@ kind=delete
DELETE FROM audit_log WHERE UNIX_TIMESTAMP(at) < UNIX_TIMESTAMP() - 86400
;;
--@ kind=delete
DELETE FROM audit_log WHERE YEAR(at) = 2022 AND MONTH(at) <= 6
;;
--@ kind=delete
DELETE FROM audit_log WHERE YEAR(at) < 2022
;;
--@ kind=delete
DELETE FROM audit_log WHERE HOUR(at) BETWEEN 0 AND 5
;;
--@ kind=delete
DELETE FROM audit_log WHERE DAYOFWEEK(at) IN (1, 7)
;;
--@ kind=delete
DELETE FROM audit_log WHERE DATE_FORMAT(at, '%Y%m') < '202301'
;;
--@ kind=delete
DELETE FROM audit_log WHERE EXTRACT(YEAR_MONTH FROM at) < 202301
;;
--@ kind=delete
DELETE FROM audit_log WHERE LAST_DAY(at) < '2023-01-01'
;;
--@ kind=delete
DELETE FROM audit_log WHERE TO_DAYS(NOW()) - TO_DAYS(at) > 30
;;
--@ kind=delete
DELETE FROM audit_log WHERE at BETWEEN '2024-01-01 00:00:00' AND '2024-01-31 23:59:59'
;;
--@ kind=delete
DELETE FROM audit_log WHERE at NOT BETWEEN '2024-01-01' AND '2024-12-31'
;;
--@ kind=delete
DELETE FROM audit_log WHERE what REGEXP '^debug'
;;
--@ kind=delete
DELETE FROM audit_log WHERE what NOT REGEXP '^[A-Z]'
;;
--@ kind=delete
DELETE FROM audit_log WHERE what RLIKE 'foo|bar'
;;
--@ kind=delete
DELETE FROM audit_log WHERE CHAR_LENGTH(what) > 1000
;;
--@ kind=delete
DELETE FROM audit_log WHERE LENGTH(TRIM(what)) = 0
;;
--@ kind=delete
DELETE FROM audit_log WHERE LOCATE('debug', what) > 0
;;
--@ kind=delete
DELETE FROM audit_log WHERE INSTR(what, 'debug')
;;
--@ kind=delete
DELETE FROM audit_log WHERE FIND_IN_SET('a', what)
;;
--@ kind=delete
DELETE FROM audit_log WHERE SUBSTRING_INDEX(what, ':', 1) = 'debug'
;;
--@ kind=delete
DELETE FROM audit_log WHERE SUBSTRING_INDEX(what, ':', 1) <> 'debug'
;;
--@ kind=delete
DELETE FROM audit_log WHERE LEFT(what, 5) <> 'error'
;;
--@ kind=delete
DELETE FROM audit_log WHERE MD5(what) = ?
;;
--@ kind=delete
DELETE FROM audit_log WHERE CRC32(what) MOD 10 = 3
;;
--@ kind=delete
DELETE FROM audit_log WHERE IFNULL(what, '') = ''
;;
--@ kind=delete
DELETE FROM audit_log WHERE IF(what = 'a', id > 5, id > 10)
;;
--@ kind=delete
DELETE FROM audit_log WHERE what <=> NULL
;;
--@ kind=delete
DELETE FROM audit_log WHERE NOT (what <=> 'a')
;;
--@ kind=delete
DELETE FROM audit_log WHERE ISNULL(what)
;;
--@ kind=delete
DELETE FROM audit_log WHERE what COLLATE utf8mb4_bin <> LOWER(what)
;;
--@ kind=delete
DELETE FROM audit_log WHERE BINARY what = 'x'
;;
--@ kind=delete
DELETE FROM audit_log WHERE CONVERT(what, CHAR) = 'x'
;;
--@ kind=delete
DELETE FROM audit_log WHERE CAST(what AS UNSIGNED) > 5
;;
--@ kind=update
UPDATE users u JOIN payments p ON p.card_id = u.id SET u.name = 'x' WHERE p.status = 'new'
;;
--@ kind=update
UPDATE users u LEFT JOIN payments p ON p.card_id = u.id SET u.name = 'x' WHERE p.id IS NULL
;;
--@ kind=update
UPDATE users u INNER JOIN (SELECT card_id, COUNT(*) n FROM payments GROUP BY card_id) x ON x.card_id = u.id SET u.tenant_id = x.n
;;
--@ kind=update
UPDATE users u, merchants m SET u.name = m.name WHERE u.tenant_id = m.id AND m.active = 1
;;
--@ kind=update
UPDATE users u, merchants m SET u.name = m.name WHERE u.tenant_id = m.id AND u.name <> m.name
;;
--@ kind=delete
DELETE u FROM users u JOIN merchants m ON m.id = u.tenant_id WHERE m.active = 0
;;
--@ kind=delete
DELETE u FROM users u LEFT JOIN payments p ON p.card_id = u.id WHERE p.id IS NULL
;;
--@ kind=delete
DELETE u1 FROM users u1 JOIN users u2 ON u1.email = u2.email AND u1.id > u2.id
;;
--@ kind=delete
DELETE u1 FROM users u1, users u2 WHERE u1.id > u2.id AND u1.email = u2.email
;;
--@ kind=delete
DELETE FROM u USING users u JOIN payments p ON p.card_id = u.id WHERE p.amount > 100
;;
--@ kind=delete
DELETE FROM users WHERE id IN (SELECT * FROM (SELECT id FROM users WHERE name = 'x') t)
;;
--@ kind=delete
DELETE FROM users WHERE id NOT IN (SELECT * FROM (SELECT MIN(id) FROM users GROUP BY email) t)
;;
--@ kind=delete
DELETE FROM users WHERE id NOT IN (SELECT keep_id FROM (SELECT MAX(id) AS keep_id FROM users GROUP BY email) AS x)
;;
--@ kind=delete
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM payments WHERE payments.card_id = users.id)
;;
--@ kind=delete
DELETE FROM users WHERE NOT EXISTS (SELECT * FROM payments p WHERE p.card_id = users.id AND p.created_at > NOW() - INTERVAL 1 YEAR)
;;
--@ kind=delete
DELETE FROM users WHERE (SELECT COUNT(*) FROM payments p WHERE p.card_id = users.id) = 0
;;
--@ kind=delete
DELETE FROM users WHERE email NOT LIKE '%@%'
;;
--@ kind=delete
DELETE FROM users WHERE email = '' OR email IS NULL
;;
--@ kind=delete
DELETE FROM users WHERE email <> LOWER(email)
;;
--@ kind=delete
DELETE FROM users WHERE tenant_id <> 1 AND tenant_id IS NOT NULL
;;
--@ kind=delete
DELETE FROM users WHERE tenant_id NOT IN (SELECT id FROM merchants)
;;
--@ kind=delete
DELETE FROM users WHERE id MOD 2 = 1
;;
--@ kind=delete
DELETE FROM users WHERE id DIV 1000 = 3
;;
--@ kind=delete
DELETE FROM users WHERE id & 1
;;
--@ kind=delete
DELETE FROM users WHERE id BETWEEN 1000 AND 1999
;;
--@ kind=delete
DELETE FROM users WHERE (id, tenant_id) IN ((1, 2), (3, 4))
;;
--@ kind=delete
DELETE FROM users WHERE name > 'm' AND name < 'n'
;;
--@ kind=delete
DELETE FROM users WHERE SOUNDEX(name) = SOUNDEX('Ada')
;;
--@ kind=delete
DELETE FROM users WHERE name SOUNDS LIKE 'ada'
;;
--@ kind=delete
DELETE FROM users WHERE name = @name
;;
--@ kind=delete
DELETE FROM users WHERE HEX(name) = '41'
;;
--@ kind=delete
DELETE FROM users WHERE INET_ATON(name) BETWEEN 1 AND 1000
;;
--@ kind=delete
DELETE FROM cards WHERE JSON_EXTRACT(doc, '$.a') = 1
;;
--@ kind=delete
DELETE FROM cards WHERE JSON_CONTAINS(doc, '1', '$.a')
;;
--@ kind=delete
DELETE FROM cards WHERE NOT JSON_CONTAINS(doc, '1', '$.a')
;;
--@ kind=delete
DELETE FROM cards WHERE JSON_UNQUOTE(JSON_EXTRACT(doc, '$.state')) <> 'open'
;;
--@ kind=delete
DELETE FROM cards WHERE JSON_LENGTH(doc) = 0
;;
--@ kind=delete
DELETE FROM cards WHERE JSON_VALID(doc) = 0
;;
--@ kind=delete
DELETE FROM cards WHERE MATCH (note) AGAINST ('lost' IN BOOLEAN MODE)
;;
--@ kind=delete
DELETE FROM cards WHERE expiry < LAST_DAY(CURDATE())
;;
--@ kind=delete
DELETE FROM cards WHERE updated_at IS NULL OR updated_at < '2024-01-01'
;;
--@ kind=delete
DELETE FROM cards WHERE merchant_id = (SELECT id FROM merchants WHERE name = 'x')
;;
--@ kind=delete
DELETE FROM cards WHERE merchant_id <> (SELECT id FROM merchants WHERE name = 'x')
;;
--@ kind=delete
DELETE FROM payments WHERE created_at < (SELECT MIN(updated_at) FROM cards)
;;
--@ kind=delete
DELETE FROM payments WHERE amount < 0.01 AND status <> 'done'
;;
--@ kind=delete
DELETE FROM payments WHERE ROUND(amount, 2) <> amount
;;
--@ kind=delete
DELETE FROM payments WHERE amount NOT BETWEEN 0 AND 1000
;;
--@ kind=delete
DELETE FROM payments WHERE status NOT IN ('done', 'new')
;;
--@ kind=delete
DELETE FROM payments WHERE FIELD(status, 'a', 'b') > 0
;;
--@ kind=delete
DELETE FROM payments WHERE GREATEST(amount, 10) > 20
;;
--@ kind=delete
DELETE FROM payments WHERE COALESCE(status, 'new') = 'new'
;;
--@ kind=delete
DELETE FROM payments WHERE COALESCE(status, '') NOT IN ('done', 'new')
;;
--@ kind=delete
DELETE FROM payments WHERE CASE status WHEN 'done' THEN amount > 10 WHEN 'new' THEN amount > 100 ELSE 0 END
;;
--@ kind=delete
DELETE FROM users WHERE email NOT LIKE '%\_%'
;;
