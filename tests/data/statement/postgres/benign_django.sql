--! benign run=any
--@ kind=select
SELECT
                c.relname,
                CASE
                    WHEN c.relispartition THEN 'p'
                    WHEN c.relkind IN ('m', 'v') THEN 'v'
                    ELSE 't'
                END,
                obj_description(c.oid, 'pg_class')
            FROM pg_catalog.pg_class c
            LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('f', 'm', 'p', 'r', 'v')
                AND n.nspname NOT IN ('pg_catalog', 'pg_toast')
                AND pg_catalog.pg_table_is_visible(c.oid)
;;
--@ kind=select
SELECT "django_migrations"."id", "django_migrations"."app", "django_migrations"."name", "django_migrations"."applied" FROM "django_migrations"
;;
--@ kind=select
SELECT "django_content_type"."id", "django_content_type"."app_label", "django_content_type"."model" FROM "django_content_type" WHERE "django_content_type"."app_label" = %s
;;
--@ kind=select
SELECT "django_content_type"."id", "django_content_type"."app_label", "django_content_type"."model" FROM "django_content_type" WHERE ("django_content_type"."app_label" = %s AND "django_content_type"."model" IN (%s))
;;
--@ kind=select
SELECT "auth_permission"."content_type_id" AS "content_type", "auth_permission"."codename" AS "codename" FROM "auth_permission" INNER JOIN "django_content_type" ON ("auth_permission"."content_type_id" = "django_content_type"."id") WHERE "auth_permission"."content_type_id" IN (%s) ORDER BY "django_content_type"."app_label" ASC, "django_content_type"."model" ASC, 2 ASC
;;
--@ kind=select
SELECT "auth_user"."id", "auth_user"."password", "auth_user"."last_login", "auth_user"."is_superuser", "auth_user"."username", "auth_user"."first_name", "auth_user"."last_name", "auth_user"."email", "auth_user"."is_staff", "auth_user"."is_active", "auth_user"."date_joined" FROM "auth_user"
;;
--@ kind=select
SELECT "auth_group"."id", "auth_group"."name" FROM "auth_group"
;;
--@ kind=insert
INSERT INTO "auth_user" ("password", "last_login", "is_superuser", "username", "first_name", "last_name", "email", "is_staff", "is_active", "date_joined") VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING "auth_user"."id"
;;
--@ kind=insert
INSERT INTO "auth_group" ("name") VALUES (%s) RETURNING "auth_group"."id"
;;
--@ kind=insert
INSERT INTO "auth_user_groups" ("user_id", "group_id") VALUES (%s, %s) ON CONFLICT DO NOTHING
;;
--@ kind=insert
INSERT INTO "auth_user" ("password", "last_login", "is_superuser", "username", "first_name", "last_name", "email", "is_staff", "is_active", "date_joined") SELECT * FROM UNNEST((%s)::varchar[], (%s)::timestamp with time zone[], (%s)::boolean[], (%s)::varchar[], (%s)::varchar[], (%s)::varchar[], (%s)::varchar[], (%s)::boolean[], (%s)::boolean[], (%s)::timestamp with time zone[]) RETURNING "auth_user"."id"
;;
--@ kind=tcl
SAVEPOINT "s139652411210624_x1"
;;
--@ kind=select
SELECT "auth_user"."id", "auth_user"."password", "auth_user"."last_login", "auth_user"."is_superuser", "auth_user"."username", "auth_user"."first_name", "auth_user"."last_name", "auth_user"."email", "auth_user"."is_staff", "auth_user"."is_active", "auth_user"."date_joined" FROM "auth_user" WHERE "auth_user"."username" = %s LIMIT 21 FOR UPDATE
;;
--@ kind=update
UPDATE "auth_user" SET "last_login" = NULL, "first_name" = %s, "date_joined" = %s WHERE "auth_user"."id" = %s
;;
--@ kind=tcl
RELEASE SAVEPOINT "s139652411210624_x2"
;;
--@ kind=select
SELECT "auth_group"."id", "auth_group"."name" FROM "auth_group" WHERE "auth_group"."name" = %s LIMIT 21
;;
--@ kind=select
SELECT "auth_user"."id", "auth_user"."password", "auth_user"."last_login", "auth_user"."is_superuser", "auth_user"."username", "auth_user"."first_name", "auth_user"."last_name", "auth_user"."email", "auth_user"."is_staff", "auth_user"."is_active", "auth_user"."date_joined" FROM "auth_user" WHERE ("auth_user"."email"::text LIKE %s AND UPPER("auth_user"."username"::text) LIKE UPPER(%s) AND NOT ("auth_user"."id" IN (%s, %s))) ORDER BY "auth_user"."id" DESC LIMIT 5
;;
--@ kind=select
SELECT ("auth_user_groups"."user_id") AS "_prefetch_related_val_user_id", "auth_group"."id", "auth_group"."name" FROM "auth_group" INNER JOIN "auth_user_groups" ON ("auth_group"."id" = "auth_user_groups"."group_id") WHERE "auth_user_groups"."user_id" IN (%s, %s, %s, %s)
;;
--@ kind=select
SELECT ("auth_user_user_permissions"."user_id") AS "_prefetch_related_val_user_id", "auth_permission"."id", "auth_permission"."name", "auth_permission"."content_type_id", "auth_permission"."codename" FROM "auth_permission" INNER JOIN "auth_user_user_permissions" ON ("auth_permission"."id" = "auth_user_user_permissions"."permission_id") INNER JOIN "django_content_type" ON ("auth_permission"."content_type_id" = "django_content_type"."id") WHERE "auth_user_user_permissions"."user_id" IN (%s, %s, %s, %s) ORDER BY "django_content_type"."app_label" ASC, "django_content_type"."model" ASC, "auth_permission"."codename" ASC
;;
--@ kind=select
SELECT "auth_user"."is_active" AS "is_active", COUNT("auth_user"."id") AS "n", MAX("auth_user"."date_joined") AS "m" FROM "auth_user" GROUP BY 1 HAVING COUNT("auth_user"."id") > %s
;;
--@ kind=update
UPDATE "auth_user" SET "first_name" = UPPER("auth_user"."username"), "last_name" = (COALESCE("auth_user"."username", %s) || COALESCE((COALESCE(%s, %s) || COALESCE("auth_user"."email", %s)), %s)) WHERE "auth_user"."id" = %s
;;
--@ kind=select
SELECT COUNT(*) AS "__count" FROM "auth_user" INNER JOIN "auth_user_groups" ON ("auth_user"."id" = "auth_user_groups"."user_id") INNER JOIN "auth_group" ON ("auth_user_groups"."group_id" = "auth_group"."id") WHERE "auth_group"."name" = %s
;;
--@ kind=select
SELECT %s AS "a" FROM "auth_user" WHERE "auth_user"."username" = %s LIMIT 1
;;
--@ kind=select
SELECT EXTRACT(YEAR FROM "auth_user"."date_joined" AT TIME ZONE %s) AS "y", LENGTH("auth_user"."username") AS "l", CASE WHEN "auth_user"."is_active" THEN %s ELSE %s END AS "c" FROM "auth_user"
;;
--@ kind=select
SELECT "auth_user"."id", "auth_user"."password", "auth_user"."last_login", "auth_user"."is_superuser", "auth_user"."username", "auth_user"."first_name", "auth_user"."last_name", "auth_user"."email", "auth_user"."is_staff", "auth_user"."is_active", "auth_user"."date_joined", EXISTS(SELECT %s AS "a" FROM "auth_group" U0 INNER JOIN "auth_user_groups" U1 ON (U0."id" = U1."group_id") WHERE U1."user_id" = ("auth_user"."id") LIMIT 1) AS "has" FROM "auth_user" WHERE EXISTS(SELECT %s AS "a" FROM "auth_group" U0 INNER JOIN "auth_user_groups" U1 ON (U0."id" = U1."group_id") WHERE U1."user_id" = ("auth_user"."id") LIMIT 1)
;;
--@ kind=select
SELECT "auth_user"."id", "auth_user"."password", "auth_user"."last_login", "auth_user"."is_superuser", "auth_user"."username", "auth_user"."first_name", "auth_user"."last_name", "auth_user"."email", "auth_user"."is_staff", "auth_user"."is_active", "auth_user"."date_joined", (SELECT U0."name" AS "name" FROM "auth_group" U0 INNER JOIN "auth_user_groups" U1 ON (U0."id" = U1."group_id") WHERE U1."user_id" = ("auth_user"."id") LIMIT 1) AS "s" FROM "auth_user"
;;
--@ kind=select
SELECT ROW_NUMBER() OVER (PARTITION BY "auth_user"."is_active" ORDER BY "auth_user"."id" ASC) AS "r" FROM "auth_user"
;;
--@ kind=select
SELECT "auth_user"."id", "auth_user"."password", "auth_user"."last_login", "auth_user"."is_superuser", "auth_user"."username", "auth_user"."first_name", "auth_user"."last_name", "auth_user"."email", "auth_user"."is_staff", "auth_user"."is_active", "auth_user"."date_joined" FROM "auth_user" WHERE (("auth_user"."username" = %s OR NOT ("auth_user"."email" = %s)) AND "auth_user"."date_joined" >= %s AND "auth_user"."date_joined" BETWEEN %s AND %s)
;;
--@ kind=select
SELECT "auth_user"."id", "auth_user"."password", "auth_user"."last_login", "auth_user"."is_superuser", "auth_user"."username", "auth_user"."first_name", "auth_user"."last_name", "auth_user"."email", "auth_user"."is_staff", "auth_user"."is_active", "auth_user"."date_joined" FROM "auth_user" WHERE (UPPER("auth_user"."first_name"::text) = UPPER(%s) AND "auth_user"."username"::text ~ %s)
;;
--@ kind=select
(SELECT "auth_user"."id" AS "id" FROM "auth_user") UNION (SELECT "auth_group"."id" AS "id" FROM "auth_group")
;;
--@ kind=select
SELECT "auth_user"."id", "auth_user"."password", "auth_user"."last_login", "auth_user"."is_superuser", "auth_user"."username", "auth_user"."first_name", "auth_user"."last_name", "auth_user"."email", "auth_user"."is_staff", "auth_user"."is_active", "auth_user"."date_joined" FROM "auth_user" ORDER BY RANDOM() ASC LIMIT 1
;;
--@ kind=select
SELECT DISTINCT "auth_user"."id", "auth_user"."password", "auth_user"."last_login", "auth_user"."is_superuser", "auth_user"."username", "auth_user"."first_name", "auth_user"."last_name", "auth_user"."email", "auth_user"."is_staff", "auth_user"."is_active", "auth_user"."date_joined" FROM "auth_user"
;;
--@ kind=select
SELECT COUNT(DISTINCT "auth_user"."id") FILTER (WHERE "auth_user"."is_active") AS "c", AVG("auth_user"."id") AS "id__avg", SUM("auth_user"."id") AS "id__sum" FROM "auth_user"
;;
--@ kind=select
SELECT "auth_user"."id", "auth_user"."password", "auth_user"."last_login", "auth_user"."is_superuser", "auth_user"."username", "auth_user"."first_name", "auth_user"."last_name", "auth_user"."email", "auth_user"."is_staff", "auth_user"."is_active", "auth_user"."date_joined" FROM "auth_user" WHERE "auth_user"."id" = %s FOR UPDATE
;;
--@ kind=select
SELECT "auth_user"."id", "auth_user"."username" FROM "auth_user"
;;
--@ kind=select
SELECT COALESCE("auth_user"."last_login", STATEMENT_TIMESTAMP()) AS "x" FROM "auth_user" WHERE "auth_user"."last_login" IS NULL
;;
--@ kind=select
SELECT "auth_user"."id", "auth_user"."password", "auth_user"."last_login", "auth_user"."is_superuser", "auth_user"."username", "auth_user"."first_name", "auth_user"."last_name", "auth_user"."email", "auth_user"."is_staff", "auth_user"."is_active", "auth_user"."date_joined" FROM "auth_user" WHERE "auth_user"."id" IN (%s)
;;
--@ kind=select
SELECT "auth_user"."id", "auth_user"."password", "auth_user"."last_login", "auth_user"."is_superuser", "auth_user"."username", "auth_user"."first_name", "auth_user"."last_name", "auth_user"."email", "auth_user"."is_staff", "auth_user"."is_active", "auth_user"."date_joined" FROM "auth_user" WHERE "auth_user"."id" = %s LIMIT 21
;;
--@ kind=explain
EXPLAIN SELECT "auth_user"."id", "auth_user"."password", "auth_user"."last_login", "auth_user"."is_superuser", "auth_user"."username", "auth_user"."first_name", "auth_user"."last_name", "auth_user"."email", "auth_user"."is_staff", "auth_user"."is_active", "auth_user"."date_joined" FROM "auth_user" WHERE "auth_user"."id" = %s
;;
--@ kind=update
UPDATE "auth_user" SET "first_name" = (CASE WHEN ("auth_user"."id" = %s) THEN %s WHEN ("auth_user"."id" = %s) THEN %s WHEN ("auth_user"."id" = %s) THEN %s WHEN ("auth_user"."id" = %s) THEN %s ELSE NULL END)::varchar(150) WHERE "auth_user"."id" IN (%s, %s, %s, %s)
;;
--@ kind=select
SELECT "auth_user"."id", "auth_user"."password", "auth_user"."last_login", "auth_user"."is_superuser", "auth_user"."username", "auth_user"."first_name", "auth_user"."last_name", "auth_user"."email", "auth_user"."is_staff", "auth_user"."is_active", "auth_user"."date_joined" FROM "auth_user" WHERE "auth_user"."username"::text LIKE %s
;;
--@ kind=delete
DELETE FROM "auth_user_groups" WHERE "auth_user_groups"."user_id" IN (%s, %s, %s)
;;
--@ kind=delete
DELETE FROM "auth_user_user_permissions" WHERE "auth_user_user_permissions"."user_id" IN (%s, %s, %s)
;;
--@ kind=delete
DELETE FROM "django_admin_log" WHERE "django_admin_log"."user_id" IN (%s, %s, %s)
;;
--@ kind=delete
DELETE FROM "auth_user" WHERE "auth_user"."id" IN (%s, %s, %s)
;;
--@ kind=delete
DELETE FROM "auth_user_groups" WHERE "auth_user_groups"."user_id" = %s
;;
--@ kind=select
SELECT "auth_group"."id" AS "id" FROM "auth_group" INNER JOIN "auth_user_groups" ON ("auth_group"."id" = "auth_user_groups"."group_id") WHERE "auth_user_groups"."user_id" = %s
;;
--@ kind=delete
DELETE FROM "auth_group_permissions" WHERE "auth_group_permissions"."group_id" IN (%s)
;;
--@ kind=delete
DELETE FROM "auth_user_groups" WHERE "auth_user_groups"."group_id" IN (%s)
;;
--@ kind=delete
DELETE FROM "auth_group" WHERE "auth_group"."id" IN (%s)
;;
--@ kind=select
SELECT "django_content_type"."app_label" AS "content_type__app_label", "auth_permission"."codename" AS "codename" FROM "auth_permission" INNER JOIN "auth_user_user_permissions" ON ("auth_permission"."id" = "auth_user_user_permissions"."permission_id") INNER JOIN "django_content_type" ON ("auth_permission"."content_type_id" = "django_content_type"."id") WHERE "auth_user_user_permissions"."user_id" = %s
;;
--@ kind=select
SELECT "django_content_type"."app_label" AS "content_type__app_label", "auth_permission"."codename" AS "codename" FROM "auth_permission" INNER JOIN "auth_group_permissions" ON ("auth_permission"."id" = "auth_group_permissions"."permission_id") INNER JOIN "django_content_type" ON ("auth_permission"."content_type_id" = "django_content_type"."id") WHERE "auth_group_permissions"."group_id" IN (SELECT U0."id" FROM "auth_group" U0 INNER JOIN "auth_user_groups" U1 ON (U0."id" = U1."group_id") WHERE U1."user_id" = %s)
;;
--@ kind=insert
INSERT INTO "django_session" ("session_key", "session_data", "expire_date") VALUES (%s, %s, %s)
;;
--@ kind=delete
DELETE FROM "django_session" WHERE "django_session"."expire_date" < %s
;;
--@ kind=delete only=no-where
DELETE FROM "django_session"
;;
--@ kind=tcl
ROLLBACK TO SAVEPOINT "s139652411210624_x4"
;;
--@ kind=select
SELECT
                a.attname AS column_name,
                NOT (a.attnotnull OR (t.typtype = 'd' AND t.typnotnull)) AS is_nullable,
                pg_get_expr(ad.adbin, ad.adrelid) AS column_default,
                CASE WHEN collname = 'default' THEN NULL ELSE collname END AS collation,
                a.attidentity != '' AS is_autofield,
                col_description(a.attrelid, a.attnum) AS column_comment
            FROM pg_attribute a
            LEFT JOIN pg_attrdef ad ON a.attrelid = ad.adrelid AND a.attnum = ad.adnum
            LEFT JOIN pg_collation co ON a.attcollation = co.oid
            JOIN pg_type t ON a.atttypid = t.oid
            JOIN pg_class c ON a.attrelid = c.oid
            JOIN pg_namespace n ON c.relnamespace = n.oid
            WHERE c.relkind IN ('f', 'm', 'p', 'r', 'v')
                AND c.relname = %s
                AND n.nspname NOT IN ('pg_catalog', 'pg_toast')
                AND pg_catalog.pg_table_is_visible(c.oid)
