--! benign run=any
--@ kind=show
DESCRIBE `sqleng`.`sa_merchant`
;;
--@ kind=show
DESCRIBE `sqleng`.`sa_card`
;;
--@ kind=ddl only=ddl
CREATE TABLE sa_merchant (
    id INTEGER NOT NULL AUTO_INCREMENT,
    name VARCHAR(50),
    active BOOL,
    PRIMARY KEY (id)
)
;;
--@ kind=ddl only=ddl
CREATE TABLE sa_card (
    id INTEGER NOT NULL AUTO_INCREMENT,
    holder VARCHAR(50),
    pan VARCHAR(30),
    m_id INTEGER,
    doc JSON,
    amount NUMERIC(10, 2),
    at DATETIME DEFAULT (now()),
    PRIMARY KEY (id),
    FOREIGN KEY(m_id) REFERENCES sa_merchant (id)
)
;;
--@ kind=ddl only=ddl
CREATE INDEX ix_sa_card_holder ON sa_card (holder)
;;
--@ kind=insert
INSERT INTO sa_merchant (name, active) VALUES (%(name)s, %(active)s)
;;
--@ kind=insert
INSERT INTO sa_card (holder, pan, m_id, doc, amount) VALUES (%(holder)s, %(pan)s, %(m_id)s, %(doc)s, %(amount)s) RETURNING sa_card.id, sa_card.at
;;
--@ kind=insert
INSERT INTO sa_card (holder, pan, m_id, amount) VALUES (%(holder)s, %(pan)s, %(m_id)s, %(amount)s) RETURNING sa_card.id, sa_card.at
;;
--@ kind=insert
INSERT INTO sa_merchant (name, active) VALUES (%(name__0)s, %(active__0)s), (%(name__1)s, %(active__1)s), (%(name__2)s, %(active__2)s), (%(name__3)s, %(active__3)s), (%(name__4)s, %(active__4)s) RETURNING sa_merchant.id, sa_merchant.id AS id__1
;;
--@ kind=select
SELECT sa_card.id AS sa_card_id, sa_card.holder AS sa_card_holder, sa_card.pan AS sa_card_pan, sa_card.m_id AS sa_card_m_id, sa_card.doc AS sa_card_doc, sa_card.amount AS sa_card_amount, sa_card.at AS sa_card_at
FROM sa_card
WHERE sa_card.id = %(id_1)s
;;
--@ kind=select
SELECT sa_card.id AS sa_card_id, sa_card.holder AS sa_card_holder, sa_card.pan AS sa_card_pan, sa_card.m_id AS sa_card_m_id, sa_card.doc AS sa_card_doc, sa_card.amount AS sa_card_amount, sa_card.at AS sa_card_at, sa_merchant_1.id AS sa_merchant_1_id, sa_merchant_1.name AS sa_merchant_1_name, sa_merchant_1.active AS sa_merchant_1_active
FROM sa_card LEFT OUTER JOIN sa_merchant AS sa_merchant_1 ON sa_merchant_1.id = sa_card.m_id
;;
--@ kind=select
SELECT sa_merchant.id AS sa_merchant_id, sa_merchant.name AS sa_merchant_name, sa_merchant.active AS sa_merchant_active
FROM sa_merchant
;;
--@ kind=select
SELECT sa_card.m_id, sa_card.id, sa_card.holder, sa_card.pan, sa_card.doc, sa_card.amount, sa_card.at
FROM sa_card
WHERE sa_card.m_id IN (%(primary_keys_1)s, %(primary_keys_2)s, %(primary_keys_3)s, %(primary_keys_4)s, %(primary_keys_5)s, %(primary_keys_6)s)
;;
--@ kind=select
SELECT sa_card.id AS sa_card_id, sa_card.holder AS sa_card_holder, sa_card.pan AS sa_card_pan, sa_card.m_id AS sa_card_m_id, sa_card.doc AS sa_card_doc, sa_card.amount AS sa_card_amount, sa_card.at AS sa_card_at, anon_1.sa_merchant_id AS anon_1_sa_merchant_id
FROM (SELECT sa_merchant.id AS sa_merchant_id
FROM sa_merchant) AS anon_1 INNER JOIN sa_card ON anon_1.sa_merchant_id = sa_card.m_id
;;
--@ kind=select
SELECT sa_card.id AS sa_card_id, sa_card.holder AS sa_card_holder, sa_card.pan AS sa_card_pan, sa_card.m_id AS sa_card_m_id, sa_card.doc AS sa_card_doc, sa_card.amount AS sa_card_amount, sa_card.at AS sa_card_at
FROM sa_card
WHERE sa_card.holder LIKE %(holder_1)s AND sa_card.id IN (%(id_1_1)s, %(id_1_2)s, %(id_1_3)s) ORDER BY sa_card.id DESC
 LIMIT %(param_1)s, %(param_2)s
