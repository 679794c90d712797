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
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <> NULL OR id IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IS NOT ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IS NOT 0.5
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name IS NOT id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name IS NOT x'00'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name >= 9e999
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE tenant_id < ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE +id = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = +id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = id || ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id || '' = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE abs(id) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE round(id) >= 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE max(id, 1) = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ifnull(name, '') = ifnull(name, '')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE iif(id > 0, 1, 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE iif(name = 'a', 1, 2)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CASE WHEN id % 2 THEN 'a' ELSE 'b' END IN ('a', 'b')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE length(id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE length(email)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE hex(id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id AND 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT NOT id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IS TRUE
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE -id < 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ~id < 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id * 1.0 = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id / 1 = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id % (id + 1) = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id = 1) + (id <> 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (name = 'x') IN (0, 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (name = 'x') >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name LIKE '%' || '' || '%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name LIKE name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name LIKE lower(name)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name GLOB name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE 'x' || name LIKE 'x%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name || 'x' GLOB '*x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE lower(name) = lower(upper(name))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE trim(name) = trim(name, ' ')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE substr(email, 1) = email
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE substr(email, 0, 100000) = email
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE char(65) = 'A'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE unicode('A') = 65 AND id > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE date('now') = date('now')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE datetime(0, 'unixepoch') < datetime('now')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < datetime('now')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < datetime('now', '+1 day')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < '3000'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at > '1'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at LIKE '2%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at LIKE '____-__-__%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE julianday(at) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE julianday('now') - julianday(at) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE julianday('now') >= julianday(at)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE unixepoch(at) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE strftime('%s', at) > '0'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE strftime('%s', at) < strftime('%s', 'now')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE cast(strftime('%Y', at) AS INTEGER) > 1990
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE strftime('%m', at) BETWEEN '01' AND '12'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE strftime('%m', at) + 0 BETWEEN 1 AND 12
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE date(at) IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE date(at, '+1 day') > date(at)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE date(at) <= at
;;
--@ kind=delete hazards=tautological-where
DELETE FROM cards WHERE json_valid(doc) OR NOT json_valid(doc)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM cards WHERE json_type(doc) IS NOT 'nope'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM cards WHERE doc -> '$' IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM cards WHERE json_array(id) -> 0 = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE rowid
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE rowid IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE rowid = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE rowid IN (SELECT rowid FROM users WHERE id > 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE rowid BETWEEN (SELECT min(rowid) FROM users) AND (SELECT max(rowid) FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE rowid <= (SELECT max(rowid) FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE rowid >= (SELECT rowid FROM users ORDER BY rowid LIMIT 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN users
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id, name) IN (SELECT id, name FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users LIMIT (SELECT count(*) FROM users))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users ORDER BY random())
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users ORDER BY random() LIMIT 100000000)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (WITH q AS (SELECT id FROM users) SELECT id FROM q)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (WITH q AS (SELECT 1) SELECT * FROM q)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (VALUES (1))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (VALUES (1))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE 1 IN (VALUES (1), (2))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM merchants LIMIT 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM merchants WHERE merchants.id = merchants.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'users')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM pragma_table_info('users') WHERE name = 'id')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (SELECT count(*) FROM users) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (SELECT count(*) FROM merchants) = (SELECT count(*) FROM merchants)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE "" = ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE "a b" = 'a b'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE 'id' = "id" OR "zz" = 'zz'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE "x" IN ('x')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE "x" LIKE '%x%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE `nope` = 'nope'
;;
--@ kind=update hazards=tautological-where
UPDATE OR IGNORE users SET name = 'x' WHERE id
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id IN (SELECT id FROM users) LIMIT 100000
;;
--@ kind=update hazards=no-where
UPDATE users SET name = 'x' FROM merchants
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM merchants m WHERE m.id > 0
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM users u WHERE u.rowid = users.rowid
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM json_each('[1,2,3]') j WHERE j.value > 0
;;
--@ kind=insert hazards=no-where
INSERT OR REPLACE INTO users (id, email) SELECT id, email FROM users WHERE 1
;;
--@ kind=insert hazards=no-where
INSERT INTO users (id, email) SELECT id, email FROM users WHERE true ON CONFLICT DO UPDATE SET name = 'x'
;;
--@ kind=insert hazards=no-where
INSERT INTO users (id, email) SELECT u.id, u.email FROM users u JOIN merchants WHERE true ON CONFLICT (id) DO UPDATE SET name = 'x'
;;
--@ kind=insert hazards=no-where
REPLACE INTO users (id) SELECT id FROM users
;;
--@ kind=insert hazards=no-where
REPLACE INTO users (id) SELECT u.id FROM users u LEFT JOIN merchants m ON m.id = u.id
;;
--@ kind=delete hazards=no-where
DELETE FROM sqlite_sequence
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT value FROM json_each('[]'))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (VALUES (-1))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN ()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name NOT IN ()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT id IN ()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN () OR 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE tenant_id NOT IN (SELECT 99999999 FROM merchants)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants WHERE name IS NULL AND name IS NOT NULL)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id AND m.active IN (0) AND m.active = 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id AND m.id BETWEEN 5 AND 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id AND NOT (m.name = m.name))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id AND m.city > 'z' AND m.city < 'a')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM (SELECT * FROM merchants WHERE 0) m WHERE m.id = users.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants m JOIN cards c ON c.id = m.id AND 0 WHERE m.id = users.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id AND m.id IN (SELECT id FROM cards WHERE 0))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id AND EXISTS (SELECT 1 WHERE 0))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id GROUP BY m.id HAVING count(*) < 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT id FROM merchants LIMIT 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT id FROM merchants INTERSECT SELECT -1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT id FROM merchants EXCEPT SELECT id FROM merchants)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT id FROM merchants WHERE id IS NULL)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (SELECT count(*) FROM merchants m WHERE m.id = users.id) IN (0, 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (SELECT count(*) FROM merchants m WHERE m.id = users.id) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE coalesce((SELECT m.city FROM merchants m WHERE m.id = users.id), 'x') <> 'qq'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE coalesce((SELECT m.city FROM merchants m WHERE m.id = users.id), 'x') IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ifnull((SELECT 1 FROM merchants m WHERE m.id = users.id), 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CASE WHEN EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id) THEN 1 ELSE 1 END
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id) OR NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM merchants) OR id NOT IN (SELECT id FROM merchants)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id) IN (0, 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id)) IS NOT NULL
;;
