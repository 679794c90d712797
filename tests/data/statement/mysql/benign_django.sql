--! benign run=any
--@ kind=select
SELECT VERSION(),
                       @@sql_mode,
                       @@default_storage_engine,
                       @@sql_auto_is_null,
                       @@lower_case_table_names,
                       CONVERT_TZ('2001-01-01 01:00:00', 'UTC', 'UTC') IS NOT NULL
;;
--@ kind=tcl
SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED
;;
--@ kind=select
SELECT
                table_name,
                table_type,
                table_comment
            FROM information_schema.tables
            WHERE table_schema = DATABASE()
;;
--@ kind=select
SELECT `django_migrations`.`id`, `django_migrations`.`app`, `django_migrations`.`name`, `django_migrations`.`applied` FROM `django_migrations`
;;
--@ kind=select
SELECT `django_content_type`.`id`, `django_content_type`.`app_label`, `django_content_type`.`model` FROM `django_content_type` WHERE `django_content_type`.`app_label` = %s
;;
--@ kind=select
SELECT `django_content_type`.`id`, `django_content_type`.`app_label`, `django_content_type`.`model` FROM `django_content_type` WHERE (`django_content_type`.`app_label` = %s AND `django_content_type`.`model` IN (%s))
;;
--@ kind=select
SELECT `auth_permission`.`content_type_id` AS `content_type`, `auth_permission`.`codename` AS `codename` FROM `auth_permission` INNER JOIN `django_content_type` ON (`auth_permission`.`content_type_id` = `django_content_type`.`id`) WHERE `auth_permission`.`content_type_id` IN (%s) ORDER BY `django_content_type`.`app_label` ASC, `django_content_type`.`model` ASC, 2 ASC
;;
--@ kind=select
SELECT `auth_user`.`id`, `auth_user`.`password`, `auth_user`.`last_login`, `auth_user`.`is_superuser`, `auth_user`.`username`, `auth_user`.`first_name`, `auth_user`.`last_name`, `auth_user`.`email`, `auth_user`.`is_staff`, `auth_user`.`is_active`, `auth_user`.`date_joined` FROM `auth_user`
;;
--@ kind=select
SELECT `auth_group`.`id`, `auth_group`.`name` FROM `auth_group`
;;
--@ kind=insert
INSERT INTO `auth_user` (`password`, `last_login`, `is_superuser`, `username`, `first_name`, `last_name`, `email`, `is_staff`, `is_active`, `date_joined`) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING `auth_user`.`id`
;;
--@ kind=insert
INSERT INTO `auth_group` (`name`) VALUES (%s) RETURNING `auth_group`.`id`
;;
--@ kind=insert
INSERT IGNORE INTO `auth_user_groups` (`user_id`, `group_id`) VALUES (%s, %s)
;;
--@ kind=insert
INSERT INTO `auth_user` (`password`, `last_login`, `is_superuser`, `username`, `first_name`, `last_name`, `email`, `is_staff`, `is_active`, `date_joined`) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s), (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s), (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING `auth_user`.`id`
;;
--@ kind=tcl
SAVEPOINT `s140196018424704_x1`
;;
--@ kind=select
SELECT `auth_user`.`id`, `auth_user`.`password`, `auth_user`.`last_login`, `auth_user`.`is_superuser`, `auth_user`.`username`, `auth_user`.`first_name`, `auth_user`.`last_name`, `auth_user`.`email`, `auth_user`.`is_staff`, `auth_user`.`is_active`, `auth_user`.`date_joined` FROM `auth_user` WHERE `auth_user`.`username` = %s LIMIT 21 FOR UPDATE
;;
--@ kind=update
UPDATE `auth_user` SET `last_login` = NULL, `first_name` = %s, `date_joined` = %s WHERE `auth_user`.`id` = %s
;;
--@ kind=tcl
RELEASE SAVEPOINT `s140196018424704_x2`
;;
--@ kind=select
SELECT `auth_group`.`id`, `auth_group`.`name` FROM `auth_group` WHERE `auth_group`.`name` = %s LIMIT 21
;;
--@ kind=select
SELECT `auth_user`.`id`, `auth_user`.`password`, `auth_user`.`last_login`, `auth_user`.`is_superuser`, `auth_user`.`username`, `auth_user`.`first_name`, `auth_user`.`last_name`, `auth_user`.`email`, `auth_user`.`is_staff`, `auth_user`.`is_active`, `auth_user`.`date_joined` FROM `auth_user` WHERE (`auth_user`.`email` LIKE BINARY %s AND `auth_user`.`username` LIKE %s AND NOT (`auth_user`.`id` IN (%s, %s))) ORDER BY `auth_user`.`id` DESC LIMIT 5
;;
--@ kind=select
SELECT (`auth_user_groups`.`user_id`) AS `_prefetch_related_val_user_id`, `auth_group`.`id`, `auth_group`.`name` FROM `auth_group` INNER JOIN `auth_user_groups` ON (`auth_group`.`id` = `auth_user_groups`.`group_id`) WHERE `auth_user_groups`.`user_id` IN (%s, %s, %s, %s)
;;
--@ kind=select
SELECT (`auth_user_user_permissions`.`user_id`) AS `_prefetch_related_val_user_id`, `auth_permission`.`id`, `auth_permission`.`name`, `auth_permission`.`content_type_id`, `auth_permission`.`codename` FROM `auth_permission` INNER JOIN `auth_user_user_permissions` ON (`auth_permission`.`id` = `auth_user_user_permissions`.`permission_id`) INNER JOIN `django_content_type` ON (`auth_permission`.`content_type_id` = `django_content_type`.`id`) WHERE `auth_user_user_permissions`.`user_id` IN (%s, %s, %s, %s) ORDER BY `django_content_type`.`app_label` ASC, `django_content_type`.`model` ASC, `auth_permission`.`codename` ASC
;;
--@ kind=select
SELECT `auth_user`.`is_active` AS `is_active`, COUNT(`auth_user`.`id`) AS `n`, MAX(`auth_user`.`date_joined`) AS `m` FROM `auth_user` GROUP BY 1 HAVING COUNT(`auth_user`.`id`) > %s ORDER BY NULL
;;
--@ kind=update
UPDATE `auth_user` SET `first_name` = UPPER(`auth_user`.`username`), `last_name` = CONCAT_WS('', `auth_user`.`username`, CONCAT_WS('', %s, `auth_user`.`email`)) WHERE `auth_user`.`id` = %s
;;
--@ kind=select
SELECT COUNT(*) AS `__count` FROM `auth_user` INNER JOIN `auth_user_groups` ON (`auth_user`.`id` = `auth_user_groups`.`user_id`) INNER JOIN `auth_group` ON (`auth_user_groups`.`group_id` = `auth_group`.`id`) WHERE `auth_group`.`name` = %s
;;
--@ kind=select
SELECT %s AS `a` FROM `auth_user` WHERE `auth_user`.`username` = %s LIMIT 1
;;
--@ kind=select
SELECT EXTRACT(YEAR FROM CONVERT_TZ(`auth_user`.`date_joined`, %s, %s)) AS `y`, CHAR_LENGTH(`auth_user`.`username`) AS `l`, CASE WHEN `auth_user`.`is_active` = %s THEN %s ELSE %s END AS `c` FROM `auth_user`
;;
--@ kind=select
SELECT `auth_user`.`id`, `auth_user`.`password`, `auth_user`.`last_login`, `auth_user`.`is_superuser`, `auth_user`.`username`, `auth_user`.`first_name`, `auth_user`.`last_name`, `auth_user`.`email`, `auth_user`.`is_staff`, `auth_user`.`is_active`, `auth_user`.`date_joined`, EXISTS(SELECT %s AS `a` FROM `auth_group` U0 INNER JOIN `auth_user_groups` U1 ON (U0.`id` = U1.`group_id`) WHERE U1.`user_id` = (`auth_user`.`id`) LIMIT 1) AS `has` FROM `auth_user` WHERE EXISTS(SELECT %s AS `a` FROM `auth_group` U0 INNER JOIN `auth_user_groups` U1 ON (U0.`id` = U1.`group_id`) WHERE U1.`user_id` = (`auth_user`.`id`) LIMIT 1)
;;
--@ kind=select
SELECT `auth_user`.`id`, `auth_user`.`password`, `auth_user`.`last_login`, `auth_user`.`is_superuser`, `auth_user`.`username`, `auth_user`.`first_name`, `auth_user`.`last_name`, `auth_user`.`email`, `auth_user`.`is_staff`, `auth_user`.`is_active`, `auth_user`.`date_joined`, (SELECT U0.`name` AS `name` FROM `auth_group` U0 INNER JOIN `auth_user_groups` U1 ON (U0.`id` = U1.`group_id`) WHERE U1.`user_id` = (`auth_user`.`id`) LIMIT 1) AS `s` FROM `auth_user`
;;
--@ kind=select
SELECT ROW_NUMBER() OVER (PARTITION BY `auth_user`.`is_active` ORDER BY `auth_user`.`id` ASC) AS `r` FROM `auth_user`
;;
--@ kind=select
SELECT `auth_user`.`id`, `auth_user`.`password`, `auth_user`.`last_login`, `auth_user`.`is_superuser`, `auth_user`.`username`, `auth_user`.`first_name`, `auth_user`.`last_name`, `auth_user`.`email`, `auth_user`.`is_staff`, `auth_user`.`is_active`, `auth_user`.`date_joined` FROM `auth_user` WHERE ((`auth_user`.`username` = %s OR NOT (`auth_user`.`email` = %s)) AND `auth_user`.`date_joined` >= %s AND `auth_user`.`date_joined` BETWEEN %s AND %s)
;;
--@ kind=select
SELECT `auth_user`.`id`, `auth_user`.`password`, `auth_user`.`last_login`, `auth_user`.`is_superuser`, `auth_user`.`username`, `auth_user`.`first_name`, `auth_user`.`last_name`, `auth_user`.`email`, `auth_user`.`is_staff`, `auth_user`.`is_active`, `auth_user`.`date_joined` FROM `auth_user` WHERE (`auth_user`.`first_name` LIKE %s AND `auth_user`.`username` REGEXP BINARY %s)
;;
--@ kind=select
(SELECT `auth_user`.`id` AS `id` FROM `auth_user`) UNION (SELECT `auth_group`.`id` AS `id` FROM `auth_group`)
;;
--@ kind=select
SELECT `auth_user`.`id`, `auth_user`.`password`, `auth_user`.`last_login`, `auth_user`.`is_superuser`, `auth_user`.`username`, `auth_user`.`first_name`, `auth_user`.`last_name`, `auth_user`.`email`, `auth_user`.`is_staff`, `auth_user`.`is_active`, `auth_user`.`date_joined` FROM `auth_user` ORDER BY RAND() ASC LIMIT 1
;;
--@ kind=select
SELECT DISTINCT `auth_user`.`id`, `auth_user`.`password`, `auth_user`.`last_login`, `auth_user`.`is_superuser`, `auth_user`.`username`, `auth_user`.`first_name`, `auth_user`.`last_name`, `auth_user`.`email`, `auth_user`.`is_staff`, `auth_user`.`is_active`, `auth_user`.`date_joined` FROM `auth_user`
;;
--@ kind=select
SELECT COUNT(DISTINCT CASE WHEN `auth_user`.`is_active` = %s THEN `auth_user`.`id` ELSE NULL END) AS `c`, AVG(`auth_user`.`id`) AS `id__avg`, SUM(`auth_user`.`id`) AS `id__sum` FROM `auth_user`
;;
--@ kind=select
SELECT `auth_user`.`id`, `auth_user`.`password`, `auth_user`.`last_login`, `auth_user`.`is_superuser`, `auth_user`.`username`, `auth_user`.`first_name`, `auth_user`.`last_name`, `auth_user`.`email`, `auth_user`.`is_staff`, `auth_user`.`is_active`, `auth_user`.`date_joined` FROM `auth_user` WHERE `auth_user`.`id` = %s FOR UPDATE
;;
--@ kind=select
SELECT `auth_user`.`id`, `auth_user`.`username` FROM `auth_user`
;;
--@ kind=select
SELECT COALESCE(`auth_user`.`last_login`, CURRENT_TIMESTAMP(6)) AS `x` FROM `auth_user` WHERE `auth_user`.`last_login` IS NULL
;;
--@ kind=select
SELECT `auth_user`.`id`, `auth_user`.`password`, `auth_user`.`last_login`, `auth_user`.`is_superuser`, `auth_user`.`username`, `auth_user`.`first_name`, `auth_user`.`last_name`, `auth_user`.`email`, `auth_user`.`is_staff`, `auth_user`.`is_active`, `auth_user`.`date_joined` FROM `auth_user` WHERE `auth_user`.`id` IN (%s)
;;
--@ kind=select
SELECT `auth_user`.`id`, `auth_user`.`password`, `auth_user`.`last_login`, `auth_user`.`is_superuser`, `auth_user`.`username`, `auth_user`.`first_name`, `auth_user`.`last_name`, `auth_user`.`email`, `auth_user`.`is_staff`, `auth_user`.`is_active`, `auth_user`.`date_joined` FROM `auth_user` WHERE `auth_user`.`id` = %s LIMIT 21
;;
--@ kind=explain
EXPLAIN SELECT `auth_user`.`id`, `auth_user`.`password`, `auth_user`.`last_login`, `auth_user`.`is_superuser`, `auth_user`.`username`, `auth_user`.`first_name`, `auth_user`.`last_name`, `auth_user`.`email`, `auth_user`.`is_staff`, `auth_user`.`is_active`, `auth_user`.`date_joined` FROM `auth_user` WHERE `auth_user`.`id` = %s
;;
--@ kind=update
UPDATE `auth_user` SET `first_name` = CASE WHEN (`auth_user`.`id` = %s) THEN %s WHEN (`auth_user`.`id` = %s) THEN %s WHEN (`auth_user`.`id` = %s) THEN %s WHEN (`auth_user`.`id` = %s) THEN %s ELSE NULL END WHERE `auth_user`.`id` IN (%s, %s, %s, %s)
;;
--@ kind=select
SELECT `auth_user`.`id`, `auth_user`.`password`, `auth_user`.`last_login`, `auth_user`.`is_superuser`, `auth_user`.`username`, `auth_user`.`first_name`, `auth_user`.`last_name`, `auth_user`.`email`, `auth_user`.`is_staff`, `auth_user`.`is_active`, `auth_user`.`date_joined` FROM `auth_user` WHERE `auth_user`.`username` LIKE BINARY %s
;;
--@ kind=delete
DELETE FROM `auth_user_groups` WHERE `auth_user_groups`.`user_id` IN (%s, %s, %s)
;;
--@ kind=delete
DELETE FROM `auth_user_user_permissions` WHERE `auth_user_user_permissions`.`user_id` IN (%s, %s, %s)
;;
--@ kind=delete
DELETE FROM `django_admin_log` WHERE `django_admin_log`.`user_id` IN (%s, %s, %s)
;;
--@ kind=delete
DELETE FROM `auth_user` WHERE `auth_user`.`id` IN (%s, %s, %s)
;;
--@ kind=delete
DELETE FROM `auth_user_groups` WHERE `auth_user_groups`.`user_id` = %s
;;
--@ kind=select
SELECT `auth_group`.`id` AS `id` FROM `auth_group` INNER JOIN `auth_user_groups` ON (`auth_group`.`id` = `auth_user_groups`.`group_id`) WHERE `auth_user_groups`.`user_id` = %s
;;
--@ kind=delete
DELETE FROM `auth_group_permissions` WHERE `auth_group_permissions`.`group_id` IN (%s)
;;
--@ kind=delete
DELETE FROM `auth_user_groups` WHERE `auth_user_groups`.`group_id` IN (%s)
;;
--@ kind=delete
DELETE FROM `auth_group` WHERE `auth_group`.`id` IN (%s)
;;
--@ kind=select
SELECT `django_content_type`.`app_label` AS `content_type__app_label`, `auth_permission`.`codename` AS `codename` FROM `auth_permission` INNER JOIN `auth_user_user_permissions` ON (`auth_permission`.`id` = `auth_user_user_permissions`.`permission_id`) INNER JOIN `django_content_type` ON (`auth_permission`.`content_type_id` = `django_content_type`.`id`) WHERE `auth_user_user_permissions`.`user_id` = %s
;;
--@ kind=select
SELECT `django_content_type`.`app_label` AS `content_type__app_label`, `auth_permission`.`codename` AS `codename` FROM `auth_permission` INNER JOIN `auth_group_permissions` ON (`auth_permission`.`id` = `auth_group_permissions`.`permission_id`) INNER JOIN `django_content_type` ON (`auth_permission`.`content_type_id` = `django_content_type`.`id`) WHERE `auth_group_permissions`.`group_id` IN (SELECT U0.`id` FROM `auth_group` U0 INNER JOIN `auth_user_groups` U1 ON (U0.`id` = U1.`group_id`) WHERE U1.`user_id` = %s)
;;
--@ kind=insert
INSERT INTO `django_session` (`session_key`, `session_data`, `expire_date`) VALUES (%s, %s, %s)
;;
--@ kind=delete
DELETE FROM `django_session` WHERE `django_session`.`expire_date` < %s
;;
--@ kind=delete only=no-where
DELETE FROM `django_session`
;;
--@ kind=tcl
ROLLBACK TO SAVEPOINT `s140196018424704_x4`
;;
--@ kind=select
SELECT c.constraint_name AS column_name
                FROM information_schema.check_constraints AS c
                WHERE
                    c.table_name = %s AND
                    LOWER(c.check_clause) =
                        'json_valid(`' + LOWER(c.constraint_name) + '`)' AND
                    c.constraint_schema = DATABASE()
;;
--@ kind=select
SELECT  table_collation
            FROM    information_schema.tables
            WHERE   table_schema = DATABASE()
            AND     table_name = %s
;;
--@ kind=select
SELECT
                column_name, data_type, character_maximum_length,
                numeric_precision, numeric_scale, extra, column_default,
                CASE
                    WHEN collation_name = %s THEN NULL
                    ELSE collation_name
                END AS collation_name,
                CASE
                    WHEN column_type LIKE '%% unsigned' THEN 1
                    ELSE 0
                END AS is_unsigned,
                column_comment
            FROM information_schema.columns
            WHERE table_name = %s AND table_schema = DATABASE()
;;
--@ kind=select
SELECT * FROM `auth_user` LIMIT 1
;;
--@ kind=select
SELECT column_name, referenced_column_name, referenced_table_name
            FROM information_schema.key_column_usage
            WHERE table_name = %s
                AND table_schema = DATABASE()
                AND referenced_table_schema = DATABASE()
                AND referenced_table_name IS NOT NULL
                AND referenced_column_name IS NOT NULL
;;
--@ kind=select
SELECT kc.`constraint_name`, kc.`column_name`,
                kc.`referenced_table_name`, kc.`referenced_column_name`,
                c.`constraint_type`
            FROM
                information_schema.key_column_usage AS kc,
                information_schema.table_constraints AS c
            WHERE
                kc.table_schema = DATABASE() AND
                (
                    kc.referenced_table_schema = DATABASE() OR
                    kc.referenced_table_schema IS NULL
                ) AND
                c.table_schema = kc.table_schema AND
                c.constraint_name = kc.constraint_name AND
                c.constraint_type != 'CHECK' AND
                kc.table_name = %s
            ORDER BY kc.`ordinal_position`
;;
--@ kind=select
SELECT c.constraint_name, c.check_clause
                    FROM information_schema.check_constraints AS c
                    WHERE
                        c.constraint_schema = DATABASE() AND
                        c.table_name = %s
;;
--@ kind=show
SHOW INDEX FROM `auth_user`
;;
--@ kind=select
SELECT * FROM `auth_group` LIMIT 1
;;
--@ kind=show
SHOW INDEX FROM `auth_group`
;;
--@ kind=select
SELECT * FROM `auth_group_permissions` LIMIT 1
;;
--@ kind=show
SHOW INDEX FROM `auth_group_permissions`
;;
--@ kind=select
SELECT * FROM `auth_permission` LIMIT 1
;;
--@ kind=show
SHOW INDEX FROM `auth_permission`
;;
--@ kind=select
SELECT * FROM `django_content_type` LIMIT 1
;;
--@ kind=show
SHOW INDEX FROM `django_content_type`
;;
--@ kind=select
SELECT * FROM `auth_user_groups` LIMIT 1
;;
--@ kind=show
SHOW INDEX FROM `auth_user_groups`
;;
--@ kind=select
SELECT * FROM `auth_user_user_permissions` LIMIT 1
;;
--@ kind=show
SHOW INDEX FROM `auth_user_user_permissions`
;;
--@ kind=select
SELECT * FROM `django_admin_log` LIMIT 1
;;
--@ kind=show
SHOW INDEX FROM `django_admin_log`
;;
--@ kind=select
SELECT * FROM `django_migrations` LIMIT 1
;;
--@ kind=show
SHOW INDEX FROM `django_migrations`
;;
--@ kind=select
SELECT * FROM `django_session` LIMIT 1
;;
--@ kind=show
SHOW INDEX FROM `django_session`
;;
--@ kind=select
SELECT `django_content_type`.`id`, `django_content_type`.`app_label`, `django_content_type`.`model` FROM `django_content_type` ORDER BY `django_content_type`.`id` ASC
;;
--@ kind=select
SELECT `auth_permission`.`id`, `auth_permission`.`name`, `auth_permission`.`content_type_id`, `auth_permission`.`codename` FROM `auth_permission` ORDER BY `auth_permission`.`id` ASC
;;
--@ kind=select
SELECT `auth_group`.`id`, `auth_group`.`name` FROM `auth_group` ORDER BY `auth_group`.`id` ASC
;;
--@ kind=select
SELECT `auth_permission`.`id` FROM `auth_permission` INNER JOIN `auth_group_permissions` ON (`auth_permission`.`id` = `auth_group_permissions`.`permission_id`) INNER JOIN `django_content_type` ON (`auth_permission`.`content_type_id` = `django_content_type`.`id`) WHERE `auth_group_permissions`.`group_id` = %s ORDER BY `django_content_type`.`app_label` ASC, `django_content_type`.`model` ASC, `auth_permission`.`codename` ASC
;;
--@ kind=select
SELECT `auth_user`.`id`, `auth_user`.`password`, `auth_user`.`last_login`, `auth_user`.`is_superuser`, `auth_user`.`username`, `auth_user`.`first_name`, `auth_user`.`last_name`, `auth_user`.`email`, `auth_user`.`is_staff`, `auth_user`.`is_active`, `auth_user`.`date_joined` FROM `auth_user` ORDER BY `auth_user`.`id` ASC
;;
--@ kind=select
SELECT `auth_group`.`id` FROM `auth_group` INNER JOIN `auth_user_groups` ON (`auth_group`.`id` = `auth_user_groups`.`group_id`) WHERE `auth_user_groups`.`user_id` = %s
;;
--@ kind=select
SELECT `auth_permission`.`id` FROM `auth_permission` INNER JOIN `auth_user_user_permissions` ON (`auth_permission`.`id` = `auth_user_user_permissions`.`permission_id`) INNER JOIN `django_content_type` ON (`auth_permission`.`content_type_id` = `django_content_type`.`id`) WHERE `auth_user_user_permissions`.`user_id` = %s ORDER BY `django_content_type`.`app_label` ASC, `django_content_type`.`model` ASC, `auth_permission`.`codename` ASC
;;
--@ kind=select
SELECT `django_session`.`session_key`, `django_session`.`session_data`, `django_session`.`expire_date` FROM `django_session` ORDER BY `django_session`.`session_key` ASC
;;
--@ kind=select
SELECT `django_admin_log`.`id`, `django_admin_log`.`action_time`, `django_admin_log`.`user_id`, `django_admin_log`.`content_type_id`, `django_admin_log`.`object_id`, `django_admin_log`.`object_repr`, `django_admin_log`.`action_flag`, `django_admin_log`.`change_message` FROM `django_admin_log` ORDER BY `django_admin_log`.`id` ASC
;;
--@ kind=select
SELECT REFERRING.`id`, REFERRING.`permission_id` FROM `auth_group_permissions` as REFERRING
                        LEFT JOIN `auth_permission` as REFERRED
                        ON (REFERRING.`permission_id` = REFERRED.`id`)
                        WHERE REFERRING.`permission_id` IS NOT NULL AND REFERRED.`id` IS NULL
;;
--@ kind=select
SELECT REFERRING.`id`, REFERRING.`group_id` FROM `auth_group_permissions` as REFERRING
                        LEFT JOIN `auth_group` as REFERRED
                        ON (REFERRING.`group_id` = REFERRED.`id`)
                        WHERE REFERRING.`group_id` IS NOT NULL AND REFERRED.`id` IS NULL
;;
--@ kind=select
SELECT REFERRING.`id`, REFERRING.`content_type_id` FROM `auth_permission` as REFERRING
                        LEFT JOIN `django_content_type` as REFERRED
                        ON (REFERRING.`content_type_id` = REFERRED.`id`)
                        WHERE REFERRING.`content_type_id` IS NOT NULL AND REFERRED.`id` IS NULL
;;
--@ kind=select
SELECT REFERRING.`id`, REFERRING.`group_id` FROM `auth_user_groups` as REFERRING
                        LEFT JOIN `auth_group` as REFERRED
                        ON (REFERRING.`group_id` = REFERRED.`id`)
                        WHERE REFERRING.`group_id` IS NOT NULL AND REFERRED.`id` IS NULL
;;
--@ kind=select
SELECT REFERRING.`id`, REFERRING.`user_id` FROM `auth_user_groups` as REFERRING
                        LEFT JOIN `auth_user` as REFERRED
                        ON (REFERRING.`user_id` = REFERRED.`id`)
                        WHERE REFERRING.`user_id` IS NOT NULL AND REFERRED.`id` IS NULL
;;
--@ kind=select
SELECT REFERRING.`id`, REFERRING.`permission_id` FROM `auth_user_user_permissions` as REFERRING
                        LEFT JOIN `auth_permission` as REFERRED
                        ON (REFERRING.`permission_id` = REFERRED.`id`)
                        WHERE REFERRING.`permission_id` IS NOT NULL AND REFERRED.`id` IS NULL
;;
--@ kind=select
SELECT REFERRING.`id`, REFERRING.`user_id` FROM `auth_user_user_permissions` as REFERRING
                        LEFT JOIN `auth_user` as REFERRED
                        ON (REFERRING.`user_id` = REFERRED.`id`)
                        WHERE REFERRING.`user_id` IS NOT NULL AND REFERRED.`id` IS NULL
;;
--@ kind=select
SELECT REFERRING.`id`, REFERRING.`content_type_id` FROM `django_admin_log` as REFERRING
                        LEFT JOIN `django_content_type` as REFERRED
                        ON (REFERRING.`content_type_id` = REFERRED.`id`)
                        WHERE REFERRING.`content_type_id` IS NOT NULL AND REFERRED.`id` IS NULL
;;
--@ kind=select
SELECT REFERRING.`id`, REFERRING.`user_id` FROM `django_admin_log` as REFERRING
                        LEFT JOIN `auth_user` as REFERRED
                        ON (REFERRING.`user_id` = REFERRED.`id`)
                        WHERE REFERRING.`user_id` IS NOT NULL AND REFERRED.`id` IS NULL
;;
