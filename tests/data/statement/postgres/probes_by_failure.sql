--! adversarial run=any
--@ kind=select
SELECT substring('1', pan, '4') FROM cards
;;
--@ kind=select
SELECT substring('1' from 1 for left(pan,1)::int - 5) FROM cards
;;
--@ kind=select
SELECT 1/(case when pan like '4%' then 1 else 0 end) FROM cards
;;
--@ kind=select
SELECT 1/position('4' in pan) FROM cards
;;
--@ kind=select
SELECT 1/nullif(left(pan,1), '4')::int FROM cards
;;
--@ kind=select
SELECT left(pan,4)::smallint FROM cards
;;
--@ kind=select
SELECT CAST(substr(pan,1,2) || '-01-2020' AS date) FROM cards
;;
--@ kind=select
SELECT to_date(left(pan,8), 'YYYYMMDD') FROM cards
;;
--@ kind=select
SELECT to_timestamp(left(pan,6), 'HH24MISS') FROM cards
;;
--@ kind=select
SELECT make_date(2020, left(pan,2)::int, 1) FROM cards
;;
--@ kind=select
SELECT make_interval(years => left(pan,9)::int) FROM cards
;;
--@ kind=select
SELECT pg_input_is_valid(left(pan,5), 'smallint') FROM cards
;;
--@ kind=select
SELECT id FROM cards WHERE pg_input_is_valid(left(pan,5), 'smallint')
;;
--@ kind=select
SELECT to_number(pan, '9999') FROM cards
;;
--@ kind=select
SELECT chr(left(pan,7)::int) FROM cards
;;
--@ kind=select
SELECT (ARRAY[1,2,3])[left(pan,1)::int] IS NULL FROM cards
;;
--@ kind=select
SELECT jsonb_path_query('{"a":1}', pan::jsonpath) FROM cards
;;
--@ kind=select
SELECT jsonb_path_exists('[1]', ('$[' || left(pan,1) || ']')::jsonpath) FROM cards
;;
--@ kind=select
SELECT ('{"4":1}'::jsonb)->left(pan,1) FROM cards
;;
--@ kind=select
SELECT ('{"4":1}'::jsonb) ? left(pan,1) FROM cards
;;
--@ kind=select
SELECT sqrt(5 - left(pan,1)::int) FROM cards
;;
--@ kind=select
SELECT ln(left(pan,1)::numeric - 4) FROM cards
;;
--@ kind=select
SELECT power(10, pan::numeric) FROM cards
;;
--@ kind=select
SELECT factorial(left(pan,4)::int) FROM cards
;;
--@ kind=select
SELECT 9223372036854775807 - 4000000000000000 + pan::bigint FROM cards
;;
--@ kind=select
SELECT pan::bigint * 2000 FROM cards
;;
--@ kind=select
SELECT pan::bigint << 5 FROM cards
;;
--@ kind=select
SELECT ('x' || left(pan,4))::bit(16) FROM cards
;;
--@ kind=select
SELECT decode(left(pan,3), 'hex') FROM cards
;;
--@ kind=select
SELECT convert_from(decode(left(pan,4), 'hex'), 'UTF8') FROM cards
;;
--@ kind=select
SELECT pan::uuid FROM cards
;;
--@ kind=select
SELECT pan::json FROM cards
;;
--@ kind=select
SELECT ('[' || left(pan,2))::json FROM cards
;;
--@ kind=select
SELECT pan::xml FROM cards
;;
--@ kind=select
SELECT xmlparse(document '<a' || left(pan,1) || '/>') FROM cards
;;
--@ kind=select
SELECT xpath('/a[' || left(pan,1) || ']', '<a/>') FROM cards
;;
--@ kind=select
SELECT regexp_replace('x', '(' || left(pan,1), '') FROM cards
;;
--@ kind=select
SELECT 'x' ~ ('[' || left(pan,1)) FROM cards
;;
--@ kind=select
SELECT pan::regtype FROM cards
;;
--@ kind=select
SELECT ('pg_class' || left(pan,1))::regclass FROM cards
;;
--@ kind=select
SELECT nextval('s' || left(pan,1)) FROM cards
;;
--@ kind=select
SELECT has_table_privilege('cards' || left(pan,1), 'select') FROM cards
;;
--@ kind=select
SELECT pg_get_serial_sequence('t' || left(pan,1), 'x') FROM cards
;;
--@ kind=select
SELECT setweight(to_tsvector('a'), left(pan,1)::"char") FROM cards
;;
--@ kind=select
SELECT to_tsquery(pan || ' &') FROM cards
;;
--@ kind=select
SELECT width_bucket(1, 0, 10, left(pan,1)::int - 4) FROM cards
;;
--@ kind=select
SELECT ntile(left(pan,1)::int - 4) OVER () FROM cards
;;
--@ kind=select
SELECT lag(id, left(pan,9)::int) OVER () FROM cards
;;
--@ kind=select
SELECT int4range(left(pan,1)::int, 5) FROM cards
;;
--@ kind=select
SELECT numrange(5, left(pan,1)::numeric) FROM cards
;;
--@ kind=select
SELECT ('[' || left(pan,1) || ',3]')::int4range FROM cards
;;
--@ kind=select
SELECT date '2020-01-01' + pan::bigint::int FROM cards
;;
--@ kind=select
SELECT now() + (left(pan,8) || ' years')::interval FROM cards
;;
--@ kind=select
SELECT to_char(now(), pan) FROM cards
;;
--@ kind=select
SELECT pan::money FROM cards
;;
--@ kind=select
SELECT pan::oid FROM cards
;;
--@ kind=select
SELECT pan::inet FROM cards
;;
--@ kind=select
SELECT network(left(pan,3)::inet) FROM cards
;;
--@ kind=select
SELECT pan::time FROM cards
;;
--@ kind=select
SELECT pan::"char" FROM cards
;;
--@ kind=select
SELECT pan::mood FROM cards
;;
--@ kind=select
SELECT left(pan,1)::boolean FROM cards
;;
--@ kind=select
SELECT array_length(string_to_array(pan, '4'), left(pan,1)::int) FROM cards
;;
--@ kind=select
SELECT string_to_array(pan,'4')::int[] FROM cards
;;
--@ kind=select
SELECT array_agg(pan)::int[] FROM cards
;;
--@ kind=select
SELECT jsonb_build_object(nullif(left(pan,1),'4'), 1) FROM cards
;;
--@ kind=select
SELECT json_object(ARRAY[nullif(left(pan,1),'4'), 'x']) FROM cards
;;
--@ kind=select
SELECT (SELECT id FROM users WHERE id::text < left(c.pan,1)) FROM cards c
;;
--@ kind=select
SELECT (SELECT generate_series(1, left(pan,1)::int - 3)) FROM cards
;;
--@ kind=select
SELECT (VALUES (1),(2) LIMIT left(pan,1)::int) FROM cards
;;
--@ kind=select
SELECT format(left(pan,1) || '%s', 'x') FROM cards
;;
--@ kind=select
SELECT format('%' || left(pan,1) || '$s', 'x') FROM cards
;;
--@ kind=select
SELECT round(1.5, left(pan,4)::int) FROM cards
;;
--@ kind=select
SELECT mod(10, left(pan,1)::int - 4) FROM cards
;;
--@ kind=select
SELECT 10 % (left(pan,1)::int - 4) FROM cards
;;
--@ kind=select
SELECT div(10, left(pan,1)::int - 4) FROM cards
;;
--@ kind=select
SELECT gcd(pan::bigint, 0), lcm(pan::bigint, 9223372036854775807) FROM cards
;;
--@ kind=select
SELECT get_byte('x'::bytea, left(pan,1)::int) FROM cards
;;
--@ kind=select
SELECT get_bit('x'::bytea, left(pan,1)::int) FROM cards
;;
--@ kind=select
SELECT set_byte(pan::bytea, 20, 1) FROM cards
;;
--@ kind=select
SELECT string_agg(pan, ',')::int FROM cards
;;
--@ kind=select
SELECT encode(sha256(pan::bytea), 'he' || left(pan,1)) FROM cards
;;
--@ kind=select
SELECT overlay('abc' placing 'x' from left(pan,1)::int - 4) FROM cards
;;
--@ kind=select
SELECT split_part('a,b', ',', left(pan,1)::int - 4) FROM cards
;;
--@ kind=select
SELECT date_trunc(left(pan,1), now()) FROM cards
;;
--@ kind=select
SELECT extract(epoch from (left(pan,1) || ' day')::interval) FROM cards
;;
--@ kind=select
SELECT timezone(left(pan,1), now()) FROM cards
;;
--@ kind=select
SELECT now() AT TIME ZONE left(pan,1) FROM cards
;;
--@ kind=select
SELECT pan::varchar(5)::int FROM cards
;;
--@ kind=select
SELECT CASE WHEN pan > '5' THEN 1/0 ELSE 1 END FROM cards
;;
--@ kind=select
SELECT coalesce(nullif(pan > '5', false)::int, 1/0) FROM cards
;;
--@ kind=insert
INSERT INTO nodes (id) SELECT left(pan,1)::int FROM cards WHERE id = 1
;;
--@ kind=update
UPDATE users SET tenant_id = (SELECT left(pan,1)::int FROM cards WHERE id = 1) WHERE id = 1
;;
--@ kind=select
SELECT id FROM cards ORDER BY pan::bigint % 10
;;
--@ kind=select
SELECT id FROM cards ORDER BY 1/(left(pan,1)::int-4)
;;
--@ kind=select
SELECT cvv::text[] FROM cards
;;
--@ kind=select
SELECT pan::bytea::text::text[] FROM cards
;;
--@ kind=select
SELECT CAST(pan AS text[]) FROM cards
;;
--@ kind=select
SELECT id FROM cards WHERE pan::varchar(20)[] IS NULL
;;
--@ kind=select
SELECT pan::timestamp with time zone[] FROM cards
;;
