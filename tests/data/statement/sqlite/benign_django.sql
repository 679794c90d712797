--! benign run=any
--@ kind=select
SELECT name, type FROM sqlite_master
            WHERE type in ('table', 'view') AND NOT name='sqlite_sequence'
            ORDER BY name
;;
--@ kind=set
PRAGMA foreign_keys = OFF
;;
--@ kind=show
PRAGMA foreign_keys
;;
--@ kind=tcl
BEGIN
;;
--@ kind=ddl only=ddl
CREATE TABLE "django_migrations" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app" varchar(255) NOT NULL, "name" varchar(255) NOT NULL, "applied" datetime NOT NULL)
;;
--@ kind=show
PRAGMA foreign_key_check
;;
--@ kind=set
PRAGMA foreign_keys = ON
;;
--@ kind=ddl only=ddl
CREATE TABLE "django_content_type" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(100) NOT NULL, "app_label" varchar(100) NOT NULL, "model" varchar(100) NOT NULL)
;;
--@ kind=ddl only=ddl
CREATE UNIQUE INDEX "django_content_type_app_label_model_76bd3d3b_uniq" ON "django_content_type" ("app_label", "model")
;;
--@ kind=insert
INSERT INTO "django_migrations" ("app", "name", "applied") VALUES (?, ?, ?) RETURNING "django_migrations"."id"
;;
--@ kind=ddl only=ddl
CREATE TABLE "auth_permission" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(50) NOT NULL, "content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "codename" varchar(100) NOT NULL)
;;
--@ kind=ddl only=ddl
CREATE TABLE "auth_group" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(80) NOT NULL UNIQUE)
;;
--@ kind=ddl only=ddl
CREATE TABLE "auth_group_permissions" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "group_id" integer NOT NULL REFERENCES "auth_group" ("id") DEFERRABLE INITIALLY DEFERRED, "permission_id" integer NOT NULL REFERENCES "auth_permission" ("id") DEFERRABLE INITIALLY DEFERRED)
;;
--@ kind=ddl only=ddl
CREATE TABLE "auth_user" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "password" varchar(128) NOT NULL, "last_login" datetime NOT NULL, "is_superuser" bool NOT NULL, "username" varchar(30) NOT NULL UNIQUE, "first_name" varchar(30) NOT NULL, "last_name" varchar(30) NOT NULL, "email" varchar(75) NOT NULL, "is_staff" bool NOT NULL, "is_active" bool NOT NULL, "date_joined" datetime NOT NULL)
;;
--@ kind=ddl only=ddl
CREATE TABLE "auth_user_groups" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "user_id" integer NOT NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED, "group_id" integer NOT NULL REFERENCES "auth_group" ("id") DEFERRABLE INITIALLY DEFERRED)
;;
--@ kind=ddl only=ddl
CREATE TABLE "auth_user_user_permissions" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "user_id" integer NOT NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED, "permission_id" integer NOT NULL REFERENCES "auth_permission" ("id") DEFERRABLE INITIALLY DEFERRED)
;;
--@ kind=ddl only=ddl
CREATE UNIQUE INDEX "auth_permission_content_type_id_codename_01ab375a_uniq" ON "auth_permission" ("content_type_id", "codename")
;;
--@ kind=ddl only=ddl
CREATE INDEX "auth_permission_content_type_id_2f476e4b" ON "auth_permission" ("content_type_id")
;;
--@ kind=ddl only=ddl
CREATE UNIQUE INDEX "auth_group_permissions_group_id_permission_id_0cd325b0_uniq" ON "auth_group_permissions" ("group_id", "permission_id")
;;
--@ kind=ddl only=ddl
CREATE INDEX "auth_group_permissions_group_id_b120cbf9" ON "auth_group_permissions" ("group_id")
;;
--@ kind=ddl only=ddl
CREATE INDEX "auth_group_permissions_permission_id_84c5c92e" ON "auth_group_permissions" ("permission_id")
;;
--@ kind=ddl only=ddl
CREATE UNIQUE INDEX "auth_user_groups_user_id_group_id_94350c0c_uniq" ON "auth_user_groups" ("user_id", "group_id")
;;
--@ kind=ddl only=ddl
CREATE INDEX "auth_user_groups_user_id_6a12ed8b" ON "auth_user_groups" ("user_id")
;;
--@ kind=ddl only=ddl
CREATE INDEX "auth_user_groups_group_id_97559544" ON "auth_user_groups" ("group_id")
;;
--@ kind=ddl only=ddl
CREATE UNIQUE INDEX "auth_user_user_permissions_user_id_permission_id_14a6b632_uniq" ON "auth_user_user_permissions" ("user_id", "permission_id")
;;
--@ kind=ddl only=ddl
CREATE INDEX "auth_user_user_permissions_user_id_a95ead1b" ON "auth_user_user_permissions" ("user_id")
;;
--@ kind=ddl only=ddl
CREATE INDEX "auth_user_user_permissions_permission_id_1fbb5f2c" ON "auth_user_user_permissions" ("permission_id")
;;
--@ kind=ddl only=ddl
CREATE TABLE "django_admin_log" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "action_time" datetime NOT NULL, "object_id" text NULL, "object_repr" varchar(200) NOT NULL, "action_flag" smallint unsigned NOT NULL CHECK ("action_flag" >= 0), "change_message" text NOT NULL, "content_type_id" integer NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" integer NOT NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED)
;;
--@ kind=ddl only=ddl
CREATE INDEX "django_admin_log_content_type_id_c4bce8eb" ON "django_admin_log" ("content_type_id")
;;
--@ kind=ddl only=ddl
CREATE INDEX "django_admin_log_user_id_c564eba6" ON "django_admin_log" ("user_id")
;;
--@ kind=ddl only=ddl
CREATE TABLE "new__django_admin_log" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "object_id" text NULL, "object_repr" varchar(200) NOT NULL, "action_flag" smallint unsigned NOT NULL CHECK ("action_flag" >= 0), "change_message" text NOT NULL, "content_type_id" integer NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" integer NOT NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED, "action_time" datetime NOT NULL)
;;
--@ kind=insert
INSERT INTO "new__django_admin_log" ("id", "object_id", "object_repr", "action_flag", "change_message", "content_type_id", "user_id", "action_time") SELECT "id", "object_id", "object_repr", "action_flag", "change_message", "content_type_id", "user_id", "action_time" FROM "django_admin_log"
;;
--@ kind=ddl only=ddl,drop
DROP TABLE "django_admin_log"
;;
--@ kind=ddl only=ddl
ALTER TABLE "new__django_admin_log" RENAME TO "django_admin_log"
;;
--@ kind=ddl only=ddl
CREATE TABLE "new__django_content_type" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app_label" varchar(100) NOT NULL, "model" varchar(100) NOT NULL, "name" varchar(100) NULL)
;;
--@ kind=insert
INSERT INTO "new__django_content_type" ("id", "app_label", "model", "name") SELECT "id", "app_label", "model", "name" FROM "django_content_type"
;;
--@ kind=ddl only=ddl,drop
DROP TABLE "django_content_type"
;;
--@ kind=ddl only=ddl
ALTER TABLE "new__django_content_type" RENAME TO "django_content_type"
;;
--@ kind=ddl only=ddl,drop
ALTER TABLE "django_content_type" DROP COLUMN "name"
;;
--@ kind=ddl only=ddl
CREATE TABLE "new__auth_permission" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "codename" varchar(100) NOT NULL, "name" varchar(255) NOT NULL)
;;
--@ kind=insert
INSERT INTO "new__auth_permission" ("id", "content_type_id", "codename", "name") SELECT "id", "content_type_id", "codename", "name" FROM "auth_permission"
;;
--@ kind=ddl only=ddl,drop
DROP TABLE "auth_permission"
;;
--@ kind=ddl only=ddl
ALTER TABLE "new__auth_permission" RENAME TO "auth_permission"
;;
--@ kind=ddl only=ddl
CREATE TABLE "new__auth_user" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "password" varchar(128) NOT NULL, "last_login" datetime NOT NULL, "is_superuser" bool NOT NULL, "username" varchar(30) NOT NULL UNIQUE, "first_name" varchar(30) NOT NULL, "last_name" varchar(30) NOT NULL, "is_staff" bool NOT NULL, "is_active" bool NOT NULL, "date_joined" datetime NOT NULL, "email" varchar(254) NOT NULL)
;;
--@ kind=insert
INSERT INTO "new__auth_user" ("id", "password", "last_login", "is_superuser", "username", "first_name", "last_name", "is_staff", "is_active", "date_joined", "email") SELECT "id", "password", "last_login", "is_superuser", "username", "first_name", "last_name", "is_staff", "is_active", "date_joined", "email" FROM "auth_user"
;;
--@ kind=ddl only=ddl,drop
DROP TABLE "auth_user"
;;
--@ kind=ddl only=ddl
ALTER TABLE "new__auth_user" RENAME TO "auth_user"
;;
--@ kind=ddl only=ddl
CREATE TABLE "new__auth_user" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "password" varchar(128) NOT NULL, "is_superuser" bool NOT NULL, "username" varchar(30) NOT NULL UNIQUE, "first_name" varchar(30) NOT NULL, "last_name" varchar(30) NOT NULL, "email" varchar(254) NOT NULL, "is_staff" bool NOT NULL, "is_active" bool NOT NULL, "date_joined" datetime NOT NULL, "last_login" datetime NULL)
;;
--@ kind=insert
INSERT INTO "new__auth_user" ("id", "password", "is_superuser", "username", "first_name", "last_name", "email", "is_staff", "is_active", "date_joined", "last_login") SELECT "id", "password", "is_superuser", "username", "first_name", "last_name", "email", "is_staff", "is_active", "date_joined", "last_login" FROM "auth_user"
;;
--@ kind=ddl only=ddl
CREATE TABLE "new__auth_user" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "password" varchar(128) NOT NULL, "last_login" datetime NULL, "is_superuser" bool NOT NULL, "first_name" varchar(30) NOT NULL, "last_name" varchar(30) NOT NULL, "email" varchar(254) NOT NULL, "is_staff" bool NOT NULL, "is_active" bool NOT NULL, "date_joined" datetime NOT NULL, "username" varchar(150) NOT NULL UNIQUE)
;;
--@ kind=insert
INSERT INTO "new__auth_user" ("id", "password", "last_login", "is_superuser", "first_name", "last_name", "email", "is_staff", "is_active", "date_joined", "username") SELECT "id", "password", "last_login", "is_superuser", "first_name", "last_name", "email", "is_staff", "is_active", "date_joined", "username" FROM "auth_user"
;;
--@ kind=ddl only=ddl
CREATE TABLE "new__auth_user" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "password" varchar(128) NOT NULL, "last_login" datetime NULL, "is_superuser" bool NOT NULL, "username" varchar(150) NOT NULL UNIQUE, "first_name" varchar(30) NOT NULL, "email" varchar(254) NOT NULL, "is_staff" bool NOT NULL, "is_active" bool NOT NULL, "date_joined" datetime NOT NULL, "last_name" varchar(150) NOT NULL)
;;
--@ kind=insert
INSERT INTO "new__auth_user" ("id", "password", "last_login", "is_superuser", "username", "first_name", "email", "is_staff", "is_active", "date_joined", "last_name") SELECT "id", "password", "last_login", "is_superuser", "username", "first_name", "email", "is_staff", "is_active", "date_joined", "last_name" FROM "auth_user"
;;
--@ kind=ddl only=ddl
CREATE TABLE "new__auth_group" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(150) NOT NULL UNIQUE)
;;
--@ kind=insert
INSERT INTO "new__auth_group" ("id", "name") SELECT "id", "name" FROM "auth_group"
;;
--@ kind=ddl only=ddl,drop
DROP TABLE "auth_group"
;;
--@ kind=ddl only=ddl
ALTER TABLE "new__auth_group" RENAME TO "auth_group"
;;
--@ kind=ddl only=ddl
CREATE TABLE "new__auth_user" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "password" varchar(128) NOT NULL, "last_login" datetime NULL, "is_superuser" bool NOT NULL, "username" varchar(150) NOT NULL UNIQUE, "last_name" varchar(150) NOT NULL, "email" varchar(254) NOT NULL, "is_staff" bool NOT NULL, "is_active" bool NOT NULL, "date_joined" datetime NOT NULL, "first_name" varchar(150) NOT NULL)
;;
--@ kind=insert
INSERT INTO "new__auth_user" ("id", "password", "last_login", "is_superuser", "username", "last_name", "email", "is_staff", "is_active", "date_joined", "first_name") SELECT "id", "password", "last_login", "is_superuser", "username", "last_name", "email", "is_staff", "is_active", "date_joined", "first_name" FROM "auth_user"
;;
--@ kind=ddl only=ddl
CREATE TABLE "django_session" ("session_key" varchar(40) NOT NULL PRIMARY KEY, "session_data" text NOT NULL, "expire_date" datetime NOT NULL)
;;
--@ kind=ddl only=ddl
CREATE INDEX "django_session_expire_date_a5c62663" ON "django_session" ("expire_date")
;;
--@ kind=select
SELECT "django_migrations"."id", "django_migrations"."app", "django_migrations"."name", "django_migrations"."applied" FROM "django_migrations"
;;
--@ kind=select
SELECT "django_content_type"."id", "django_content_type"."app_label", "django_content_type"."model" FROM "django_content_type" WHERE "django_content_type"."app_label" = ?
;;
--@ kind=insert
INSERT INTO "django_content_type" ("app_label", "model") VALUES (?, ?) RETURNING "django_content_type"."id"
;;
--@ kind=select
SELECT "django_content_type"."id", "django_content_type"."app_label", "django_content_type"."model" FROM "django_content_type" WHERE ("django_content_type"."app_label" = ? AND "django_content_type"."model" IN (?))
;;
--@ kind=select
SELECT "auth_permission"."content_type_id" AS "content_type", "auth_permission"."codename" AS "codename" FROM "auth_permission" INNER JOIN "django_content_type" ON ("auth_permission"."content_type_id" = "django_content_type"."id") WHERE "auth_permission"."content_type_id" IN (?) ORDER BY "django_content_type"."app_label" ASC, "django_content_type"."model" ASC, 2 ASC
;;
--@ kind=insert
INSERT INTO "auth_permission" ("name", "content_type_id", "codename") VALUES (?, ?, ?), (?, ?, ?), (?, ?, ?), (?, ?, ?) RETURNING "auth_permission"."id"
;;
--@ kind=insert
INSERT INTO "django_content_type" ("app_label", "model") VALUES (?, ?), (?, ?), (?, ?) RETURNING "django_content_type"."id"
;;
--@ kind=select
SELECT "auth_user"."id", "auth_user"."password", "auth_user"."last_login", "auth_user"."is_superuser", "auth_user"."username", "auth_user"."first_name", "auth_user"."last_name", "auth_user"."email", "auth_user"."is_staff", "auth_user"."is_active", "auth_user"."date_joined" FROM "auth_user"
;;
--@ kind=select
SELECT "auth_group"."id", "auth_group"."name" FROM "auth_group"
;;
--@ kind=insert
INSERT INTO "auth_user" ("password", "last_login", "is_superuser", "username", "first_name", "last_name", "email", "is_staff", "is_active", "date_joined") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING "auth_user"."id"
;;
--@ kind=insert
INSERT INTO "auth_group" ("name") VALUES (?) RETURNING "auth_group"."id"
;;
--@ kind=insert
INSERT OR IGNORE INTO "auth_user_groups" ("user_id", "group_id") VALUES (?, ?)
;;
--@ kind=insert
INSERT INTO "auth_user" ("password", "last_login", "is_superuser", "username", "first_name", "last_name", "email", "is_staff", "is_active", "date_joined") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING "auth_user"."id"
;;
--@ kind=tcl
SAVEPOINT "s139724461460352_x1"
;;
--@ kind=select
SELECT "auth_user"."id", "auth_user"."password", "auth_user"."last_login", "auth_user"."is_superuser", "auth_user"."username", "auth_user"."first_name", "auth_user"."last_name", "auth_user"."email", "auth_user"."is_staff", "auth_user"."is_active", "auth_user"."date_joined" FROM "auth_user" WHERE "auth_user"."username" = ? LIMIT 21
;;
--@ kind=update
UPDATE "auth_user" SET "last_login" = NULL, "first_name" = ?, "date_joined" = ? WHERE "auth_user"."id" = ?
;;
--@ kind=tcl
RELEASE SAVEPOINT "s139724461460352_x2"
;;
--@ kind=select
SELECT "auth_group"."id", "auth_group"."name" FROM "auth_group" WHERE "auth_group"."name" = ? LIMIT 21
;;
--@ kind=select
SELECT "auth_user"."id", "auth_user"."password", "auth_user"."last_login", "auth_user"."is_superuser", "auth_user"."username", "auth_user"."first_name", "auth_user"."last_name", "auth_user"."email", "auth_user"."is_staff", "auth_user"."is_active", "auth_user"."date_joined" FROM "auth_user" WHERE ("auth_user"."email" LIKE ? ESCAPE '\' AND "auth_user"."username" LIKE ? ESCAPE '\' AND NOT ("auth_user"."id" IN (?, ?))) ORDER BY "auth_user"."id" DESC LIMIT 5
;;
--@ kind=select
SELECT ("auth_user_groups"."user_id") AS "_prefetch_related_val_user_id", "auth_group"."id", "auth_group"."name" FROM "auth_group" INNER JOIN "auth_user_groups" ON ("auth_group"."id" = "auth_user_groups"."group_id") WHERE "auth_user_groups"."user_id" IN (?, ?, ?, ?)
;;
--@ kind=select
SELECT ("auth_user_user_permissions"."user_id") AS "_prefetch_related_val_user_id", "auth_permission"."id", "auth_permission"."name", "auth_permission"."content_type_id", "auth_permission"."codename" FROM "auth_permission" INNER JOIN "auth_user_user_permissions" ON ("auth_permission"."id" = "auth_user_user_permissions"."permission_id") INNER JOIN "django_content_type" ON ("auth_permission"."content_type_id" = "django_content_type"."id") WHERE "auth_user_user_permissions"."user_id" IN (?, ?, ?, ?) ORDER BY "django_content_type"."app_label" ASC, "django_content_type"."model" ASC, "auth_permission"."codename" ASC
;;
--@ kind=select
SELECT "auth_user"."is_active" AS "is_active", COUNT("auth_user"."id") AS "n", MAX("auth_user"."date_joined") AS "m" FROM "auth_user" GROUP BY 1 HAVING COUNT("auth_user"."id") > ?
;;
--@ kind=update
UPDATE "auth_user" SET "first_name" = UPPER("auth_user"."username"), "last_name" = (COALESCE("auth_user"."username", ?) || COALESCE((COALESCE(?, ?) || COALESCE("auth_user"."email", ?)), ?)) WHERE "auth_user"."id" = ?
;;
--@ kind=select
SELECT COUNT(*) AS "__count" FROM "auth_user" INNER JOIN "auth_user_groups" ON ("auth_user"."id" = "auth_user_groups"."user_id") INNER JOIN "auth_group" ON ("auth_user_groups"."group_id" = "auth_group"."id") WHERE "auth_group"."name" = ?
;;
--@ kind=select
SELECT ? AS "a" FROM "auth_user" WHERE "auth_user"."username" = ? LIMIT 1
;;
--@ kind=select
SELECT django_datetime_extract(?, "auth_user"."date_joined", ?, ?) AS "y", LENGTH("auth_user"."username") AS "l", CASE WHEN "auth_user"."is_active" THEN ? ELSE ? END AS "c" FROM "auth_user"
;;
--@ kind=select
SELECT "auth_user"."id", "auth_user"."password", "auth_user"."last_login", "auth_user"."is_superuser", "auth_user"."username", "auth_user"."first_name", "auth_user"."last_name", "auth_user"."email", "auth_user"."is_staff", "auth_user"."is_active", "auth_user"."date_joined", EXISTS(SELECT ? AS "a" FROM "auth_group" U0 INNER JOIN "auth_user_groups" U1 ON (U0."id" = U1."group_id") WHERE U1."user_id" = ("auth_user"."id") LIMIT 1) AS "has" FROM "auth_user" WHERE EXISTS(SELECT ? AS "a" FROM "auth_group" U0 INNER JOIN "auth_user_groups" U1 ON (U0."id" = U1."group_id") WHERE U1."user_id" = ("auth_user"."id") LIMIT 1)
;;
--@ kind=select
SELECT "auth_user"."id", "auth_user"."password", "auth_user"."last_login", "auth_user"."is_superuser", "auth_user"."username", "auth_user"."first_name", "auth_user"."last_name", "auth_user"."email", "auth_user"."is_staff", "auth_user"."is_active", "auth_user"."date_joined", (SELECT U0."name" AS "name" FROM "auth_group" U0 INNER JOIN "auth_user_groups" U1 ON (U0."id" = U1."group_id") WHERE U1."user_id" = ("auth_user"."id") LIMIT 1) AS "s" FROM "auth_user"
;;
--@ kind=select
SELECT ROW_NUMBER() OVER (PARTITION BY "auth_user"."is_active" ORDER BY "auth_user"."id" ASC) AS "r" FROM "auth_user"
;;
--@ kind=select
SELECT "auth_user"."id", "auth_user"."password", "auth_user"."last_login", "auth_user"."is_superuser", "auth_user"."username", "auth_user"."first_name", "auth_user"."last_name", "auth_user"."email", "auth_user"."is_staff", "auth_user"."is_active", "auth_user"."date_joined" FROM "auth_user" WHERE (("auth_user"."username" = ? OR NOT ("auth_user"."email" = ?)) AND "auth_user"."date_joined" >= ? AND "auth_user"."date_joined" BETWEEN ? AND ?)
;;
--@ kind=select
SELECT "auth_user"."id", "auth_user"."password", "auth_user"."last_login", "auth_user"."is_superuser", "auth_user"."username", "auth_user"."first_name", "auth_user"."last_name", "auth_user"."email", "auth_user"."is_staff", "auth_user"."is_active", "auth_user"."date_joined" FROM "auth_user" WHERE ("auth_user"."first_name" LIKE ? ESCAPE '\' AND "auth_user"."username" REGEXP ?)
;;
--@ kind=select
SELECT "auth_user"."id" AS "id" FROM "auth_user" UNION SELECT "auth_group"."id" AS "id" FROM "auth_group"
;;
--@ kind=select
SELECT "auth_user"."id", "auth_user"."password", "auth_user"."last_login", "auth_user"."is_superuser", "auth_user"."username", "auth_user"."first_name", "auth_user"."last_name", "auth_user"."email", "auth_user"."is_staff", "auth_user"."is_active", "auth_user"."date_joined" FROM "auth_user" ORDER BY RAND() ASC LIMIT 1
;;
--@ kind=select
SELECT DISTINCT "auth_user"."id", "auth_user"."password", "auth_user"."last_login", "auth_user"."is_superuser", "auth_user"."username", "auth_user"."first_name", "auth_user"."last_name", "auth_user"."email", "auth_user"."is_staff", "auth_user"."is_active", "auth_user"."date_joined" FROM "auth_user"
;;
--@ kind=select
SELECT COUNT(DISTINCT "auth_user"."id") FILTER (WHERE "auth_user"."is_active") AS "c", AVG("auth_user"."id") AS "id__avg", SUM("auth_user"."id") AS "id__sum" FROM "auth_user"
;;
--@ kind=select
SELECT "auth_user"."id", "auth_user"."username" FROM "auth_user"
;;
--@ kind=select
SELECT COALESCE("auth_user"."last_login", STRFTIME('%%Y-%%m-%%d %%H:%%M:%%f', 'NOW')) AS "x" FROM "auth_user" WHERE "auth_user"."last_login" IS NULL
;;
--@ kind=select
SELECT "auth_user"."id", "auth_user"."password", "auth_user"."last_login", "auth_user"."is_superuser", "auth_user"."username", "auth_user"."first_name", "auth_user"."last_name", "auth_user"."email", "auth_user"."is_staff", "auth_user"."is_active", "auth_user"."date_joined" FROM "auth_user" WHERE "auth_user"."id" IN (?)
;;
--@ kind=select
SELECT "auth_user"."id", "auth_user"."password", "auth_user"."last_login", "auth_user"."is_superuser", "auth_user"."username", "auth_user"."first_name", "auth_user"."last_name", "auth_user"."email", "auth_user"."is_staff", "auth_user"."is_active", "auth_user"."date_joined" FROM "auth_user" WHERE "auth_user"."id" = ? LIMIT 21
;;
--@ kind=explain
EXPLAIN QUERY PLAN SELECT "auth_user"."id", "auth_user"."password", "auth_user"."last_login", "auth_user"."is_superuser", "auth_user"."username", "auth_user"."first_name", "auth_user"."last_name", "auth_user"."email", "auth_user"."is_staff", "auth_user"."is_active", "auth_user"."date_joined" FROM "auth_user" WHERE "auth_user"."id" = ?
;;
--@ kind=update
UPDATE "auth_user" SET "first_name" = CASE WHEN ("auth_user"."id" = ?) THEN ? WHEN ("auth_user"."id" = ?) THEN ? WHEN ("auth_user"."id" = ?) THEN ? WHEN ("auth_user"."id" = ?) THEN ? ELSE NULL END WHERE "auth_user"."id" IN (?, ?, ?, ?)
;;
--@ kind=select
SELECT "auth_user"."id", "auth_user"."password", "auth_user"."last_login", "auth_user"."is_superuser", "auth_user"."username", "auth_user"."first_name", "auth_user"."last_name", "auth_user"."email", "auth_user"."is_staff", "auth_user"."is_active", "auth_user"."date_joined" FROM "auth_user" WHERE "auth_user"."username" LIKE ? ESCAPE '\'
;;
--@ kind=delete
DELETE FROM "auth_user_groups" WHERE "auth_user_groups"."user_id" IN (?, ?, ?)
;;
--@ kind=delete
DELETE FROM "auth_user_user_permissions" WHERE "auth_user_user_permissions"."user_id" IN (?, ?, ?)
;;
--@ kind=delete
DELETE FROM "django_admin_log" WHERE "django_admin_log"."user_id" IN (?, ?, ?)
;;
--@ kind=delete
DELETE FROM "auth_user" WHERE "auth_user"."id" IN (?, ?, ?)
;;
--@ kind=delete
DELETE FROM "auth_user_groups" WHERE "auth_user_groups"."user_id" = ?
;;
--@ kind=select
SELECT "auth_group"."id" AS "id" FROM "auth_group" INNER JOIN "auth_user_groups" ON ("auth_group"."id" = "auth_user_groups"."group_id") WHERE "auth_user_groups"."user_id" = ?
;;
--@ kind=delete
DELETE FROM "auth_group_permissions" WHERE "auth_group_permissions"."group_id" IN (?)
;;
--@ kind=delete
DELETE FROM "auth_user_groups" WHERE "auth_user_groups"."group_id" IN (?)
;;
--@ kind=delete
DELETE FROM "auth_group" WHERE "auth_group"."id" IN (?)
;;
--@ kind=select
SELECT "django_content_type"."app_label" AS "content_type__app_label", "auth_permission"."codename" AS "codename" FROM "auth_permission" INNER JOIN "auth_user_user_permissions" ON ("auth_permission"."id" = "auth_user_user_permissions"."permission_id") INNER JOIN "django_content_type" ON ("auth_permission"."content_type_id" = "django_content_type"."id") WHERE "auth_user_user_permissions"."user_id" = ?
;;
--@ kind=select
SELECT "django_content_type"."app_label" AS "content_type__app_label", "auth_permission"."codename" AS "codename" FROM "auth_permission" INNER JOIN "auth_group_permissions" ON ("auth_permission"."id" = "auth_group_permissions"."permission_id") INNER JOIN "django_content_type" ON ("auth_permission"."content_type_id" = "django_content_type"."id") WHERE "auth_group_permissions"."group_id" IN (SELECT U0."id" FROM "auth_group" U0 INNER JOIN "auth_user_groups" U1 ON (U0."id" = U1."group_id") WHERE U1."user_id" = ?)
;;
--@ kind=insert
INSERT INTO "django_session" ("session_key", "session_data", "expire_date") VALUES (?, ?, ?)
;;
--@ kind=delete
DELETE FROM "django_session" WHERE "django_session"."expire_date" < ?
;;
--@ kind=delete only=no-where
DELETE FROM "django_session"
;;
--@ kind=tcl
ROLLBACK TO SAVEPOINT "s139724461460352_x4"
;;
--@ kind=show
PRAGMA table_xinfo("auth_user")
;;
--@ kind=select
SELECT sql
            FROM sqlite_master
            WHERE type = 'table' AND name = ?
;;
--@ kind=select
SELECT JSON('{"a": "b"}')
;;
--@ kind=select
SELECT sql
                    FROM sqlite_master
                    WHERE
                        type = 'table' AND
                        name = ? AND
                        sql LIKE ?
;;
--@ kind=show
PRAGMA foreign_key_list("auth_user_groups")
;;
--@ kind=show
PRAGMA index_list("auth_user")
;;
--@ kind=show
PRAGMA table_info("auth_user")
;;
--@ kind=show
PRAGMA foreign_key_list("auth_user")
;;
--@ kind=show
PRAGMA foreign_key_list("auth_group")
;;
--@ kind=show
PRAGMA table_xinfo("auth_group")
;;
--@ kind=show
PRAGMA index_list("auth_group")
;;
--@ kind=show
PRAGMA table_info("auth_group")
;;
--@ kind=show
PRAGMA foreign_key_list("auth_group_permissions")
;;
--@ kind=show
PRAGMA table_xinfo("auth_group_permissions")
;;
--@ kind=show
PRAGMA index_list("auth_group_permissions")
;;
--@ kind=show
PRAGMA index_info("auth_group_permissions_permission_id_84c5c92e")
;;
--@ kind=show
PRAGMA index_info("auth_group_permissions_group_id_b120cbf9")
;;
--@ kind=show
PRAGMA index_info("auth_group_permissions_group_id_permission_id_0cd325b0_uniq")
;;
--@ kind=show
PRAGMA table_info("auth_group_permissions")
;;
--@ kind=show
PRAGMA table_info("auth_permission")
;;
--@ kind=show
PRAGMA foreign_key_list("auth_permission")
;;
--@ kind=show
PRAGMA table_xinfo("auth_permission")
;;
--@ kind=show
PRAGMA index_list("auth_permission")
;;
--@ kind=show
PRAGMA index_info("auth_permission_content_type_id_2f476e4b")
;;
--@ kind=show
PRAGMA index_info("auth_permission_content_type_id_codename_01ab375a_uniq")
;;
--@ kind=show
PRAGMA table_info("django_content_type")
;;
--@ kind=show
PRAGMA table_xinfo("auth_user_groups")
;;
--@ kind=show
PRAGMA index_list("auth_user_groups")
;;
--@ kind=show
PRAGMA index_info("auth_user_groups_group_id_97559544")
;;
--@ kind=show
PRAGMA index_info("auth_user_groups_user_id_6a12ed8b")
;;
--@ kind=show
PRAGMA index_info("auth_user_groups_user_id_group_id_94350c0c_uniq")
;;
--@ kind=show
PRAGMA table_info("auth_user_groups")
;;
--@ kind=show
PRAGMA foreign_key_list("auth_user_user_permissions")
;;
--@ kind=show
PRAGMA table_xinfo("auth_user_user_permissions")
;;
--@ kind=show
PRAGMA index_list("auth_user_user_permissions")
;;
--@ kind=show
PRAGMA index_info("auth_user_user_permissions_permission_id_1fbb5f2c")
;;
--@ kind=show
PRAGMA index_info("auth_user_user_permissions_user_id_a95ead1b")
;;
--@ kind=show
PRAGMA index_info("auth_user_user_permissions_user_id_permission_id_14a6b632_uniq")
;;
--@ kind=show
PRAGMA table_info("auth_user_user_permissions")
;;
--@ kind=show
PRAGMA foreign_key_list("django_admin_log")
;;
--@ kind=show
PRAGMA table_xinfo("django_admin_log")
;;
--@ kind=show
PRAGMA index_list("django_admin_log")
;;
--@ kind=show
PRAGMA index_info("django_admin_log_user_id_c564eba6")
;;
--@ kind=show
PRAGMA index_info("django_admin_log_content_type_id_c4bce8eb")
;;
--@ kind=show
PRAGMA table_info("django_admin_log")
;;
--@ kind=show
PRAGMA foreign_key_list("django_content_type")
;;
--@ kind=show
PRAGMA table_xinfo("django_content_type")
;;
--@ kind=show
PRAGMA index_list("django_content_type")
;;
--@ kind=show
PRAGMA index_info("django_content_type_app_label_model_76bd3d3b_uniq")
;;
--@ kind=show
PRAGMA foreign_key_list("django_migrations")
;;
--@ kind=show
PRAGMA table_xinfo("django_migrations")
;;
--@ kind=show
PRAGMA index_list("django_migrations")
;;
--@ kind=show
PRAGMA table_info("django_migrations")
;;
--@ kind=show
PRAGMA foreign_key_list("django_session")
;;
--@ kind=show
PRAGMA table_xinfo("django_session")
;;
--@ kind=show
PRAGMA index_list("django_session")
;;
--@ kind=show
PRAGMA index_info("django_session_expire_date_a5c62663")
;;
--@ kind=show
PRAGMA table_info("django_session")
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
SELECT "auth_permission"."id" FROM "auth_permission" INNER JOIN "auth_group_permissions" ON ("auth_permission"."id" = "auth_group_permissions"."permission_id") INNER JOIN "django_content_type" ON ("auth_permission"."content_type_id" = "django_content_type"."id") WHERE "auth_group_permissions"."group_id" = ? ORDER BY "django_content_type"."app_label" ASC, "django_content_type"."model" ASC, "auth_permission"."codename" ASC
;;
--@ kind=select
SELECT "auth_user"."id", "auth_user"."password", "auth_user"."last_login", "auth_user"."is_superuser", "auth_user"."username", "auth_user"."first_name", "auth_user"."last_name", "auth_user"."email", "auth_user"."is_staff", "auth_user"."is_active", "auth_user"."date_joined" FROM "auth_user" ORDER BY "auth_user"."id" ASC
;;
--@ kind=select
SELECT "auth_group"."id" FROM "auth_group" INNER JOIN "auth_user_groups" ON ("auth_group"."id" = "auth_user_groups"."group_id") WHERE "auth_user_groups"."user_id" = ?
;;
--@ kind=select
SELECT "auth_permission"."id" FROM "auth_permission" INNER JOIN "auth_user_user_permissions" ON ("auth_permission"."id" = "auth_user_user_permissions"."permission_id") INNER JOIN "django_content_type" ON ("auth_permission"."content_type_id" = "django_content_type"."id") WHERE "auth_user_user_permissions"."user_id" = ? ORDER BY "django_content_type"."app_label" ASC, "django_content_type"."model" ASC, "auth_permission"."codename" ASC
;;
--@ kind=select
SELECT "django_session"."session_key", "django_session"."session_data", "django_session"."expire_date" FROM "django_session" ORDER BY "django_session"."session_key" ASC
;;
--@ kind=select
SELECT "django_admin_log"."id", "django_admin_log"."action_time", "django_admin_log"."user_id", "django_admin_log"."content_type_id", "django_admin_log"."object_id", "django_admin_log"."object_repr", "django_admin_log"."action_flag", "django_admin_log"."change_message" FROM "django_admin_log" ORDER BY "django_admin_log"."id" ASC
;;
