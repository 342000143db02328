import { describe, expect, it } from '@jest/globals'
import type { Shift } from '../../schemas/shift.js'
import { shifts } from '../../schemas/topics.js'
import { aRecord } from '../../tests/support/stream-record.js'
import { type Announcing, announce } from './announce.js'
import type { Episode } from './episode.js'
import { intervalSize } from './interval.js'
import type { Watchable } from './measures.js'
import { termKey } from './series.js'
import type { SeriesReport } from './shard.js'

const begin = Date.UTC(2024, 0, 1)
const key = termKey('ceviche', 'dish')

interface Given {
  readonly measure?: Watchable
  readonly sign?: 1 | -1
  /** Interval in which the episode began. */
  readonly since?: number
  readonly rarity?: number
  readonly calm?: number
  readonly isOver?: boolean
  readonly isOfOwnCount?: boolean
}

function report({
  measure = 'mentions',
  sign = 1,
  since = 0,
  rarity = 6,
  calm = 0,
  isOver = false,
  isOfOwnCount = true,
}: Given): SeriesReport {
  const episode: Episode = {
    ...{
      start: begin + since * intervalSize,
      sign,
      shape: 'level-shift',
      rows: 4,
      // a drop lies below what was expected
      observed: sign > 0 ? 50 : 20,
      expected: sign > 0 ? 20 : 50,
      weight: 4,
    },
    ...{ surplus: 30 * sign, variance: 20, recent: 4, peak: 8, rarity, calm, voices: 50, authors: [], sample: [] },
  }
  return { key, measure, episode, rarity, isOver, isOfOwnCount, mentions: 12, gained: [] }
}

/** What is told of the reports of each interval. */
function told(intervals: readonly (readonly Given[])[]): readonly (readonly string[])[] {
  let state: Announcing | undefined
  const { onTimer } = announce
  if (onTimer === undefined) throw new Error('the processor has a timer')
  return intervals.map((given, index) => {
    const start = begin + index * intervalSize
    const value = { start, tested: 50, all: 100, reports: given.map(report) }
    state = announce.onRecord(state, { ...aRecord(shifts, null, { key: 'all', timestamp: start }), value })[0]
    const [next, outcomes] = onTimer(state, {
      ...aRecord(shifts, null, { key: 'all', timestamp: start + 2 }),
      key: 'all',
    })
    state = next
    const values = outcomes.flatMap((outcome): readonly Shift[] =>
      outcome.kind === 'forward' ? [outcome.record.value] : [],
    )
    return values.map((shift) => `${shift.measure} ${shift.state}`)
  })
}

describe('what is opened', () => {
  it('is what is rare enough among all that was judged', () => {
    expect(told([[{ rarity: 3 }], [{ rarity: 5 }]])).toEqual([[], ['mentions opened']])
  })

  it('is not what seems to be over, until it goes on', () => {
    expect(told([[{ calm: 1 }], [{ calm: 2 }], [{ calm: 0 }]])).toEqual([[], [], ['mentions opened']])
  })

  it('is one measure of an event: what of the others goes on when that is over is a part of it', () => {
    const authors = { measure: 'authors', since: 1, rarity: 3.3 } as const
    const later = { ...authors, rarity: 7 }
    expect(told([[{}], [{}, authors], [{ isOver: true }, authors], [later], [later]])).toEqual([
      ...[['mentions opened'], [], ['mentions closed'], [], []],
    ])
  })

  it('is what another measure shows anew once the event has been over for half a day', () => {
    const quiet = Array.from({ length: 46 }, () => [])
    const authors = (since: number) => [{ measure: 'authors', since } as const]
    const begun = [[{}], [{ isOver: true }]]
    expect(told([...begun, authors(2)])[2]).toEqual([])
    expect(told([...begun, ...quiet, authors(48)])[48]).toEqual([])
    expect(told([...begun, ...quiet, [], authors(49)])[49]).toEqual(['authors opened'])
  })

  it('is another direction of an event that is over, at once', () => {
    expect(told([[{}], [{ isOver: true }], [{ measure: 'authors', sign: -1, since: 2 }]])[2]).toEqual([
      'authors opened',
    ])
  })

  it('is no share of voice that moved as others did, its own count not', () => {
    const share = { measure: 'shareOfVoice', sign: -1 } as const
    expect(told([[{ ...share, isOfOwnCount: false }]])).toEqual([[]])
    expect(told([[{ ...share, isOfOwnCount: false }], [{ ...share, isOfOwnCount: true }]])[1]).toEqual([
      'shareOfVoice opened',
    ])
  })

  it('is not what is rare only beside shifts that were told already', () => {
    // of 50 that are judged one alone must be rarer than 10^-3.8, the third of three than 10^-3.3
    const weak = { measure: 'netSentiment', rarity: 3.4 } as const
    const [known, new_] = [{ rarity: 6 }, { measure: 'engagementRateByViews', rarity: 6 } as const]
    expect(told([[known, new_, weak]])[0]).toContain('netSentiment opened')
    expect(
      told([
        [known, new_],
        [known, new_, weak],
      ])[1],
    ).toEqual([])
  })

  it('is what goes in the other direction and lasts longer than the event', () => {
    const less = { measure: 'shareOfVoice', sign: -1, since: 1, rarity: 3.3 } as const
    expect(told([[{}], [{}, less], [{ isOver: true }, less], [{ ...less, rarity: 7 }]])[3]).toEqual([
      'shareOfVoice opened',
    ])
  })
})
