-- Where a change stands in the topic mentions: queries that name the same positions count the same changes, whatever is
-- written between them. -1: written by a version that did not tell it.
ALTER TABLE pulso.mentions
    ADD COLUMN IF NOT EXISTS partition Int32 DEFAULT -1 COMMENT 'of the topic mentions; -1 when not told' CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS offset Int64 DEFAULT -1 COMMENT 'in the partition; -1 when not told' CODEC(Delta, ZSTD(1));

-- What stands is the same wherever it lies.
DROP VIEW IF EXISTS pulso.current_mentions;

CREATE VIEW IF NOT EXISTS pulso.current_mentions AS
SELECT * EXCEPT (sign, partition, offset)
FROM pulso.mentions
WHERE sign = 1 AND (postId, revision) NOT IN (SELECT postId, revision FROM pulso.mentions WHERE sign = -1)
UNION ALL
SELECT * EXCEPT (sign, partition, offset)
FROM pulso.mentions
WHERE sign = 1 AND (postId, revision) IN (
    SELECT postId, revision
    FROM pulso.mentions
    WHERE postId IN (SELECT postId FROM pulso.mentions WHERE sign = -1)
    GROUP BY postId, revision
    HAVING min(sign) = -1 AND sum(sign) > 0
)
LIMIT 1 BY postId, revision;
