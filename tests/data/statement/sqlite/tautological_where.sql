--@ kind=delete
DELETE FROM cards WHERE rowid
;;
--@ kind=delete
DELETE FROM cards WHERE "1"
;;
--@ kind=delete
DELETE FROM cards WHERE id NOT IN (SELECT id FROM cards WHERE 0)
;;
--@ kind=delete
DELETE FROM cards WHERE EXISTS (SELECT 1 FROM cards d WHERE d.id = cards.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE rowid
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE rowid = rowid
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE rowid > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IS id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOTNULL
;;
--@ kind=delete hazards=tautological-where run=fails
DELETE FROM users WHERE id IN users
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id GLOB '*'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id COLLATE NOCASE = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE +id = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id == id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE iif(id, 1, 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE 1 IS 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE 'x' GLOB '*'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id - id IS 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IS NOT NULL AND 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE coalesce(id, 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE max(id, 1) >= 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE length(name) >= 0 OR name IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE likely(1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE unlikely(id > 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM users u WHERE u.rowid = users.rowid)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id, name) IS (id, name)
;;
--@ kind=insert hazards=no-where
INSERT OR REPLACE INTO users SELECT * FROM users
;;
--@ kind=insert hazards=no-where
INSERT INTO users SELECT * FROM users WHERE true ON CONFLICT DO UPDATE SET name = 'x'
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM (SELECT 1 AS a) WHERE a = 1
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM users u WHERE u.id = users.id
;;
--@ kind=update hazards=no-where
UPDATE OR IGNORE users SET name = 'x'
;;
--@ kind=update hazards=tautological-where
WITH a AS (SELECT id FROM users) UPDATE users SET name = 'x' WHERE id IN a
;;
--@ kind=update hazards=tautological-where
WITH a AS (SELECT id FROM users) UPDATE users SET name = 'x' WHERE id IN (SELECT id FROM a)
;;
