import { describe, expect, it } from '@jest/globals'
import { type StreamFacts, streamStatus } from './stream-status.js'

const lagOf = (group: string, topic: string, lag: number) => ({
  group,
  topic,
  partition: 0,
  committed: 0,
  end: lag,
  lag,
})

const facts = (overrides: Partial<StreamFacts> = {}): StreamFacts => ({
  lag: [],
  sources: new Set(['posts']),
  lastEventAt: 1_000,
  fates: { forwarded: 0, late: 0, dropped: 0, deadLettered: 0 },
  model: null,
  samples: null,
  backlog: 0,
  now: 100_000,
  lastReadAt: 99_000,
  ...overrides,
})

describe('the state of the stream', () => {
  it('is live while records come, and idle a minute after the last', () => {
    expect(streamStatus(facts()).phase).toBe('live')
    expect(streamStatus(facts({ now: 200_000 })).phase).toBe('idle')
    expect(streamStatus(facts({ lastReadAt: null })).phase).toBe('idle')
  })

  it('is a backfill while many records wait, and progress never falls when a stage hands records on', () => {
    const begun = facts({ lag: [lagOf('a.1', 'posts', 900)], backlog: 1_000 })
    const handedOn = facts({ lag: [lagOf('a.1', 'posts', 700), lagOf('a.2', 'between', 5_000)], backlog: 1_000 })
    expect(streamStatus(begun)).toMatchObject({ phase: 'backfilling', progress: { done: 100, total: 1_000 } })
    expect(streamStatus(handedOn)).toMatchObject({ phase: 'backfilling', progress: { done: 300, total: 1_000 } })
  })

  it('counts samples that are not sent yet as part of the past that is told', () => {
    const samples = { total: 300, past: 200, line: 50 }
    const status = streamStatus(facts({ samples, lag: [lagOf('a.1', 'posts', 30)], backlog: 50 }))
    expect(status).toMatchObject({ phase: 'backfilling', simulated: true, progress: { done: 20, total: 200 } })
  })

  it('has ended when all samples were told and read', () => {
    expect(streamStatus(facts({ samples: { total: 300, past: 200, line: 300 } })).phase).toBe('ended')
  })

  it('adds the lag of a group up over its partitions', () => {
    const lag = [lagOf('a.1', 'posts', 2), { ...lagOf('a.1', 'posts', 3), partition: 1 }]
    expect(streamStatus(facts({ lag })).lag).toEqual([{ group: 'a.1', records: 5 }])
  })
})
