--! adversarial
--@ kind=unknown hazards=impure-function,unparsable
SELECT id FROM cards PROCEDURE ANALYSE()
;;
