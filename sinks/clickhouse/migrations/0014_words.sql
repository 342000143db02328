-- The words of each text, lower case, without accents, outside addresses, hashtags and names, as emerging words are
-- written: what says a word is found and counted by it, and no text is read for that. The expression is that of the day
-- when a row is written: words are told by one more migration where it changes.
ALTER TABLE pulso.mentions
    ADD COLUMN IF NOT EXISTS words Array(LowCardinality(String)) MATERIALIZED arrayDistinct(extractAll(translateUTF8(replaceRegexpAll(lowerUTF8(normalizeUTF8NFC(text)), 'https?://\\S+|www\\.\\S+|[@#][\\p{L}\\p{N}\\p{M}_]+', ' '), 'áàâäãåéèêëíìîïóòôöõúùûüýÿç', 'aaaaaaeeeeiiiiooooouuuuyyc'), '[\\p{L}\\p{M}]+')) COMMENT 'of the text, once each, folded';

-- Until that is done they are worked out when they are read.
ALTER TABLE pulso.mentions MATERIALIZE COLUMN words;