;;
--@ kind=select
SELECT * FROM "auth_user" LIMIT 1
;;
--@ kind=select
SELECT a1.attname, c2.relname, a2.attname
            FROM pg_constraint con
            LEFT JOIN pg_class c1 ON con.conrelid = c1.oid
            LEFT JOIN pg_class c2 ON con.confrelid = c2.oid
            LEFT JOIN
                pg_attribute a1 ON c1.oid = a1.attrelid AND a1.attnum = con.conkey[1]
            LEFT JOIN
                pg_attribute a2 ON c2.oid = a2.attrelid AND a2.attnum = con.confkey[1]
            WHERE
                c1.relname = %s AND
                con.contype = 'f' AND
                c1.relnamespace = c2.relnamespace AND
                pg_catalog.pg_table_is_visible(c1.oid)
;;
--@ kind=select
SELECT
                c.conname,
                array(
                    SELECT attname
                    FROM unnest(c.conkey) WITH ORDINALITY cols(colid, arridx)
                    JOIN pg_attribute AS ca ON cols.colid = ca.attnum
                    WHERE ca.attrelid = c.conrelid
                    ORDER BY cols.arridx
                ),
                c.contype,
                (SELECT fkc.relname || '.' || fka.attname
                FROM pg_attribute AS fka
                JOIN pg_class AS fkc ON fka.attrelid = fkc.oid
                WHERE fka.attrelid = c.confrelid AND fka.attnum = c.confkey[1]),
                cl.reloptions
            FROM pg_constraint AS c
            JOIN pg_class AS cl ON c.conrelid = cl.oid
            WHERE cl.relname = %s AND pg_catalog.pg_table_is_visible(cl.oid)
