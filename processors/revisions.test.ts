import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Mention } from '../schemas/mention.js'
import { posts } from '../schemas/topics.js'
import { aMention } from '../tests/support/records.js'
import { aRecord } from '../tests/support/stream-record.js'
import type { Draft } from './draft.js'
import { mentionOf, type PostState } from './post-state.js'
import { revisions } from './revisions.js'

const id = 'file:1'
const version = (text: string, editedAt: number | null = null): Draft => ({
  kind: 'published',
  mention: aMention({ postId: id, text, createdAt: 100 }),
  editedAt,
})
const deletion: Draft = { kind: 'deleted', id, deletedAt: 500 }

/** Runs drafts of one post; gives the changes and the reasons of drops. */
function run(drafts: readonly Draft[], streamTimes: readonly number[] = []) {
  let state: PostState | undefined
  const changes: { readonly value: Mention; readonly timestamp: number; readonly streamTime: number }[] = []
  const drops: string[] = []
  for (const [index, draft] of drafts.entries()) {
    const timestamp = draft.kind === 'deleted' ? draft.deletedAt : draft.mention.createdAt
    const streamTime = streamTimes[index] ?? 1_000
    const [next, outcomes] = revisions.onRecord(state, aRecord(posts, draft, { key: id, timestamp, streamTime }))
    state = next
    for (const outcome of outcomes) {
      if (outcome.kind === 'forward') changes.push(outcome.record)
      else if (outcome.kind === 'drop') drops.push(outcome.reason)
    }
  }
  return { changes, drops, state }
}
const shortly = (drafts: readonly Draft[]) =>
  run(drafts).changes.map(({ value }) => `${value.sign > 0 ? '+' : '-'}${value.text}@${value.revision}`)

describe('versions of a post', () => {
  it('count once, however often the same comes', () => {
    expect(shortly([version('a'), version('a'), version('a', 7)])).toEqual(['+a@1'])
    expect(run([version('a'), version('a')]).drops).toEqual(['duplicate'])
  })

  it('replace each other: an edit takes back exactly what stood', () => {
    expect(shortly([version('a'), version('b'), version('c')])).toEqual(['+a@1', '-a@1', '+b@2', '-b@2', '+c@3'])
  })

  it('do not go back to an older edit', () => {
    expect(shortly([version('b', 200), version('a', 150)])).toEqual(['+b@1'])
    expect(run([version('b', 200), version('a', 150)]).drops).toEqual(['unchanged'])
  })

  it('do not go back to an edit older than one that said the same again', () => {
    expect(shortly([version('a'), version('a', 300), version('b', 200)])).toEqual(['+a@1'])
    expect(shortly([version('a'), version('a', 300), version('b', 400)])).toEqual(['+a@1', '-a@1', '+b@2'])
  })

  it('are not undone by the first one sent again', () => {
    expect(shortly([version('a'), version('b', 200), version('a')])).toEqual(['+a@1', '-a@1', '+b@2'])
  })

  it('keep the time of the first, so that changes meet its windows', () => {
    const later: Draft = {
      kind: 'published',
      mention: aMention({ postId: id, text: 'b', createdAt: 900 }),
      editedAt: 900,
    }
    expect(run([version('a'), later]).changes.map(({ timestamp }) => timestamp)).toEqual([100, 100, 100])
    expect(run([version('a'), later]).changes.map(({ value }) => value.createdAt)).toEqual([100, 100, 100])
  })
})

describe('a deletion', () => {
  it('takes back what stood, sentiment included', () => {
    const [added, taken] = run([version('a'), deletion]).changes
    expect(taken?.value).toEqual({ ...added?.value, sign: -1 })
    expect(taken?.timestamp).toBe(100)
  })

  it('ends the post, also when it comes first', () => {
    expect(shortly([version('a'), deletion, version('b')])).toEqual(['+a@1', '-a@1'])
    expect(shortly([deletion, version('a')])).toEqual([])
    expect(run([deletion, version('a'), deletion]).drops).toEqual(['no-match', 'deleted', 'duplicate'])
  })

  it('is late for every window that its post was late for', () => {
    expect(run([version('a'), deletion], [9_000, 2_000]).changes.map(({ streamTime }) => streamTime)).toEqual([
      9_000, 9_000,
    ])
  })
})

describe('the stream of changes', () => {
  it('sums up to what stands at the end, whatever came', () => {
    const draft = fc.oneof(
      fc.constantFrom('a', 'b', 'c').map((text) => version(text)),
      fc.constant(deletion),
    )
    fc.assert(
      fc.property(fc.array(draft, { maxLength: 12 }), (drafts) => {
        const { changes, state } = run(drafts)
        const sums = new Map<string, number>()
        for (const { value } of changes) sums.set(value.text, (sums.get(value.text) ?? 0) + value.sign)
        const standing = [...sums].filter(([, sum]) => sum !== 0)
        expect(standing).toEqual(typeof state === 'object' ? [[mentionOf(id, state).text, 1]] : [])
      }),
    )
  })
})