;;
--@ kind=select
SELECT sa_card.holder AS sa_card_holder, count(sa_card.id) AS count_1
FROM sa_card GROUP BY sa_card.holder
HAVING count(sa_card.id) > %(count_2)s
;;
--@ kind=select
SELECT EXISTS (SELECT *
FROM sa_card
WHERE sa_card.id = %(id_1)s) AS anon_1
;;
--@ kind=select
SELECT count(*) AS count_1
FROM (SELECT sa_card.id AS sa_card_id, sa_card.holder AS sa_card_holder, sa_card.pan AS sa_card_pan, sa_card.m_id AS sa_card_m_id, sa_card.doc AS sa_card_doc, sa_card.amount AS sa_card_amount, sa_card.at AS sa_card_at
FROM sa_card INNER JOIN sa_merchant ON sa_merchant.id = sa_card.m_id
WHERE sa_merchant.name = %(name_1)s) AS anon_1
;;
--@ kind=select
SELECT sa_card.id AS sa_card_id, sa_card.holder AS sa_card_holder, sa_card.pan AS sa_card_pan, sa_card.m_id AS sa_card_m_id, sa_card.doc AS sa_card_doc, sa_card.amount AS sa_card_amount, sa_card.at AS sa_card_at
FROM sa_card
WHERE (sa_card.holder LIKE concat('%', %(holder_1)s, '%') ESCAPE '/')
;;
--@ kind=select
SELECT sa_card.id AS sa_card_id, sa_card.holder AS sa_card_holder, sa_card.pan AS sa_card_pan, sa_card.m_id AS sa_card_m_id, sa_card.doc AS sa_card_doc, sa_card.amount AS sa_card_amount, sa_card.at AS sa_card_at
FROM sa_card
WHERE lower(sa_card.holder) LIKE lower(%(holder_1)s)
;;
--@ kind=select
SELECT sa_card.id AS sa_card_id, sa_card.holder AS sa_card_holder, sa_card.pan AS sa_card_pan, sa_card.m_id AS sa_card_m_id, sa_card.doc AS sa_card_doc, sa_card.amount AS sa_card_amount, sa_card.at AS sa_card_at
FROM sa_card
WHERE sa_card.id = %(id_1)s
 LIMIT %(param_1)s FOR UPDATE
;;
--@ kind=select
SELECT sa_card.id AS sa_card_id, sa_card.holder AS sa_card_holder, sa_card.pan AS sa_card_pan, sa_card.m_id AS sa_card_m_id, sa_card.doc AS sa_card_doc, sa_card.amount AS sa_card_amount, sa_card.at AS sa_card_at
FROM sa_card
WHERE sa_card.id = (SELECT max(sa_card.id) AS max_1
FROM sa_card)
;;
--@ kind=select
WITH per AS
(SELECT sa_card.m_id AS m_id, count(*) AS n
FROM sa_card GROUP BY sa_card.m_id)
 SELECT sa_merchant.name, per.n
