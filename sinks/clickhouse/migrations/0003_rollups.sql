-- Roll-ups of mentions, kept by materialised views: sums of sign per term, kind and region, where term * counts every
-- mention and region * every region, the unknown one included. Authors are a map from a 64-bit hash of the author to
-- the number of standing mentions and reposts: exact, and an author whose last mention was taken back is out again.
-- The view of the same name gives plain numbers.

CREATE TABLE IF NOT EXISTS pulso.trends_by_minute
(
    term     LowCardinality(String),
    kind     LowCardinality(String),
    region   LowCardinality(String),
    start    DateTime64(3, 'UTC'),
    mentions SimpleAggregateFunction(sum, Int64),
    reposts  SimpleAggregateFunction(sum, Int64),
    negative SimpleAggregateFunction(sum, Int64),
    neutral  SimpleAggregateFunction(sum, Int64),
    positive SimpleAggregateFunction(sum, Int64),
    unsure   SimpleAggregateFunction(sum, Int64),
    authors  SimpleAggregateFunction(sumMap, Map(UInt64, Int64))
)
ENGINE = AggregatingMergeTree
ORDER BY (region, start, term, kind)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS pulso.trends_by_minute_writer TO pulso.trends_by_minute AS
SELECT
    counted.1.1 AS term,
    counted.1.2 AS kind,
    counted.2 AS region,
    toStartOfMinute(createdAt) AS start,
    sumIf(toInt64(sign), repostOf IS NULL) AS mentions,
    sumIf(toInt64(sign), repostOf IS NOT NULL) AS reposts,
    sumIf(toInt64(sign), repostOf IS NULL AND sentiment = 'negative') AS negative,
    sumIf(toInt64(sign), repostOf IS NULL AND sentiment = 'neutral') AS neutral,
    sumIf(toInt64(sign), repostOf IS NULL AND sentiment = 'positive') AS positive,
    sumIf(toInt64(sign), repostOf IS NULL AND NOT sure) AS unsure,
    sumMap(map(sipHash64(author), toInt64(sign))) AS authors
FROM pulso.mentions
ARRAY JOIN arrayConcat(
    arrayMap(each -> (each, '*'), [('*', 'all')] || terms),
    arrayMap(each -> (each, ifNull(mentions.region, '')), if(mentions.region IS NULL, [], [('*', 'all')] || terms))
) AS counted
GROUP BY term, kind, region, start;

CREATE VIEW IF NOT EXISTS pulso.trends_by_minute_view AS
SELECT
    term, kind, region, start,
    sum(mentions) AS mentions,
    sum(reposts) AS reposts,
    sum(negative) AS negative,
    sum(neutral) AS neutral,
    sum(positive) AS positive,
    sum(unsure) AS unsure,
    length(mapFilter((author, count) -> count > 0, sumMap(authors))) AS authors
FROM pulso.trends_by_minute
GROUP BY term, kind, region, start;

CREATE TABLE IF NOT EXISTS pulso.trends_by_hour
(
    term     LowCardinality(String),
    kind     LowCardinality(String),
    region   LowCardinality(String),
    start    DateTime64(3, 'UTC'),
    mentions SimpleAggregateFunction(sum, Int64),
    reposts  SimpleAggregateFunction(sum, Int64),
    negative SimpleAggregateFunction(sum, Int64),
    neutral  SimpleAggregateFunction(sum, Int64),
    positive SimpleAggregateFunction(sum, Int64),
    unsure   SimpleAggregateFunction(sum, Int64),
    authors  SimpleAggregateFunction(sumMap, Map(UInt64, Int64))
)
ENGINE = AggregatingMergeTree
ORDER BY (region, start, term, kind)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS pulso.trends_by_hour_writer TO pulso.trends_by_hour AS
SELECT
    counted.1.1 AS term,
    counted.1.2 AS kind,
    counted.2 AS region,
    toStartOfHour(createdAt) AS start,
    sumIf(toInt64(sign), repostOf IS NULL) AS mentions,
    sumIf(toInt64(sign), repostOf IS NOT NULL) AS reposts,
    sumIf(toInt64(sign), repostOf IS NULL AND sentiment = 'negative') AS negative,
    sumIf(toInt64(sign), repostOf IS NULL AND sentiment = 'neutral') AS neutral,
    sumIf(toInt64(sign), repostOf IS NULL AND sentiment = 'positive') AS positive,
    sumIf(toInt64(sign), repostOf IS NULL AND NOT sure) AS unsure,
    sumMap(map(sipHash64(author), toInt64(sign))) AS authors
