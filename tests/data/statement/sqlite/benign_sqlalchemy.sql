--! benign run=any
--@ kind=show
PRAGMA main.table_info("sa_merchant")
;;
--@ kind=show
PRAGMA temp.table_info("sa_merchant")
;;
--@ kind=show
PRAGMA main.table_info("sa_card")
;;
--@ kind=show
PRAGMA temp.table_info("sa_card")
;;
--@ kind=ddl only=ddl
CREATE TABLE sa_merchant (
    id INTEGER NOT NULL,
    name VARCHAR(50),
    active BOOLEAN,
    PRIMARY KEY (id)
)
;;
--@ kind=ddl only=ddl
CREATE TABLE sa_card (
    id INTEGER NOT NULL,
    holder VARCHAR(50),
    pan VARCHAR(30),
    m_id INTEGER,
    doc JSON,
    amount NUMERIC(10, 2),
    at DATETIME DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (id),
    FOREIGN KEY(m_id) REFERENCES sa_merchant (id)
)
;;
--@ kind=ddl only=ddl
CREATE INDEX ix_sa_card_holder ON sa_card (holder)
;;
--@ kind=insert
INSERT INTO sa_merchant (name, active) VALUES (?, ?)
;;
--@ kind=insert
INSERT INTO sa_card (holder, pan, m_id, doc, amount) VALUES (?, ?, ?, ?, ?) RETURNING id, at
;;
--@ kind=insert
INSERT INTO sa_card (holder, pan, m_id, amount) VALUES (?, ?, ?, ?) RETURNING id, at
;;
--@ kind=insert
INSERT INTO sa_merchant (name, active) VALUES (?, ?) RETURNING id
;;
--@ kind=select
SELECT sa_card.id AS sa_card_id, sa_card.holder AS sa_card_holder, sa_card.pan AS sa_card_pan, sa_card.m_id AS sa_card_m_id, sa_card.doc AS sa_card_doc, sa_card.amount AS sa_card_amount, sa_card.at AS sa_card_at
FROM sa_card
WHERE sa_card.id = ?
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
WHERE sa_card.m_id IN (?, ?, ?, ?, ?, ?)
;;
--@ kind=select
SELECT sa_card.id AS sa_card_id, sa_card.holder AS sa_card_holder, sa_card.pan AS sa_card_pan, sa_card.m_id AS sa_card_m_id, sa_card.doc AS sa_card_doc, sa_card.amount AS sa_card_amount, sa_card.at AS sa_card_at, anon_1.sa_merchant_id AS anon_1_sa_merchant_id
FROM (SELECT sa_merchant.id AS sa_merchant_id
FROM sa_merchant) AS anon_1 JOIN sa_card ON anon_1.sa_merchant_id = sa_card.m_id
;;
--@ kind=select
SELECT sa_card.id AS sa_card_id, sa_card.holder AS sa_card_holder, sa_card.pan AS sa_card_pan, sa_card.m_id AS sa_card_m_id, sa_card.doc AS sa_card_doc, sa_card.amount AS sa_card_amount, sa_card.at AS sa_card_at
FROM sa_card
WHERE sa_card.holder LIKE ? AND sa_card.id IN (?, ?, ?) ORDER BY sa_card.id DESC
 LIMIT ? OFFSET ?
