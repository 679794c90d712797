--! adversarial run=any
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE typeof(id)='integer'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE typeof(id) IN ('integer','text')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE typeof(name) <> 'blob'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE typeof(id) NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name GLOB '*'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name GLOB '**'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name GLOB '?*' OR name IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name REGEXP '^'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE rowid <> 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE _rowid_ >= 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE oid IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id ISNULL = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name IS name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id + 0 == id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT rowid FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE unlikely(id) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE likelihood(1, 0.5)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ifnull(name, 'x') IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE coalesce(name, 1) NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE json_valid('{}')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE json_valid(json_object('a', name))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE json_array_length(json_array(id)) = 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE json_type(json_array(id)) = 'array'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE json_extract('{"a":1}', '$.a')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE json('[1]') IS NOT NULL AND id NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE hex(name) >= ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE quote(name) <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE printf('%d', id) <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE length(hex(name)) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE unicode(name) > 0 OR name IS NULL OR name = ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE instr(name, '') = 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name LIKE '%' ESCAPE '!'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name LIKE '%!%' ESCAPE '%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE 'x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE '1'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE '1abc'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE 0.1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE 1.0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE x'31'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE -1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ~0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id & id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id | 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id << 0 = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id > 0 
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id > -9223372036854775808
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id < 'a'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id < x'00'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE tenant_id < 'a'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name > -1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (SELECT 1 FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT * FROM sqlite_master)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT NULL)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users LIMIT -1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT value FROM json_each(json_array(users.id)))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE changes() >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE random() OR 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE abs(random()) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE date('now') > '2000'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE strftime('%Y', 'now') > '2000'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE julianday('now') > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE min(id, 0) <= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE nullif(1, 2)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE total_changes() IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE sqlite_version() > '3'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE zeroblob(1) IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CASE WHEN name THEN 1 ELSE 1 END
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CASE WHEN name = 'a' THEN 1 WHEN name <> 'a' THEN 1 ELSE 1 END
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id BETWEEN 0 AND 9e999
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id < 9e999
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id > -9e999
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id, name) IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id, 1) >= (0, 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IS TRUE OR id IS FALSE
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IS NOT FALSE
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name COLLATE NOCASE = name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users INDEXED BY x WHERE 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CAST(id AS TEXT) <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CAST(name AS INTEGER) >= 0 OR CAST(name AS INTEGER) < 0 OR name IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE soundex(name) <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name || '' = name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name -> '$' IS NULL OR 1
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE rowid IN (SELECT rowid FROM users ORDER BY rowid)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id = (SELECT id)
;;
--@ kind=insert hazards=no-where
REPLACE INTO users (id, name) SELECT id, 'x' FROM users
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ifnull(name, 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE coalesce(tenant_id, 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name NOT GLOB 'a[]z'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name NOT LIKE 'a' ESCAPE 'a'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE trim(name, name) = ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <> 'a'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE length(hex(name)) % 2 = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT value FROM json_each(json_array(id)))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name NOT GLOB '[^a-z'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE quote(id) = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 100) SELECT x FROM c)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE "nope" = 'nope'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name < x'00'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email < x'00'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE lower(email) < x'00'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email <> x'00'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE changes() <> id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE last_insert_rowid() <> id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE strftime('%Y', at) <> 'x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE strftime('%Y', at) > '1'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE date(at) <> 'x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE date(at) > '1'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name || id <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE json_extract(json_array(id),'$[0]') = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE unicode(email) > 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users WHERE "x" = 'x')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants WHERE id = 1 AND id = 2)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT parent_id FROM nodes WHERE parent_id IS NULL AND parent_id > 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE [nope] = 'nope'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE "id" = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE "1"
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name LIKE "%"
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE coalesce(deleted_at, datetime('now')) <= datetime('now')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE typeof("nope") = 'text'
;;
