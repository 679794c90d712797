--! benign
--@ kind=select reads=cards
SELECT id, holder FROM cards WHERE id = %s
;;
--@ kind=select reads=cards
SELECT `c`.`id`, `c`.`holder` FROM `cards` AS `c` WHERE `c`.`id` IN (%s, %s) ORDER BY `c`.`id` LIMIT 5, 10
;;
--@ kind=select reads=cards
SELECT * FROM cards WHERE id = ? AND holder LIKE 'a%'
;;
--@ kind=select out=p:derived:cards.pan|n:safe:cards.pan
SELECT concat(left(pan, 6), '...') AS p, length(pan) AS n FROM cards WHERE id = 1
;;
--@ kind=select
SELECT "string", 'it''s', 'it\'s', 'back\\slash', N'n', _utf8mb4'x', x'4142', 0x4142, b'01'
;;
--@ kind=select
SELECT 1--1
;;
--@ kind=select
SELECT 1 -- comment; DROP TABLE cards
;;
--@ kind=select
SELECT 1 # comment; DELETE FROM cards
;;
--@ kind=select
SELECT /* comment; DELETE FROM cards */ 1
;;
--@ kind=select
SELECT /*+ MAX_EXECUTION_TIME(1000) */ id FROM users
;;
--@ kind=select
SELECT SQL_CALC_FOUND_ROWS id FROM users LIMIT 5
;;
--@ kind=select
SELECT FOUND_ROWS(), LAST_INSERT_ID(), ROW_COUNT(), CONNECTION_ID(), DATABASE(), USER(), VERSION()
;;
--@ kind=select
SELECT @@version, @@session.sql_mode, @@global.time_zone, @@autocommit
;;
--@ kind=select
SELECT status, COUNT(*), AVG(amount), GROUP_CONCAT(id ORDER BY id SEPARATOR ',') FROM payments WHERE merchant_id = 5 GROUP BY status WITH ROLLUP
;;
--@ kind=select
SELECT IF(active, 'yes', 'no'), IFNULL(name, ''), CASE WHEN id = 1 THEN 'a' ELSE 'b' END FROM merchants
;;
--@ kind=select
SELECT DATE_FORMAT(created_at, '%Y-%m-%d'), created_at + INTERVAL 1 DAY, UNIX_TIMESTAMP(created_at), TIMESTAMPDIFF(DAY, created_at, NOW()) FROM payments WHERE id = 1
;;
--@ kind=select server=mysql
SELECT doc->'$.a', doc->>'$.b', JSON_EXTRACT(doc, '$.c') FROM cards WHERE id = 1
;;
--@ kind=select
SELECT id FROM users WHERE name REGEXP '^a' AND email LIKE '%x%' AND NOT (id <=> 5) AND id DIV 2 = 1 AND id MOD 2 = 0
;;
--@ kind=select
SELECT id FROM cards WHERE MATCH (note) AGAINST ('hello' IN BOOLEAN MODE)
;;
--@ kind=select
SELECT id FROM users USE INDEX (PRIMARY) WHERE id = 1 FOR UPDATE
;;
--@ kind=select
SELECT id FROM users WHERE id = 1 LOCK IN SHARE MODE
;;
--@ kind=select
SELECT STRAIGHT_JOIN u.id FROM users u JOIN payments p ON p.merchant_id = u.id
;;
--@ kind=select
SELECT u.id FROM users u INNER JOIN payments p USING (id) LEFT JOIN cards c ON c.id = p.card_id WHERE c.id IS NULL
;;
--@ kind=select
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT * FROM r
;;
--@ kind=select
SELECT id, ROW_NUMBER() OVER (PARTITION BY card_id ORDER BY id) AS rn FROM payments
;;
--@ kind=select
SELECT id FROM users UNION ALL SELECT id FROM merchants ORDER BY 1 LIMIT 5
;;
--@ kind=select
SELECT * FROM parted PARTITION (p0)
;;
--@ kind=select
SELECT NEXT VALUE FOR ticket, NEXTVAL(ticket)
;;
--@ kind=select
SELECT CONVERT(name USING utf8mb4), CAST(id AS CHAR), CONVERT(id, CHAR(10)), CONVERT(id, DECIMAL(10,2)), BINARY name FROM users
;;
--@ kind=select
SELECT * FROM JSON_TABLE('[1,2]', '$[*]' COLUMNS (x INT PATH '$')) AS t
;;
--@ kind=select
SELECT 1 FROM DUAL WHERE 1 <> 2 AND 'a' = "a" AND NOT 0
;;
--@ kind=select
SELECT * FROM 2fa WHERE id = 5
;;
--@ kind=select only=impure-function
SELECT card_count()
;;
--@ kind=select
VALUES (1, 2), (3, 4)
;;
--@ kind=insert writes=users
INSERT INTO users (email, name) VALUES (%s, %s)
;;
--@ kind=insert writes=users
INSERT users (email) VALUES ('x')
;;
--@ kind=insert writes=users
INSERT LOW_PRIORITY IGNORE INTO users SET email = 'x', name = 'y'
;;
--@ kind=insert writes=users actions=update
INSERT INTO users (email, name) VALUES (%(email)s, %(name)s) ON DUPLICATE KEY UPDATE name = VALUES(name), tenant_id = tenant_id + 1
;;
--@ kind=insert writes=users
REPLACE INTO users (id, email) VALUES (1, 'x')
;;
--@ kind=insert writes=users
REPLACE users SET id = 1, email = 'x'
;;
--@ kind=insert writes=users
INSERT INTO users (email) VALUES ('x') RETURNING id
;;
--@ kind=insert writes=audit_log
INSERT INTO audit_log () VALUES ()
;;
--@ kind=update writes=users
UPDATE users SET name = %s WHERE id = %s LIMIT 1
;;
--@ kind=update writes=users
UPDATE IGNORE users SET name = 'where' WHERE id = 5
;;
--@ kind=update writes=payments reads=cards
UPDATE payments p JOIN cards c ON c.id = p.card_id SET p.status = 'x' WHERE c.merchant_id = 5
;;
--@ kind=delete writes=payments
DELETE FROM payments WHERE id = %s
;;
--@ kind=delete writes=payments
DELETE QUICK FROM payments WHERE status = 'void' ORDER BY id LIMIT 100
;;
--@ kind=delete writes=payments reads=payments,cards
DELETE p FROM payments p JOIN cards c ON c.id = p.card_id WHERE c.merchant_id = 5
;;
--@ kind=delete writes=payments reads=payments,cards
DELETE FROM payments USING payments JOIN cards ON cards.id = payments.card_id WHERE cards.merchant_id = 5
;;
--@ kind=tcl
BEGIN
;;
--@ kind=tcl
START TRANSACTION READ ONLY, WITH CONSISTENT SNAPSHOT
;;
--@ kind=tcl
COMMIT AND NO CHAIN
;;
--@ kind=tcl
ROLLBACK
;;
--@ kind=tcl
SAVEPOINT `s1`
;;
--@ kind=tcl run=fails
ROLLBACK TO SAVEPOINT s2
;;
--@ kind=tcl run=fails
RELEASE SAVEPOINT s2
;;
--@ kind=tcl
SET TRANSACTION ISOLATION LEVEL READ COMMITTED
;;
--@ kind=tcl
SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ
;;
--@ kind=set
SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci
;;
--@ kind=set
SET NAMES 'utf8'
;;
--@ kind=set
SET autocommit = 0
;;
--@ kind=set
SET @@session.autocommit = ON
;;
--@ kind=set
SET time_zone = '+00:00'
;;
--@ kind=set
SET SESSION group_concat_max_len = 100000, wait_timeout = 600
;;
--@ kind=set
SET sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION'
;;
--@ kind=set
SET SQL_AUTO_IS_NULL = 0
;;
--@ kind=set
SET foreign_key_checks = 0
;;
--@ kind=set
SET @a = 5, @b := 'x'
;;
--@ kind=set
SET character_set_results = NULL
;;
--@ kind=set
SET max_statement_time = 5
;;
--@ kind=set
USE test
;;
--@ kind=show
SHOW TABLES
;;
--@ kind=show
SHOW FULL TABLES FROM `test` LIKE 'c%'
;;
--@ kind=show
SHOW CREATE TABLE `cards`
;;
--@ kind=show
SHOW FULL COLUMNS FROM `cards`
;;
--@ kind=show
SHOW INDEX FROM cards
;;
--@ kind=show
SHOW VARIABLES LIKE 'sql_mode'
;;
--@ kind=show
SHOW SESSION STATUS LIKE 'Threads%'
;;
--@ kind=show
SHOW WARNINGS
;;
--@ kind=show
SHOW DATABASES
;;
--@ kind=show
SHOW GRANTS
;;
--@ kind=show
SHOW PROCESSLIST
;;
--@ kind=show reads=cards
DESCRIBE cards
;;
--@ kind=show reads=cards
DESC `cards` pan
;;
--@ kind=show reads=cards
EXPLAIN cards
;;
--@ kind=explain
EXPLAIN SELECT * FROM cards WHERE id = 1
;;
--@ kind=explain
EXPLAIN FORMAT=JSON SELECT * FROM cards WHERE id = 1
;;
--@ kind=explain
EXPLAIN EXTENDED SELECT id FROM cards
;;
--@ kind=explain
EXPLAIN DELETE FROM cards
;;
--@ kind=lock
UNLOCK TABLES
;;
--@ kind=select
DO 1 + 1
;;
--@ kind=select
SELECT TABLE_NAME, TABLE_TYPE FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = DATABASE()
;;
--@ kind=select
SELECT kcu.COLUMN_NAME, kcu.REFERENCED_TABLE_NAME FROM information_schema.KEY_COLUMN_USAGE kcu WHERE kcu.TABLE_SCHEMA = %s AND kcu.TABLE_NAME = %s AND kcu.REFERENCED_TABLE_NAME IS NOT NULL
;;
--@ kind=show
HELP 'select'
;;
--@ kind=update
UPDATE `users` SET `name` = ? WHERE `users`.`id` = ? LIMIT 1
;;
--@ kind=delete
DELETE FROM users WHERE 1=1 AND id = ?
;;
--@ kind=delete
DELETE u FROM users u JOIN users d ON u.email = d.email AND u.id > d.id
;;
--@ kind=delete
DELETE u FROM users u LEFT JOIN merchants m ON m.id = u.tenant_id WHERE m.id IS NULL
;;
--@ kind=update
UPDATE payments p JOIN cards c ON c.id = p.card_id SET p.status = 'x' WHERE c.expiry < NOW()
;;
--@ kind=insert
INSERT INTO users (email, name) VALUES (?, ?) ON DUPLICATE KEY UPDATE name = VALUES(name), id = LAST_INSERT_ID(id)
;;
--@ kind=insert
INSERT IGNORE INTO users (email) VALUES (?)
;;
--@ kind=insert
REPLACE INTO users (id, email) VALUES (?, ?)
;;
--@ kind=select
SELECT SQL_CALC_FOUND_ROWS * FROM users LIMIT 10
;;
--@ kind=select
SELECT FOUND_ROWS()
;;
--@ kind=select
SELECT * FROM cards WHERE pan = ? AND BINARY holder = ?
;;
--@ kind=select
SELECT * FROM cards WHERE BINARY pan = ?
;;
--@ kind=select
SELECT DISTINCT c.id, c.pan FROM cards c JOIN payments p ON p.card_id = c.id
;;
--@ kind=select
SELECT DATE(created_at) d, SUM(amount) FROM payments GROUP BY d WITH ROLLUP
;;
--@ kind=select
SELECT GROUP_CONCAT(DISTINCT name ORDER BY name SEPARATOR ', ') FROM users
;;
--@ kind=select
SELECT CONCAT('****', RIGHT(pan, 4)) FROM cards WHERE id = ?
;;
--@ kind=select
SELECT IFNULL(pan, '') FROM cards
;;
--@ kind=select
SELECT JSON_OBJECT('id', id, 'name', name) FROM users
;;
--@ kind=select
SELECT JSON_EXTRACT(doc, '$.brand') b, COUNT(*) FROM cards GROUP BY b
;;
--@ kind=select
SELECT * FROM cards WHERE MATCH(note) AGAINST (? IN BOOLEAN MODE)
;;
--@ kind=show
SHOW FULL TABLES
;;
--@ kind=show
SHOW CREATE TABLE users
;;
--@ kind=show
SHOW INDEX FROM users
;;
--@ kind=show
SHOW TABLE STATUS LIKE 'users'
;;
--@ kind=show
SHOW VARIABLES LIKE 'version%'
;;
--@ kind=select
SELECT @@version_comment LIMIT 1
;;
--@ kind=select
SELECT @@session.tx_isolation
;;
--@ kind=set
SET NAMES utf8mb4
;;
--@ kind=set
SET autocommit=0
;;
--@ kind=tcl
START TRANSACTION
;;
--@ kind=select
SELECT * FROM users FOR UPDATE
;;
--@ kind=select
SELECT CAST(amount AS DECIMAL(10,2)) FROM payments
;;
--@ kind=select
SELECT c.id FROM cards c WHERE c.pan IN (?, ?)
;;
--@ kind=select
SELECT p.id FROM payments p USE INDEX (by_card) WHERE card_id = ?
;;
--@ kind=select
WITH RECURSIVE d AS (SELECT CURDATE() AS day UNION ALL SELECT day - INTERVAL 1 DAY FROM d WHERE day > CURDATE() - INTERVAL 30 DAY) SELECT d.day, COUNT(p.id) FROM d LEFT JOIN payments p ON DATE(p.created_at) = d.day GROUP BY d.day
;;
--@ kind=update
UPDATE users SET name = ? WHERE (? IS NULL OR tenant_id = ?) AND id = ?
;;
--@ kind=update
UPDATE users SET deleted_at = NOW() WHERE tenant_id = ? ORDER BY id LIMIT 100
;;
--@ kind=select
SELECT TABLE_NAME, TABLE_ROWS FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()
;;
--@ kind=select
SELECT pan FROM cards UNION SELECT pan FROM card_archive
;;
--@ kind=select
SELECT u.*, IF(u.deleted_at IS NULL, 'active', 'gone') FROM users u
;;
--@ kind=select
SELECT u.id, ROW_NUMBER() OVER (PARTITION BY tenant_id ORDER BY id) FROM users u
;;
--@ kind=select
SELECT EXISTS(SELECT * FROM users WHERE email = ? LIMIT 1)
;;
--@ kind=select
SELECT seq FROM seq_1_to_10
;;
--@ kind=select
SELECT DISTINCT YEAR(created_at) FROM payments
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
