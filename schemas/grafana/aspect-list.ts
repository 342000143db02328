import { leastScored } from '../interval.js'
import { metrics } from '../metrics.js'
import { heardSources } from './heard-sources.js'
import { variable } from './sql.js'

/** The first and the end of the hours that lie whole within the time that is shown, and are over: 23:59:59 stands for midnight. */
const firstHour = "toStartOfHour($__fromTime + 3599, 'UTC')"
const hoursUntil = "toStartOfHour(least($__toTime + 1, now()), 'UTC')"
/** Where there is none the last that is over. */
const isShort = `${firstHour} >= ${hoursUntil}`
const begin = `least(${firstHour}, ${hoursUntil} - 3600)`
/** The time that is shown, in seconds of whole hours. */
const shownFor = 'greatest(1, intDiv($__toTime - $__fromTime + 1800, 3600)) * 3600'

const inMillis = (time: string): string => `toInt64(toUnixTimestamp(${time})) * 1000`
const [term, region] = [variable('term'), variable('region')]
const within = (column: string, from: string, until: string): string => `${column} >= ${from} AND ${column} < ${until}`
/** Of what is shown ahead of time nothing is over. */
const hasBegun = '$__fromTime < now()'

/** All that is said of each aspect in these hours. */
const all =
  "SELECT a.aspect AS aspect, 'all' AS part, a.mentions AS mentions, a.negative AS negative, a.neutral AS neutral, " +
  `a.positive AS positive FROM aspects_by_hour_view AS a WHERE a.term = ${term} AND a.region = ${region} ` +
  `AND ${hasBegun} AND ${within('a.start', begin, hoursUntil)}`

const original = 'isNull(m.repostOf)'
const labelled = (label: string) => `if(${original} AND one.2 = '${label}', toInt64(m.sign), 0) AS ${label}`
/** What sources say of it that were heard in these hours and before, in both. Roll-ups do not tell sources apart. */
const held =
  `SELECT toString(one.1) AS aspect, if(m.createdAt >= ${begin}, 'now', 'before') AS part, ` +
  `if(${original}, toInt64(m.sign), 0) AS mentions, ${['negative', 'neutral', 'positive'].map(labelled).join(', ')} ` +
  `FROM mentions AS m ARRAY JOIN m.aspects AS one WHERE ${hasBegun} AND toString(m.source) IN (SELECT feed FROM heard) ` +
  `AND (${within('m.createdAt', begin, hoursUntil)} OR ` +
  `${within('m.createdAt', `${begin} - ${shownFor}`, `${hoursUntil} - ${shownFor}`)}) ` +
  `AND (${term} = '*' OR arrayExists(each -> each.1 = ${term}, m.terms)) AND (${region} = '*' OR m.region = ${region})`

const figures =
  `SELECT aspect, part, ${metrics.volume.overAspects} AS said, ${metrics.balance.overAspects} AS mood, ` +
  `sum(r.negative) AS bad, sum(r.neutral) AS middling, sum(r.positive) AS good FROM (${all} UNION ALL ${held}) AS r ` +
  'GROUP BY aspect, part'

const isKnown = '(SELECT count() FROM heard) > 0'
const of = (figure: 'said' | 'mood' | 'bad' | 'middling' | 'good', part: 'all' | 'now' | 'before'): string =>
  `maxIf(${figure}, part = '${part}')`
const compared = (figure: 'said' | 'mood', part: 'now' | 'before'): string =>
  `if(${isKnown}, ${of(figure, part)}, NULL)`

/** What a reader must know beside the figures. */
const notes = [
  `if(negative + neutral + positive < ${leastScored}, 'too few to say', '')`,
  `if(${isShort}, concat('the hour of ', formatDateTime(${begin}, '%H:%i', 'America/Lima')), '')`,
  `if(${isKnown}, '', 'not compared: no source was heard in both periods')`,
]

/**
 * What is said of each aspect in hours that are over, and in as many of the time before that is as long: those at the same
 * place in it. What still runs is in neither; sources that were not heard in both are in neither where the two are
 * compared, as on the board.
 */
export const aspectList =
  `WITH heard AS (${heardSources({
    ...{ from: inMillis(begin), until: inMillis(hoursUntil) },
    ...{ beforeFrom: inMillis(`(${begin} - ${shownFor})`), beforeUntil: inMillis(`(${hoursUntil} - ${shownFor})`) },
  })}) ` +
  `SELECT aspect, ${of('said', 'all')} AS volume, ${compared('said', 'now')} AS volume_compared, ` +
  `${compared('said', 'before')} AS volume_before, ${of('mood', 'all')} AS balance, ` +
  `${compared('mood', 'now')} AS balance_compared, ${compared('mood', 'before')} AS balance_before, ` +
  `${of('bad', 'all')} AS negative, ${of('middling', 'all')} AS neutral, ${of('good', 'all')} AS positive, ` +
  `arrayStringConcat(arrayFilter(note -> note != '', [${notes.join(', ')}]), '; ') AS note ` +
  `FROM (${figures}) GROUP BY aspect HAVING volume > 0 OR volume_before > 0 ORDER BY volume DESC, aspect`
