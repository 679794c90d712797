--! adversarial hazards=session-change kind=set
--@ hazards=role-change run=fails
SET ROLE somebody
;;
--@ hazards=role-change
SET ROLE postgres
;;
--@ hazards=role-change
set local role none
;;
--@ hazards=role-change
SET SESSION ROLE 'postgres'
;;
--@ hazards=role-change
SET SESSION AUTHORIZATION postgres
;;
--@ hazards=role-change
SET SESSION AUTHORIZATION DEFAULT
;;
--@ hazards=role-change
SET LOCAL SESSION AUTHORIZATION DEFAULT
;;
--@ hazards=role-change
SET role = 'postgres'
;;
--@ hazards=role-change
SET "role" TO postgres
;;
--@ hazards=role-change
RESET ROLE
;;
--@ hazards=role-change
RESET SESSION AUTHORIZATION
;;
--@ hazards=session-change,role-change run=fails
DISCARD ALL
;;
SET session_replication_role = replica
;;
SET session_replication_role TO 'replica'
;;
SET LOCAL search_path TO evil, public
;;
SET SCHEMA 'evil'
;;
set search_path = "$user", public
;;
SET standard_conforming_strings = off
;;
SET SESSION standard_conforming_strings TO false
;;
SET row_security = off
;;
SET client_encoding = 'SJIS'
;;
SET NAMES 'BIG5'
;;
SET default_transaction_read_only = off
;;
SET transaction_read_only = off
;;
SET allow_system_table_mods = on
;;
SET zero_damaged_pages = on
;;
SET log_statement = none
;;
SET backslash_quote = on
;;
--@ hazards=load-extension
SET dynamic_library_path = '/tmp'
;;
--@ hazards=load-extension
SET local_preload_libraries = 'x'
;;
--@ hazards=session-change
RESET ALL
;;
--@ hazards=session-change
RESET search_path
;;
--@ kind=select hazards=session-change
SELECT set_config('session_replication_role', 'replica', false)
;;
--@ kind=select hazards=session-change
SELECT pg_catalog.set_config('search_path', 'evil', true)
;;
--@ kind=select hazards=session-change
SELECT "set_config"('role', 'postgres', false)
;;
--@ kind=select hazards=session-change
SELECT * FROM set_config('role', 'postgres', false)
;;
--@ kind=select hazards=session-change
SELECT count(*) FROM users WHERE set_config('role', 'postgres', false) IS NOT NULL
;;
--@ kind=admin hazards=admin run=no
ALTER SYSTEM SET archive_command = 'rm -rf /'
;;
--@ kind=admin hazards=admin run=no
ALTER SYSTEM RESET ALL
;;
--@ kind=multiple hazards=role-change,multiple-statements
SET ROLE postgres; SELECT pan FROM cards
;;
--@ kind=multiple hazards=session-change,multiple-statements
BEGIN; SET LOCAL row_security = off; SELECT 1
;;
--@ kind=tcl hazards=session-change
SET TRANSACTION READ WRITE
;;
--@ kind=tcl hazards=session-change
SET LOCAL TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ/**/WRITE
;;
--@ kind=tcl hazards=session-change
SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE
;;
--@ kind=tcl hazards=session-change
set session characteristics as transaction isolation level read committed, read write, not deferrable
;;
SET default_transaction_read_only = off
;;
SET SESSION default_transaction_read_only TO 'no'
;;
SET "default_transaction_read_only" TO false
;;
--@ kind=set hazards=session-change run=fails
SET transaction_read_only TO DEFAULT
;;
SET LOCAL transaction_read_only = 0
;;
--@ kind=select
SELECT set_config('default_transaction_read_only', 'off', false)
;;
--@ kind=select
SELECT pg_catalog.set_config('transaction_' || 'read_only', 'off', true)
;;
SET statement_timeout = 0
;;
SET LOCAL statement_timeout TO '0'
;;
SET SESSION statement_timeout = '0ms'
;;
SET statement_timeout = '24d'
;;
SET statement_timeout = 7200000
;;
--@ kind=select
SELECT set_config('statement_timeout', '0', true)
;;
--@ kind=select
SELECT set_config('statement_timeout', %s, false)
;;
--@ kind=select
SELECT id FROM cards WHERE set_config('statement_timeout', '0', true) IS NOT NULL
;;
--@ kind=multiple hazards=session-change,multiple-statements
BEGIN; SET TRANSACTION READ WRITE; SELECT 1
;;
--@ kind=set hazards=session-change,role-change
DISCARD ALL
;;
--@ kind=tcl hazards=read-write
BEGIN READ WRITE
;;
--@ kind=tcl hazards=read-write
START TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ WRITE
;;
