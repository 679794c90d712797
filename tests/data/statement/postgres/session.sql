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
