--! adversarial run=any
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <> 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name LIKE '%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name REGEXP '^'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name RLIKE ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name RLIKE '.*'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name REGEXP '.?'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name NOT REGEXP 'zzzzz^'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE REGEXP_LIKE(name, '.*')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name SOUNDS LIKE name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name <=> name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ISNULL(id) = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE !ISNULL(id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ifnull(name, '') >= ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE if(id, 1, 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE if(id = 3, true, true)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE strcmp(name, name) = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE strcmp(name, 'a') IN (-1, 0, 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE field(id, id) = 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE find_in_set(id, id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE locate('', name) = 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE instr(name, '') = 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE elt(1, 'a') = 'a'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE interval(id, 0, 1) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE json_valid('1')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE json_valid(json_object('a', id))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE json_contains('[1,2]', '1')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE json_length(json_array(id)) = 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE JSON_TYPE(JSON_ARRAY(id)) = 'ARRAY'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE md5(id) <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE crc32(name) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE bit_count(id) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id ^ id = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id && 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id || 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE 1 || id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ! 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ~0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE 'a' = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE '1x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE 0x31
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE b'1'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE N'1'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE _utf8'1'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (@a := id) IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE @@version IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE @@version > '0' AND id > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE connection_id() > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE rand(id) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE uuid() <> id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE uuid() IS NOT NULL
;;
--@ kind=delete hazards=denial-of-service,tautological-where
DELETE FROM users WHERE sleep(0) = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE last_insert_id(id) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ascii(name) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ord(name) BETWEEN 0 AND 4294967295
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE hex(name) RLIKE '^[0-9A-F]*$'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name = BINARY name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name = CONVERT(name USING utf8mb4)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CONCAT(name) = name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CONCAT_WS(',', name) IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name COLLATE utf8mb4_bin = name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE year(created_at) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE unix_timestamp(now()) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <= now()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at > '0000-00-00'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < '9999-12-31 23:59:59'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id BETWEEN 0 AND 18446744073709551615
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id < ~0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <= 18446744073709551615
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT * FROM (SELECT id FROM users WHERE id > 0) x)
;;
--@ kind=delete hazards=tautological-where
DELETE u FROM users u JOIN users v ON u.id = v.id
;;
--@ kind=delete hazards=tautological-where
DELETE u FROM users u JOIN users v USING (id)
;;
--@ kind=delete hazards=tautological-where
DELETE u FROM users u LEFT JOIN merchants m ON m.id = u.id WHERE m.id IS NULL OR m.id IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE u FROM users u JOIN merchants m ON 1 = 1
;;
--@ kind=update hazards=tautological-where
UPDATE users u JOIN users v ON u.id = v.id SET u.name = 'x'
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id DIV id = 1
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id % 1 = 0
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE name NOT IN (SELECT 'x' WHERE 1=0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE exists(select 1 from dual)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (select count(*) from merchants) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (WITH x AS (SELECT id FROM users) SELECT id FROM x)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name BETWEEN '' AND '~~~~'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name > ''  OR name IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE 1 BETWEEN 0 AND id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE 0 < id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NULL IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IS NOT UNKNOWN
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id > 5) IS NOT UNKNOWN
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT name = 'x' OR name = 'x' OR name IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE inet_aton('127.0.0.1') > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE least(id, 1) = 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE st_isvalid(point(id, 1))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE weight_string(name) IS NOT NULL OR name IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE extractvalue('<a>1</a>', '/a') = 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE substring_index(name, '', 1) = ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE left(name, 0) = ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE trim(name) LIKE '%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE space(0) = ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE 1 = 1 AND id
;;
--@ kind=delete hazards=denial-of-service,tautological-where
DELETE FROM users WHERE benchmark(1,1) = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE row_count() IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id, name) = (id, name)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE 'x' LIKE '%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name LIKE CONCAT('%', '')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name LIKE CONCAT('%', name, '%')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE mod(id, 3) IN (0,1,2)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (1, id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (-1, -2)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ifnull(name, 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE coalesce(name, 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE nvl(name, 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ifnull(tenant_id, 7)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name NOT REGEXP 'a\\Bz{99}'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name NOT REGEXP '(?!)'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name REGEXP '(?=.)'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE lpad(name, 0, '') = ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE length(md5(name)) = 32
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE bit_length(name) MOD 8 = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE hex(name) NOT LIKE 'z%' AND length(hex(name)) MOD 2 = 0
;;
--@ kind=insert hazards=no-where
REPLACE INTO users (id, name) SELECT id, 'x' FROM users
;;
--@ kind=insert hazards=no-where
REPLACE users (id, name) SELECT id, 'x' FROM users
;;
--@ kind=insert hazards=no-where
REPLACE LOW_PRIORITY INTO users (id, name) SELECT id, 'x' FROM users
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email < 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email + 0 = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE cast(email AS signed) = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email = false
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email IS FALSE
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT email
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email BETWEEN 0 AND 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email IN (0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE @x IS NULL OR id = 5
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE substring_index(name, ',', 0) = ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE regexp_substr(name, 'a\\A') = ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT seq FROM seq_1_to_1000000)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE row_count() <> id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE found_rows() <> id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE last_insert_id() <> id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE connection_id() <> id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE "nope" = 'nope'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE date_format(created_at,'%Y') <> 'x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE date_format(at,'%Y') <> 'x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE date_format(at,'%Y') > '1'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE year(at) <> 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE monthname(at) <> 'x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE concat(name,id) <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE coalesce(deleted_at, now()) <= now()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE insert(name,1,1,'a') <> 'x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE regexp_substr(name, 'a\\A') IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants WHERE id = 1 AND id = 2)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 WHERE false)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM cards WHERE NOT MATCH (note) AGAINST ('the')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE soundex(email) <> 'x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE crc32(email) > 5
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email <> 5
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE sha1(email) > '0'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE conv(id, 10, 16) <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE instr(name, 'zzz') = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE locate('zzz', name) < 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE elt(1, name) <> 'x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE interval(id, 100000) = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE uncompress(name) IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE str_to_date(name,'%Y') IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE inet_aton(name) IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE from_base64(name) IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE json_value(name, '$.x') IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE unhex(email) IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE makedate(id, 0) IS NULL
;;
--@ kind=insert hazards=no-where
INSERT INTO users (id, email) SELECT id, email FROM users ON DUPLICATE KEY UPDATE name = 'x'
;;
--@ kind=insert hazards=no-where
INSERT INTO users (id, email) SELECT u.id, u.email FROM users u JOIN merchants m ON 1 = 1 ON DUPLICATE KEY UPDATE name = 'x'
;;
--@ kind=insert hazards=no-where
REPLACE INTO users SELECT * FROM users
;;
--@ kind=update hazards=no-where
UPDATE users SET name = 'x' ORDER BY id LIMIT 100000
;;
--@ kind=update hazards=no-where
UPDATE users u JOIN merchants m SET u.name = 'x'
;;
--@ kind=update hazards=tautological-where
UPDATE users u JOIN merchants m ON m.id = 1 SET u.name = 'x'
;;
--@ kind=update hazards=tautological-where
UPDATE users u JOIN merchants m ON m.id <> u.id SET u.name = 'x'
;;
--@ kind=update hazards=no-where
UPDATE users u LEFT JOIN merchants m ON m.id = u.id SET u.name = 'x'
;;
--@ kind=update hazards=tautological-where
UPDATE users u JOIN users v USING (id) SET u.name = 'x'
;;
--@ kind=update hazards=no-where
UPDATE users u NATURAL JOIN users v SET u.name = 'x'
;;
--@ kind=update hazards=tautological-where
UPDATE users u CROSS JOIN merchants m SET u.name = 'x' WHERE m.id = 1
;;
--@ kind=update hazards=tautological-where
UPDATE users u STRAIGHT_JOIN merchants m SET u.name = 'x' WHERE u.id > 0
;;
--@ kind=delete hazards=no-where
DELETE u FROM users u
;;
--@ kind=delete hazards=no-where
DELETE u FROM users u JOIN merchants m
;;
--@ kind=delete hazards=no-where
DELETE u FROM users u LEFT JOIN merchants m ON m.id = u.id
;;
--@ kind=delete hazards=no-where
DELETE u, m FROM users u, merchants m
;;
--@ kind=delete hazards=tautological-where
DELETE u FROM users u JOIN (SELECT id FROM users) x ON x.id = u.id
;;
--@ kind=delete hazards=tautological-where
DELETE u FROM users u LEFT JOIN merchants m ON m.id = -u.id WHERE m.id IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE u FROM users u LEFT JOIN merchants m ON false WHERE m.id IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE u FROM users u LEFT JOIN merchants m ON m.id = u.id AND m.id < 0 WHERE m.id IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE u FROM users u LEFT JOIN merchants m ON m.id = u.id AND m.name = 'a' AND m.name = 'b' WHERE m.id IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id RLIKE '^[0-9]'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id RLIKE '.'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id LIKE '%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id LIKE '_%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id XOR 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <=> id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT (id <=> NULL)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT ISNULL(id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id DIV 1 = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id MOD 1 = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id ^ 0 = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id | 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id >> 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE -id < 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE !(!id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ~id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE BIT_COUNT(id) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CEIL(id) = FLOOR(id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CAST(id AS CHAR) = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE HEX(id) RLIKE '[0-9A-F]'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE LENGTH(UUID()) = 36
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE UUID() <> name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE RAND() < 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE VERSION() <> name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE DATABASE() <> email
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE USER() NOT LIKE email
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE @@version <> name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE @a IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE @a <=> NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (@a := 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (@a := id) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id > COALESCE(@nope, 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE IFNULL(@nope, id) = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name <> @nope OR @nope IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email LIKE BINARY '%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email REGEXP '[[:alnum:]]'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email REGEXP '[^x]'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE REGEXP_INSTR(email, '.') = 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE REGEXP_REPLACE(email, 'zzzq', '') = email
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE WEIGHT_STRING(email) IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE COMPRESS(email) <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE PASSWORD(email) <> 'x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE AES_ENCRYPT(email, 'x') IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE TO_BASE64(email) <> 'x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE QUOTE(email) LIKE "'%"
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CHARSET(email) = 'utf8mb4'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE COERCIBILITY(email) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE GREATEST(id, 0) = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM dual)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM information_schema.tables)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT * FROM (SELECT id FROM users) t)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id BETWEEN 1 AND (SELECT MAX(id) FROM (SELECT id FROM users) t)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <= (SELECT MAX(id) FROM (SELECT id FROM users) t)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < NOW() + INTERVAL 1 DAY
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at > FROM_UNIXTIME(0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <> '0000-00-00 00:00:00'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at LIKE '20%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE UNIX_TIMESTAMP(at) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE DATEDIFF(NOW(), at) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE TIMESTAMPDIFF(SECOND, at, NOW()) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE TO_DAYS(at) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE YEAR(at) > 1980
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE MONTH(at) < 13
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE WEEKDAY(at) <= 6
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE TIME(at) >= '00:00:00'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE DATE_FORMAT(at, '%Y') > '1990'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE DATE_FORMAT(at, 'x') = 'x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE DAYNAME(at) <> 'x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE EXTRACT(YEAR FROM at) >= 1990
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE LAST_DAY(at) >= DATE(at)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE DATE_ADD(at, INTERVAL 1 DAY) > at
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id IN (SELECT id FROM (SELECT u.id FROM users u LEFT JOIN merchants m ON m.id = u.id) t)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id NOT IN (SELECT id FROM merchants WHERE 1 = 2)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id IN (1) IS NOT NULL
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE (id = 1) <=> (id = 1)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id = 1 XOR id <> 1
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE COALESCE(deleted_at, NOW()) <= NOW()
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE IFNULL(deleted_at, '1970-01-01') < NOW()
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE NULLIF(id, 0) IS NOT NULL
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE IF(deleted_at IS NULL, 1, 1)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE CASE WHEN tenant_id THEN id ELSE id END
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id + tenant_id >= tenant_id
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE CONCAT_WS('-', id, name) <> ''
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE CONCAT_WS('-', id, name) LIKE '%'
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE LPAD(id, 10, '0') > '0'
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE FORMAT(id, 0) <> 'x'
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE OCT(id) <> ''
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE SHA2(email, 256) > '0'
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE NOT (email IN ('zzz'))
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE email NOT BETWEEN 'zzz1' AND 'zzz2'
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE NOT (id BETWEEN -5 AND 0)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE NOT (id < 0)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE NOT id = -1
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id AND m.id > 5 AND m.id < 3)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id AND m.active = 1 AND NOT m.active = 1)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id AND m.name = 'a' AND LOWER(m.name) = 'b')
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id AND users.id = -1)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id AND users.id IS NULL)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id AND m.id IS NULL)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id NOT IN (SELECT tenant_id FROM merchants m, users u WHERE 0)
;;