;;
--@ kind=select
SELECT
                indexname,
                array_agg(attname ORDER BY arridx),
                indisunique,
                indisprimary,
                array_agg(ordering ORDER BY arridx),
                amname,
                exprdef,
                s2.attoptions
            FROM (
                SELECT
                    c2.relname as indexname, idx.*, attr.attname, am.amname,
                    CASE
                        WHEN idx.indexprs IS NOT NULL THEN
                            pg_get_indexdef(idx.indexrelid)
                    END AS exprdef,
                    CASE am.amname
                        WHEN %s THEN
                            CASE (option & 1)
                                WHEN 1 THEN 'DESC' ELSE 'ASC'
                            END
                    END as ordering,
                    c2.reloptions as attoptions
                FROM (
                    SELECT *
                    FROM
                        pg_index i,
                        unnest(i.indkey, i.indoption)
                            WITH ORDINALITY koi(key, option, arridx)
                ) idx
                LEFT JOIN pg_class c ON idx.indrelid = c.oid
                LEFT JOIN pg_class c2 ON idx.indexrelid = c2.oid
                LEFT JOIN pg_am am ON c2.relam = am.oid
                LEFT JOIN
                    pg_attribute attr ON attr.attrelid = c.oid AND attr.attnum = idx.key
                WHERE c.relname = %s AND pg_catalog.pg_table_is_visible(c.oid)
            ) s2
            GROUP BY indexname, indisunique, indisprimary, amname, exprdef, attoptions;
