import { figuresOfCells } from './filter.js'
import { mentionsWithin } from './mentions-within.js'

/**
 * Words that are emerging in an hour or a day of a range: those that `trends` has a window of, which are none of minutes.
 * Values: `window`, `region`, `wordsFrom`, `until`.
 */
export const emergingWords = `SELECT t.term FROM trends AS t
  WHERE t.kind = 'word' AND t.window = if({window:String} = 'day', 'day', 'hour') AND t.region = {region:String}
    AND t.end > fromUnixTimestamp64Milli({wordsFrom:Int64}) AND t.start < fromUnixTimestamp64Milli({until:Int64})`

/**
 * Windows of the words that are emerging from `wordsFrom` on, all of them, counted from the mentions that hold the word:
 * `trends` has only those windows in which at least five mentions of three authors do. Values: `slotParams`, `window`,
 * `region`, `from`, `until`, `wordsFrom`.
 */
export const wordCells = `
  SELECT word AS term, 'word' AS kind, fromUnixTimestamp64Milli(slot, 'UTC') AS start,
    fromUnixTimestamp64Milli(slot + {slotLength:Int64}, 'UTC') AS end, 0 AS newestRevision, false AS isFinal, ${figuresOfCells}
  FROM (
    SELECT word, intDiv(toUnixTimestamp64Milli(m.createdAt) - {slotOffset:Int64}, {slotLength:Int64}) * {slotLength:Int64}
        + {slotOffset:Int64} AS slot,
      m.sign AS sign, m.repostOf AS repostOf, m.sentiment AS sentiment, m.sure AS sure, m.author AS author
    FROM mentions AS m ARRAY JOIN m.words AS word
    WHERE ${mentionsWithin} AND word IN (${emergingWords})
  ) GROUP BY word, slot`