;;
--@ kind=select
SELECT sa_card.holder AS sa_card_holder, count(sa_card.id) AS count_1
FROM sa_card GROUP BY sa_card.holder
HAVING count(sa_card.id) > ?
;;
--@ kind=select
SELECT EXISTS (SELECT *
FROM sa_card
WHERE sa_card.id = ?) AS anon_1
;;
--@ kind=select
SELECT count(*) AS count_1
FROM (SELECT sa_card.id AS sa_card_id, sa_card.holder AS sa_card_holder, sa_card.pan AS sa_card_pan, sa_card.m_id AS sa_card_m_id, sa_card.doc AS sa_card_doc, sa_card.amount AS sa_card_amount, sa_card.at AS sa_card_at
FROM sa_card JOIN sa_merchant ON sa_merchant.id = sa_card.m_id
WHERE sa_merchant.name = ?) AS anon_1
;;
--@ kind=select
SELECT sa_card.id AS sa_card_id, sa_card.holder AS sa_card_holder, sa_card.pan AS sa_card_pan, sa_card.m_id AS sa_card_m_id, sa_card.doc AS sa_card_doc, sa_card.amount AS sa_card_amount, sa_card.at AS sa_card_at
FROM sa_card
WHERE (sa_card.holder LIKE '%' || ? || '%' ESCAPE '/')
;;
--@ kind=select
SELECT sa_card.id AS sa_card_id, sa_card.holder AS sa_card_holder, sa_card.pan AS sa_card_pan, sa_card.m_id AS sa_card_m_id, sa_card.doc AS sa_card_doc, sa_card.amount AS sa_card_amount, sa_card.at AS sa_card_at
FROM sa_card
WHERE lower(sa_card.holder) LIKE lower(?)
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
FROM sa_merchant JOIN per ON per.m_id = sa_merchant.id
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
SELECT CASE WHEN (sa_card.id = ?) THEN ? ELSE ? END AS anon_1
FROM sa_card
;;
--@ kind=select
SELECT sa_card.id, sa_card.holder, sa_card.pan, sa_card.m_id, sa_card.doc, sa_card.amount, sa_card.at
FROM sa_card
WHERE CAST(JSON_EXTRACT(sa_card.doc, ?) AS INTEGER) = ?
;;
--@ kind=select
SELECT CAST(sa_card.pan AS INTEGER) AS pan, CAST(STRFTIME('%Y', sa_card.at) AS INTEGER) AS anon_1, sa_card.amount + ? AS anon_2, -sa_card.id, coalesce(sa_card.amount, ?) AS coalesce_1
FROM sa_card
;;
--@ kind=update
UPDATE sa_card SET holder=? WHERE sa_card.id = ?
;;
--@ kind=select
SELECT sa_card.id, sa_card.holder, sa_card.pan, sa_card.m_id, sa_card.doc, sa_card.amount, sa_card.at
FROM sa_card
WHERE sa_card.id = ?
;;
--@ kind=delete
DELETE FROM sa_card WHERE sa_card.id = ?
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
WHERE sa_merchant.id = ?
;;
--@ kind=select
SELECT sa_card.id, sa_card.holder, sa_card.pan, sa_card.m_id, sa_card.doc, sa_card.amount, sa_card.at
FROM sa_card
WHERE ? = sa_card.m_id
;;
--@ kind=delete
DELETE FROM sa_merchant WHERE sa_merchant.id = ?
;;
--@ kind=insert
INSERT INTO sa_merchant (id, name, active) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = ?
;;
--@ kind=select
SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name
;;
--@ kind=show
PRAGMA database_list
;;
--@ kind=show
PRAGMA main.table_xinfo("sa_card")
;;
--@ kind=select
SELECT sql FROM  (SELECT * FROM sqlite_master UNION ALL   SELECT * FROM sqlite_temp_master) WHERE name = ? AND type in ('table', 'view')
;;
--@ kind=show
PRAGMA main.foreign_key_list("sa_card")
;;
--@ kind=show
PRAGMA main.index_list("sa_card")
;;
--@ kind=show
PRAGMA main.index_info("ix_sa_card_holder")
;;
--@ kind=select
SELECT name FROM sqlite_temp_master WHERE type='table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name
;;
--@ kind=show
PRAGMA main.table_xinfo("sa_merchant")
;;
--@ kind=show
PRAGMA main.foreign_key_list("sa_merchant")
;;
--@ kind=show
PRAGMA temp.foreign_key_list("sa_merchant")
;;
--@ kind=show
PRAGMA main.index_list("sa_merchant")
;;
--@ kind=show
PRAGMA temp.index_list("sa_merchant")
;;
--@ kind=show
PRAGMA main.table_info("sa_pandas")
;;
--@ kind=show
PRAGMA temp.table_info("sa_pandas")
;;
--@ kind=ddl only=ddl
CREATE TABLE sa_pandas (
    a BIGINT,
    b TEXT,
    c FLOAT
)
;;
--@ kind=insert
INSERT INTO sa_pandas (a, b, c) VALUES (?, ?, ?)
;;
--@ kind=insert
INSERT INTO sa_pandas (a, b, c) VALUES (?, ?, ?), (?, ?, ?)
;;
--@ kind=show
PRAGMA main.table_info("select * from sa_pandas where a = 1")
;;
--@ kind=show
PRAGMA temp.table_info("select * from sa_pandas where a = 1")
;;
--@ kind=select
select * from sa_pandas where a = 1
;;
--@ kind=show
PRAGMA main.table_xinfo("sa_pandas")
;;
--@ kind=show
PRAGMA main.foreign_key_list("sa_pandas")
;;
--@ kind=show
PRAGMA temp.foreign_key_list("sa_pandas")
;;
--@ kind=show
PRAGMA main.index_list("sa_pandas")
;;
--@ kind=show
PRAGMA temp.index_list("sa_pandas")
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
