--! adversarial hazards=drop,ddl kind=ddl
--@ ddl=cards
DROP TABLE cards
;;
--@ ddl=cards,payments
DROP TABLES IF EXISTS cards, payments RESTRICT
;;
--@ ddl=cards
DROP TEMPORARY TABLE IF EXISTS cards
;;
--@ ddl=cards hazards=drop,ddl,executable-comment
/*! DROP TABLE cards */
;;
--@ ddl=cards hazards=drop,ddl,executable-comment
/*!50000 DROP TABLE cards */
;;
--@ ddl=cards hazards=drop,ddl,executable-comment
/*M! DROP TABLE cards */
;;
--@ ddl=cards hazards=drop,ddl,executable-comment
/*M!100100 DROP TABLE */ cards
;;
--@ ddl=cards hazards=drop,ddl,executable-comment
DROP /*!TABLE*/ cards
;;
DROP DATABASE IF EXISTS nothing_there
;;
DROP SCHEMA IF EXISTS nothing_there
;;
--@ ddl=card_names
DROP VIEW card_names
;;
DROP PROCEDURE archive_cards
;;
DROP FUNCTION card_count
;;
DROP TRIGGER cards_change
;;
DROP EVENT IF EXISTS e
;;
--@ ddl=payments
DROP INDEX by_card ON payments
;;
--@ hazards=drop,dcl
DROP USER IF EXISTS nobody
;;
--@ hazards=drop,dcl run=fails
DROP ROLE nobody
;;
DROP SERVER IF EXISTS s
;;
DROP SEQUENCE ticket
;;
--@ ddl=cards
ALTER TABLE cards DROP COLUMN pan
;;
--@ ddl=cards
ALTER TABLE cards DROP pan
;;
--@ ddl=cards
ALTER IGNORE TABLE cards DROP PRIMARY KEY
;;
--@ ddl=payments
ALTER TABLE payments ADD x int, DROP KEY by_card
;;
--@ ddl=parted
ALTER TABLE parted DROP PARTITION p0
;;
--@ ddl=parted hazards=truncate,ddl
ALTER TABLE parted TRUNCATE PARTITION p0
;;
--@ kind=truncate writes=audit_log hazards=truncate
TRUNCATE audit_log
;;
--@ kind=truncate writes=audit_log hazards=truncate
TRUNCATE TABLE audit_log
;;
--@ kind=truncate writes=audit_log hazards=truncate,executable-comment
/*! TRUNCATE */ /*!40000 TABLE */ audit_log
;;
--@ hazards=ddl ddl=t1
CREATE TABLE t1 (a int)
;;
--@ hazards=ddl,drop ddl=t1
CREATE OR REPLACE TABLE t1 (a int)
;;
--@ hazards=ddl,network-access ddl=t1 run=fails
CREATE TABLE t1 (a int) ENGINE=FEDERATED CONNECTION='mysql://evil/db/t'
;;
--@ hazards=ddl,network-access ddl=t1 run=fails
CREATE TABLE t1 (a int) ENGINE=CONNECT
;;
--@ hazards=ddl,file-access ddl=t1 run=fails
CREATE TABLE t1 (a int NOT NULL) ENGINE=CSV DATA DIRECTORY='/tmp/nothing-there'
;;
--@ hazards=ddl ddl=cards
CREATE INDEX i ON cards (holder)
;;
--@ hazards=ddl,relocation
CREATE PROCEDURE p() DELETE FROM audit_log
;;
--@ hazards=ddl,relocation
CREATE PROCEDURE p() BEGIN DELETE FROM audit_log; SELECT pan FROM cards; END
;;
--@ hazards=ddl,relocation
CREATE FUNCTION f() RETURNS int DETERMINISTIC RETURN 1
;;
--@ hazards=load-extension run=fails
CREATE FUNCTION sys_exec RETURNS int SONAME 'udf.so'
;;
--@ hazards=load-extension run=fails
CREATE AGGREGATE FUNCTION f RETURNS int SONAME 'udf.so'
;;
--@ hazards=ddl,relocation ddl=users
CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW SET NEW.name = (SELECT pan FROM cards LIMIT 1)
;;
--@ hazards=ddl,relocation
CREATE DEFINER = CURRENT_USER EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM audit_log
;;
--@ hazards=dcl
CREATE USER u1 IDENTIFIED BY 'x'
;;
--@ hazards=dcl
CREATE ROLE r1
;;
--@ hazards=network-access
CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'evil')
;;
--@ kind=dcl hazards=dcl ddl=cards
GRANT ALL ON cards TO u1
;;
--@ kind=dcl hazards=dcl
GRANT ALL PRIVILEGES ON *.* TO root@localhost WITH GRANT OPTION
;;
--@ kind=dcl hazards=dcl run=fails
GRANT r1 TO u1
;;
--@ kind=dcl hazards=dcl ddl=test.cards run=fails
REVOKE SELECT (pan) ON test.cards FROM u1
;;
--@ kind=dcl hazards=dcl run=no
SET PASSWORD = PASSWORD('x')
;;
--@ kind=dcl hazards=dcl run=fails
ALTER USER u1 IDENTIFIED BY 'x'
;;
--@ kind=dcl hazards=dcl run=fails
RENAME USER u1 TO u2
;;
--@ kind=set hazards=role-change,dcl run=fails
SET DEFAULT ROLE NONE FOR u1
;;
--@ kind=set hazards=role-change run=fails
SET ROLE admin
;;
--@ kind=set hazards=role-change
SET ROLE NONE
;;
