--! adversarial
--@ kind=delete hazards=tautological-where
DELETE u FROM users u JOIN (SELECT now() AS t) v ON u.deleted_at < v.t OR u.deleted_at IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE a FROM audit_log a JOIN (SELECT now() AS t) v ON a.at < v.t
;;
--@ kind=delete hazards=tautological-where
DELETE a FROM audit_log a, (SELECT curdate() + INTERVAL 1 DAY AS t) v WHERE a.at < v.t
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ORD(email) > 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ASCII(email) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ORD(email) BETWEEN 1 AND 4294967295
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email > 0x01
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name = 0.0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name <=> 0
;;
--@ kind=delete hazards=tautological-where run=no
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id FROM users LIMIT 1000000) t)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM cards WHERE JSON_VALID(doc)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < TIMESTAMPADD(YEAR, 1, NOW())
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < ADDDATE(CURDATE(), 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < MAKEDATE(2999, 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE UNIX_TIMESTAMP(at) < UNIX_TIMESTAMP()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE TO_SECONDS(at) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE EXTRACT(YEAR_MONTH FROM at) > 190000
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE TIMEDIFF(NOW(), at) > 0
;;
--@ kind=insert hazards=no-where run=no
INSERT INTO users (id) SELECT seq FROM seq_1_to_1000000 ON DUPLICATE KEY UPDATE name = 'x'
;;
--@ kind=insert hazards=no-where
REPLACE users (id) SELECT seq FROM seq_1_to_1000
;;
--@ kind=insert hazards=no-where
REPLACE INTO users (id) WITH RECURSIVE r AS (SELECT 1 n UNION ALL SELECT n+1 FROM r WHERE n < 1000) SELECT n FROM r
;;
--@ kind=insert hazards=no-where
INSERT INTO users (id) WITH RECURSIVE r AS (SELECT 1 n UNION ALL SELECT n+1 FROM r WHERE n < 1000) SELECT n FROM r ON DUPLICATE KEY UPDATE name = 'x'
;;
--@ kind=select hazards=denial-of-service run=no
SELECT COUNT(*) FROM seq_1_to_100000 a, seq_1_to_100000 b
;;
--@ kind=select hazards=denial-of-service run=no
SELECT COUNT(*) FROM seq_1_to_100000 a JOIN seq_1_to_100000 b
;;
--@ kind=select hazards=denial-of-service run=no
SELECT COUNT(*) FROM seq_0_to_9999 a JOIN seq_0_to_9999 b ON a.seq <> b.seq
;;
--@ kind=select hazards=denial-of-service run=no
SELECT COUNT(*) FROM users a, users b, users c, users d, users e WHERE a.id > 0
;;
--@ kind=set hazards=session-change
SET timestamp = 1
;;
