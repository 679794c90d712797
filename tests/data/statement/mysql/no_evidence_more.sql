--! adversarial
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at + 0 > 19700101
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at + 0 >= 19700101000000
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at * 1 > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at + 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE CAST(at AS UNSIGNED) > 19700101000000
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE CAST(at AS DATE) + 0 > 19700101
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE DATE_FORMAT(at, '%Y%m%d') + 0 > 19700101
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE YEAR(at) + 0 > 1970
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE YEAR(at) * 100 + MONTH(at) > 197001
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE EXTRACT(YEAR_MONTH FROM at) > 197001
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE UNIX_TIMESTAMP(at) + 0 >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE PERIOD_DIFF(DATE_FORMAT(NOW(), '%Y%m'), DATE_FORMAT(at, '%Y%m')) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <= NOW() + INTERVAL 1 DAY
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at != 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at BETWEEN '1000-01-01' AND '9999-12-31'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE DAYOFWEEK(at) IN (1,2,3,4,5,6,7)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE WEEKDAY(at) < 7
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE HOUR(at) <= 23
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE LAST_DAY(at) >= at
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id ORDER BY id LIMIT 1000000000
;;
--@ kind=delete hazards=no-where
DELETE FROM audit_log LIMIT 1000000
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id + 0 > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id DIV 1 > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT id = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id REGEXP '^[0-9]+$'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email REGEXP '.*'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email RLIKE ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email SOUNDS LIKE email
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE STRCMP(email, '') >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email = 0 OR email <> 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name < 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE FIND_IN_SET(id, (SELECT GROUP_CONCAT(id) FROM (SELECT id FROM users) q))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE FIND_IN_SET(id, id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE FIELD(id, id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ELT(1, id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE INTERVAL(id, 0) = 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE INSTR(email, '')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE LOCATE('', email)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE LEAST(id, 999999999) = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT * FROM (SELECT id FROM users) q)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <= (SELECT m FROM (SELECT MAX(id) m FROM users) q)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE IF(id > 5, 1, 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE IF(name = 'a', 1, 2)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE IFNULL(name, 'x') LIKE '%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CASE WHEN id > 5 THEN 1 ELSE 1 END
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE BINARY email = email
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CONVERT(id, CHAR) = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CAST(id AS CHAR) LIKE '_%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE HEX(id) <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CONV(id, 10, 10) = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE MD5(email) REGEXP '^[0-9a-f]+$'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE LENGTH(SHA1(email)) = 40
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CRC32(email) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ~id <> 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE JSON_ARRAY(id) <> JSON_ARRAY()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE JSON_CONTAINS(JSON_ARRAY(id), CAST(id AS CHAR))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CONNECTION_ID() > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ROW_COUNT() <> -5
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE @@version <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE USER() <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE UUID() IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE RAND() < 2
;;
--@ kind=delete hazards=tautological-where
DELETE u FROM users u JOIN (SELECT MAX(id) m FROM users) q ON u.id <= q.m
;;
--@ kind=delete hazards=tautological-where
DELETE u FROM users u JOIN (SELECT MAX(id) m FROM users) q WHERE u.id <= q.m
;;
--@ kind=delete hazards=no-where
DELETE u FROM users u LEFT JOIN payments p ON p.merchant_id = u.id
;;
--@ kind=delete hazards=tautological-where
DELETE u FROM users u LEFT JOIN payments p ON p.merchant_id = u.id AND 1 = 0 WHERE p.id IS NULL
;;
--@ kind=delete hazards=no-where
DELETE u FROM users u STRAIGHT_JOIN merchants m
;;
--@ kind=delete hazards=no-where
DELETE u FROM users u NATURAL JOIN users v
;;
--@ kind=delete hazards=tautological-where
DELETE FROM u USING users AS u JOIN merchants m WHERE m.id <> u.id
;;
--@ kind=delete hazards=tautological-where
DELETE u, p FROM users u JOIN payments p ON p.merchant_id <> u.id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.merchant_id = users.id AND p.status LIKE 'a%' AND p.status LIKE 'b%')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY id) rn FROM users) q WHERE rn = 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, COUNT(*) OVER () c FROM users) q WHERE c > 0)
;;
--@ kind=delete hazards=tautological-where
DELETE QUICK FROM users WHERE 1
;;
--@ kind=delete hazards=tautological-where
DELETE LOW_PRIORITY IGNORE FROM users WHERE id > 0
;;
--@ kind=update hazards=tautological-where
UPDATE users u JOIN (SELECT MAX(id) m FROM users) q SET u.name = 'x' WHERE u.id <= q.m
;;
--@ kind=update hazards=tautological-where
UPDATE users u JOIN (SELECT MAX(id) m FROM users) q ON u.id <= q.m SET u.name = 'x'
;;
--@ kind=update hazards=tautological-where
UPDATE users u, (SELECT MIN(id) m FROM users) q SET u.name = 'x' WHERE u.id >= q.m
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id > 0 ORDER BY id
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id >= 1 LIMIT 1000000
;;
--@ kind=update hazards=tautological-where
UPDATE IGNORE users SET name = 'x' WHERE id LIKE '%'
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id = ANY (SELECT id FROM (SELECT id FROM users) q)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = (@r := @r + 1) WHERE (@r := 0) = 0
;;
--@ kind=update hazards=tautological-where
UPDATE users, seq_1_to_1000000 s SET name = 'x' WHERE s.seq = users.id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at - 0 > 19700101
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at / 1 > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE 19700101 < at + 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at + 0 BETWEEN 19700101 AND 99991231235959
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at + INTERVAL 0 SECOND > '1970-01-01'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <> 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE NOT at = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE DATE(at) + 0 > 20000101
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < FROM_UNIXTIME(4102444799)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at > FROM_UNIXTIME(1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE YEAR(at) BETWEEN 1970 AND 2100
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE MONTH(at) IN (1,2,3,4,5,6,7,8,9,10,11,12)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE DAYOFWEEK(at) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE DAYNAME(at) <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE QUARTER(at) <= 4
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id REGEXP '[[:digit:]]'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT REGEXP '[a-z]'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id RLIKE '^.+$'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE LENGTH(SHA2(email, 256)) = 64
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE LENGTH(HEX(email)) % 2 = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE FIND_IN_SET(id, (SELECT GROUP_CONCAT(u.id) FROM (SELECT * FROM users) u)) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE JSON_CONTAINS((SELECT JSON_ARRAYAGG(id) FROM (SELECT id FROM users) q), CAST(id AS CHAR))
;;
--@ kind=delete hazards=tautological-where
DELETE u FROM users u JOIN (SELECT MAX(id) AS hi, MIN(id) AS lo FROM users) q ON u.id BETWEEN q.lo AND q.hi
;;
--@ kind=delete hazards=tautological-where
DELETE u FROM users u, users v WHERE u.id <> v.id
;;
--@ kind=delete hazards=tautological-where
DELETE u FROM users u JOIN users v ON u.id >= v.id
;;
--@ kind=delete hazards=tautological-where
DELETE u FROM users u JOIN users v ON u.tenant_id = v.tenant_id
;;
--@ kind=delete hazards=tautological-where
DELETE u FROM users u LEFT JOIN payments p ON p.merchant_id = u.id WHERE p.id IS NULL OR p.id > 0
;;
--@ kind=delete hazards=tautological-where
DELETE u FROM users u LEFT JOIN payments p ON p.id IS NULL WHERE p.id IS NULL
;;
