--! adversarial run=any
--@ kind=select
SELECT ~0 + (pan LIKE '4%') FROM cards
;;
--@ kind=select
SELECT 18446744073709551615 + left(pan,1) FROM cards
;;
--@ kind=select
SELECT cast(pan as unsigned) * 10000 FROM cards
;;
--@ kind=select
SELECT exp(left(pan,3)) FROM cards
;;
--@ kind=select
SELECT pow(10, left(pan,3)) FROM cards
;;
--@ kind=select
SELECT cot(left(pan,1) - 4) FROM cards
;;
--@ kind=select
SELECT json_extract(concat('[', left(pan,1)), '$') FROM cards
;;
--@ kind=select
SELECT json_extract('[1]', concat('$[', left(pan,1))) FROM cards
;;
--@ kind=select
SELECT st_geomfromtext(concat('POINT(', left(pan,1), ' 1)')) FROM cards
;;
--@ kind=select
SELECT extractvalue('<a/>', concat('~', left(pan,4))) FROM cards
;;
--@ kind=select
SELECT updatexml('<a/>', concat('~', left(pan,4)), 1) FROM cards
;;
--@ kind=select
SELECT 'x' REGEXP concat('[', left(pan,1)) FROM cards
;;
--@ kind=select
SELECT (SELECT id FROM users WHERE id > left(c.pan,1)) FROM cards c
;;
--@ kind=select
SELECT name_const(left(pan,1), 1) FROM cards
;;
--@ kind=select
SELECT elt(left(pan,1), 'a', 'b') FROM cards
;;
--@ kind=select
SELECT uuid_to_bin(pan) FROM cards
;;
--@ kind=select
SELECT inet6_aton(pan) FROM cards
;;
--@ kind=select
SELECT str_to_date(left(pan,6), '%y%m%d') FROM cards
;;
--@ kind=select
SELECT repeat('x', left(pan,8)) FROM cards
;;
--@ kind=select
SELECT rpad('x', left(pan,8), 'y') FROM cards
;;
--@ kind=select hazards=denial-of-service
SELECT benchmark(left(pan,1), md5(1)) FROM cards
;;
--@ kind=select hazards=denial-of-service
SELECT if(pan like '4%', sleep(1), 0) FROM cards
;;
--@ kind=select
SELECT rand(left(pan,4)) FROM cards
;;
--@ kind=select
SELECT convert(pan, signed) - 9223372036854775807 FROM cards
;;
--@ kind=select
SELECT insert('abc', left(pan,1), 1, 'x') FROM cards
;;
--@ kind=select
SELECT make_set(left(pan,1), 'a', 'b') FROM cards
;;
--@ kind=select
SELECT export_set(left(pan,1), 'a', 'b') FROM cards
;;
--@ kind=select
SELECT period_add(left(pan,6), 1) FROM cards
;;
--@ kind=select
SELECT maketime(left(pan,2), 1, 1) FROM cards
;;
--@ kind=select
SELECT from_unixtime(left(pan,12)) FROM cards
;;
--@ kind=select
SELECT conv(left(pan,4), 10, left(pan,2)) FROM cards
;;
--@ kind=select
SELECT char(left(pan,2)) FROM cards
;;
--@ kind=select
SELECT format(pan, left(pan,1)) FROM cards
;;
--@ kind=select
SELECT substr('abcdef', left(pan,1), 1) FROM cards
;;
