--! adversarial run=any
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE pg_typeof(id)='integer'::regtype
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <@ int4range(NULL,NULL)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE int4range(NULL,NULL) @> id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <@ '(,)'::int4range
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email ^@ ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email !~ '$^x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email ~* '^.*$'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email ~ '^'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email ~ 'a*'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email ~ '(x)?'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email ~ '[\s\S]*'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE tableoid = 'users'::regclass
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE tableoid <> 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name > '' OR name IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE length(name) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE length(name) > -1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE char_length(coalesce(name,'')) < 100000
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE octet_length(name) IS NOT NULL OR name IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = id OR false
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email = email OR email IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE coalesce(name, '') >= ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE coalesce(name, 'x') IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE coalesce(name, 'x') <> ''  OR coalesce(name,'x') = ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id BETWEEN -2147483648 AND 2147483647
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE tenant_id BETWEEN -2147483648 AND 2147483647
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE tenant_id <= 2147483647
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE tenant_id < 9223372036854775807
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ctid > '(0,0)'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ctid >= '(0,0)'::tid
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE xmin::text <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name LIKE '%%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name LIKE '%' || '%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name ILIKE ALL (ARRAY['%'])
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name LIKE ANY (ARRAY['%','a%'])
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name SIMILAR TO '%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT count(*) FROM merchants WHERE merchants.id = users.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (SELECT count(*) FROM merchants m WHERE m.id = users.id) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT u.id FROM users u JOIN users v ON u.id = v.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT max(id) FROM users GROUP BY id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users WHERE id > 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT id FROM users WHERE false)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT id FROM users WHERE id < 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT -1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <> -1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE 1 IN (1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM users WHERE false)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = users.id AND 1=0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = users.id LIMIT 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE to_jsonb(users) IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE to_jsonb(users) ? 'id'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE to_jsonb(users) @> '{}'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE jsonb_typeof(to_jsonb(users)) = 'object'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE row_to_json(users)::text LIKE '{%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE json_build_object('a', id) IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE jsonb_build_array(id) @> '[]'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (users) = (users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE md5(email) <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE md5(coalesce(email,'')) ~ '^[0-9a-f]+$'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id * id >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id % 2 IN (0, 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE mod(id, 2) < 2
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE mod(id, 10) BETWEEN 0 AND 9
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE sign(id) IN (-1,0,1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE num_nulls(id) = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE num_nonnulls(id, name) >= 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id::text <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id::text ~ '^[0-9]+$'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE concat(name) IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE concat(name,'x') <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name || 'x' <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE array[id] <@ array[id]
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE array[id] && array[id]
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE array_length(array[id],1) = 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE cardinality(array[id]) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = ANY(array[id])
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = ANY(array[1,id])
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = ALL(array[id])
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <> ALL('{}')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <> ALL(ARRAY[]::int[])
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = greatest(id, id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE greatest(id, 0) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE least(id, 0) <= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE greatest(id, 1) >= 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE nullif(id, id) IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE nullif(id, -1) IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CASE WHEN id > 0 THEN true ELSE true END
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CASE id WHEN 1 THEN 1 ELSE 1 END = 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE isfinite(deleted_at) OR deleted_at IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE deleted_at < 'infinity' OR deleted_at IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE coalesce(deleted_at, '-infinity') < now() + interval '100 years'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < 'infinity'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at > '-infinity'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at > '0001-01-01'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at >= '1900-01-01'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < '9999-12-31'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <= now()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < now()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < now() + interval '1 day'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE extract(year from at) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE extract(month from at) BETWEEN 1 AND 12
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE date_part('hour', at) < 24
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE date_trunc('day', at) <= at
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at::date <= at
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at BETWEEN '-infinity' AND 'infinity'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE tstzrange(NULL,NULL) @> at
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <@ tstzrange('-infinity','infinity')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE random() < 2
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE random() >= 0 AND id IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id > random() * -1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE position('' in name) = 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE strpos(name, '') > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE left(name, 0) = ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE substr(name, 1, 0) = ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE repeat(name, 0) = ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE replace(name, name, '') = ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE upper(name) = upper(name)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE lower(upper(name)) = lower(name)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE trim(name) = trim(both from name)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE reverse(reverse(name)) = name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name COLLATE "C" = name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id, name) = (id, name)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id, 1) > (0, 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ROW(id) IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = 1 OR id <> 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id < 5 OR id >= 5
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id < 5 OR id > 3
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT (id = 1 AND id = 2)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id = 1) IN (true, false)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id = 1)::int >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (name = 'x')::text <> 'q'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id > (SELECT 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id > (SELECT min(id) - 1 FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id >= ALL (SELECT min(id) FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id >= ANY (SELECT id FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id > (SELECT -1 * count(*) FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id < (SELECT count(*) FROM users) + 100000000
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE has_table_privilege('users', 'select')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE current_user IS NOT NULL AND id IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id::bit(32) IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id & 0 = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id | 1 <> 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id / id = 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE power(id, 0) = 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id + 1 > id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id < id + 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE -id < id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE floor(id) <= ceil(id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE round(id) = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE width_bucket(id, 0, 1, 1) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name IS NORMALIZED OR name IS NOT NULL OR name IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE hashtext(name) IS NOT NULL OR name IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <-> 0 >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE point(id,0) <@ box '((-99999999999,-1),(99999999999,1))'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE to_tsvector(name) @@ ''::tsquery OR true
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE encode(name::bytea,'hex') ~ '^[0-9a-f]*$'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE format('%s', id) = id::text
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE quote_literal(name) <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE quote_nullable(name) <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ascii(name) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE hashtext(name) = hashtext(name)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name BETWEEN name AND name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name >= '' 
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name < U&'\FFFF'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name < '~~~~~~~'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT BETWEEN -5 AND -1
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE users.id = ANY (SELECT id FROM users)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM users u WHERE u.id = users.id
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM generate_series(1,1) g WHERE g = 1
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM (VALUES (true)) v(b) WHERE v.b
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM merchants m WHERE m.id = 1
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM merchants m WHERE m.id = m.id
;;
--@ kind=update hazards=denial-of-service,tautological-where
UPDATE users u SET name = 'x' WHERE u.id IN (SELECT generate_series(1, 1000000000))
;;
--@ kind=update hazards=tautological-where
UPDATE users u SET name = 'x' WHERE u.id = ANY(ARRAY(SELECT generate_series(1, 100000)))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users USING merchants m WHERE m.id > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users USING merchants m WHERE users.id = users.id AND m.id = 3
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (TABLE flags LIMIT 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE to_char(id, '999') IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE xml_is_well_formed('<a/>') AND id IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CAST('t' AS boolean)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE '1'::boolean
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE bool('yes')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE boolin('t')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE int4eq(id, id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE texteq(name, name)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE int4ge(id, -1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id OPERATOR(pg_catalog.=) id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id OPERATOR(pg_catalog.>) -1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id OPERATOR(pg_catalog.>=) 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE pg_column_size(id) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE pg_column_size(users) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE starts_with(name, left(name, 1))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name LIKE left(name, 1) || '%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name LIKE '%' || right(name, 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name LIKE name || '%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name SIMILAR TO '_*'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE regexp_like(name, '')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE regexp_count(name, 'x') >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE regexp_replace(name, '.*', '') = ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE regexp_match(name, '') IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (regexp_match(name, '(.*)'))[1] = name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE array_position(array[id], id) = 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE string_to_array(name, ',') IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE split_part(name, name, 1) = ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE current_date > '2000-01-01' AND id > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM pg_class)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (SELECT id) = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (SELECT bool_and(true) FROM generate_series(1,3))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM (VALUES (users.id)) v)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM unnest(array[users.id]) v WHERE v = users.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM generate_series(users.id, users.id))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT users.id EXCEPT SELECT -1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT id INTERSECT SELECT id FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT id UNION SELECT 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users UNION SELECT 5)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (VALUES (id))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = ANY (VALUES (id))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id > $1 OR true
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = $1 OR $2
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE $1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE $1 = $1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = $1 OR $1 = $1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = $1 OR 'a' = 'a'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = 5 OR id IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = 5 OR name LIKE '%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = 5 OR length(name) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = 5 OR length(name) > -1 OR name IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = 5 OR tenant_id = tenant_id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = 5 OR pg_typeof(name) = 'text'::regtype
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id # id = 0
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE (id # 0) = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE @ id >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE |/ id >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE OPERATOR(pg_catalog.@) id >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email !~ 'a\Bz{99}'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name !~ 'a\A'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name !~ '\mfoo\B.'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name !~ '(?!)'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name !~ 'x(?!.*)'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name !~ 'x(?=y)z'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name ~ '(?=.)'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name ~ '(?!zzz)'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name ~ '(?:a?)'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name ~ '\m'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name NOT SIMILAR TO 'a{99}'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE to_tsvector('simple', name) @@ to_tsquery('simple', '!zzzz')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE to_tsvector(name) @@ '!zzz'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM cards WHERE doc @? '$'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name IS NOT DOCUMENT
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE lpad(name, 0) = ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE trim(both name from name) = ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE bit_length(name) % 8 = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE length(md5(name)) = 32
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE quote_literal(name) LIKE '%''%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id::text ~ '[0-9]'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id::text SIMILAR TO '[0-9]+'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <> ALL (SELECT 1 WHERE false)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT FROM users v WHERE v.id >= users.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM users v WHERE v.name IS NOT DISTINCT FROM users.name)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users USING generate_series(1, 1000000) g WHERE g = users.id
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM generate_series(1, 1000000) g WHERE g = users.id
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM generate_series(1, 1000000) AS g (n) WHERE users.id = g.n
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name !~ ALL (ARRAY['(?!)'])
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT (name ~ 'a\A')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE coalesce(name ~ 'x^', false) = false
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CASE WHEN name ~ 'x^' THEN false ELSE true END
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE regexp_like(name, '(?=)')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE regexp_count(name, 'a\A') = 0
;;
--@ kind=delete hazards=tautological-where
WITH x AS (SELECT id FROM users) DELETE FROM users WHERE id IN (TABLE x)
;;
--@ kind=delete hazards=tautological-where
WITH x (i) AS (SELECT generate_series(1, 100000)) DELETE FROM users USING x WHERE users.id = x.i
;;
--@ kind=delete hazards=tautological-where
WITH x (i) AS (SELECT generate_series(1, 100000)) DELETE FROM users WHERE id IN (SELECT i FROM x)
;;
--@ kind=delete hazards=tautological-where
WITH RECURSIVE x (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM x WHERE i < 100) DELETE FROM users WHERE id IN (SELECT i FROM x)
;;
--@ kind=delete hazards=tautological-where
WITH RECURSIVE x (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM x WHERE i < 100) DELETE FROM users USING x WHERE users.id = x.i
;;
--@ kind=merge hazards=tautological-where
MERGE INTO users u USING (SELECT generate_series(1, 100000) AS i) s ON u.id = s.i WHEN MATCHED THEN DELETE
;;
--@ kind=merge hazards=tautological-where
MERGE INTO users u USING generate_series(1, 100000) s (i) ON u.id = s.i WHEN MATCHED THEN DELETE
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE to_char(at,'YYYY') <> 'x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE concat(name,id) <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE coalesce(deleted_at, now()) <= now()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE overlay(name placing 'a' from 1) <> 'x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE substring(name from 'a\A') IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT (to_tsvector(name) @@ to_tsquery('the'))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 WHERE false)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants WHERE id = 1 AND id = 2)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id AND m.name = 'a' AND m.name = 'b')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE lower(name) <> 'X'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE length(name) <> 99
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE md5(name) <> 'x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name || id <> 'x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT card_id FROM payments WHERE false)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT card_id FROM payments WHERE card_id = 1 AND card_id = 2)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE to_char(at,'YYYY') > '1'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at::text <> 'x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at::date <> 'infinity'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at::text > '1'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE extract(year from at) <> 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE date_trunc('day', at) <> '1900-01-01'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE date_trunc('day', at) > '1900-01-01'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE to_number(id::text, '9999') <> -1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE regexp_replace(name, 'zzz', '') = name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE translate(name, '', '') = name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE replace(name, 'zzz', '') = name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE strpos(name, 'zzzz') = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE strpos(name, 'zzzz') < 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE position('zzzz' in name) = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE array_position(string_to_array(name, ','), 'zzz') IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE split_part(name, '@', 5) = ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE initcap(email) <> 'x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE encode(email::bytea, 'base64') <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE encode(email::bytea, 'hex') > '0'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE sha256(email::bytea) <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE hashtext(email) <> 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE hashtext(email) < 2147483647
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE txid_current() <> id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE pg_backend_pid() <> id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE pg_current_xact_id()::text <> name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE current_user <> name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE now()::text <> name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name <> current_database()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (SELECT count(*) FROM merchants) <> id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <> (SELECT 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <> (SELECT max(id) + 1 FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <> (SELECT -1 FROM merchants LIMIT 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT id = (SELECT max(id) FROM users) + 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE age(deleted_at) <> interval '1 s' OR deleted_at IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name NOT ILIKE 'zzzqqq'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT starts_with(name, 'zzzqqq')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT (string_to_array(name, ',') && ARRAY['zzz'])
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT (jsonb_build_object('a', id) ? 'b')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT (to_jsonb(users) ? 'zz')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT xmlexists('/b' PASSING xmlparse(content '<a/>'))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id = 5) IS NOT TRUE OR id = 5
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (to_char(id,'999') = 'x') IS NOT TRUE
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (lower(name) = 'Q') IS NOT TRUE
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CASE WHEN to_char(id,'999')='x' THEN false ELSE true END
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (-1, -2)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT -id FROM merchants)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT id + 1000000 FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT length(city) * 100 FROM merchants)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT id FROM merchants WHERE id < 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = -users.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id AND m.id < 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id AND m.id <> users.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id AND m.name IS NULL AND m.name = 'x')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id AND length(m.name) < 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id OFFSET 100000)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id HAVING count(*) > 99)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT users.id INTERSECT SELECT -1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT users.id EXCEPT SELECT users.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT (id IN (SELECT id FROM merchants WHERE 1 = 0))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT (id = ANY (SELECT id FROM merchants WHERE id = 1 AND id = 2))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <> ALL (SELECT id FROM merchants WHERE id = 1 AND id = 2)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id > ALL (SELECT id FROM merchants WHERE id = 1 AND id = 2)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (SELECT name FROM merchants WHERE id = users.id AND id < 0) IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (SELECT count(*) FROM merchants m WHERE m.id = users.id AND m.id < 0) = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (SELECT count(*) FROM merchants m WHERE m.id = users.id AND m.id = 1 AND m.id = 2) < 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users u USING merchants m WHERE u.id <> m.id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users u USING merchants m WHERE u.id + 0 <> m.id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users u USING merchants m WHERE u.name <> m.name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users u USING merchants m WHERE lower(u.name) <> m.name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users u USING merchants m WHERE u.name IS DISTINCT FROM m.name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users u USING merchants m WHERE u.id < m.id + 1000
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users u USING users v WHERE u.id <> v.id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users u USING users v WHERE u.email <> v.email
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM merchants WHERE id = 3)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.id OR 1=1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT users.id FROM merchants WHERE merchants.id > 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM merchants m WHERE m.id <> users.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users OFFSET 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users GROUP BY id HAVING count(*) > 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT DISTINCT ON (id) id FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT u.id FROM users u, merchants m)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT u.id FROM users u LEFT JOIN merchants m ON m.id = u.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT users.id FROM merchants)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users LIMIT 100000000)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name < 'zzzz'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id > pg_backend_pid() * -1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id > -1 * pg_backend_pid()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM merchants m WHERE m.id = m.id AND users.id IS NOT NULL)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM merchants m WHERE (m.id = users.id) IS NOT NULL)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM merchants m WHERE m.id <= users.id OR m.id > users.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM merchants m WHERE NOT (m.id = users.id AND m.id = 3))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM merchants m WHERE coalesce(m.id = users.id, true) OR m.city IS NOT NULL)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM merchants m LEFT JOIN payments p ON p.id = users.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM merchants m ORDER BY users.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM merchants m GROUP BY users.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM merchants m LIMIT users.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT sum(m.id) OVER (PARTITION BY users.id) FROM merchants m)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (SELECT max(m.id) FROM merchants m WHERE m.id > 0 OR users.id = 1) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (SELECT count(*) + users.id FROM merchants m) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (SELECT users.id FROM merchants LIMIT 1) IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (SELECT bool_or(m.id <> users.id) FROM merchants m)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (SELECT bool_and(m.id <> users.id + 10000) FROM merchants m)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users UNION ALL SELECT id FROM merchants)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users WHERE name IS NULL UNION SELECT id FROM users WHERE name IS NOT NULL)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT u.id FROM users u CROSS JOIN merchants)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT u.id FROM users u JOIN merchants m ON true)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT u.id FROM users u JOIN merchants m ON m.id <> u.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT u.id FROM users u FULL JOIN merchants m ON m.id = u.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT u.id FROM merchants m RIGHT JOIN users u ON m.id = u.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT u.id FROM users u, LATERAL (SELECT 1) x)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT (SELECT u.id) FROM users u)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT u.id FROM (SELECT * FROM users) u)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT u.id FROM users u WHERE EXISTS (SELECT 1 FROM users v WHERE v.id = u.id))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT first_value(id) OVER (PARTITION BY id) FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = ANY (ARRAY(SELECT u.id FROM users u LEFT JOIN merchants m ON m.id = u.id))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id, email) IN (SELECT id, email FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id, name) IS DISTINCT FROM (0, 'x')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE row(id, name) <> row(0, 'x')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id::text || 'a' LIKE '%a'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email || '' ~ '.'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email BETWEEN '' AND 'zzzzz'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email BETWEEN ' ' AND '~'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE email >= '!' AND email < '}'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE lower(email) >= 'a' OR lower(email) < 'a'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id BETWEEN 1 AND 1000000000
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id < 100000000
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id >= 1 AND id <= 2000000000
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id > 0.5
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id * 2 > 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id % 1 = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id % 2 = 0 OR id % 2 = 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id % 2 <> 2
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE abs(id) = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = id::bigint
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id::text = id::text
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id::numeric = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE trunc(id) = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE cast(id AS text) LIKE '%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE tenant_id IS NOT DISTINCT FROM tenant_id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE tenant_id = ANY (ARRAY[tenant_id, 1])
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE tenant_id IN (tenant_id, 3)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE tenant_id >= least(tenant_id, 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CASE WHEN id = 1 THEN id ELSE id END = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CASE id WHEN 1 THEN true ELSE id <> 1 END
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE nullif(name, 'x') IS DISTINCT FROM 'x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE nullif(id, 0) = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE coalesce(nullif(name, ''), 'x') <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE greatest(name, 'a') >= 'a'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at > 'epoch'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <> 'epoch'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <> now()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at::time <> '00:00:00.123'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < current_date + 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at - now() < interval '1 second'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE now() - at > interval '0'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE now() - at >= '0 seconds'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE age(at) > '0'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE extract(epoch from at) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE extract(dow from at) < 7
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE extract(year from at) BETWEEN 1990 AND 2100
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE date_part('year', at) > 1980
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at::date > '1980-01-01'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at AT TIME ZONE 'UTC' < now() + '1 day'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE to_char(at, 'YYYY') BETWEEN '1900' AND '2999'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE to_char(at, 'YYYY') LIKE '20%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE to_char(at, 'YYYY') ~ '^\d{4}$'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at::text LIKE '2%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at::text ~ '-'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE isfinite(at)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE what IS NOT NULL OR what IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE (what IS NULL) = (what IS NULL)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE (what IS NULL)::int < 2
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE (what = 'login') <> (what <> 'login')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE what = 'login' OR NOT what = 'login'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE what IN ('login') OR what NOT IN ('login')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE what LIKE 'l%' OR what NOT LIKE 'l%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE what > 'm' OR what <= 'm'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE (what ~ 'qqqq') = false
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE what ~ '(?i)[a-z]'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE what ~ '^[^z]'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE what ~ '\w'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE what ~ '.+'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE what SIMILAR TO '(%)'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE what NOT LIKE ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE what NOT LIKE '\%' ESCAPE '\'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE NOT what = ANY (ARRAY[]::text[])
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE what <> ANY (ARRAY['x','y'])
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE string_to_array(what, '') IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE cardinality(string_to_array(what, 'q')) >= 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE position(left(what, 1) in what) = 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE what LIKE substr(what, 1, 1) || '%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE what LIKE '%' || right(what, 2)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE format('%s', what) <> 'q'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE to_json(what)::text LIKE '"%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE to_jsonb(what) <> 'null'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE json_build_array(what)->>0 = what
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE jsonb_build_object('a', what) ? 'a'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE jsonb_build_object('a', what) -> 'a' IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM cards WHERE doc <> '{}'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM cards WHERE doc @> '{}'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM cards WHERE doc::text <> ''
;;
--@ kind=delete hazards=tautological-where
DELETE FROM cards WHERE doc::text LIKE '{%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM cards WHERE jsonb_typeof(doc) = 'object'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM cards WHERE jsonb_typeof(doc) <> 'array'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM cards WHERE jsonb_path_exists(doc, '$')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM cards WHERE jsonb_path_exists(doc, '$.*')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM cards WHERE tags <> '{}'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM cards WHERE tags @> '{}'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM cards WHERE tags @> ARRAY[]::text[]
;;
--@ kind=delete hazards=tautological-where
DELETE FROM cards WHERE array_to_string(tags, ',') <> 'q'
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM (SELECT 1) q WHERE users.id > 0
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM users u LEFT JOIN merchants m ON m.id = u.id WHERE u.id = users.id
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM users u JOIN merchants m ON true WHERE u.id = users.id
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM (SELECT id FROM users) q WHERE q.id = users.id
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM (SELECT id, name FROM users WHERE id > 0) q WHERE q.id = users.id
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM (SELECT id FROM users UNION SELECT 3) q WHERE q.id = users.id
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM (SELECT max(id) AS id FROM users GROUP BY id) q WHERE q.id = users.id
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM (SELECT DISTINCT id FROM users) q WHERE q.id = users.id
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM (SELECT u.id FROM users u, merchants m) q WHERE q.id = users.id
;;
--@ kind=update hazards=tautological-where
WITH q AS (UPDATE users SET name = 'x' WHERE id = id RETURNING id) SELECT count(*) FROM q
;;
--@ kind=delete hazards=tautological-where
WITH q AS (SELECT id FROM users) DELETE FROM users USING q WHERE users.id = q.id
;;
--@ kind=delete hazards=tautological-where
WITH q AS MATERIALIZED (SELECT id FROM users WHERE id IS NOT NULL) DELETE FROM users USING q WHERE users.id = q.id
;;
--@ kind=delete hazards=tautological-where
WITH q AS (SELECT id FROM users), r AS (SELECT * FROM q) DELETE FROM users WHERE id IN (SELECT id FROM r)
;;
--@ kind=merge hazards=tautological-where
MERGE INTO users u USING users v ON u.id = v.id WHEN MATCHED THEN DELETE
;;
--@ kind=merge hazards=tautological-where
MERGE INTO users u USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE
;;
--@ kind=merge hazards=tautological-where
MERGE INTO users u USING merchants m ON u.id <> m.id WHEN MATCHED THEN UPDATE SET name = 'x'
;;
--@ kind=merge hazards=no-where
MERGE INTO users u USING merchants m ON u.id = m.id WHEN NOT MATCHED BY SOURCE THEN DELETE
;;
--@ kind=insert hazards=no-where
INSERT INTO users (id, email) SELECT id, email FROM users ON CONFLICT (id) DO UPDATE SET name = 'x'
;;
--@ kind=insert hazards=no-where
INSERT INTO users (id, email) SELECT u.id, u.email FROM users u, merchants m WHERE m.id = 1 ON CONFLICT (id) DO UPDATE SET name = 'x'
;;
--@ kind=insert hazards=no-where
INSERT INTO users (id, email) SELECT u.id, u.email FROM users u LEFT JOIN merchants m ON m.id = u.id ON CONFLICT (id) DO UPDATE SET name = 'x'
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM (SELECT id, row_number() OVER () rn FROM users) q WHERE q.id = users.id AND q.rn > 0
;;
--@ kind=delete hazards=tautological-where
WITH q AS (SELECT id, row_number() OVER () rn FROM users) DELETE FROM users USING q WHERE q.id = users.id AND q.rn >= 1
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM (SELECT id FROM users) q WHERE q.id = users.id AND q.id > 0
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' FROM (SELECT id, name FROM users) q WHERE q.id = users.id AND q.name IS NOT DISTINCT FROM q.name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users USING (SELECT id FROM users UNION SELECT 0) q WHERE q.id = users.id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users USING users v WHERE users.id = v.id AND v.id > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users USING users v WHERE users.id = v.id OR users.id <> v.id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users USING merchants m WHERE users.id = m.id OR m.id IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users USING (VALUES (1)) v(x) WHERE users.id > v.x - 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users USING (VALUES (0)) v(x) WHERE users.id > v.x
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users USING (VALUES (0)) v(x) WHERE users.id <> v.x
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users USING (SELECT 0 AS x) v WHERE users.id > v.x
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log a USING audit_log b WHERE a.at <= b.at
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log a USING audit_log b WHERE a.what = b.what
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log a USING audit_log b WHERE a.id >= b.id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log a USING audit_log b WHERE a.at = b.at
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users USING (SELECT max(id) AS m FROM users) v WHERE users.id <= v.m
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users USING (SELECT min(id) AS m FROM users) v WHERE users.id >= v.m
;;
