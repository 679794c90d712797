--! adversarial
--@ kind=select hazards=statistics-access
SELECT histogram_bounds FROM pg_stats WHERE tablename = 'cards'
;;
