-- Reactions beside 0 followers have no denominator, as those beside 0 views have none: neither side of the rate counts them.
DROP VIEW IF EXISTS pulso.engagement_by_hour_view;

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
            sumIf(toInt64(e.sign), ifNull(e.followers, 0) > 0),
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
            sumIf(e.sign * (ifNull(e.interactionsGained, 0) + ifNull(e.interactionsOpened, 0)), ifNull(e.followers, 0) > 0),
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
