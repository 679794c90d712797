--! adversarial hazards=opaque
--@ kind=opaque
DO $$ BEGIN PERFORM 1; END $$
;;
--@ kind=opaque
DO 'BEGIN DELETE FROM cards; END'
;;
--@ kind=opaque
DO LANGUAGE plpgsql $x$ BEGIN EXECUTE 'DR' || 'OP TABLE audit_log'; END $x$
;;
--@ kind=opaque
do/**/$$begin end$$
;;
--@ kind=execute run=fails
EXECUTE wipe
;;
--@ kind=execute run=fails
EXECUTE wipe(1, 'x')
;;
--@ kind=execute run=fails
execute "Wipe"
;;
--@ kind=call
CALL archive_cards(1)
;;
--@ kind=call run=fails
CALL public.purge(pan => '1')
;;
--@ kind=ddl hazards=opaque,ddl,relocation run=fails
CREATE TABLE x AS EXECUTE wipe
;;
--@ kind=explain run=fails
EXPLAIN ANALYZE EXECUTE wipe
;;
--@ kind=select run=fails
SELECT query_to_xml('DELETE FROM audit_log', true, true, '')
;;
--@ kind=select
SELECT table_to_xml('cards', true, true, '')
;;
--@ kind=select
SELECT schema_to_xml('public', true, true, '')
;;
--@ kind=select
SELECT database_to_xml(true, true, '')
;;
--@ kind=select run=fails
SELECT cursor_to_xml('c', 10, true, true, '')
;;
--@ kind=select run=fails
SELECT * FROM ts_stat('SELECT to_tsvector(pan) FROM cards')
;;
--@ kind=select run=fails
SELECT * FROM crosstab('SELECT 1') AS t(a int)
;;
--@ kind=select run=fails
SELECT cron.schedule('x', '* * * * *', 'DELETE FROM cards')
;;
--@ kind=multiple hazards=opaque,multiple-statements
SELECT 1; DO $$ BEGIN END $$
;;
--@ kind=unknown hazards=unparsable run=error
SELECT * FROM
;;
--@ kind=unknown hazards=unparsable run=error
SELECT 'unterminated
;;
--@ kind=unknown hazards=unparsable run=error
SELECT $x$ unterminated
;;
--@ kind=unknown hazards=unparsable run=error
SELECT 1 /* unterminated /* */
;;
--@ kind=unknown hazards=unparsable run=error
SELECT "unterminated
;;
--@ kind=unknown hazards=unparsable run=error
EXEC sp_executesql 'DELETE FROM cards'
;;
--@ kind=unknown hazards=unparsable run=error
EXECUTE IMMEDIATE 'DELETE FROM cards'
;;
--@ kind=unknown hazards=unparsable run=error
HANDLER cards READ FIRST
;;
--@ kind=unknown hazards=unparsable run=error
FROBNICATE cards
;;
--@ kind=unknown hazards=unparsable run=error
DROP
;;
--@ kind=unknown hazards=unparsable run=error
DELETE cards
;;
--@ kind=unknown hazards=unparsable run=error
SELECT * FROM cards WHERE id = 1 DELETE FROM cards
;;
--@ kind=unknown hazards=unparsable run=error
SELECT 1 UNION DELETE FROM cards
;;
--@ kind=unknown hazards=unparsable run=error
SELECT * FROM (DELETE FROM cards RETURNING *) x
;;
--@ kind=unknown hazards=unparsable run=error
SHUTDOWN
;;
--@ kind=unknown hazards=unparsable run=error
FLUSH TABLES
;;
--@ kind=unknown hazards=unparsable run=error
DELETE FROM cards
;;
