-- How much of a rise of talk is pushed rather than organic.
ALTER TABLE pulso.shifts
    ADD COLUMN IF NOT EXISTS pushed Nullable(Float64) COMMENT 'part of what is more than usual that repeats an author or a text: 0 organic, 1 pushed; null: too little to say';

-- The columns of a view are those of its making.
DROP VIEW IF EXISTS pulso.shifts_latest;

CREATE VIEW IF NOT EXISTS pulso.shifts_latest AS
SELECT * FROM pulso.shifts ORDER BY revision DESC LIMIT 1 BY shiftId;
