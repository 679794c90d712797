--! adversarial
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <= (SELECT t FROM (SELECT max(at) AS t FROM audit_log))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE rowid IN (SELECT value FROM json_each((SELECT json_group_array(rowid) FROM audit_log)))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT key FROM json_each((SELECT json_group_object(id, 1) FROM audit_log)))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE instr((SELECT group_concat(id) FROM audit_log), id) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE ',' || (SELECT group_concat(id) FROM audit_log) || ',' LIKE '%,' || id || ',%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id + 0 > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE +id > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id * 1.0 > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id || '' > ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id > ''  OR id < ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id >= -9223372036854775808
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id BETWEEN 0 AND 9223372036854775807
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE typeof(id) IN ('integer', 'text')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE typeof(email) = 'text' OR email IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CASE name WHEN 'a' THEN 1 ELSE 2 END
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE hex(email) >= ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE length(hex(email)) % 2 = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE length(CAST(email AS BLOB)) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE format('%s', name) IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE unicode(email) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email GLOB '*'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email GLOB '*' || '*'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email NOT GLOB ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email LIKE '%' ESCAPE '\'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE like('%', email)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE glob('*', email)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE instr(email, '')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE likely(id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IS NOT 'x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IS NOT NULL IS 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id IS NULL) = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = id COLLATE NOCASE
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE _rowid_ = oid
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE rowid >= (SELECT min(rowid) FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE rowid <= (SELECT seq FROM sqlite_sequence UNION SELECT 9e9)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE rowid <= last_insert_rowid() + 9e15
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE date(deleted_at) IS NULL OR 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <= datetime('now')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE date(at) <= date('now')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE julianday(at) + 0 > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE julianday('now') - julianday(at) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE strftime('%Y', at) > '1970'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE CAST(strftime('%Y', at) AS INTEGER) + 0 > 1970
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE CAST(strftime('%Y%m%d', at) AS INTEGER) > 19700101
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE strftime('%Y%m%d', at) + 0 > 19700101
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE substr(at, 1, 4) + 0 > 1970
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at LIKE '%-%-%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at GLOB '[0-9]*'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE length(at) >= 10
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at > '0'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < 'A'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE (at, id) > ('0', 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE EXISTS (SELECT 1 FROM audit_log LIMIT 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE (SELECT 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM audit_log LIMIT -1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM audit_log LIMIT 1e9)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM audit_log) WHERE n >= 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY id) AS n FROM audit_log) WHERE n = 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT max(id) FROM audit_log GROUP BY id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT max(id) FROM audit_log GROUP BY id, what)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT DISTINCT id FROM audit_log)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT a.id FROM audit_log a LEFT JOIN users u ON u.id = a.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM audit_log WHERE what IS NULL UNION SELECT id FROM audit_log WHERE what IS NOT NULL)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE changes() >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE total_changes() + id > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE sqlite_version() > '3'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE coalesce(what, 'x') LIKE '%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE ifnull(what, 'x') = ifnull(what, 'x')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE nullif(id, 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id -> '$' IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE json_array(id) <> '[]'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE json_valid(json_quote(what))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE 0x1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE 1e0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE NOT 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE ~0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE -1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE '1'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE ('a', 'b') IN (VALUES ('a', 'b'))
;;
--@ kind=delete hazards=no-where
DELETE FROM audit_log RETURNING id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM main.audit_log WHERE true
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users AS u WHERE NOT EXISTS (SELECT 1 FROM users x WHERE x.id = u.id AND x.name GLOB 'a*' AND x.name GLOB 'b*')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM json_each('[]') WHERE value = users.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (SELECT count(*) FROM users u WHERE u.id <= users.id) >= 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (SELECT max(id) FROM users) >= id
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM (SELECT max(id) AS m FROM users) q WHERE users.id <= q.m
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM json_each((SELECT json_group_array(id) FROM users)) j WHERE j.value = users.id
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM (SELECT id, dense_rank() OVER () AS d FROM users) q WHERE q.id = users.id AND q.d = 1
;;
--@ kind=update hazards=tautological-where
UPDATE OR IGNORE users SET name = 'x' WHERE id > -1
;;
--@ kind=update hazards=tautological-where
UPDATE OR REPLACE users SET name = 'x' WHERE id <> 0
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE "id" = id
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE [id] = `id`
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE rowid
;;
--@ kind=insert hazards=no-where
INSERT INTO users (id, name) SELECT id, 'x' FROM users WHERE true ON CONFLICT (id) DO UPDATE SET name = 'x'
;;
--@ kind=insert hazards=no-where
INSERT INTO users (id, name) SELECT value, 'x' FROM json_each((SELECT json_group_array(id) FROM users)) WHERE true ON CONFLICT (id) DO UPDATE SET name = excluded.name
;;
--@ kind=insert hazards=no-where
INSERT OR REPLACE INTO users (id, name) SELECT value, 'x' FROM json_each((SELECT json_group_array(id) FROM users))
;;
--@ kind=insert hazards=no-where
REPLACE INTO users (id, name) SELECT id, 'x' FROM users WHERE id > 0
;;
--@ kind=insert hazards=no-where
INSERT INTO users (id, name) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT i, 'x' FROM n WHERE true ON CONFLICT (id) DO UPDATE SET name = 'x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IS NOT 'abc'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE typeof(id) <> 'blob'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE typeof(name) IN ('text', 'null')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE typeof(id) = 'blob' OR id > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE typeof('x') = 'text'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE typeof(NULL) = 'null'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT value FROM json_each((SELECT json_group_array(id) FROM (SELECT id FROM users))))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM json_each((SELECT json_group_array(id) FROM users)) j WHERE j.value = users.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users EXCEPT SELECT 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <= (WITH q AS (SELECT max(id) AS m FROM users) SELECT m FROM q)
;;
--@ kind=insert hazards=no-where
INSERT INTO users (id, name) SELECT j.value, 'x' FROM json_each((SELECT json_group_array(id) FROM users)) AS j WHERE j.value > 0 ON CONFLICT (id) DO UPDATE SET name = 'x'
;;
--@ kind=insert hazards=no-where
INSERT INTO users (id, name) SELECT key, 'x' FROM json_each((SELECT json_group_object(id, 0) FROM users)) WHERE 1 ON CONFLICT DO UPDATE SET name = 'x'
;;
--@ kind=insert hazards=no-where
REPLACE INTO users (id, name) SELECT value, 'x' FROM json_each((SELECT json_group_array(id) FROM users))
;;
--@ kind=insert hazards=no-where
INSERT INTO users (id, name) SELECT id, 'x' FROM (SELECT id FROM users) WHERE true ON CONFLICT (id) DO UPDATE SET name = 'x'
;;
