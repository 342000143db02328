-- What answers in words say of aspects, as mentions do.
ALTER TABLE pulso.survey_answers
    ADD COLUMN IF NOT EXISTS aspects Array(Tuple(aspect LowCardinality(String), label LowCardinality(String), confidence Float32)) COMMENT 'what the answer says of food, service, price ...';

-- The columns of a view are those of its making.
DROP VIEW IF EXISTS pulso.current_survey_answers;

CREATE VIEW IF NOT EXISTS pulso.current_survey_answers AS
SELECT * EXCEPT (sign)
FROM pulso.survey_answers
WHERE sign = 1 AND (answerId, revision) NOT IN (SELECT answerId, revision FROM pulso.survey_answers WHERE sign = -1)
LIMIT 1 BY answerId, revision;
