--! adversarial hazards=tautological-where
--@ kind=delete
DELETE FROM cards WHERE true
;;
--@ kind=delete
DELETE FROM cards WHERE 1=1
;;
--@ kind=delete
DELETE FROM cards WHERE 1 = 1 AND 2 = 2
;;
--@ kind=delete
DELETE FROM cards WHERE NOT false
;;
--@ kind=delete
DELETE FROM cards WHERE NOT (NOT (true))
;;
--@ kind=delete
DELETE FROM cards WHERE 2 > 1
;;
--@ kind=delete
DELETE FROM cards WHERE 'a' = 'a'
;;
--@ kind=delete
DELETE FROM cards WHERE 'a' <> 'b'
;;
--@ kind=delete
DELETE FROM cards WHERE id = id
;;
--@ kind=delete
DELETE FROM cards c WHERE c.id = id
;;
--@ kind=delete
DELETE FROM cards WHERE cards.id = cards.id
;;
--@ kind=delete
DELETE FROM cards WHERE (id) = (id)
;;
--@ kind=delete
DELETE FROM cards WHERE id >= id
;;
--@ kind=delete
DELETE FROM cards WHERE id IS NOT NULL
;;
--@ kind=delete
DELETE FROM cards WHERE cards.id IS NOT NULL
;;
--@ kind=delete
DELETE FROM cards WHERE NOT (id IS NULL)
;;
--@ kind=delete
DELETE FROM cards WHERE NOT id IS NULL
;;
--@ kind=delete
DELETE FROM cards WHERE ctid IS NOT NULL
;;
--@ kind=delete
DELETE FROM cards WHERE id > 0
;;
--@ kind=delete
DELETE FROM cards WHERE id >= 1
;;
--@ kind=delete
DELETE FROM cards WHERE id > -1
;;
--@ kind=delete
DELETE FROM cards WHERE 0 < id
;;
--@ kind=delete
DELETE FROM cards WHERE id <> 0
;;
--@ kind=delete
DELETE FROM cards WHERE id != -1
;;
--@ kind=delete
DELETE FROM cards WHERE id < 9999999999
;;
--@ kind=delete
DELETE FROM cards WHERE id BETWEEN 0 AND 9999999999
;;
--@ kind=delete
DELETE FROM cards WHERE holder LIKE '%'
;;
--@ kind=delete
DELETE FROM cards WHERE holder LIKE '%%'
;;
--@ kind=delete
DELETE FROM cards WHERE holder ILIKE '%'
;;
--@ kind=delete
DELETE FROM cards WHERE holder ~~ '%'
;;
--@ kind=delete
DELETE FROM cards WHERE holder ~ '.*'
;;
--@ kind=delete
DELETE FROM cards WHERE holder ~* ''
;;
--@ kind=delete
DELETE FROM cards WHERE holder SIMILAR TO '%'
;;
--@ kind=delete
DELETE FROM cards WHERE id = 5 OR true
;;
--@ kind=delete
DELETE FROM cards WHERE id = 5 OR 1=1
;;
--@ kind=delete
DELETE FROM cards WHERE id = 5 OR NOT id = 5
;;
--@ kind=delete
DELETE FROM cards WHERE id = 5 OR id <> 5
;;
--@ kind=delete
DELETE FROM cards WHERE holder IS NULL OR holder IS NOT NULL
;;
--@ kind=delete
DELETE FROM cards WHERE merchant_id < 10 OR merchant_id >= 10
;;
--@ kind=delete
DELETE FROM cards WHERE merchant_id < 100 OR merchant_id > 50
;;
--@ kind=delete
DELETE FROM cards WHERE (id = 5 OR true) AND (1 = 1)
;;
--@ kind=delete
DELETE FROM cards WHERE coalesce(true, id = 5)
;;
--@ kind=delete
DELETE FROM cards WHERE CASE WHEN true THEN true ELSE false END
;;
--@ kind=delete
DELETE FROM cards WHERE CASE WHEN id = 5 THEN true ELSE true END
;;
--@ kind=delete
DELETE FROM cards WHERE EXISTS (SELECT 1)
;;
--@ kind=delete
DELETE FROM cards WHERE EXISTS (SELECT 1 FROM users u WHERE u.id = 5)
;;
--@ kind=delete
DELETE FROM cards WHERE 1 IN (1, 2)
;;
--@ kind=delete
DELETE FROM cards WHERE 1 IN (SELECT 1)
;;
--@ kind=delete
DELETE FROM cards WHERE id IN (SELECT id FROM cards)
;;
--@ kind=delete
DELETE FROM cards WHERE id IN (id, 5)
;;
--@ kind=delete
DELETE FROM cards WHERE now() > '2020-01-01'
;;
--@ kind=delete
DELETE FROM cards WHERE random() < 2
;;
--@ kind=delete
DELETE FROM cards WHERE (SELECT count(*) FROM users u WHERE u.id > 3) >= 0
;;
--@ kind=delete
DELETE FROM cards WHERE %(flag)s
;;
--@ kind=delete
DELETE FROM cards WHERE 1 = %s
;;
--@ kind=delete
DELETE FROM cards WHERE $1
;;
--@ kind=delete
DELETE FROM cards WHERE length(holder) >= 0
;;
--@ kind=delete
DELETE FROM cards WHERE abs(id) >= 0
;;
--@ kind=delete
DELETE FROM cards WHERE id + 0 = id
;;
--@ kind=delete
DELETE FROM cards WHERE holder || '' = holder
;;
--@ kind=delete
DELETE FROM cards WHERE id IS NOT DISTINCT FROM id
;;
--@ kind=delete
DELETE FROM cards WHERE (id = id) IS NOT FALSE
;;
--@ kind=delete
DELETE FROM cards WHERE (1 = 1) IS TRUE
;;
--@ kind=delete
DELETE FROM cards WHERE 'x' LIKE '%'
;;
--@ kind=delete
DELETE FROM cards WHERE 1 + 1 = 2
;;
--@ kind=delete
DELETE FROM cards WHERE 5 BETWEEN 1 AND 10
;;
--@ kind=delete
DELETE FROM cards WHERE '1'::boolean
;;
--@ kind=delete
DELETE FROM cards WHERE 't'
;;
--@ kind=delete
DELETE FROM cards WHERE NULL IS NULL
;;
--@ kind=delete
DELETE FROM cards WHERE current_user = current_user
;;
--@ kind=delete
DELETE FROM cards USING users u WHERE u.id = 5
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE 1=1
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE id = id
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE id IS NOT NULL
;;
--@ kind=update
UPDATE cards SET note = 'x' FROM users u WHERE u.id = 5
;;
--@ kind=update
UPDATE cards AS c SET note = 'x' WHERE true OR c.id = %s
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE holder LIKE '%' OR holder IS NULL
;;
--@ kind=merge
MERGE INTO card_archive a USING cards c ON true WHEN MATCHED THEN DELETE
;;
--@ kind=merge
MERGE INTO card_archive a USING cards c ON 1 = 1 WHEN MATCHED THEN UPDATE SET pan = c.pan
;;
--@ kind=delete
WITH d AS (DELETE FROM cards WHERE true RETURNING id) SELECT * FROM d
;;
--@ kind=explain actions=delete
EXPLAIN ANALYZE DELETE FROM cards WHERE 1=1
;;
--@ kind=delete
DELETE FROM cards WHERE id = ANY (SELECT id FROM cards)
;;
--@ kind=delete
DELETE FROM cards WHERE starts_with(note, '')
;;
--@ kind=delete
DELETE FROM cards WHERE position('' IN note) = 1
;;
--@ kind=delete
DELETE FROM cards WHERE id IS DISTINCT FROM NULL
;;
--@ kind=delete
DELETE FROM cards WHERE id = (SELECT id)
;;
--@ kind=delete
DELETE FROM cards c USING cards d WHERE c.id = d.id
;;
--@ kind=merge
MERGE INTO cards c USING cards d ON c.id = d.id WHEN MATCHED THEN DELETE
;;
--@ kind=delete
DELETE FROM cards WHERE id > ALL (SELECT 0)
;;
--@ kind=delete
DELETE FROM cards WHERE id NOT IN (SELECT id FROM cards WHERE false)
;;
--@ kind=delete
DELETE FROM cards WHERE id NOT IN (SELECT id FROM users LIMIT 0)
;;
--@ kind=delete
DELETE FROM cards WHERE NOT EXISTS (SELECT 1 FROM users WHERE 1 = 0)
;;
--@ kind=delete
DELETE FROM cards c WHERE EXISTS (SELECT 1 FROM cards d WHERE d.id = c.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IS DISTINCT FROM NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT (id IS NULL)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = id + 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id::text = id::text
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = ANY (SELECT id FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id >= (SELECT min(id) FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <= (SELECT max(id) FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT u.id FROM users u WHERE u.id = users.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users u USING users v WHERE u.id = v.id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (-1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE 1 = 1 AND 2 > 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE length(email) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email LIKE '%' OR email IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email IS NULL OR email IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (email IS NULL) IN (true, false)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id = 1) IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id = 1) IS DISTINCT FROM NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id > 5) = (id > 5)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CASE WHEN id = 1 THEN true ELSE true END
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE coalesce(id = 5, true) OR true
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE nullif(id, NULL) = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE greatest(id, id) = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE abs(id) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id * 0 = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id - id = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id % 1 = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id ^ 0 = 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id | 0 = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ctid IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE xmin IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE now() > '2000-01-01'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE current_user = current_user
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE random() >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE pg_typeof(id) IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email ~ '.*'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email ~ ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email SIMILAR TO '%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE starts_with(email, '')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE position('' in email) = 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE concat(email) = email
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email || '' = email
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE lower(email) = lower(email)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id, email) = (id, email)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ROW(id) = ROW(id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE users IS NOT NULL OR users IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE users.* IS DISTINCT FROM NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE users = users
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM merchants)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT users.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (VALUES (users.id))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (SELECT count(*) FROM merchants) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (SELECT true)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (SELECT id IS NOT NULL)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users ORDER BY id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users LIMIT ALL)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users UNION SELECT 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users WHERE true)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users GROUP BY id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT DISTINCT id FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (WITH a AS (SELECT id FROM users) SELECT id FROM a)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id) IN (SELECT (id) FROM ONLY users AS u)
;;
--@ kind=delete hazards=tautological-where
WITH a AS (SELECT id FROM users) DELETE FROM users WHERE id IN (SELECT id FROM a)
;;
--@ kind=delete hazards=tautological-where
WITH a AS (SELECT id FROM users) DELETE FROM users USING a WHERE users.id = a.id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users USING (SELECT id FROM users) a WHERE users.id = a.id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users u USING users v, users w WHERE u.id = v.id AND v.id = w.id
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM (SELECT 1) q(a) WHERE a = 1
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM merchants WHERE merchants.id = 1
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id BETWEEN -2147483648 AND 2147483647
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id BETWEEN SYMMETRIC 2147483647 AND 0
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id > -1 AND id < 2147483647
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE NOT id < 0
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id <> 0 OR id = 0
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id = 0 OR id <> 0
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id > 5 OR id <= 5
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id IN (1) OR id NOT IN (1)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id = 1 OR NOT (id = 1)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE (id = 1) IS TRUE OR (id = 1) IS NOT TRUE
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id = 1 OR 'a' = 'a'
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE 'x' IN ('x', name)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE bool(1)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE 1::bool
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE 't'
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE 'yes'::boolean
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE cast('on' as bool)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE bool 'true'
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE (true)::text = 'true'
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE NOT NOT true
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE true IS NOT FALSE
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE NULL IS NULL
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE tenant_id = tenant_id
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE tenant_id IS NOT DISTINCT FROM tenant_id
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE tenant_id = (SELECT u.tenant_id FROM users u WHERE u.id = users.id)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE md5(name) = md5(name)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE name >= ''
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE ascii(name) > -1
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE num_nulls(id) = 0
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE num_nonnulls(id, 1) > 0
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE sign(id) IN (-1, 0, 1)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE mod(id, 2) IN (0, 1)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id % 2 = 0 OR id % 2 = 1
;;
--@ kind=merge hazards=tautological-where
MERGE INTO users u USING users v ON u.id = v.id WHEN MATCHED THEN DELETE
;;
--@ kind=merge hazards=tautological-where
MERGE INTO users u USING (SELECT 1) v ON true WHEN MATCHED THEN DELETE
;;
--@ kind=merge hazards=tautological-where
MERGE INTO users u USING (SELECT id FROM users) v ON u.id = v.id WHEN MATCHED THEN UPDATE SET name = 'x'
;;
--@ kind=insert hazards=no-where
INSERT INTO users (id) SELECT id FROM users ON CONFLICT (id) DO UPDATE SET name = 'x'
;;
--@ kind=insert hazards=no-where
INSERT INTO users (id, name) SELECT id, 'x' FROM users ON CONFLICT (id) DO UPDATE SET name = excluded.name
;;