FROM sa_merchant INNER JOIN per ON per.m_id = sa_merchant.id
;;
--@ kind=select
SELECT sa_card.id, row_number() OVER (PARTITION BY sa_card.m_id ORDER BY sa_card.id) AS anon_1
FROM sa_card
;;
--@ kind=select
SELECT sa_card.id
FROM sa_card UNION ALL SELECT sa_merchant.id
FROM sa_merchant
;;
--@ kind=select
SELECT CASE WHEN (sa_card.id = %(id_1)s) THEN %(param_1)s ELSE %(param_2)s END AS anon_1
FROM sa_card
;;
--@ kind=select
SELECT sa_card.id, sa_card.holder, sa_card.pan, sa_card.m_id, sa_card.doc, sa_card.amount, sa_card.at
FROM sa_card
WHERE CASE JSON_EXTRACT(sa_card.doc, %(doc_1)s) WHEN 'null' THEN NULL ELSE CAST(JSON_EXTRACT(sa_card.doc, %(doc_1)s) AS SIGNED INTEGER) END = %(param_1)s
;;
--@ kind=select
SELECT CAST(sa_card.pan AS SIGNED INTEGER) AS pan, EXTRACT(year FROM sa_card.at) AS anon_1, sa_card.amount + %(amount_1)s AS anon_2, -sa_card.id, coalesce(sa_card.amount, %(coalesce_2)s) AS coalesce_1
FROM sa_card
;;
--@ kind=update
UPDATE sa_card SET holder=%(holder)s WHERE sa_card.id = %(sa_card_id)s
;;
--@ kind=select
SELECT sa_card.id, sa_card.holder, sa_card.pan, sa_card.m_id, sa_card.doc, sa_card.amount, sa_card.at
FROM sa_card
WHERE sa_card.id = %(pk_1)s
;;
--@ kind=delete
DELETE FROM sa_card WHERE sa_card.id = %(id_1)s
;;
--@ kind=tcl
SAVEPOINT sa_savepoint_1
;;
--@ kind=tcl
RELEASE SAVEPOINT sa_savepoint_1
;;
--@ kind=select
SELECT sa_merchant.id, sa_merchant.name, sa_merchant.active
FROM sa_merchant
WHERE sa_merchant.id = %(pk_1)s
;;
--@ kind=select
SELECT sa_card.id, sa_card.holder, sa_card.pan, sa_card.m_id, sa_card.doc, sa_card.amount, sa_card.at
FROM sa_card
WHERE %(param_1)s = sa_card.m_id
;;
--@ kind=delete
DELETE FROM sa_merchant WHERE sa_merchant.id = %(id)s
;;
--@ kind=insert
INSERT INTO sa_merchant (id, name, active) VALUES (%(id)s, %(name)s, %(active)s) ON DUPLICATE KEY UPDATE name = %(param_1)s
;;
--@ kind=show
SHOW FULL TABLES FROM `sqleng`
;;
--@ kind=show
SHOW schemas
;;
--@ kind=show
SHOW CREATE TABLE `sa_card`
;;
--@ kind=show
SHOW CREATE TABLE `sa_merchant`
;;
--@ kind=select
SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_TYPE='SEQUENCE' and TABLE_SCHEMA=%(schema_name)s
;;
--@ kind=show
DESCRIBE `sqleng`.`sa_pandas`
;;
--@ kind=ddl only=ddl
CREATE TABLE sa_pandas (
    a BIGINT,
    b TEXT,
    c FLOAT(53)
)
;;
--@ kind=insert
INSERT INTO sa_pandas (a, b, c) VALUES (%(a)s, %(b)s, %(c)s)
;;
--@ kind=insert
INSERT INTO sa_pandas (a, b, c) VALUES (%(a_m0)s, %(b_m0)s, %(c_m0)s), (%(a_m1)s, %(b_m1)s, %(c_m1)s)
;;
--@ kind=show
DESCRIBE `sqleng`.`select * from sa_pandas where a = 1`
;;
--@ kind=select
select * from sa_pandas where a = 1
;;
--@ kind=show
SHOW CREATE TABLE `sa_pandas`
;;
--@ kind=select
SELECT sa_pandas.a, sa_pandas.b, sa_pandas.c
FROM sa_pandas
;;
--@ kind=select
select 1
;;
--@ kind=ddl only=ddl,drop
DROP TABLE sa_card
;;
--@ kind=ddl only=ddl,drop
DROP TABLE sa_merchant
;;
--@ kind=ddl only=ddl,drop
drop table sa_pandas
;;
