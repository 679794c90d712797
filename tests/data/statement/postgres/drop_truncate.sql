--! adversarial hazards=drop
--@ kind=ddl ddl=cards
DROP TABLE cards CASCADE
;;
--@ kind=ddl ddl=cards
drop table if exists cards cascade
;;
--@ kind=ddl ddl=cards
DROP/**/TABLE/**/cards/**/CASCADE
;;
--@ kind=ddl ddl=cards
DROP  TABLE
cards cascade
;;
--@ kind=ddl ddl=cards,payments
DROP TABLE cards, payments CASCADE
;;
--@ kind=ddl ddl=cards
/* hello */ DROP -- SELECT
TABLE cards CASCADE
;;
--@ kind=ddl ddl=card_names
DROP VIEW card_names
;;
--@ kind=ddl ddl=card_counts
DROP MATERIALIZED VIEW card_counts
;;
--@ kind=ddl
DROP FUNCTION purge_all()
;;
--@ kind=ddl
DROP PROCEDURE archive_cards
;;
--@ kind=ddl
DROP ROUTINE purge_all
;;
--@ kind=ddl
DROP SCHEMA app CASCADE
;;
--@ kind=ddl run=any
DROP INDEX cards_holder
;;
--@ kind=ddl run=fails
DROP INDEX CONCURRENTLY IF EXISTS cards_holder
;;
--@ kind=ddl ddl=cards
DROP TRIGGER cards_change ON cards
;;
--@ kind=ddl ddl=cards run=fails
DROP POLICY p ON cards
;;
--@ kind=ddl ddl=cards run=fails
DROP RULE r ON cards
;;
--@ kind=ddl
DROP TYPE mood
;;
--@ kind=ddl
DROP SEQUENCE ticket
;;
--@ kind=ddl hazards=drop,dcl run=no
DROP OWNED BY CURRENT_USER
;;
--@ kind=ddl hazards=drop,dcl
DROP ROLE IF EXISTS nobody_there
;;
--@ kind=ddl hazards=drop,dcl
DROP USER IF EXISTS nobody_there
;;
--@ kind=ddl run=fails
DROP DATABASE nothing_there
;;
--@ kind=ddl
DROP EXTENSION IF EXISTS plperl
;;
--@ kind=ddl
DROP DOMAIN IF EXISTS d
;;
--@ kind=ddl
DROP AGGREGATE IF EXISTS a(int)
;;
--@ kind=ddl
DROP CAST IF EXISTS (text AS mood)
;;
--@ kind=ddl
DROP FOREIGN TABLE IF EXISTS ft
;;
--@ kind=ddl
DROP SERVER IF EXISTS s
;;
--@ kind=ddl
DROP PUBLICATION IF EXISTS p
;;
--@ kind=ddl
DROP EVENT TRIGGER IF EXISTS e
;;
--@ kind=ddl ddl=cards
ALTER TABLE cards DROP COLUMN pan
;;
--@ kind=ddl ddl=cards
ALTER TABLE IF EXISTS ONLY cards DROP pan
;;
--@ kind=ddl ddl=payments
ALTER TABLE payments DROP CONSTRAINT payments_pkey
;;
--@ kind=ddl ddl=users
ALTER TABLE users ADD COLUMN x int, DROP COLUMN email
;;
--@ kind=ddl ddl=cards run=fails
ALTER TABLE cards DROP COLUMN IF EXISTS nothing, DROP CONSTRAINT nothing
;;
--@ kind=truncate hazards=truncate writes=audit_log
TRUNCATE audit_log
;;
--@ kind=truncate hazards=truncate writes=audit_log
TRUNCATE TABLE audit_log
;;
--@ kind=truncate hazards=truncate writes=cards,payments
truncate only cards, payments restart identity cascade
;;
--@ kind=truncate hazards=truncate writes=audit_log
TRUNCATE/**/"audit_log"
;;
--@ kind=truncate hazards=truncate writes=app.vault
TRUNCATE app.vault CONTINUE IDENTITY
;;
--@ kind=multiple hazards=drop,multiple-statements
SELECT 1; DROP TABLE audit_log
;;
--@ kind=multiple hazards=drop,multiple-statements
SELECT 1;;;DROP TABLE audit_log;
;;
--@ kind=multiple hazards=truncate,multiple-statements
SELECT * FROM cards WHERE id = 1; TRUNCATE audit_log --
;;
--@ kind=multiple hazards=drop,multiple-statements
SELECT '-- '; DROP TABLE audit_log --'
;;
