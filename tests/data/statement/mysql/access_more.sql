--! adversarial
--@ kind=unknown hazards=impure-function,unparsable
SELECT id FROM cards PROCEDURE ANALYSE()
;;
--@ kind=select hazards=sequence
SELECT NEXT VALUE FOR ticket
;;
--@ kind=select hazards=sequence
SELECT setval(ticket, 1)
;;
--@ kind=select hazards=sequence
SELECT @n := 1, nextval(ticket) FROM users
;;
