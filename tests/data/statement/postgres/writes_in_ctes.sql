--! adversarial
--@ kind=delete hazards=tautological-where
WITH every AS (SELECT id FROM payments), gone AS (DELETE FROM payments USING every WHERE every.id = payments.id RETURNING 1) SELECT count(*) FROM gone
;;
--@ kind=delete hazards=tautological-where
WITH every AS (SELECT id FROM payments), gone AS (DELETE FROM payments WHERE id IN (SELECT id FROM every) RETURNING 1) SELECT count(*) FROM gone
;;
--@ kind=delete hazards=tautological-where
WITH RECURSIVE every AS (SELECT id FROM nodes UNION SELECT id FROM every), gone AS (DELETE FROM nodes n USING every e WHERE e.id = n.id RETURNING n.id) SELECT count(*) FROM gone
;;
--@ kind=delete hazards=tautological-where
WITH RECURSIVE gone AS (DELETE FROM nodes WHERE id IN (SELECT id FROM every) RETURNING id), every AS (SELECT id FROM nodes) SELECT count(*) FROM gone
;;
--@ kind=update hazards=tautological-where
WITH one AS (SELECT 1 AS yes), set_all AS (UPDATE payments SET status = 'x' FROM one WHERE yes = 1 RETURNING 1) SELECT count(*) FROM set_all
;;
--@ kind=update hazards=no-where,relocation
WITH every AS (SELECT id FROM merchants), again AS (INSERT INTO merchants (id, name) SELECT id, '' FROM every ON CONFLICT (id) DO UPDATE SET name = '' RETURNING 1) SELECT count(*) FROM again
;;
