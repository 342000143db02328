-- Results of windows: early ones are replaced by those of a higher revision, a final by nothing.
CREATE TABLE IF NOT EXISTS pulso.trends
(
    term     LowCardinality(String) COMMENT '* counts all mentions',
    kind     LowCardinality(String),
    region   LowCardinality(String) COMMENT 'ubigeo of the department; * counts all regions',
    window   LowCardinality(String) COMMENT 'minute, tenMinutes, hour, day',
    start    DateTime64(3, 'UTC'),
    end      DateTime64(3, 'UTC'),
    isFinal  Bool,
    revision Int32,
    mentions Int32,
    reposts  Int32,
    negative Int32,
    neutral  Int32,
    positive Int32,
    unsure   Int32,
    authors  Int32
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY (window, region, start, term, kind)
SETTINGS non_replicated_deduplication_window = 10000;

-- The newest result of each window, final or not.
CREATE VIEW IF NOT EXISTS pulso.trends_latest AS
SELECT * FROM pulso.trends FINAL;

-- The one final result of each window.
CREATE VIEW IF NOT EXISTS pulso.trends_final AS
SELECT * FROM pulso.trends FINAL WHERE isFinal;

-- More or less talk of a term than expected, a turn of its sentiment, a term that is new.
CREATE TABLE IF NOT EXISTS pulso.shifts
(
    shift     LowCardinality(String) COMMENT 'spike, drop, turn or emerging',
    term      LowCardinality(String),
    kind      LowCardinality(String),
    region    LowCardinality(String),
    window    LowCardinality(String),
    start     DateTime64(3, 'UTC'),
    end       DateTime64(3, 'UTC'),
    measure   LowCardinality(String) COMMENT 'the figure that moved: mentions, authors or netSentiment',
    expected  Float64,
    observed  Float64,
    deviation Float64 COMMENT 'in standard deviations of the expectation',
    pValue    Nullable(Float64),
    mentions  Int32,
    evidence  Array(String) COMMENT 'postIds of mentions that show it best',
    causes    Array(String) COMMENT 'terms that rose together with it',
    method    LowCardinality(String) COMMENT 'name and version of the detector'
)
ENGINE = ReplacingMergeTree
ORDER BY (window, region, start, term, kind, shift, measure)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS pulso.late_records
(
    stage       LowCardinality(String),
    reason      LowCardinality(String),
    topic       LowCardinality(String),
    partition   Int32,
    offset      Int64,
    timestamp   DateTime64(3, 'UTC') COMMENT 'event time of the record',
    streamTime  DateTime64(3, 'UTC') COMMENT 'how far its source had come',
    windowStart DateTime64(3, 'UTC'),
    windowEnd   DateTime64(3, 'UTC'),
    key         Nullable(String),
    value       Nullable(String) COMMENT 'the bytes of the topic'
)
ENGINE = MergeTree
ORDER BY (stage, timestamp)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS pulso.dead_letters
(
    stage     LowCardinality(String),
    reason    LowCardinality(String),
    detail    String,
    topic     LowCardinality(String),
    partition Nullable(Int32),
    offset    Nullable(Int64),
    file      Nullable(String),
    line      Nullable(Int64),
    timestamp DateTime64(3, 'UTC'),
    key       Nullable(String),
    value     Nullable(String) COMMENT 'the bytes as they came',
    bytes     Int64,
    replays   Int32
)
ENGINE = MergeTree
ORDER BY (reason, timestamp)
SETTINGS non_replicated_deduplication_window = 10000;
