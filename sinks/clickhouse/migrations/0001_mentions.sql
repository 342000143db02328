-- Every change of a mention: sign 1 adds it, sign -1 takes exactly that row back, so that sums of sign, and of sign
-- times a figure, are always right. A plain MergeTree keeps each change: no merge can ever alter a sum.
-- Not partitioned: a block is then one part, written at once or not at all.
CREATE TABLE IF NOT EXISTS pulso.mentions
(
    postId     String,
    revision   Int32,
    sign       Int8,
    kind       LowCardinality(String) COMMENT 'post or review',
    source     LowCardinality(String),
    author     String COMMENT 'keyed hash of the author',
    text       String CODEC(ZSTD(1)),
    createdAt  DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    language   LowCardinality(Nullable(String)) COMMENT 'ISO 639-1, null when it could not be told',
    region     LowCardinality(Nullable(String)) COMMENT 'ubigeo of the department',
    terms      Array(Tuple(term LowCardinality(String), kind LowCardinality(String))),
    repostOf   Nullable(String),
    stars      Nullable(Float64),
    sentiment  LowCardinality(Nullable(String)) COMMENT 'negative, neutral or positive; null when not scored',
    confidence Nullable(Float32),
    negative   Nullable(Float32),
    neutral    Nullable(Float32),
    positive   Nullable(Float32),
    sure       Nullable(Bool),
    model      LowCardinality(Nullable(String)) COMMENT 'name and version of the model',
    url        Nullable(String),
    simulated  Bool DEFAULT false,
    INDEX takenBack sign TYPE minmax GRANULARITY 1,
    INDEX ofPost postId TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
ORDER BY (toStartOfHour(createdAt), postId, revision)
SETTINGS non_replicated_deduplication_window = 10000;

-- The mentions that still stand, one row each. Few are ever taken back, so the common ones pass a cheap filter; what
-- was taken back and came again under the same revision is counted out.
CREATE VIEW IF NOT EXISTS pulso.current_mentions AS
SELECT * EXCEPT (sign)
FROM pulso.mentions
WHERE sign = 1 AND (postId, revision) NOT IN (SELECT postId, revision FROM pulso.mentions WHERE sign = -1)
UNION ALL
SELECT * EXCEPT (sign)
FROM pulso.mentions
WHERE sign = 1 AND (postId, revision) IN (
    SELECT postId, revision
    FROM pulso.mentions
    WHERE postId IN (SELECT postId FROM pulso.mentions WHERE sign = -1)
    GROUP BY postId, revision
    HAVING min(sign) = -1 AND sum(sign) > 0
)
LIMIT 1 BY postId, revision;
