import { interval, intervalSize } from '../../processors/shifts/interval.js'
import { regionPart } from '../../processors/shifts/parts.js'
import { type Signal, signals } from '../../processors/shifts/signal.js'
import type { Mention } from '../../schemas/mention.js'
import type { Shift } from '../../schemas/shift.js'
import { aMention } from '../../tests/support/records.js'
import { Random } from './random.js'
import { shiftsOfRows } from './watch.js'
import { firstMonday, intervalsOfWeek, realWeeks } from './world.js'

/** What makes more talk for a while. */
interface Pushed {
  readonly kind: 'term' | 'region' | 'account'
  /** As a cause is named. */
  readonly name: string
  /** Intervals, the end excluded. */
  readonly from: number
  readonly until: number
  /** Posts more in an interval. */
  readonly more: number
}

/** How many shifts that were planted were told, and of how many the cause was named first. */
export interface CauseFigures {
  readonly told: number
  readonly named: number
}

const terms = ['ceviche', 'lomo saltado', 'causa', 'anticuchos', 'chifa', 'papa', 'picarones', 'pisco'] as const
const regions = ['15', '15', '15', '15', '04', '08', '13', '20', '02', '11'] as const
const sources = ['bluesky', 'bluesky', 'mastodon'] as const
const authors = 400
const perHour = 60
const [learned, judged] = [3, 3]

/** A board in which one thing after the other makes more talk: a term, a region, one account. */
export function causesNamed(seed: number): CauseFigures {
  const random = new Random(seed)
  const real = realWeeks()
  const planted: Pushed[] = []
  for (let slot = 0; slot < (judged * intervalsOfWeek) / 144; slot++) {
    const kind = (['term', 'region', 'account'] as const)[slot % 3] ?? 'term'
    const name =
      kind === 'term' ? random.of(terms) : kind === 'region' ? regionPart(random.of(regions)) : `author:pusher ${slot}`
    const from = learned * intervalsOfWeek + slot * 144 + random.below(24)
    planted.push({ kind, name, from, until: from + random.of([12, 24, 48]), more: random.of([10, 20, 40]) })
  }
  let number = 0
  const post = (at: number, push: Pushed | null): Mention => {
    number += 1
    const isOf = (kind: Pushed['kind']) => push?.kind === kind
    const region = isOf('region') && push !== null ? push.name.slice('region:'.length) : random.of(regions)
    return aMention({
      ...{ postId: `p${number}`, createdAt: at, text: `palabra ${number}`, region, source: random.of(sources) },
      author: isOf('account') && push !== null ? push.name.slice('author:'.length) : zipf(random),
      terms: [{ term: isOf('term') && push !== null ? push.name : random.of(terms), kind: 'dish' }],
    })
  }
  const intervals = Array.from({ length: learned + judged }, () => random.of(real)).flatMap((week) => {
    const counts = new Float64Array(intervalsOfWeek)
    for (const at of week) counts[at] = (counts[at] ?? 0) + (perHour * 168) / week.length
    return [...counts]
  })
  const rows = intervals.map((mean, index) => {
    const start = firstMonday + index * intervalSize
    const posts = Array.from({ length: random.poisson(mean) }, () => post(start, null))
    for (const push of planted) {
      if (index < push.from || index >= push.until) continue
      for (let more = random.poisson(push.more); more > 0; more--) posts.push(post(start, push))
    }
    return rowsOf(posts, start)
  })
  return compare(shiftsOfRows(rows), planted)
}

/** A few say much, most say little. */
const zipf = (random: Random): string => `a${Math.floor(authors ** random.uniform())}`

function rowsOf(posts: readonly Mention[], start: number) {
  const bySeries = new Map<string, Signal[]>()
  for (const signal of posts.flatMap((mention) => signals({ kind: 'mention', mention }))) {
    const known = bySeries.get(signal.key)
    if (known === undefined) bySeries.set(signal.key, [signal])
    else known.push(signal)
  }
  const window = { start, end: start + intervalSize }
  return [...bySeries].map(([key, given]) => {
    const sums = given.reduce((added, signal) => interval.add(added, signal, 0), interval.initial())
    return interval.result(sums, { key, window, isFinal: true, revision: 1 })
  })
}

/** The first that is told of what was planted: it names its cause, or is of the cause itself. */
function compare(given: readonly Shift[], planted: readonly Pushed[]): CauseFigures {
  let [told, named] = [0, 0]
  for (const { name, from, until } of planted) {
    const [since, before] = [firstMonday + from * intervalSize, firstMonday + until * intervalSize]
    const first = given.find(
      (shift) => shift.state === 'opened' && shift.effect > 0 && shift.start >= since && shift.start < before,
    )
    if (first === undefined) continue
    told += 1
    const isOfCause = first.term === name || regionPart(first.region) === name
    if (isOfCause || first.causes[0] === name) named += 1
  }
  return { told, named }
}
