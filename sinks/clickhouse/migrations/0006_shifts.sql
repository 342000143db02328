-- A shift has one identity from its beginning to its end and is told of several times, each with a higher revision.
ALTER TABLE pulso.shifts
    ADD COLUMN IF NOT EXISTS shiftId String COMMENT 'identity from the beginning to the end',
    ADD COLUMN IF NOT EXISTS state LowCardinality(String) DEFAULT 'opened' COMMENT 'opened, updated or closed',
    ADD COLUMN IF NOT EXISTS revision Int32 DEFAULT 1,
    ADD COLUMN IF NOT EXISTS openedAt DateTime64(3, 'UTC') DEFAULT start COMMENT 'start of the window in which the figure first was off',
    ADD COLUMN IF NOT EXISTS severity LowCardinality(String) DEFAULT 'low' COMMENT 'low, medium or high, by the size of the effect',
    ADD COLUMN IF NOT EXISTS effect Float64 DEFAULT 0 COMMENT 'observed / expected - 1; of netSentiment observed - expected',
    ADD COLUMN IF NOT EXISTS source LowCardinality(Nullable(String)) COMMENT 'whose mentions these are; null: those of all sources',
    ADD COLUMN IF NOT EXISTS topAuthorShare Nullable(Float64) COMMENT 'part of the mentions that came from the author who said most',
    MODIFY COLUMN shift LowCardinality(String) COMMENT 'spike, drop, level, drift, silence, turn or emerging',
    MODIFY COLUMN measure LowCardinality(String) COMMENT 'the figure that moved: mentions, authors, netSentiment, shareOfVoice, engagementRateByViews or engagementRateByReach',
    MODIFY ORDER BY (window, region, start, term, kind, shift, measure, shiftId);

-- Each shift as it was told last.
CREATE VIEW IF NOT EXISTS pulso.shifts_latest AS
SELECT * FROM pulso.shifts ORDER BY revision DESC LIMIT 1 BY shiftId;
