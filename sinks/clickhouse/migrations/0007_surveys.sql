-- Answers to surveys as a stream of changes: sign 1 adds a row, sign -1 takes exactly that row back, so that sums of sign
-- times a figure are always right.
CREATE TABLE IF NOT EXISTS pulso.survey_answers
(
    answerId   String,
    revision   Int32,
    sign       Int8,
    surveyId   LowCardinality(String),
    questionId LowCardinality(String),
    question   LowCardinality(String) COMMENT 'as it was put',
    kind       LowCardinality(String) COMMENT 'single, multiple, scale or open',
    choices    Array(LowCardinality(String)),
    score      Nullable(Float64) COMMENT 'the number on a scale',
    text       Nullable(String) COMMENT 'the answer to an open question' CODEC(ZSTD(1)),
    source     LowCardinality(String),
    author     String COMMENT 'keyed hash of the person',
    answeredAt DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    language   LowCardinality(Nullable(String)),
    region     LowCardinality(Nullable(String)) COMMENT 'ubigeo of the department',
    weight     Float64 COMMENT 'how many people this one stands for',
    terms      Array(Tuple(term LowCardinality(String), kind LowCardinality(String))),
    sentiment  LowCardinality(Nullable(String)) COMMENT 'negative, neutral or positive; null when not scored',
    confidence Nullable(Float32),
    sure       Nullable(Bool),
    model      LowCardinality(Nullable(String)),
    simulated  Bool DEFAULT false
)
ENGINE = MergeTree
ORDER BY (surveyId, questionId, answerId, revision)
SETTINGS non_replicated_deduplication_window = 10000;

-- The answers that still stand, one row each.
CREATE VIEW IF NOT EXISTS pulso.current_survey_answers AS
SELECT * EXCEPT (sign)
FROM pulso.survey_answers
WHERE sign = 1 AND (answerId, revision) NOT IN (SELECT answerId, revision FROM pulso.survey_answers WHERE sign = -1)
LIMIT 1 BY answerId, revision;
