--! benign run=any
--@ kind=select
SELECT id, left(pan, 6), right(pan, 4) FROM cards
;;
--@ kind=select
SELECT id, '****' || right(pan, 4) AS masked FROM cards
;;
--@ kind=select
SELECT concat('xxxx', right(pan, 4)), length(pan) FROM cards WHERE id = $1
;;
--@ kind=select
SELECT json_build_object('id', id, 'pan', pan) FROM cards
;;
--@ kind=select
SELECT jsonb_agg(jsonb_build_object('id', id, 'pan', pan)) FROM cards
;;
--@ kind=select
SELECT row_to_json(c) FROM cards c WHERE id = 1
;;
--@ kind=select
SELECT to_jsonb(c) FROM cards c WHERE id = 1
;;
--@ kind=select
SELECT json_agg(c) FROM cards c
;;
--@ kind=select
SELECT array_agg(pan) FROM cards
;;
--@ kind=select
SELECT count(pan), count(DISTINCT pan), min(pan), max(pan) FROM cards
;;
--@ kind=select
SELECT coalesce(pan, '-') FROM cards
;;
--@ kind=select
SELECT md5(pan) FROM cards
;;
--@ kind=select
SELECT encode(digest(pan, 'sha256'), 'hex') FROM cards
;;
--@ kind=select
SELECT pan::text, pan::varchar(20), pan::bigint FROM cards
;;
--@ kind=select
SELECT replace(pan, ' ', '') FROM cards
;;
--@ kind=select
SELECT regexp_replace(pan, '\d(?=\d{4})', '*', 'g') FROM cards
;;
--@ kind=select
SELECT upper(holder), lower(pan) FROM cards
;;
--@ kind=select
SELECT pan IS NULL FROM cards
;;
--@ kind=select
SELECT format('%s-%s', id, pan) FROM cards
;;
--@ kind=select
SELECT overlay(pan placing 'XXXX' from 5 for 8) FROM cards
;;
--@ kind=select
SELECT pan FROM cards WHERE pan = $1
;;
--@ kind=select
SELECT id FROM cards WHERE pan IN ($1, $2)
;;
--@ kind=select
SELECT trim(pan), lpad(pan, 20, '0'), reverse(pan) FROM cards
;;
--@ kind=select
SELECT CASE WHEN pan IS NULL THEN 'none' ELSE 'some' END FROM cards
;;
--@ kind=select
SELECT c.*, length(c.pan) FROM cards c JOIN payments p ON p.card_id = c.id
;;
--@ kind=select
SELECT first_value(pan) OVER (PARTITION BY merchant_id ORDER BY id) FROM cards
;;
--@ kind=select
SELECT lag(pan, 1) OVER (ORDER BY id) FROM cards
;;
--@ kind=select
SELECT * FROM (SELECT id, pan, row_number() OVER (ORDER BY id) rn FROM cards) x WHERE rn = 1
;;
--@ kind=select
SELECT unnest(array_agg(holder)) FROM cards
;;
--@ kind=select
SELECT merchant_id, count(DISTINCT pan) AS n FROM cards GROUP BY 1 ORDER BY n DESC LIMIT 10
;;
--@ kind=select
SELECT merchant_id, count(pan) AS n FROM cards GROUP BY 1 HAVING count(DISTINCT pan) > 3 ORDER BY 2 DESC
;;
--@ kind=select
SELECT * FROM (SELECT merchant_id, count(DISTINCT pan) AS n FROM cards GROUP BY 1) q WHERE q.n > 5 ORDER BY n
;;
--@ kind=select
WITH q AS (SELECT merchant_id, count(DISTINCT pan) AS n FROM cards GROUP BY 1) SELECT width_bucket(n, 0, 100, 10), count(*) FROM q GROUP BY 1
;;
--@ kind=select
SELECT rank() OVER (ORDER BY count(DISTINCT pan) DESC), merchant_id FROM cards GROUP BY merchant_id
;;
--@ kind=select
SELECT length(pan) AS l, count(*) FROM cards GROUP BY l ORDER BY l
;;
--@ kind=select
SELECT length(pan), count(*) FROM cards GROUP BY length(pan)
;;
--@ kind=select
SELECT pan IS NULL AS missing, count(*) FROM cards GROUP BY 1
;;
--@ kind=select
SELECT count(*) FILTER (WHERE pan IS NULL), count(*) FROM cards
;;
--@ kind=select
SELECT pan FROM cards INTERSECT SELECT pan FROM card_archive
;;
--@ kind=select
SELECT count(*) FROM (SELECT pan FROM cards EXCEPT SELECT pan FROM card_archive) q
;;
--@ kind=select
SELECT id, pan, NULL AS name FROM cards UNION ALL SELECT id, NULL, name FROM users ORDER BY 1
;;
--@ kind=select
SELECT id, coalesce(pan, 'none') AS pan FROM cards ORDER BY pan LIMIT 20
;;
--@ kind=select
SELECT min(pan), max(coalesce(pan, '-')) FROM cards
;;
--@ kind=select
SELECT merchant_id, sum(amount) AS s FROM payments GROUP BY 1 UNION ALL SELECT 0, 0 ORDER BY s
;;
--@ kind=select
SELECT id, holder FROM cards UNION ALL SELECT id, name FROM users ORDER BY holder
;;
--@ kind=select
SELECT u.id, m.city FROM users u RIGHT JOIN merchants m USING (id) ORDER BY id
;;
--@ kind=select
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) FROM payments
;;
--@ kind=select
SELECT rank(10) WITHIN GROUP (ORDER BY amount) FROM payments
;;
--@ kind=select
SELECT date_trunc('month', created_at) AS month, count(*), sum(amount), avg(amount) FROM payments GROUP BY 1 ORDER BY 1
;;
--@ kind=select
SELECT m.name, count(*) FILTER (WHERE p.status = 'done') AS done, round(avg(p.amount), 2) FROM payments p JOIN merchants m ON m.id = p.merchant_id GROUP BY m.name HAVING count(*) > 1 ORDER BY 2 DESC
;;
--@ kind=select
SELECT c.id, c.holder, c.pan, sum(p.amount) OVER (PARTITION BY c.id ORDER BY p.created_at) FROM cards c JOIN payments p ON p.card_id = c.id
;;
--@ kind=select
SELECT c.*, m.name AS merchant FROM cards c LEFT JOIN merchants m ON m.id = c.merchant_id WHERE c.expiry < now() ORDER BY c.id LIMIT 50
;;
--@ kind=select
SELECT DISTINCT holder FROM cards ORDER BY holder
;;
--@ kind=select
SELECT DISTINCT pan FROM cards
;;
--@ kind=select
SELECT count(DISTINCT pan) FROM cards
;;
--@ kind=select
SELECT pan, count(*) FROM cards GROUP BY pan HAVING count(*) > 1
;;
--@ kind=select
SELECT holder, array_agg(id ORDER BY id) FROM cards GROUP BY holder
;;
--@ kind=select
SELECT holder, string_agg(note, ', ' ORDER BY updated_at) FROM cards GROUP BY holder
;;
--@ kind=select
SELECT json_agg(row_to_json(t)) FROM (SELECT id, holder FROM cards) t
;;
--@ kind=select
SELECT jsonb_build_object('id', id, 'holder', holder) FROM cards
;;
--@ kind=select
SELECT id, coalesce(note, 'none') FROM cards WHERE note IS NOT NULL OR doc ? 'a'
;;
--@ kind=select
SELECT ntile(4) OVER (ORDER BY amount) AS q, amount FROM payments
;;
--@ kind=select
SELECT status, count(*), count(*) * 100.0 / sum(count(*)) OVER () AS pct FROM payments GROUP BY status
;;
--@ kind=select
SELECT extract(hour from created_at) AS h, extract(dow from created_at) AS d, count(*) FROM payments GROUP BY ROLLUP (1, 2)
;;
--@ kind=select
SELECT generate_series(date '2024-01-01', date '2024-12-31', interval '1 day')::date AS day
;;
--@ kind=select
SELECT d::date, count(p.id) FROM generate_series('2024-01-01'::timestamp, '2024-01-31', '1 day') d LEFT JOIN payments p ON p.created_at::date = d::date GROUP BY 1 ORDER BY 1
;;
--@ kind=select
WITH monthly AS (SELECT date_trunc('month', created_at) m, sum(amount) s FROM payments GROUP BY 1) SELECT m, s, s - lag(s) OVER (ORDER BY m) AS diff FROM monthly
;;
--@ kind=select
WITH ranked AS (SELECT *, row_number() OVER (PARTITION BY card_id ORDER BY created_at DESC) rn FROM payments) SELECT * FROM ranked WHERE rn = 1
;;
--@ kind=select
SELECT a.id, b.id FROM users a JOIN users b ON a.email = b.email AND a.id < b.id
;;
--@ kind=select
SELECT * FROM users WHERE email ILIKE '%@example.com' ORDER BY created_at DESC NULLS LAST LIMIT 20 OFFSET 40
;;
--@ kind=select
SELECT * FROM users WHERE (tenant_id, id) > (1, 5) ORDER BY tenant_id, id LIMIT 20
;;
--@ kind=select
SELECT id FROM users WHERE id = ANY ($1) AND deleted_at IS NULL FOR UPDATE
;;
--@ kind=select
SELECT id, name FROM users WHERE name % 'ada' ORDER BY name <-> 'ada' LIMIT 5
;;
--@ kind=select
SELECT ts_rank(to_tsvector(note), q) AS r, id FROM cards, plainto_tsquery('lost') q WHERE to_tsvector(note) @@ q ORDER BY r DESC
;;
--@ kind=select
SELECT u.id, (SELECT count(*) FROM payments p WHERE p.card_id = u.id) AS n FROM users u ORDER BY n DESC
;;
--@ kind=select
SELECT u.id, l.amount FROM users u LEFT JOIN LATERAL (SELECT amount FROM payments p WHERE p.card_id = u.id ORDER BY created_at DESC LIMIT 1) l ON true
;;
--@ kind=select
SELECT CASE WHEN amount < 10 THEN 'small' WHEN amount < 100 THEN 'medium' ELSE 'large' END AS size, count(*) FROM payments GROUP BY 1
;;
--@ kind=select
SELECT width_bucket(amount, 0, 100, 10) AS bucket, count(*) FROM payments GROUP BY 1
;;
--@ kind=select
SELECT id FROM cards WHERE pan = $1
;;
--@ kind=select
SELECT id FROM cards WHERE pan IN ($1, $2, $3)
;;
--@ kind=select
SELECT id FROM cards WHERE pan = ANY ($1)
;;
--@ kind=select
SELECT EXISTS (SELECT 1 FROM cards WHERE pan = $1)
;;
--@ kind=select
SELECT c.id FROM cards c JOIN card_archive a ON a.pan = c.pan
;;
--@ kind=select
SELECT c.id FROM cards c LEFT JOIN card_archive a USING (pan) WHERE a.id IS NULL
;;
--@ kind=select
SELECT c.id FROM cards c WHERE NOT EXISTS (SELECT 1 FROM card_archive a WHERE a.pan = c.pan)
;;
--@ kind=select
SELECT id FROM cards WHERE pan IS NULL OR pan = ''
;;
--@ kind=select
SELECT id FROM cards WHERE length(pan) <> 16
;;
--@ kind=select
SELECT id, length(pan) FROM cards
;;
--@ kind=select
SELECT pan FROM cards ORDER BY id
;;
--@ kind=select
SELECT pan, holder FROM cards UNION SELECT pan, holder FROM card_archive
;;
--@ kind=select
SELECT count(*) FROM (SELECT pan FROM cards EXCEPT SELECT pan FROM card_archive) x
;;
--@ kind=select
SELECT max(id), min(created_at), bool_or(status = 'done') FROM payments
;;
--@ kind=select
SELECT now(), current_user, version(), current_database(), pg_backend_pid()
;;
--@ kind=select
SELECT pg_size_pretty(pg_total_relation_size('cards')), pg_relation_size('users')
;;
--@ kind=select
SELECT relname, n_live_tup FROM pg_stat_user_tables ORDER BY 2 DESC
;;
--@ kind=select
SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'cards'
;;
--@ kind=select
SELECT nextval('ticket'), currval('ticket'), lastval()
;;
--@ kind=select
SELECT id, pan::varchar(19) FROM cards WHERE id = 1
;;
--@ kind=select
SELECT id, '**** ' || right(pan, 4) FROM cards
;;
--@ kind=select
SELECT id, overlay(pan placing '********' from 5 for 8) FROM cards
;;
--@ kind=select
SELECT id, regexp_replace(pan, '\d(?=\d{4})', '*', 'g') FROM cards
;;
--@ kind=select
SELECT id, coalesce(pan, 'none') FROM cards
;;
--@ kind=select
SELECT CASE WHEN pan IS NULL THEN 'no' ELSE 'yes' END FROM cards
;;
--@ kind=select
SELECT merchant_id, count(pan) FROM cards GROUP BY merchant_id
;;
--@ kind=select
SELECT id FROM cards WHERE id IN (SELECT card_id FROM payments GROUP BY card_id HAVING sum(amount) > 10)
;;
--@ kind=select
SELECT * FROM crosstab_view
;;
--@ kind=select
SELECT unnest(tags) AS tag, count(*) FROM cards GROUP BY 1
;;
--@ kind=select
SELECT id, t.ord, t.tag FROM cards, unnest(tags) WITH ORDINALITY t(tag, ord)
;;
--@ kind=select
SELECT id, e.key, e.value FROM cards, jsonb_each_text(doc) e
;;
--@ kind=select
SELECT id, doc -> 'a' ->> 'b', doc #>> '{a,b}', jsonb_path_query_array(doc, '$.items[*].n') FROM cards
;;
--@ kind=select
SELECT x.* FROM jsonb_to_recordset('[{"a":1}]') AS x(a int)
;;
--@ kind=select
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) v(id, name) JOIN users u USING (id)
;;
--@ kind=select
SELECT first_value(amount) OVER w, last_value(amount) OVER w FROM payments WINDOW w AS (PARTITION BY card_id ORDER BY created_at)
;;
--@ kind=select
SELECT date_part('year', age(created_at)) FROM payments
;;
--@ kind=select
SELECT to_char(sum(amount), 'FM999,999.00') FROM payments
;;
--@ kind=select
SELECT count(*) FROM users TABLESAMPLE BERNOULLI (10)
;;
--@ kind=select
SELECT corr(amount, merchant_id), regr_slope(amount, merchant_id), stddev(amount) FROM payments
;;
--@ kind=select
SELECT GROUPING(status), status, count(*) FROM payments GROUP BY GROUPING SETS ((status), ())
;;
--@ kind=select
SELECT id FROM payments WHERE created_at BETWEEN symmetric '2024-02-01' AND '2024-01-01'
;;
--@ kind=select
SELECT id FROM payments WHERE created_at::date = current_date AND status NOT IN ('x')
;;
--@ kind=select
SELECT id, pan FROM cards FETCH FIRST 10 ROWS ONLY
;;
--@ kind=select
SELECT p.id FROM payments p WHERE p.amount > ALL (SELECT avg(amount) FROM payments GROUP BY card_id)
;;
--@ kind=select
SELECT * FROM payments p FULL JOIN cards c ON c.id = p.card_id WHERE c.id IS NULL OR p.id IS NULL
;;
--@ kind=select
SELECT id, name FROM users ORDER BY lower(name), id
;;
--@ kind=select
SELECT id, name FROM users ORDER BY CASE WHEN name = 'x' THEN 0 ELSE 1 END, name
;;
--@ kind=select
SELECT holder FROM cards UNION ALL SELECT name FROM users ORDER BY 1
;;
--@ kind=select
SELECT id, email AS login FROM users UNION ALL SELECT id, what FROM audit_log ORDER BY login
;;
--@ kind=select
SELECT m.id FROM merchants m RIGHT JOIN payments p ON p.merchant_id = m.id ORDER BY p.created_at
;;
--@ kind=select
SELECT merchants.name, users.name FROM merchants FULL JOIN users USING (id) ORDER BY id
;;
--@ kind=select
DECLARE c NO SCROLL CURSOR FOR SELECT id FROM payments
;;
--@ kind=explain out=QUERY\ PLAN:safe:
EXPLAIN SELECT * FROM cards WHERE id = 1
;;
--@ kind=explain out=QUERY\ PLAN:safe:
EXPLAIN (VERBOSE, FORMAT JSON) SELECT holder, pan FROM cards WHERE merchant_id = 5
;;
--@ kind=explain writes=- out=QUERY\ PLAN:safe:
EXPLAIN UPDATE cards SET pan = NULL WHERE id = 1
;;
--@ kind=update
UPDATE cards SET pan = regexp_replace(pan, '[^0-9]', '', 'g') WHERE id = $1
;;
--@ kind=update
UPDATE cards SET pan = encode(digest($1, 'sha256'), 'hex'), note = 'x' || id WHERE id = $2
;;
--@ kind=insert
INSERT INTO cards (id, pan) VALUES ($1, trim($2)) ON CONFLICT (id) DO UPDATE SET pan = coalesce(excluded.pan, cards.pan)
;;
--@ kind=update
UPDATE cards SET (holder, pan) = ($1, CASE WHEN pan IS NULL THEN $2 ELSE pan END) WHERE id = $3
;;
--@ kind=insert
INSERT INTO cards (id, holder, note) SELECT g, 'h' || g, 'n' FROM generate_series(1, 100) g
;;
--@ kind=select
SELECT c.id FROM cards c JOIN (SELECT merchant_id, max(pan) AS pan FROM cards GROUP BY merchant_id) q ON q.pan = c.pan
;;
--@ kind=select
SELECT doc ->> 'pan' AS pan, doc -> 'card' ->> 'brand' AS brand FROM cards WHERE doc ->> 'pan' = $1
;;
--@ kind=select
SELECT id FROM cards WHERE lower(doc -> 'card' ->> 'brand') LIKE 'vi%' ORDER BY (doc ->> 'n')::int
;;
--@ kind=select
SELECT count(doc ->> 'pan'), max(length(doc ->> 'pan')) FROM cards WHERE doc ->> 'pan' IS NOT NULL AND doc ? 'pan'
;;
--@ kind=select
SELECT count(*) FROM cards c, jsonb_path_query(c.doc, '$.card.lines[*].sku') m WHERE doc @> '{"card": {"brand": "visa"}}'
;;
