-- Words, pairs of words and hashtags that are new or suddenly frequent. Early results are replaced by those of a higher
-- revision, a final by nothing.
CREATE TABLE IF NOT EXISTS pulso.emerging_terms
(
    term            String COMMENT 'as most posts write it, folded',
    kind            LowCardinality(String) COMMENT 'word, bigram or hashtag',
    form            String COMMENT 'what its spellings have in common',
    spellings       Array(String),
    window          LowCardinality(String) COMMENT 'hour, day',
    start           DateTime64(3, 'UTC'),
    end             DateTime64(3, 'UTC'),
    isFinal         Bool,
    revision        Int32,
    posts           Int32 COMMENT 'reposts included',
    reposts         Int32,
    examined        Int32 COMMENT 'posts of which authors and texts were compared',
    independent     Int32 COMMENT 'of those, no two of one author or near-duplicates: what is judged',
    authors         Int32,
    topAuthorsShare Float64 COMMENT 'of the three authors who said most',
    pushed          Float64 COMMENT 'part that repeats an author or a text: 0 organic, 1 pushed',
    expected        Float64 COMMENT 'independent posts, from the days before',
    deviation       Float64,
    verdict         LowCardinality(String) COMMENT 'new, rising, pushed or usual',
    evidence        Array(String) COMMENT 'postIds'
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY (window, start, kind, form)
SETTINGS non_replicated_deduplication_window = 10000;

-- The newest result of each window, final or not.
CREATE VIEW IF NOT EXISTS pulso.emerging_terms_latest AS
SELECT * FROM pulso.emerging_terms FINAL;
