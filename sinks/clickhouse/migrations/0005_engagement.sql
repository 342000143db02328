-- Observations of posts' counters beside their post and those before them: sign 1 adds a row, sign -1 takes exactly that
-- row back, so that sums of sign times a figure are always right. Null is what is not known, and never 0.
CREATE TABLE IF NOT EXISTS pulso.post_engagements
(
    postId                    String,
    sign                      Int8,
    source                    LowCardinality(String),
    observedAt                DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    createdAt                 Nullable(DateTime64(3, 'UTC')) COMMENT 'when the post was published',
    region                    LowCardinality(Nullable(String)) COMMENT 'ubigeo of the department',
    terms                     Array(Tuple(term LowCardinality(String), kind LowCardinality(String))),
    authorGroup               LowCardinality(String) COMMENT 'by the followers last told of',
    since                     Nullable(DateTime64(3, 'UTC')) COMMENT 'the observation before that tells a reaction, else createdAt',
    opening                   Bool COMMENT 'the first observation that tells a reaction',
    likes                     Nullable(Int64),
    comments                  Nullable(Int64),
    shares                    Nullable(Int64),
    views                     Nullable(Int64),
    reach                     Nullable(Int64),
    followers                 Nullable(Int64),
    interactions              Nullable(Int64) COMMENT 'likes, comments and shares that are told',
    likesImputed              Nullable(Int64) COMMENT 'or the last told before',
    commentsImputed           Nullable(Int64) COMMENT 'or the last told before',
    sharesImputed             Nullable(Int64) COMMENT 'or the last told before',
    viewsImputed              Nullable(Int64) COMMENT 'or the last told before',
    reachImputed              Nullable(Int64) COMMENT 'or the last told before',
    followersImputed          Nullable(Int64) COMMENT 'or the last told before',
    likesGained               Nullable(Int64),
    commentsGained            Nullable(Int64),
    sharesGained              Nullable(Int64),
    viewsGained               Nullable(Int64),
    reachGained               Nullable(Int64),
    interactionsGained        Nullable(Int64),
    interactionsOpened        Nullable(Int64) COMMENT 'gathered since publication, of reactions told for the first time',
    viewedInteractions        Nullable(Int64) COMMENT 'of the same time as viewedViews',
    viewedViews               Nullable(Int64),
    reachedInteractions       Nullable(Int64) COMMENT 'of the same time as reachedReach',
    reachedReach              Nullable(Int64),
    velocity                  Nullable(Float64) COMMENT 'interactions an hour',
    engagementRateByViews     Nullable(Float64),
    engagementRateByReach     Nullable(Float64),
    engagementRateByFollowers Nullable(Float64),
    simulated                 Bool DEFAULT false,
    INDEX ofPost postId TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
ORDER BY (toStartOfHour(observedAt), postId, observedAt)
SETTINGS non_replicated_deduplication_window = 10000;

-- The observations that stand, one row each.
CREATE VIEW IF NOT EXISTS pulso.current_engagements AS
SELECT * EXCEPT (sign)
FROM pulso.post_engagements
GROUP BY ALL
HAVING sum(sign) > 0;

-- Results of windows: early ones are replaced by those of a higher revision, a final by nothing.
CREATE TABLE IF NOT EXISTS pulso.engagement_metrics
(
    term                      LowCardinality(String) COMMENT '* counts all posts',
    kind                      LowCardinality(String),
    region                    LowCardinality(String) COMMENT 'ubigeo of the department; * counts all regions',
    authorGroup               LowCardinality(String) COMMENT '* counts all groups',
    window                    LowCardinality(String) COMMENT 'hour, day',
    start                     DateTime64(3, 'UTC'),
    end                       DateTime64(3, 'UTC'),
    isFinal                   Bool,
    revision                  Int32,
    posts                     Int32,
    observations              Int32,
    likes                     Nullable(Int64),
    comments                  Nullable(Int64),
    shares                    Nullable(Int64),
    views                     Nullable(Int64),
    reach                     Nullable(Int64),
    interactions              Nullable(Int64),
    interactionsOpened        Nullable(Int64),
    corrections               Int64,
    viewedInteractions        Nullable(Int64),
    viewedViews               Nullable(Int64),
    reachedInteractions       Nullable(Int64),
    reachedReach              Nullable(Int64),
    followedInteractions      Nullable(Int64),
    followers                 Nullable(Int64) COMMENT 'once a post',
    timedInteractions         Nullable(Int64),
    observedMillis            Nullable(Int64),
    engagementRateByViews     Nullable(Float64),
    engagementRateByReach     Nullable(Float64),
    engagementRateByFollowers Nullable(Float64),
    velocity                  Nullable(Float64) COMMENT 'interactions an hour and post',
    medianInteractions        Nullable(Float64) COMMENT 'over posts',
    outliersByRobustZ         Array(String) COMMENT 'postIds',
    outliersByIqr             Array(String) COMMENT 'postIds',
    outlierRule               LowCardinality(Nullable(String))
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY (window, region, authorGroup, start, term, kind)
SETTINGS non_replicated_deduplication_window = 10000;

-- The newest result of each window, final or not.
CREATE VIEW IF NOT EXISTS pulso.engagement_latest AS
SELECT * FROM pulso.engagement_metrics FINAL;

-- The one final result of each window.
CREATE VIEW IF NOT EXISTS pulso.engagement_final AS
SELECT * FROM pulso.engagement_metrics FINAL WHERE isFinal;

-- The same sums over the observations themselves, exact at any moment, corrected by what came too late for its window.
-- Added up for each post first, since followers count once a post.
CREATE VIEW IF NOT EXISTS pulso.engagement_by_hour_view AS
SELECT
    term, kind, region, authorGroup, start,
    sum(each.observations) AS observations,
    countIf(each.observations > 0) AS posts,
    if(sum(told.1) > 0, sum(sums.1), NULL) AS likes,
    if(sum(told.2) > 0, sum(sums.2), NULL) AS comments,
    if(sum(told.3) > 0, sum(sums.3), NULL) AS shares,
    if(sum(told.4) > 0, sum(sums.4), NULL) AS views,
    if(sum(told.5) > 0, sum(sums.5), NULL) AS reach,
    if(sum(told.6) > 0, sum(sums.6), NULL) AS interactions,
    if(sum(told.7) > 0, sum(sums.7), NULL) AS interactionsOpened,
    sum(lost) AS corrections,
    if(sum(told.8) > 0, sum(sums.8), NULL) AS viewedInteractions,
    if(sum(told.8) > 0, sum(sums.9), NULL) AS viewedViews,
    if(sum(told.9) > 0, sum(sums.10), NULL) AS reachedInteractions,
    if(sum(told.9) > 0, sum(sums.11), NULL) AS reachedReach,
    if(sum(told.10) > 0, sum(sums.12), NULL) AS followedInteractions,
    if(sum(told.10) > 0, sumIf(intDiv(2 * sums.13 + told.10, 2 * greatest(told.10, 1)), told.10 > 0), NULL) AS followers,
    if(sum(told.11) > 0, sum(sums.14), NULL) AS timedInteractions,
    if(sum(told.11) > 0, sum(sums.15), NULL) AS observedMillis
FROM
(
    SELECT
        counted.1 AS term,
        counted.2 AS kind,
        counted.3 AS region,
        counted.4 AS authorGroup,
        toDateTime64(toStartOfHour(e.observedAt), 3, 'UTC') AS start,
        e.postId AS postId,
        sum(toInt64(e.sign)) AS observations,
        sumIf(toInt64(e.sign) * -ifNull(e.interactionsGained, 0), ifNull(e.interactionsGained, 0) < 0) AS lost,
        (
            sumIf(toInt64(e.sign), isNotNull(e.likesGained)),
            sumIf(toInt64(e.sign), isNotNull(e.commentsGained)),
            sumIf(toInt64(e.sign), isNotNull(e.sharesGained)),
            sumIf(toInt64(e.sign), isNotNull(e.viewsGained)),
            sumIf(toInt64(e.sign), isNotNull(e.reachGained)),
            sumIf(toInt64(e.sign), isNotNull(e.interactionsGained)),
            sumIf(toInt64(e.sign), isNotNull(e.interactionsOpened)),
            sumIf(toInt64(e.sign), isNotNull(e.viewedViews)),
            sumIf(toInt64(e.sign), isNotNull(e.reachedReach)),
            sumIf(toInt64(e.sign), isNotNull(e.followers)),
            sumIf(toInt64(e.sign), isNotNull(e.velocity))
        ) AS told,
        (
            sum(e.sign * ifNull(e.likesGained, 0)),
            sum(e.sign * ifNull(e.commentsGained, 0)),
            sum(e.sign * ifNull(e.sharesGained, 0)),
            sum(e.sign * ifNull(e.viewsGained, 0)),
            sum(e.sign * ifNull(e.reachGained, 0)),
            sum(e.sign * ifNull(e.interactionsGained, 0)),
            sum(e.sign * ifNull(e.interactionsOpened, 0)),
            sum(e.sign * ifNull(e.viewedInteractions, 0)),
            sum(e.sign * ifNull(e.viewedViews, 0)),
            sum(e.sign * ifNull(e.reachedInteractions, 0)),
            sum(e.sign * ifNull(e.reachedReach, 0)),
            sumIf(e.sign * (ifNull(e.interactionsGained, 0) + ifNull(e.interactionsOpened, 0)), isNotNull(e.followers)),
            sum(e.sign * ifNull(e.followers, 0)),
            sumIf(e.sign * (ifNull(e.interactionsGained, 0) + ifNull(e.interactionsOpened, 0)), isNotNull(e.velocity)),
            sumIf(e.sign * ifNull(dateDiff('millisecond', e.since, e.observedAt), 0), isNotNull(e.velocity))
        ) AS sums
    FROM pulso.post_engagements AS e
    ARRAY JOIN arrayFlatten(arrayMap(
        each -> arrayFlatten(arrayMap(
            place -> arrayMap(size -> (each.1, each.2, place, size), ['*', toString(e.authorGroup)]),
            if(isNull(e.region), ['*'], ['*', ifNull(toString(e.region), '')])
        )),
        [('*', 'all')] || e.terms
    )) AS counted
    GROUP BY term, kind, region, authorGroup, start, postId
) AS each
GROUP BY term, kind, region, authorGroup, start
HAVING observations > 0;
