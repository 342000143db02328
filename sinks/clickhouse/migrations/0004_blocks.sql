-- Which blocks were begun: a token that comes again with other rows is refused, not dropped.
CREATE TABLE IF NOT EXISTS pulso.blocks
(
    target   LowCardinality(String) COMMENT 'the table',
    token    String,
    checksum String COMMENT 'SHA-1 of the block in the Native format',
    rows     UInt32,
    begun    DateTime DEFAULT now()
)
ENGINE = ReplacingMergeTree
ORDER BY (target, token)
TTL begun + INTERVAL 30 DAY;