FROM pulso.mentions
ARRAY JOIN arrayConcat(
    arrayMap(each -> (each, '*'), [('*', 'all')] || terms),
    arrayMap(each -> (each, ifNull(mentions.region, '')), if(mentions.region IS NULL, [], [('*', 'all')] || terms))
) AS counted
GROUP BY term, kind, region, start;

CREATE VIEW IF NOT EXISTS pulso.trends_by_hour_view AS
SELECT
    term, kind, region, start,
    sum(mentions) AS mentions,
    sum(reposts) AS reposts,
    sum(negative) AS negative,
    sum(neutral) AS neutral,
    sum(positive) AS positive,
    sum(unsure) AS unsure,
    length(mapFilter((author, count) -> count > 0, sumMap(authors))) AS authors
FROM pulso.trends_by_hour
GROUP BY term, kind, region, start;

CREATE TABLE IF NOT EXISTS pulso.trends_by_day
(
    term     LowCardinality(String),
    kind     LowCardinality(String),
    region   LowCardinality(String),
    start    DateTime64(3, 'UTC'),
    mentions SimpleAggregateFunction(sum, Int64),
    reposts  SimpleAggregateFunction(sum, Int64),
    negative SimpleAggregateFunction(sum, Int64),
    neutral  SimpleAggregateFunction(sum, Int64),
    positive SimpleAggregateFunction(sum, Int64),
    unsure   SimpleAggregateFunction(sum, Int64),
    authors  SimpleAggregateFunction(sumMap, Map(UInt64, Int64))
)
ENGINE = AggregatingMergeTree
ORDER BY (region, start, term, kind)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS pulso.trends_by_day_writer TO pulso.trends_by_day AS
SELECT
    counted.1.1 AS term,
    counted.1.2 AS kind,
    counted.2 AS region,
    toDateTime64(toStartOfDay(createdAt, 'America/Lima'), 3, 'UTC') AS start,
    sumIf(toInt64(sign), repostOf IS NULL) AS mentions,
    sumIf(toInt64(sign), repostOf IS NOT NULL) AS reposts,
    sumIf(toInt64(sign), repostOf IS NULL AND sentiment = 'negative') AS negative,
    sumIf(toInt64(sign), repostOf IS NULL AND sentiment = 'neutral') AS neutral,
    sumIf(toInt64(sign), repostOf IS NULL AND sentiment = 'positive') AS positive,
    sumIf(toInt64(sign), repostOf IS NULL AND NOT sure) AS unsure,
    sumMap(map(sipHash64(author), toInt64(sign))) AS authors
FROM pulso.mentions
ARRAY JOIN arrayConcat(
    arrayMap(each -> (each, '*'), [('*', 'all')] || terms),
    arrayMap(each -> (each, ifNull(mentions.region, '')), if(mentions.region IS NULL, [], [('*', 'all')] || terms))
) AS counted
GROUP BY term, kind, region, start;

CREATE VIEW IF NOT EXISTS pulso.trends_by_day_view AS
SELECT
    term, kind, region, start,
    sum(mentions) AS mentions,
    sum(reposts) AS reposts,
    sum(negative) AS negative,
    sum(neutral) AS neutral,
    sum(positive) AS positive,
    sum(unsure) AS unsure,
    length(mapFilter((author, count) -> count > 0, sumMap(authors))) AS authors
FROM pulso.trends_by_day
GROUP BY term, kind, region, start;