;;
--@ kind=select
SELECT
                s.relname AS sequence_name,
                a.attname AS colname
            FROM
                pg_class s
                JOIN pg_depend d ON d.objid = s.oid
                    AND d.classid = 'pg_class'::regclass
                    AND d.refclassid = 'pg_class'::regclass
                JOIN pg_attribute a ON d.refobjid = a.attrelid
                    AND d.refobjsubid = a.attnum
                JOIN pg_class tbl ON tbl.oid = d.refobjid
                    AND tbl.relname = %s
                    AND pg_catalog.pg_table_is_visible(tbl.oid)
            WHERE
                s.relkind = 'S';
;;
--@ kind=select
SELECT * FROM "auth_group" LIMIT 1
;;
--@ kind=select
SELECT * FROM "auth_group_permissions" LIMIT 1
;;
--@ kind=select
SELECT * FROM "auth_permission" LIMIT 1
;;
--@ kind=select
SELECT * FROM "auth_user_groups" LIMIT 1
;;
--@ kind=select
SELECT * FROM "auth_user_user_permissions" LIMIT 1
;;
--@ kind=select
SELECT * FROM "django_admin_log" LIMIT 1
;;
--@ kind=select
SELECT * FROM "django_content_type" LIMIT 1
;;
--@ kind=select
SELECT * FROM "django_migrations" LIMIT 1
;;
--@ kind=select
SELECT * FROM "django_session" LIMIT 1
;;
--@ kind=select
SELECT "django_content_type"."id", "django_content_type"."app_label", "django_content_type"."model" FROM "django_content_type" ORDER BY "django_content_type"."id" ASC
;;
--@ kind=select
SELECT "auth_permission"."id", "auth_permission"."name", "auth_permission"."content_type_id", "auth_permission"."codename" FROM "auth_permission" ORDER BY "auth_permission"."id" ASC
;;
--@ kind=select
SELECT "auth_group"."id", "auth_group"."name" FROM "auth_group" ORDER BY "auth_group"."id" ASC
;;
--@ kind=select
SELECT "auth_permission"."id" FROM "auth_permission" INNER JOIN "auth_group_permissions" ON ("auth_permission"."id" = "auth_group_permissions"."permission_id") INNER JOIN "django_content_type" ON ("auth_permission"."content_type_id" = "django_content_type"."id") WHERE "auth_group_permissions"."group_id" = %s ORDER BY "django_content_type"."app_label" ASC, "django_content_type"."model" ASC, "auth_permission"."codename" ASC
;;
--@ kind=select
SELECT "auth_user"."id", "auth_user"."password", "auth_user"."last_login", "auth_user"."is_superuser", "auth_user"."username", "auth_user"."first_name", "auth_user"."last_name", "auth_user"."email", "auth_user"."is_staff", "auth_user"."is_active", "auth_user"."date_joined" FROM "auth_user" ORDER BY "auth_user"."id" ASC
;;
--@ kind=select
SELECT "auth_group"."id" FROM "auth_group" INNER JOIN "auth_user_groups" ON ("auth_group"."id" = "auth_user_groups"."group_id") WHERE "auth_user_groups"."user_id" = %s
;;
--@ kind=select
SELECT "auth_permission"."id" FROM "auth_permission" INNER JOIN "auth_user_user_permissions" ON ("auth_permission"."id" = "auth_user_user_permissions"."permission_id") INNER JOIN "django_content_type" ON ("auth_permission"."content_type_id" = "django_content_type"."id") WHERE "auth_user_user_permissions"."user_id" = %s ORDER BY "django_content_type"."app_label" ASC, "django_content_type"."model" ASC, "auth_permission"."codename" ASC
;;
--@ kind=select
SELECT "django_session"."session_key", "django_session"."session_data", "django_session"."expire_date" FROM "django_session" ORDER BY "django_session"."session_key" ASC
;;
--@ kind=select
SELECT "django_admin_log"."id", "django_admin_log"."action_time", "django_admin_log"."user_id", "django_admin_log"."content_type_id", "django_admin_log"."object_id", "django_admin_log"."object_repr", "django_admin_log"."action_flag", "django_admin_log"."change_message" FROM "django_admin_log" ORDER BY "django_admin_log"."id" ASC
;;
--@ kind=tcl
SET CONSTRAINTS ALL IMMEDIATE
;;
--@ kind=tcl
SET CONSTRAINTS ALL DEFERRED
;;
