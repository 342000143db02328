// npm run bench -- detection-cost [--series N] [--minutes N]
// What it costs to judge many series at one point a minute on one core: each point decodes the state of its series from
// bytes, judges it, and encodes it again, as a task does that holds more series than it wants to keep as objects.
import { parseArgs } from 'node:util'
import { hourOfWeek, lima } from '../processors/detection/calendar.js'
import { emptyCount, observeCount } from '../processors/detection/count-detector.js'
import { observe } from '../processors/detection/detector.js'
import { countCodec, seriesCodec, shareCodec } from '../processors/detection/series-codec.js'
import { emptySeries } from '../processors/detection/series-state.js'
import { emptyShare, observeShare } from '../processors/detection/share-detector.js'
import { Random } from './shifts/random.js'

const minute = 60_000
const begin = Date.UTC(2024, 0, 1)

/** CPU seconds that a minute of all series takes, and what one point does. */
interface Cost {
  readonly cpuSecondsPerMinute: number
  readonly cpuMicrosecondsPerPoint: number
}

function measure(
  series: number,
  minutes: number,
  encoded: Uint8Array[],
  point: (bytes: Uint8Array, at: number) => Uint8Array,
): Cost {
  const round = (index: number) => {
    for (let each = 0; each < series; each++) encoded[each] = point(encoded[each] as Uint8Array, begin + index * minute)
  }
  // what is compiled on the way is not what a minute costs
  round(0)
  const cpu = process.cpuUsage()
  for (let index = 1; index <= minutes; index++) round(index)
  const { user, system } = process.cpuUsage(cpu)
  const perMinute = (user + system) / minutes
  return {
    cpuSecondsPerMinute: Number((perMinute / 1e6).toFixed(2)),
    cpuMicrosecondsPerPoint: Number((perMinute / series).toFixed(1)),
  }
}

export async function bench(options: readonly string[]): Promise<object> {
  const { values } = parseArgs({
    args: [...options],
    options: { series: { type: 'string', default: '100000' }, minutes: { type: 'string', default: '5' } },
  })
  const [series, minutes] = [Number(values.series), Number(values.minutes)]
  if (![series, minutes].every((count) => Number.isInteger(count) && count > 0)) {
    throw new RangeError('--series and --minutes are whole numbers from 1 on')
  }
  const random = new Random(1)
  // A series that has been watched for three weeks, so that every part of it is in use.
  const watched = emptySeries()
  const watchedCount = emptyCount()
  const watchedShare = emptyShare()
  const tideOf = (at: number) => ({ hour: hourOfWeek(at, lima), factor: 1 })
  for (let row = 2_016; row > 0; row--) {
    const at = begin - row * 15 * minute
    observe(watched, at, random.poisson(8), lima)
    observeCount(watchedCount, at, random.poisson(8), tideOf(at), false)
    observeShare(watchedShare, random.binomial(40, 0.3), 40)
  }
  const counts = Array.from({ length: series }, () => seriesCodec.encode(watched))
  const intervals = Array.from({ length: series }, () => countCodec.encode(watchedCount))
  const shares = Array.from({ length: series }, () => shareCodec.encode(watchedShare))
  // drawn before, so that the draws are not measured
  const drawn = Array.from({ length: 4_096 }, () => random.poisson(8))
  let next = 0
  const draw = () => drawn[next++ & 4_095] as number
  const ofCounts = measure(series, minutes, counts, (bytes, at) => {
    const state = seriesCodec.decode(bytes)
    observe(state, at, draw(), lima)
    return seriesCodec.encode(state)
  })
  const ofIntervals = measure(series, minutes, intervals, (bytes, at) => {
    const state = countCodec.decode(bytes)
    observeCount(state, at, draw(), tideOf(at), false)
    return countCodec.encode(state)
  })
  const ofShares = measure(series, minutes, shares, (bytes) => {
    const state = shareCodec.decode(bytes)
    observeShare(state, draw(), 40)
    return shareCodec.encode(state)
  })
  console.log(
    `${series} series of counts, a point a minute: ${ofCounts.cpuSecondsPerMinute} CPU seconds a minute, ${seriesCodec.bytes} bytes a series`,
  )
  console.log(
    `${series} series of counts of the shifts, a point a minute: ${ofIntervals.cpuSecondsPerMinute} CPU seconds a minute, ${countCodec.bytes} bytes a series`,
  )
  console.log(
    `${series} series of shares, a point a minute: ${ofShares.cpuSecondsPerMinute} CPU seconds a minute, ${shareCodec.bytes} bytes a series`,
  )
  return {
    series,
    bytes_per_series: seriesCodec.bytes,
    bytes_per_interval_series: countCodec.bytes,
    bytes_per_share_series: shareCodec.bytes,
    core_share: Number((ofCounts.cpuSecondsPerMinute / 60).toFixed(3)),
    counts: ofCounts,
    intervals: ofIntervals,
    shares: ofShares,
  }
}
