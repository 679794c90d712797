--! benign
--@ kind=update
UPDATE cards SET doc = jsonb_set(doc, '{a}', '2') WHERE jsonb_typeof(doc->'a') <> 'array'
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE (regexp_match(email, '^u(\d+)@'))[1] = '12'
;;
--@ kind=update
UPDATE cards SET note = 'n' WHERE JSON_VALUE(doc, '$.a') IS NULL
;;
--@ kind=update
UPDATE cards SET doc = jsonb_set(doc, '{a}', '2') WHERE jsonb_typeof(doc->'a'->'b') = 'array'
;;
--@ kind=update
UPDATE cards SET doc = jsonb_set(doc, '{a}', '2') WHERE jsonb_typeof(doc #> '{a,b}') = 'array'
;;
--@ kind=update
UPDATE cards SET doc = '[]' WHERE jsonb_typeof(doc->'tags') IS DISTINCT FROM 'array'
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE (string_to_array(email, '@'))[2] = 'x.org'
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE regexp_count(name, '\w+') > 5
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE regexp_count(name, 'x') > 0
;;
--@ kind=update
UPDATE cards SET note = 'n' WHERE JSON_VALUE(doc, '$.a') = '5'
;;
--@ kind=update
UPDATE cards SET note = 'n' WHERE JSON_VALUE(doc, '$.a') IS NOT NULL
;;
--@ kind=update
UPDATE cards SET note = 'n' WHERE JSON_QUERY(doc, '$.a') IS NULL
;;
--@ kind=update
UPDATE cards SET note = 'n' WHERE doc -> 'a' ->> 'b' <> 'x'
;;
--@ kind=update
UPDATE cards SET note = 'n' WHERE id <@ '[5,9)'::int8range
;;
--@ kind=update
UPDATE cards SET note = 'n' WHERE id <@ int8range(10, 20)
;;
--@ kind=update
UPDATE audit_log SET what = 'x' WHERE at <@ '[2026-01-01,)'::tstzrange
;;
--@ kind=update
UPDATE audit_log SET what = 'x' WHERE at <@ tstzrange($1, $2)
;;
--@ kind=update
UPDATE audit_log SET what = 'x' WHERE (at, at) OVERLAPS ('2026-01-01', '2026-02-01')
;;
--@ kind=update
UPDATE audit_log SET what = 'x' WHERE (at, interval '1 hour') OVERLAPS ($1::timestamptz, $2::timestamptz)
;;
--@ kind=update
UPDATE audit_log SET what = 'x' WHERE at < ANY (ARRAY['2020-01-01'::timestamptz])
;;
