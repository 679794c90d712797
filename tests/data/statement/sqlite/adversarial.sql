--! adversarial hazards=no-where
--@ kind=delete writes=cards
DELETE FROM cards
;;
--@ kind=delete writes=cards
DELETE FROM main.cards
;;
--@ kind=delete writes=cards
DELETE FROM [cards]
;;
--@ kind=delete writes=cards
DELETE FROM "cards" -- where
;;
--@ kind=delete writes=cards
DELETE FROM `cards` /* where */ RETURNING pan
;;
--@ kind=delete writes=cards
WITH x AS (SELECT 1) DELETE FROM cards
;;
--@ kind=update writes=cards
UPDATE cards SET note = 'where'
;;
--@ kind=update writes=cards
UPDATE OR IGNORE cards SET note = 'x'
;;
--@ kind=update writes=cards
UPDATE OR REPLACE main.cards AS c SET note = 'x'
;;
--@ kind=update writes=cards reads=users
UPDATE cards SET note = u.name FROM users u
;;
--@ kind=multiple writes=cards hazards=no-where,multiple-statements run=script
SELECT 1; DELETE FROM cards
;;
--@ kind=multiple writes=cards hazards=no-where,multiple-statements run=script
SELECT 'a;''b'; DELETE FROM cards;
;;
--@ kind=multiple writes=cards hazards=no-where,multiple-statements run=script
SELECT 'a\'; DELETE FROM cards; --'
;;
--@ hazards=tautological-where kind=delete
DELETE FROM cards WHERE 1
;;
--@ hazards=tautological-where kind=delete
DELETE FROM cards WHERE 1=1
;;
--@ hazards=tautological-where kind=delete
DELETE FROM cards WHERE 1 == 1
;;
--@ hazards=tautological-where kind=delete
DELETE FROM cards WHERE rowid > 0
;;
--@ hazards=tautological-where kind=delete
DELETE FROM cards WHERE rowid IS NOT NULL
;;
--@ hazards=tautological-where kind=delete
DELETE FROM cards WHERE id NOTNULL
;;
--@ hazards=tautological-where kind=delete
DELETE FROM cards WHERE id NOT NULL
;;
--@ hazards=tautological-where kind=delete
DELETE FROM cards WHERE id IS id
;;
--@ hazards=tautological-where kind=delete
DELETE FROM cards WHERE holder GLOB '*'
;;
--@ hazards=tautological-where kind=delete
DELETE FROM cards WHERE holder LIKE '%' ESCAPE '\'
;;
--@ hazards=tautological-where kind=delete
DELETE FROM cards WHERE ?1
;;
--@ hazards=tautological-where kind=delete
DELETE FROM cards WHERE iif(1, 1, 0)
;;
--@ hazards=tautological-where kind=delete
DELETE FROM cards WHERE 'x' < 'y'
;;
--@ hazards=tautological-where kind=delete
DELETE FROM cards WHERE _rowid_ >= 1
;;
--@ hazards=tautological-where kind=update
UPDATE cards SET note = 'x' WHERE EXISTS (SELECT 1)
;;
--@ hazards=tautological-where kind=update
UPDATE cards SET note = 'x' WHERE id IN (SELECT id FROM cards)
;;
--@ hazards=drop,ddl kind=ddl ddl=audit_log
DROP TABLE audit_log
;;
--@ hazards=drop,ddl kind=ddl ddl=audit_log
drop/**/table if exists main.audit_log
;;
--@ hazards=drop,ddl kind=ddl ddl=card_names
DROP VIEW card_names
;;
--@ hazards=drop,ddl kind=ddl
DROP INDEX cards_holder
;;
--@ hazards=drop,ddl kind=ddl
DROP TRIGGER cards_change
;;
--@ hazards=drop,ddl kind=ddl ddl=cards
ALTER TABLE cards DROP COLUMN pan
;;
--@ hazards=relocation,ddl kind=ddl ddl=cards
ALTER TABLE cards RENAME TO harmless
;;
--@ hazards=relocation,ddl kind=ddl ddl=cards
ALTER TABLE cards RENAME pan TO note2
;;
--@ hazards=ddl kind=ddl ddl=t1
CREATE TABLE t1 (a int)
;;
--@ hazards=relocation,ddl kind=ddl ddl=t1 reads=cards
CREATE TABLE t1 AS SELECT pan FROM cards
;;
--@ hazards=relocation,ddl kind=ddl ddl=t1 reads=cards
CREATE TEMP TABLE IF NOT EXISTS t1 AS SELECT * FROM cards
;;
--@ hazards=relocation,ddl kind=ddl ddl=v reads=cards
CREATE VIEW v AS SELECT pan AS h FROM cards
;;
--@ hazards=relocation,ddl kind=ddl
CREATE TRIGGER t AFTER INSERT ON users BEGIN DELETE FROM cards; INSERT INTO audit_log (what) SELECT pan FROM cards; END
;;
--@ hazards=relocation,ddl,file-access kind=ddl run=fails
CREATE VIRTUAL TABLE x USING csv(filename='/etc/passwd')
;;
--@ hazards=relocation,ddl kind=ddl
CREATE VIRTUAL TABLE x USING fts5(pan)
;;
--@ hazards=ddl kind=ddl ddl=cards
CREATE INDEX i ON cards (pan)
;;
--@ hazards=relocation kind=insert reads=cards writes=audit_log
INSERT INTO audit_log (what) SELECT pan FROM cards
;;
--@ hazards=relocation kind=insert reads=cards writes=audit_log
REPLACE INTO audit_log (id, what) SELECT id, pan FROM cards
;;
--@ hazards=relocation kind=insert reads=cards writes=audit_log
INSERT OR IGNORE INTO audit_log (what) SELECT hex(pan) FROM cards
;;
--@ hazards=relocation kind=update reads=cards writes=users
UPDATE users SET name = c.pan FROM cards c WHERE c.id = users.id
;;
--@ hazards=attach,file-access kind=admin run=no
ATTACH DATABASE '/tmp/x.db' AS x
;;
--@ hazards=attach,file-access kind=admin
ATTACH ':memory:' AS x
;;
--@ hazards=attach,file-access kind=admin run=no
attach/**/? as x
;;
--@ hazards=file-access,relocation kind=export run=no
VACUUM INTO '/tmp/x.db'
;;
--@ hazards=file-access,relocation kind=export run=no
VACUUM main INTO ?
;;
--@ hazards=admin kind=admin run=script
VACUUM
;;
--@ hazards=load-extension kind=select run=fails
SELECT load_extension('/tmp/evil.so')
;;
--@ hazards=load-extension kind=select run=fails
SELECT "load_extension"('x')
;;
--@ hazards=load-extension kind=select run=fails
SELECT * FROM users WHERE load_extension('x') IS NULL
;;
--@ hazards=load-extension kind=select run=fails
SELECT fts3_tokenizer('x')
;;
--@ hazards=file-access kind=select run=fails
SELECT readfile('/etc/passwd')
;;
--@ hazards=file-access kind=select run=fails
SELECT writefile('/tmp/x', pan) FROM cards
;;
--@ hazards=file-access kind=select run=fails
SELECT * FROM fsdir('/')
;;
--@ hazards=process-access kind=select run=fails
SELECT edit(pan, 'vi') FROM cards
;;
--@ hazards=opaque kind=select run=fails
SELECT eval('DROP TABLE cards')
;;
--@ hazards=writable-schema kind=set
PRAGMA writable_schema = ON
;;
--@ hazards=writable-schema kind=set
PRAGMA main.writable_schema(1)
;;
--@ hazards=writable-schema kind=set
pragma/**/writable_schema=1
;;
--@ hazards=writable-schema kind=update run=fails
UPDATE sqlite_master SET sql = 'x' WHERE name = 'cards'
;;
--@ hazards=writable-schema,no-where kind=delete run=fails
DELETE FROM sqlite_schema
;;
--@ hazards=writable-schema kind=insert run=fails
INSERT INTO sqlite_master (type, name) VALUES ('table', 'x')
;;
--@ hazards=lax-integrity kind=set
PRAGMA foreign_keys = 0
;;
--@ hazards=lax-integrity kind=set
PRAGMA main.foreign_keys(no)
;;
--@ hazards=session-change kind=set
PRAGMA trusted_schema = 1
;;
--@ hazards=session-change kind=set
PRAGMA query_only = OFF
;;
--@ hazards=session-change kind=set
PRAGMA ignore_check_constraints = ON
;;
--@ hazards=session-change kind=set
PRAGMA secure_delete = OFF
;;
--@ hazards=file-access kind=set
PRAGMA temp_store_directory = '/tmp'
;;
--@ hazards=credential-introspection kind=set
PRAGMA key = 'secret'
;;
--@ hazards=credential-introspection kind=set
PRAGMA rekey = 'x'
;;
--@ hazards=statistics-access kind=select run=fails
SELECT sample FROM sqlite_stat4
;;
--@ hazards=statistics-access kind=select run=fails
SELECT data FROM sqlite_dbpage
;;
--@ hazards=denial-of-service kind=select run=no
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r
;;
--@ hazards=denial-of-service kind=select run=no
SELECT length(randomblob(999999999))
;;
--@ hazards=denial-of-service kind=select run=no
SELECT zeroblob(1000000000)
;;
--@ hazards=bulk-export kind=select reads=cards
SELECT * FROM cards
;;
--@ hazards=bulk-export kind=select reads=cards
SELECT group_concat(pan) FROM cards
;;
--@ hazards=bulk-export kind=select reads=cards
SELECT json_group_array(pan) FROM cards
;;
--@ hazards=bulk-export,cross-join kind=select
SELECT a.pan FROM cards a, users b
;;
--@ hazards=unparsable kind=unknown run=error
SELECT 'unterminated
;;
--@ hazards=unparsable kind=unknown run=error
SELECT [unterminated
;;
--@ hazards=unparsable kind=unknown run=error
TRUNCATE TABLE cards
;;
--@ hazards=unparsable kind=unknown run=error
EXEC('DELETE FROM cards')
;;
--@ hazards=unparsable kind=unknown run=error
SELECT * FROM cards WHERE id = 1 DELETE FROM cards
;;
--@ hazards=unparsable kind=unknown run=error
DO $$ BEGIN END $$
;;
--@ kind=set hazards=session-change
PRAGMA query_only = 0
;;
--@ kind=set hazards=session-change
PRAGMA query_only(off)
;;
--@ kind=set hazards=session-change
PRAGMA main.query_only = FALSE
;;
--@ kind=set hazards=session-change
PRAGMA "query_only" = 'no'
;;
--@ kind=set hazards=session-change
PRAGMA/**/query_only/**/=/**/0
;;
--@ kind=set hazards=session-change
PRAGMA journal_mode = OFF
;;
--@ kind=set hazards=session-change
PRAGMA journal_mode(off)
;;
--@ kind=set hazards=session-change
PRAGMA main.journal_mode = 'OFF'
;;
--@ kind=set hazards=session-change
PRAGMA journal_mode = MEMORY
;;
--@ kind=set hazards=session-change
PRAGMA synchronous = OFF
;;
--@ kind=set hazards=session-change
PRAGMA synchronous = 0
;;
--@ kind=set hazards=session-change
PRAGMA synchronous = 00
;;
--@ kind=set hazards=session-change
PRAGMA synchronous = +0
;;
--@ kind=set hazards=session-change
PRAGMA synchronous = 8
;;
--@ kind=set hazards=session-change
PRAGMA synchronous = 0x0
;;
--@ kind=set hazards=session-change
PRAGMA main.synchronous=off
;;
--@ kind=set hazards=session-change
PRAGMA schema_version = 99
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
SELECT printf('%1000000000d', 1)
;;
--@ kind=select hazards=denial-of-service run=no
SELECT format('%.900000000c', 'x')
;;
--@ kind=admin hazards=admin
REINDEX
;;
--@ kind=admin hazards=session-change run=fails
DETACH DATABASE reports
;;
--@ kind=admin hazards=session-change run=fails
DETACH other
;;
--@ kind=select hazards=statistics-access run=fails
SELECT data FROM sqlite_dbdata
;;
--@ kind=select hazards=statistics-access run=fails
SELECT child FROM sqlite_dbptr
;;
--@ kind=insert writes=cards_fts run=fails
INSERT INTO cards_fts (cards_fts) VALUES ('delete-all')
;;
--@ kind=insert writes=cards_fts run=fails
INSERT INTO cards_fts (cards_fts) VALUES ('delete-' || 'all')
;;
--@ kind=insert writes=cards_fts run=fails
INSERT INTO "cards_fts" ("CARDS_FTS", rowid) VALUES ('Delete-All', 1)
;;
--@ kind=set hazards=sequence
PRAGMA user_version = 5
;;
--@ kind=set hazards=sequence
PRAGMA main.application_id(7)
;;
--@ kind=set hazards=transaction-lock
PRAGMA locking_mode = EXCLUSIVE
;;
