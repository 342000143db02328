import { describe, expect, it } from '@jest/globals'
import { topic } from '../../streams/engine/topic.js'
import { aRecord } from '../../tests/support/stream-record.js'
import { countCodec } from '../detection/series-codec.js'
import { type IntervalRow, intervalSize } from './interval.js'
import { shardOf, shards, sourceKey, termKey, totalKey } from './series.js'
import { ofShard, type Shard, type ShardRow, toShards, watchShard } from './shard.js'

const begin = Date.UTC(2024, 0, 1)
const key = termKey('ceviche', 'dish')
const rows = topic<ShardRow>('rows', 'pulso.ShardRow')

function rowOf(of: string, at: number, mentions: number): IntervalRow {
  return {
    ...{ key: of, start: begin + at * intervalSize, mentions, voices: mentions, authors: mentions, topAuthor: null },
    ...{ positive: 0, neutral: 0, negative: 0, viewedInteractions: 0, viewedViews: 0, reachedInteractions: 0 },
    ...{ reachedReach: 0, sample: [], gained: [] },
  }
}

/** Watches the group of a series as the engine does: timers fire in the order of time, until none is set. */
function watched(
  intervals: readonly (readonly IntervalRow[])[],
  isTold: (at: number) => boolean = () => true,
): { readonly shard: Shard; readonly timers: number[] } {
  const { onTimer } = watchShard
  if (onTimer === undefined) throw new Error('the processor has a timer')
  let state: Shard | undefined
  let due: number | null = null
  const timers: number[] = []
  const until = (time: number) => {
    while (due !== null && due < time) {
      timers.push((due - 1 - begin) / intervalSize)
      const timer = { ...aRecord(rows, null, { key: 'group', timestamp: due }), key: 'group' }
      const [next, , after] = onTimer(state, timer)
      state = next
      due = after ?? null
    }
  }
  for (const [at, given] of intervals.entries()) {
    until(begin + at * intervalSize)
    for (const value of given.flatMap(toShards)) {
      if (value.shard !== shardOf(key) || (value.all !== null && !isTold(at))) continue
      const [next, , after] = watchShard.onRecord(state, aRecord(rows, value, { key: 'group', timestamp: value.start }))
      state = next
      due = after ?? due
    }
  }
  until(begin + intervals.length * intervalSize)
  if (state === undefined) throw new Error('nothing was given')
  return { shard: state, timers }
}

function levelOf(shard: Shard): number {
  const { level } = countCodec.decodeOrBegin(shard.series.get(key)?.detectors.get('mentions'))
  return level.sum / level.weight
}

describe('the groups in which series are watched', () => {
  it('are all told of everything, and one of them watches it', () => {
    const given = toShards(rowOf(totalKey, 0, 7))
    expect(given.map(ofShard).toSorted()).toEqual(shards.map(String).toSorted())
    expect(given.every(({ all }) => all === 7)).toBe(true)
    expect(given.filter(({ row }) => row !== null).map(({ shard }) => shard)).toEqual([shardOf(totalKey)])
  })

  it('are the same ones for each series, whatever the sign of its hash', () => {
    const keys = Array.from({ length: 2_000 }, (_, index) => termKey(`term ${index}`, 'word'))
    expect(keys.every((each) => shards.includes(shardOf(each)))).toBe(true)
    expect(new Set(keys.map(shardOf)).size).toBe(shards.length)
    // states are kept under these numbers
    expect([totalKey, key, sourceKey('bluesky')].map(shardOf)).toEqual([-9, 2, -1])
  })
})

describe('a group that was not told of everything', () => {
  it('learns counts anew once it is', () => {
    const given = Array.from({ length: 400 }, (_, at) => [rowOf(totalKey, at, 9), rowOf(key, at, at < 300 ? 3 : 6)])
    expect(levelOf(watched(given).shard)).toBeLessThan(4.5)
    expect(levelOf(watched(given, (at) => at >= 300).shard)).toBeCloseTo(6, 6)
  })
})

describe('an interval in which nothing at all was heard', () => {
  /** Two posts in each fourth interval, and nothing between. */
  const quiet = (length: number) =>
    Array.from({ length }, (_, at) => (at % 4 === 0 ? [rowOf(totalKey, at, 2), rowOf(key, at, 2)] : []))

  it('is zero of what is watched, where that is usual', () => {
    const { shard, timers } = watched(quiet(800))
    expect(timers).toEqual(Array.from({ length: 800 }, (_, at) => at))
    expect(levelOf(shard)).toBeGreaterThan(0.45)
    expect(levelOf(shard)).toBeLessThan(0.55)
  })

  it('says nothing where nothing has come for longer than ever before: the feed may be dead', () => {
    const busy = Array.from({ length: 800 }, (_, at) => [rowOf(totalKey, at, 9), rowOf(key, at, 3)])
    const dead = Array.from({ length: 200 }, () => [])
    const before = levelOf(watched(busy).shard)
    const { shard, timers } = watched([...busy, ...dead])
    expect(levelOf(shard)).toBeCloseTo(before, 6)
    // once the silence is told, nothing more is awaited
    expect(timers.length).toBeLessThan(900)
  })
})
