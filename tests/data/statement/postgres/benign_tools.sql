--! benign run=any
--@ kind=select
SELECT db.oid, db.* FROM pg_catalog.pg_database db WHERE datallowconn AND NOT datistemplate ORDER BY db.datname
;;
--@ kind=select
SELECT n.oid, n.*, d.description FROM pg_catalog.pg_namespace n LEFT OUTER JOIN pg_catalog.pg_description d ON d.objoid = n.oid AND d.objsubid = 0 AND d.classoid = 'pg_namespace'::regclass ORDER BY nspname
;;
--@ kind=select
SELECT t.oid, t.*, c.relkind, format_type(nullif(t.typbasetype, 0), t.typtypmod) AS base_type_name, d.description FROM pg_catalog.pg_type t LEFT OUTER JOIN pg_catalog.pg_type et ON et.oid = t.typelem LEFT OUTER JOIN pg_catalog.pg_class c ON c.oid = t.typrelid LEFT OUTER JOIN pg_catalog.pg_description d ON t.oid = d.objoid WHERE t.typname IS NOT NULL AND (c.relkind IS NULL OR c.relkind = 'c') AND (et.typcategory IS NULL OR et.typcategory <> 'C')
;;
--@ kind=select
SELECT c.oid, c.*, d.description, pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS partition_expr, pg_catalog.pg_get_partkeydef(c.oid) AS partition_key FROM pg_catalog.pg_class c LEFT OUTER JOIN pg_catalog.pg_description d ON d.objoid = c.oid AND d.objsubid = 0 AND d.classoid = 'pg_class'::regclass WHERE c.relnamespace = $1 AND c.relkind NOT IN ('i', 'I', 'c')
;;
--@ kind=select
SELECT c.relname, a.*, pg_catalog.pg_get_expr(ad.adbin, ad.adrelid, true) AS def_value, dsc.description, dep.objid FROM pg_catalog.pg_attribute a INNER JOIN pg_catalog.pg_class c ON (a.attrelid = c.oid) LEFT OUTER JOIN pg_catalog.pg_attrdef ad ON (a.attrelid = ad.adrelid AND a.attnum = ad.adnum) LEFT OUTER JOIN pg_catalog.pg_description dsc ON (c.oid = dsc.objoid AND a.attnum = dsc.objsubid) LEFT OUTER JOIN pg_depend dep ON dep.refobjid = a.attrelid AND dep.deptype = 'i' AND dep.refobjsubid = a.attnum AND dep.classid = dep.refclassid WHERE NOT a.attisdropped AND c.oid = $1 ORDER BY a.attnum
;;
--@ kind=select
select current_schema(), session_user
;;
--@ kind=select
SELECT current_schemas(true), current_setting('server_version_num')::int
;;
--@ kind=select
SELECT nspname AS "TABLE_SCHEM", NULL AS "TABLE_CATALOG" FROM pg_catalog.pg_namespace WHERE nspname <> 'pg_toast' AND (nspname !~ '^pg_temp_' OR nspname = (pg_catalog.current_schemas(true))[1]) AND (nspname !~ '^pg_toast_temp_' OR nspname = replace((pg_catalog.current_schemas(true))[1], 'pg_temp_', 'pg_toast_temp_')) ORDER BY "TABLE_SCHEM"
;;
--@ kind=select
SELECT NULL AS TABLE_CAT, n.nspname AS TABLE_SCHEM, c.relname AS TABLE_NAME, CASE n.nspname ~ '^pg_' OR n.nspname = 'information_schema' WHEN true THEN CASE WHEN n.nspname = 'pg_catalog' OR n.nspname = 'information_schema' THEN CASE c.relkind WHEN 'r' THEN 'SYSTEM TABLE' WHEN 'v' THEN 'SYSTEM VIEW' WHEN 'i' THEN 'SYSTEM INDEX' ELSE NULL END END WHEN false THEN CASE c.relkind WHEN 'r' THEN 'TABLE' WHEN 'v' THEN 'VIEW' ELSE NULL END ELSE NULL END AS TABLE_TYPE, d.description AS REMARKS FROM pg_catalog.pg_namespace n, pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_description d ON (c.oid = d.objoid AND d.objsubid = 0 AND d.classoid = 'pg_class'::regclass) WHERE c.relnamespace = n.oid ORDER BY TABLE_TYPE, TABLE_SCHEM, TABLE_NAME
;;
--@ kind=select
with table_privileges as (select NULL as role, t.schemaname as schema, t.objectname as table, pg_catalog.has_any_column_privilege(current_user, '"' || replace(t.schemaname, '"', '""') || '"' || '.' || '"' || replace(t.objectname, '"', '""') || '"', 'update') as update, pg_catalog.has_table_privilege(current_user, '"' || t.schemaname || '"."' || t.objectname || '"', 'DELETE') as delete from (select schemaname, tablename as objectname from pg_catalog.pg_tables union select schemaname, viewname as objectname from pg_views union select schemaname, matviewname as objectname from pg_matviews) t where t.schemaname !~ '^pg_' and t.schemaname <> 'information_schema') select t.* from table_privileges t where update or delete
;;
--@ kind=select
SELECT "source"."id" AS "id", "source"."sum" AS "sum" FROM (SELECT "public"."payments"."merchant_id" AS "id", SUM("public"."payments"."amount") AS "sum" FROM "public"."payments" WHERE ("public"."payments"."created_at" >= timestamp with time zone '2024-01-01 00:00:00.000Z') GROUP BY "public"."payments"."merchant_id") AS "source" ORDER BY "source"."sum" DESC, "source"."id" ASC LIMIT 2000
;;
--@ kind=select
SELECT CAST(DATE_TRUNC('month', "public"."payments"."created_at") AS date) AS "month", COUNT(*) AS "count" FROM "public"."payments" GROUP BY CAST(DATE_TRUNC('month', "public"."payments"."created_at") AS date) ORDER BY 1 ASC
;;
--@ kind=select
SELECT TRUE FROM "public"."payments" WHERE 1 <> 1 LIMIT 0
;;
--@ kind=select
SELECT * FROM "public"."payments" LIMIT 0
;;
--@ kind=select
SELECT * FROM (SELECT id, status FROM payments) AS "virtual_table" LIMIT 1001
;;
--@ kind=select
SELECT typname AS name, oid, typarray AS array_oid, oid::regtype::text AS regtype, typdelim AS delimiter FROM pg_type t WHERE t.oid = to_regtype(%(name)s) ORDER BY t.oid
;;
--@ kind=select
SELECT name, oid, array_oid, regtype, array_agg(label) AS labels FROM (SELECT t.typname AS name, t.oid AS oid, t.typarray AS array_oid, t.oid::regtype::text AS regtype, e.enumlabel AS label FROM pg_type t LEFT JOIN pg_enum e ON e.enumtypid = t.oid WHERE t.oid = to_regtype(%(name)s) ORDER BY e.enumsortorder) x GROUP BY name, oid, array_oid, regtype
;;
--@ kind=select
SELECT pid, state, wait_event FROM pg_stat_activity WHERE datname = current_database()
;;
--@ kind=select
SELECT schemaname, relname, n_live_tup FROM pg_stat_user_tables ORDER BY n_live_tup DESC LIMIT 20
;;
--@ kind=select
SELECT locktype, relation::regclass, mode, granted FROM pg_locks WHERE pid = pg_backend_pid()
;;
--@ kind=select
SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position
;;
--@ kind=select
SELECT tc.constraint_name, kcu.column_name, ccu.table_name AS foreign_table FROM information_schema.table_constraints tc JOIN information_schema.key_column_usage kcu USING (constraint_schema, constraint_name) JOIN information_schema.constraint_column_usage ccu USING (constraint_schema, constraint_name) WHERE tc.constraint_type = 'FOREIGN KEY' AND tc.table_name = %s
;;
--@ kind=select
SELECT pg_get_viewdef('card_names'::regclass, true), pg_get_indexdef(i.indexrelid), pg_get_constraintdef(c.oid) FROM pg_index i, pg_constraint c WHERE c.conrelid = i.indrelid LIMIT 5
;;
--@ kind=select
SELECT rolname, rolsuper FROM pg_roles WHERE rolname = current_user
;;
--@ kind=select
select version()
;;
--@ kind=select
SELECT pg_is_in_recovery(), txid_current(), inet_server_addr(), pg_postmaster_start_time()
;;
--@ kind=select
SELECT setval(pg_get_serial_sequence('"users"', 'id'), coalesce(max("id"), 1), max("id") IS NOT null) FROM "users"
;;
--@ kind=tcl
BEGIN;
;;
