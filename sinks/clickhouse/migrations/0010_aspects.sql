-- What mentions say of aspects, each with a sentiment of its own.
ALTER TABLE pulso.mentions
    ADD COLUMN IF NOT EXISTS aspects Array(Tuple(aspect LowCardinality(String), label LowCardinality(String), confidence Float32)) COMMENT 'what the text says of food, service, price ...';

-- The columns of a view are those of its making.
DROP VIEW IF EXISTS pulso.current_mentions;

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

-- Roll-ups as those of trends, for each aspect: mentions that speak of it, by what they say of it. Term * counts all of
-- them, region * every region.
CREATE TABLE IF NOT EXISTS pulso.aspects_by_hour
(
    aspect   LowCardinality(String),
    term     LowCardinality(String),
    kind     LowCardinality(String),
    region   LowCardinality(String),
    start    DateTime64(3, 'UTC'),
    mentions SimpleAggregateFunction(sum, Int64),
    reposts  SimpleAggregateFunction(sum, Int64),
    negative SimpleAggregateFunction(sum, Int64),
    neutral  SimpleAggregateFunction(sum, Int64),
    positive SimpleAggregateFunction(sum, Int64),
    authors  SimpleAggregateFunction(sumMap, Map(UInt64, Int64))
)
ENGINE = AggregatingMergeTree
ORDER BY (region, start, aspect, term, kind)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS pulso.aspects_by_hour_writer TO pulso.aspects_by_hour AS
SELECT
    counted.1.1 AS aspect,
    counted.2.1 AS term,
    counted.2.2 AS kind,
    counted.3 AS region,
    toStartOfHour(createdAt) AS start,
    sumIf(toInt64(sign), repostOf IS NULL) AS mentions,
    sumIf(toInt64(sign), repostOf IS NOT NULL) AS reposts,
    sumIf(toInt64(sign), repostOf IS NULL AND counted.1.2 = 'negative') AS negative,
    sumIf(toInt64(sign), repostOf IS NULL AND counted.1.2 = 'neutral') AS neutral,
    sumIf(toInt64(sign), repostOf IS NULL AND counted.1.2 = 'positive') AS positive,
    sumMap(map(sipHash64(author), toInt64(sign))) AS authors
FROM pulso.mentions
ARRAY JOIN arrayFlatten(arrayMap(said -> arrayConcat(
    arrayMap(each -> (said, each, '*'), [('*', 'all')] || terms),
    arrayMap(each -> (said, each, ifNull(mentions.region, '')), if(mentions.region IS NULL, [], [('*', 'all')] || terms))
), aspects)) AS counted
GROUP BY aspect, term, kind, region, start;

CREATE VIEW IF NOT EXISTS pulso.aspects_by_hour_view AS
SELECT
    aspect, term, kind, region, start,
    sum(mentions) AS mentions,
    sum(reposts) AS reposts,
    sum(negative) AS negative,
    sum(neutral) AS neutral,
    sum(positive) AS positive,
    length(mapFilter((author, count) -> count > 0, sumMap(authors))) AS authors
FROM pulso.aspects_by_hour
GROUP BY aspect, term, kind, region, start;

CREATE TABLE IF NOT EXISTS pulso.aspects_by_day
(
    aspect   LowCardinality(String),
    term     LowCardinality(String),
    kind     LowCardinality(String),
    region   LowCardinality(String),
    start    DateTime64(3, 'UTC'),
    mentions SimpleAggregateFunction(sum, Int64),
    reposts  SimpleAggregateFunction(sum, Int64),
    negative SimpleAggregateFunction(sum, Int64),
    neutral  SimpleAggregateFunction(sum, Int64),
    positive SimpleAggregateFunction(sum, Int64),
    authors  SimpleAggregateFunction(sumMap, Map(UInt64, Int64))
)
ENGINE = AggregatingMergeTree
ORDER BY (region, start, aspect, term, kind)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS pulso.aspects_by_day_writer TO pulso.aspects_by_day AS
SELECT
    counted.1.1 AS aspect,
    counted.2.1 AS term,
    counted.2.2 AS kind,
    counted.3 AS region,
    toDateTime64(toStartOfDay(createdAt, 'America/Lima'), 3, 'UTC') AS start,
    sumIf(toInt64(sign), repostOf IS NULL) AS mentions,
    sumIf(toInt64(sign), repostOf IS NOT NULL) AS reposts,
    sumIf(toInt64(sign), repostOf IS NULL AND counted.1.2 = 'negative') AS negative,
    sumIf(toInt64(sign), repostOf IS NULL AND counted.1.2 = 'neutral') AS neutral,
    sumIf(toInt64(sign), repostOf IS NULL AND counted.1.2 = 'positive') AS positive,
    sumMap(map(sipHash64(author), toInt64(sign))) AS authors
FROM pulso.mentions
ARRAY JOIN arrayFlatten(arrayMap(said -> arrayConcat(
    arrayMap(each -> (said, each, '*'), [('*', 'all')] || terms),
    arrayMap(each -> (said, each, ifNull(mentions.region, '')), if(mentions.region IS NULL, [], [('*', 'all')] || terms))
), aspects)) AS counted
GROUP BY aspect, term, kind, region, start;

CREATE VIEW IF NOT EXISTS pulso.aspects_by_day_view AS
SELECT
    aspect, term, kind, region, start,
    sum(mentions) AS mentions,
    sum(reposts) AS reposts,
    sum(negative) AS negative,
    sum(neutral) AS neutral,
    sum(positive) AS positive,
    length(mapFilter((author, count) -> count > 0, sumMap(authors))) AS authors
FROM pulso.aspects_by_day
GROUP BY aspect, term, kind, region, start;
