import { describe, expect, it } from '@jest/globals'
import type { SourceItem } from './item.js'
import { type ReplayOptions, type ReplayTarget, replay } from './replay.js'
import { atOnce, paced, parseSpeed, rebased } from './timeline.js'

const fields = (line: number, time: number): SourceItem => ({
  kind: 'fields',
  line,
  bytes: new Uint8Array(),
  fields: { time },
})

const refused = (line: number): SourceItem => ({
  kind: 'refused',
  line,
  bytes: new Uint8Array(),
  length: 0,
  reason: 'undecodable',
  detail: 'no JSON',
})

async function* sourceOf(items: readonly SourceItem[]): AsyncGenerator<SourceItem> {
  yield* items
}

/** A target that keeps what it gets, and a clock that jumps to what is waited for. */
function stage(overrides: Partial<ReplayOptions> = {}) {
  const sent: { readonly time: number; readonly at: number }[] = []
  const lines: number[] = []
  let now = 1_000_000
  const target: ReplayTarget<number> = {
    ready: ({ time }) => (typeof time === 'number' ? { time, at: (carried) => carried } : 'no time'),
    append: async (times) => {
      for (const time of times) sent.push({ time, at: now })
    },
    refuse: async (refusals) => {
      lines.push(...refusals.map(({ line }) => line))
    },
  }
  const options: ReplayOptions = {
    mapping: {},
    timeline: () => atOnce,
    now: () => now,
    signal: new AbortController().signal,
    waitUntil: async (moment) => {
      now = moment
    },
    ...overrides,
  }
  return { target, options, sent, lines }
}

describe('a replay', () => {
  it('sends a batch after 8 MiB of the source, however few its records are', async () => {
    const { target, options } = stage()
    const batches: number[] = []
    const counting: typeof target = { ...target, refuse: async (refusals) => void batches.push(refusals.length) }
    const large = (line: number): SourceItem => ({ ...refused(line), bytes: new Uint8Array(3 * 1024 * 1024) })
    await replay(sourceOf([1, 2, 3, 4, 5].map(large)), counting, options)
    expect(batches).toEqual([3, 2])
  })

  it('sends good records in order and refuses bad lines with their place; the rest goes on', async () => {
    const { target, options, sent, lines } = stage()
    const bad: SourceItem = { kind: 'fields', line: 3, bytes: new Uint8Array(), fields: {} }
    const progress = await replay(sourceOf([fields(1, 10), refused(2), bad, fields(4, 20)]), target, options)
    expect(sent.map(({ time }) => time)).toEqual([10, 20])
    expect(lines).toEqual([2, 3])
    expect(progress).toEqual({ line: 4, sent: 2, refused: 2 })
  })

  it('keeps the distances of time, divided by the speed', async () => {
    const { target, options, sent } = stage({ timeline: (first) => paced(60, first, 1_000_000) })
    await replay(sourceOf([fields(1, 0), fields(2, 60_000), fields(3, 120_000)]), target, options)
    expect(sent).toEqual([
      { time: 0, at: 1_000_000 },
      { time: 60_000, at: 1_001_000 },
      { time: 120_000, at: 1_002_000 },
    ])
  })

  it('gives rebased records the moment of their sending, and the past at once', async () => {
    const { target, options, sent } = stage({ timeline: () => rebased(10, 50_000, 1_000_000) })
    await replay(sourceOf([fields(1, 0), fields(2, 50_000), fields(3, 60_000)]), target, options)
    expect(sent).toEqual([
      { time: 995_000, at: 1_000_000 },
      { time: 1_000_000, at: 1_000_000 },
      { time: 1_001_000, at: 1_001_000 },
    ])
  })

  it('goes on after the line that was acknowledged last', async () => {
    const { target, options, sent } = stage({ after: 2 })
    await replay(sourceOf([fields(1, 1), refused(2), fields(3, 3)]), target, options)
    expect(sent.map(({ time }) => time)).toEqual([3])
  })

  it('reads speeds as people write them', () => {
    expect([parseSpeed('1x'), parseSpeed('0.5x'), parseSpeed('max')]).toEqual([1, 0.5, Number.POSITIVE_INFINITY])
    for (const text of ['fast', '0x', '-1x', '10']) expect(() => parseSpeed(text)).toThrow(/is no speed/)
  })
})
