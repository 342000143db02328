-- The hours of emerging words, all of them: trends has those alone in which many say one. Counted when they are asked for,
-- from the mentions that hold the word: over all regions, as emerging words are.
CREATE VIEW IF NOT EXISTS pulso.words_by_hour_view AS
SELECT
    word AS term, 'word' AS kind, '*' AS region, toDateTime64(toStartOfHour(m.createdAt), 3, 'UTC') AS start,
    sumIf(toInt64(m.sign), m.repostOf IS NULL) AS mentions,
    sumIf(toInt64(m.sign), m.repostOf IS NOT NULL) AS reposts,
    sumIf(toInt64(m.sign), m.repostOf IS NULL AND m.sentiment = 'negative') AS negative,
    sumIf(toInt64(m.sign), m.repostOf IS NULL AND m.sentiment = 'neutral') AS neutral,
    sumIf(toInt64(m.sign), m.repostOf IS NULL AND m.sentiment = 'positive') AS positive,
    sumIf(toInt64(m.sign), m.repostOf IS NULL AND NOT m.sure) AS unsure
FROM pulso.mentions AS m ARRAY JOIN m.words AS word
WHERE word IN (SELECT t.term FROM pulso.trends AS t WHERE t.kind = 'word')
GROUP BY term, start;

-- Of each term every hour: its sums are those of any time.
CREATE VIEW IF NOT EXISTS pulso.terms_by_hour_view AS
SELECT term, kind, region, start, mentions, reposts, negative, neutral, positive, unsure
FROM pulso.trends_latest
WHERE window = 'hour' AND kind != 'word'
UNION ALL
SELECT term, kind, region, start, mentions, reposts, negative, neutral, positive, unsure
FROM pulso.words_by_hour_view;
