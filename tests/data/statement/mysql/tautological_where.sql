--@ kind=delete
DELETE FROM cards WHERE id
;;
--@ kind=delete
DELETE FROM cards WHERE id XOR 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <=> id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT (id <=> NULL)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id DIV 1 = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ifnull(id, 1) = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id XOR 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id & id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id | 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE !(id = 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id FROM users) x)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id > ALL (SELECT 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE 'a' LIKE 'a%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name LIKE concat('%', '')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name REGEXP '.*' OR name IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE isnull(id) = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE if(id = 1, 1, 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CASE id WHEN 1 THEN 1 ELSE 1 END
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id BETWEEN 0 AND 4294967295
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE @x IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (@x := 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE rand() < 2
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE database() IS NOT NULL
;;
--@ kind=delete hazards=no-where
DELETE FROM users ORDER BY id LIMIT 18446744073709551615
;;
--@ kind=delete hazards=tautological-where
DELETE users FROM users JOIN users u2 ON users.id = u2.id
;;
--@ kind=delete hazards=tautological-where
DELETE users FROM users LEFT JOIN merchants m ON 1 = 0 WHERE m.id IS NULL
;;
--@ kind=delete hazards=no-where
DELETE users FROM users LEFT JOIN merchants m ON m.id = users.id
;;
--@ kind=delete hazards=no-where
DELETE users FROM users CROSS JOIN (SELECT 1) x
;;
--@ kind=update hazards=no-where
UPDATE users JOIN (SELECT 1) x SET name = 'y'
;;
--@ kind=update hazards=tautological-where
UPDATE users JOIN users u2 USING (id) SET users.name = 'y'
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'y' WHERE id IN (SELECT * FROM (SELECT id FROM users) z)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'y' WHERE EXISTS (SELECT 1 FROM (SELECT 1) z)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'y' WHERE `id` = `users`.`id`
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'y' WHERE "1" = "1"
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'y' WHERE 'a' = 'A'
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'y' WHERE 1 = '1abc'
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'y' WHERE name = 0 OR name <> 0
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'y' WHERE '' IN (SELECT '')
;;
--@ kind=insert hazards=no-where
INSERT INTO users SELECT * FROM users ON DUPLICATE KEY UPDATE name = 'y'
;;
--@ kind=insert hazards=no-where
INSERT INTO users SELECT * FROM users u ON DUPLICATE KEY UPDATE name = 'y'
;;
