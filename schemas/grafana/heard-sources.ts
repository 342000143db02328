import { falseSilences, fewLacking, leastMentions, listened, smallPart, timesUsual } from '../known-past.js'

/** Two periods that are held against each other: expressions of ClickHouse, in milliseconds since the epoch. */
export interface PeriodsInSql {
  readonly from: string
  readonly until: string
  readonly beforeFrom: string
  readonly beforeUntil: string
}

const [hour, day] = [3_600_000, 86_400_000]
const hours = 'range(24)'
/** How many hours before an instant fall into the hour `h` of a day, of UTC. */
const hoursBefore = (time: string): string =>
  `intDiv(${time}, ${day}) + least(1, greatest(0, (${time} % ${day} - h * ${hour}) / ${hour}))`
const hoursIn = (from: string, until: string): string => `(${hoursBefore(until)} - (${hoursBefore(from)}))`
/** Mentions that a source would have given at its own rate at those hours of the day. */
const expectedIn = (from: string, until: string): string =>
  `arraySum((weight, h) -> weight * ${hoursIn(from, until)}, weights, ${hours})`

/**
 * The sources that were heard in both periods, whatever they spoke of: the rule of `hearingOf`, for those who can ask
 * ClickHouse alone. A test holds it against that function.
 */
export function heardSources({ from, until, beforeFrom, beforeUntil }: PeriodsInSql): string {
  const time = 'toUnixTimestamp64Milli(m.createdAt)'
  const within = (from: string, until: string) =>
    `m.createdAt >= fromUnixTimestamp64Milli(${from}) AND m.createdAt < fromUnixTimestamp64Milli(${until})`
  const slots =
    `SELECT toString(m.source) AS feed, min(${time}) AS first, max(${time}) AS last, count() AS given FROM mentions AS m ` +
    `WHERE ${within(`${beforeFrom} - ${listened}`, until)} AND m.sign > 0 GROUP BY feed, intDiv(${time}, ${hour})`
  const feeds =
    'SELECT feed, arraySort(groupArray(first)) AS firsts, arraySort(groupArray(last)) AS lasts, sum(given) AS said, ' +
    `sumIf(given, last >= ${beforeFrom}) AS saidWithin, sumMap(map(toUInt8(intDiv(first, ${hour}) % 24), given)) AS byHour, ` +
    `min(first) AS begun, max(last) AS ended FROM (${slots}) GROUP BY feed`
  const rate = `said / greatest(1, (ended - begun) / ${hour})`
  const rhythms =
    `SELECT feed, said, saidWithin, begun, begun > ${beforeFrom} AS isOpening, ` +
    `arrayMap(h -> (byHour[toUInt8(h)] + ${rate}) / (${hoursIn('begun', 'ended')} + 1), ${hours}) AS weights, ` +
    `arrayConcat(if(isOpening, [${beforeFrom}], []), lasts) AS starts, ` +
    `arrayConcat(if(isOpening, [begun], []), arrayPopFront(firsts), [${until}]) AS ends, ` +
    `arrayConcat(if(isOpening, [0], []), arrayWithConstant(length(firsts) - 1, 1), [0]) AS between FROM (${feeds})`
  const overlap = (from: string, until: string) => {
    const start = `greatest(start, ${from})`
    return expectedIn(start, `greatest(${start}, least(end, ${until}))`)
  }
  const gaps =
    'SELECT feed, said, saidWithin, begun, arrayMap((start, end, isBetween) -> (isBetween, ' +
    `${expectedIn('start', 'end')}, ${overlap(beforeFrom, beforeUntil)} + ${overlap(from, until)}), starts, ends, between) ` +
    `AS silences FROM (${rhythms})`
  // of each how long it is in mentions, and what it lacks of the periods, the longest first
  const part = 'if(gap.1 = 1, least(0.999, gap.2 / said), gap.2 / (said + gap.2))'
  const measured =
    `SELECT feed, said, saidWithin, begun, arrayReverseSort(arrayMap(gap -> (-(said * log1p(-${part})), ` +
    `if(gap.1 = 1, 1 / (1 - ${part}), 1) * gap.3), silences)) AS longest FROM (${gaps})`
  const usual = 'if(length(longest) > 2, longest[3].1, longest[3 - at].1)'
  const isSilent =
    `arrayExists(at -> longest[at].2 > greatest(${fewLacking}, ${smallPart} * sqrt(saidWithin)) ` +
    `AND longest[at].1 > greatest(log(said / ${falseSilences}), ${timesUsual} * ${usual}), [1, 2])`
  return `SELECT feed FROM (${measured}) WHERE begun < ${beforeUntil} AND (said < ${leastMentions} OR NOT ${isSilent})`
}
