--! adversarial hazards=ddl
--@ kind=ddl ddl=t1
CREATE TABLE t1 (a int)
;;
--@ kind=ddl ddl=t1
CREATE TEMP TABLE t1 (a int)
;;
--@ kind=ddl ddl=t1
CREATE UNLOGGED TABLE IF NOT EXISTS t1 (a int DEFAULT 5 CHECK (a > 0))
;;
--@ kind=ddl ddl=cards
CREATE INDEX ON cards (lower(holder))
;;
--@ kind=ddl ddl=cards
CREATE UNIQUE INDEX IF NOT EXISTS i ON ONLY cards USING btree (id) WHERE id > 5
;;
--@ kind=ddl ddl=cards
ALTER TABLE cards ADD COLUMN x text
;;
--@ kind=ddl ddl=cards hazards=ddl,relocation
ALTER TABLE cards RENAME TO harmless
;;
--@ kind=ddl ddl=cards hazards=ddl,relocation
ALTER TABLE cards RENAME COLUMN pan TO note2
;;
--@ kind=ddl ddl=cards hazards=ddl,relocation
ALTER TABLE cards SET SCHEMA app
;;
--@ kind=ddl ddl=cards hazards=ddl,dcl
ALTER TABLE cards DISABLE TRIGGER ALL
;;
--@ kind=ddl ddl=cards hazards=ddl,dcl
ALTER TABLE cards DISABLE ROW LEVEL SECURITY
;;
--@ kind=ddl ddl=cards hazards=ddl,dcl
ALTER TABLE cards OWNER TO CURRENT_USER
;;
--@ kind=ddl ddl=cards
ALTER TABLE cards ALTER COLUMN pan TYPE varchar(10)
;;
--@ kind=ddl ddl=cards
ALTER TABLE cards ALTER pan DROP DEFAULT
;;
--@ kind=ddl
CREATE SCHEMA s1 CREATE TABLE t (a int)
;;
--@ kind=ddl
CREATE TYPE colour AS ENUM ('red')
;;
--@ kind=ddl
ALTER TYPE mood ADD VALUE 'great'
;;
--@ kind=ddl
CREATE DOMAIN d AS int CHECK (VALUE > 0)
;;
--@ kind=ddl
CREATE SEQUENCE s2
;;
--@ kind=ddl ddl=cards
COMMENT ON TABLE cards IS 'x'
;;
--@ kind=ddl
COMMENT ON COLUMN cards.pan IS 'x'
;;
--@ kind=ddl run=fails
CREATE CAST (mood AS int) WITH INOUT
;;
--@ kind=ddl
CREATE STATISTICS st ON id, holder FROM cards
;;
--@ kind=ddl hazards=ddl,relocation
REFRESH MATERIALIZED VIEW card_counts
;;
--@ kind=ddl
ALTER SEQUENCE ticket RESTART
;;
--@ kind=ddl run=fails
CREATE DATABASE d2
;;
--@ kind=ddl hazards=ddl,session-change run=no
ALTER DATABASE postgres SET search_path = evil
;;
--@ kind=ddl hazards=ddl,relocation
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'
;;
--@ kind=ddl hazards=ddl,relocation
CREATE OR REPLACE FUNCTION purge_all() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $f$ BEGIN DELETE FROM cards; END $f$
;;
--@ kind=ddl hazards=ddl,relocation ddl=cards
CREATE TRIGGER t AFTER INSERT ON cards FOR EACH ROW EXECUTE FUNCTION on_change()
;;
--@ kind=ddl hazards=ddl,relocation run=fails
CREATE RULE r AS ON SELECT TO card_archive DO INSTEAD SELECT id, holder, pan FROM cards
;;
--@ kind=ddl hazards=ddl,relocation
CREATE RULE r AS ON INSERT TO audit_log DO ALSO DELETE FROM payments
;;
--@ kind=ddl hazards=ddl,relocation
CREATE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC DELETE FROM audit_log; INSERT INTO audit_log (what) VALUES ('x'); END
;;
--@ kind=ddl hazards=ddl,dcl
CREATE POLICY p ON cards USING (true)
;;
--@ kind=ddl hazards=ddl,load-extension run=fails
CREATE EXTENSION dblink
;;
--@ kind=ddl hazards=load-extension run=fails
CREATE EXTENSION IF NOT EXISTS plpython3u
;;
--@ kind=ddl hazards=load-extension run=fails
CREATE FUNCTION sys(cstring) RETURNS int AS '/lib/x86_64-linux-gnu/libc.so.6', 'system' LANGUAGE c STRICT
;;
--@ kind=dcl hazards=dcl ddl=cards
GRANT ALL ON cards TO PUBLIC
;;
--@ kind=dcl hazards=dcl ddl=cards,payments
GRANT SELECT (id), UPDATE ON TABLE cards, payments TO CURRENT_USER WITH GRANT OPTION
;;
--@ kind=dcl hazards=dcl run=fails
GRANT pg_read_all_data TO somebody
;;
--@ kind=dcl hazards=dcl
GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC
;;
--@ kind=dcl hazards=dcl ddl=cards
REVOKE ALL ON cards FROM PUBLIC
;;
--@ kind=ddl hazards=dcl
CREATE ROLE r1 SUPERUSER
;;
--@ kind=ddl hazards=dcl
CREATE USER u1 PASSWORD 'x'
;;
--@ kind=dcl hazards=dcl
ALTER ROLE CURRENT_USER SET statement_timeout = 0
;;
--@ kind=dcl hazards=dcl run=fails
ALTER USER somebody WITH SUPERUSER PASSWORD 'x'
;;
--@ kind=dcl hazards=dcl
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC
;;
--@ kind=dcl hazards=dcl run=fails
REASSIGN OWNED BY somebody TO CURRENT_USER
;;
--@ kind=dcl hazards=dcl run=fails
SECURITY LABEL FOR anon ON COLUMN cards.pan IS 'MASKED'
;;
--@ kind=dcl hazards=dcl run=fails
ALTER POLICY p ON cards USING (true)
;;
--@ kind=ddl hazards=relocation,ddl reads=cards
CREATE SCHEMA s2 CREATE TABLE t (a int) CREATE VIEW v AS SELECT pan AS x FROM cards
;;
--@ kind=ddl
CREATE SCHEMA reporting
;;
--@ kind=ddl
CREATE SCHEMA IF NOT EXISTS reporting AUTHORIZATION CURRENT_ROLE
;;
--@ kind=ddl ddl=parted_2027,parted reads=-
CREATE TABLE parted_2027 PARTITION OF parted FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')
;;
--@ kind=ddl ddl=parted,parted_2024
ALTER TABLE parted DETACH PARTITION parted_2024
;;
--@ kind=ddl ddl=refunds reads=payments,cards
CREATE TABLE refunds (id int REFERENCES payments, card_id bigint, FOREIGN KEY (card_id) REFERENCES cards (id))
;;
--@ kind=ddl ddl=old_cards reads=cards
CREATE TABLE old_cards (reason text) INHERITS (cards)
;;
--@ kind=ddl hazards=ddl,dcl ddl=cards reads=merchants
CREATE POLICY own ON cards USING (merchant_id IN (SELECT id FROM merchants))
;;
--@ kind=ddl hazards=ddl,network-access reads=cards,payments run=any
CREATE PUBLICATION p FOR TABLE cards, ONLY payments (id) WHERE (id > 1)
;;
