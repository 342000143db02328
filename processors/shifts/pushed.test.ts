import { describe, expect, it } from '@jest/globals'
import { pushedLimits } from '../../schemas/metrics/shifts.js'
import { aMention } from '../../tests/support/records.js'
import { type RawPost, rawPosts } from '../../tests/verify/data.js'
import { type Random, random } from '../../tests/verify/random.js'
import { begun, type Judged, lasting } from './episode.js'
import { type IntervalRow, interval } from './interval.js'
import { learnParts, noParts } from './parts.js'
import { pushedShare } from './pushed.js'
import { totalKey } from './series.js'
import { signals } from './signal.js'

type Said = Pick<RawPost, 'author' | 'text'> & { readonly isRepost?: boolean }

const real = rawPosts(20_000)
const quarter = 900_000
let number = 0

function rowOf(said: readonly Said[]): IntervalRow {
  const given = said.flatMap(({ author, text, isRepost = false }) => {
    number += 1
    const mention = aMention({ postId: `p${number}`, author, text, repostOf: isRepost ? 'p0' : null })
    return signals({ kind: 'mention', mention }).filter(({ key }) => key === totalKey)
  })
  const sums = given.reduce((added, signal) => interval.add(added, signal, 0), interval.initial())
  return interval.result(sums, {
    ...{ key: totalKey, window: { start: 0, end: quarter }, isFinal: true, revision: 1 },
  })
}

/** A text as people change it when they pass it on as their own. */
function adapted(text: string, chance: Random): string {
  const words = text.split(/\s+/)
  words[chance.between(0, words.length - 1)] = chance.pick(['ahora', 'siempre', 'dicen', 'mira', 'increíble'])
  return `${words.join(' ')} ${chance.pick(['', '!!', '🔥', 'https://t.co/x'])}`
}

const long = real.filter(({ text }) => text.split(/\s+/).length >= 12)

/** The posts are of a few newspapers: here they are of people, a few of whom say much and most little. */
const someone = (chance: Random): string => `person${Math.floor(2_000 ** chance.next())}`

/** What makes so many posts more in an interval. */
const pushes: Readonly<Record<string, (chance: Random) => (count: number) => readonly Said[]>> = {
  'posts of many people': (chance) => (count) =>
    Array.from({ length: count }, () => ({ author: someone(chance), text: chance.pick(real).text })),
  'one account, another text each time': (chance) => (count) =>
    Array.from({ length: count }, () => ({ author: 'pusher', text: chance.pick(real).text })),
  'three accounts, another text each time': (chance) => (count) =>
    Array.from({ length: count }, () => ({ author: `pusher${chance.between(1, 3)}`, text: chance.pick(real).text })),
  'many accounts, one text that each changes a little': (chance) => {
    const { text } = chance.pick(long)
    return (count) =>
      Array.from({ length: count }, () => ({ author: `bot${chance.between(1, 500)}`, text: adapted(text, chance) }))
  },
  'many accounts that repost one post': (chance) => {
    const { text } = chance.pick(long)
    return (count) =>
      Array.from({ length: count }, () => ({
        ...{ author: `fan${chance.between(1, 500)}`, text: `RT @ana: ${text}`, isRepost: true },
      }))
  },
}

/** How much of a planted rise is pushed; half of it is usual. */
function pushedIn(kind: string, seed: number): number | null {
  const chance = random(seed)
  const place = chance.between(0, real.length - 4_000)
  const usual = noParts()
  const each = chance.between(6, 20)
  const rowAt = (index: number, more: readonly Said[]) =>
    rowOf([
      ...real
        .slice(place + index * each, place + (index + 1) * each)
        .map(({ text }) => ({ author: someone(chance), text })),
      ...more,
    ])
  for (let index = 0; index < 25; index++) {
    const row = rowAt(index, [])
    learnParts(usual, row.voices, row.parts ?? [], 1, row.repeats)
  }
  const more = pushes[kind]?.(chance)
  const judged = (): Judged => ({
    ...{ at: 0, observed: 2 * each, expected: each, weight: 1, spread: 3, rarity: 9, shape: 'spike', direction: 'up' },
  })
  const first = rowAt(25, more?.(each) ?? [])
  const episode = begun(judged(), first, false)
  if (episode === null) throw new Error('nothing begins')
  for (let index = 26; index < 29; index++) {
    const row = rowAt(index, more?.(each) ?? [])
    lasting(episode, judged(), row)
  }
  return pushedShare(usual, episode, 4 * each)
}

const seeds = Array.from({ length: 60 }, (_, index) => 7_000 + index)

describe('how much of a rise of real posts is pushed', () => {
  it.each(Object.keys(pushes))('%s', (kind) => {
    const found = seeds.map((seed) => pushedIn(kind, seed) ?? Number.NaN)
    const isRight = (share: number) =>
      kind === 'posts of many people' ? share <= pushedLimits.organic : share >= pushedLimits.pushed
    expect(found.every((share) => share >= 0 && share <= 1)).toBe(true)
    expect(found.filter(isRight).length).toBeGreaterThanOrEqual(0.9 * seeds.length)
  })

  it('is not told of a few posts', () => {
    const usual = { size: 100, repeats: 10 }
    expect(pushedShare(usual, { voices: 12, repeats: 5, authors: [['a', 6]] }, 5)).toBeNull()
    expect(pushedShare(usual, { voices: 12, repeats: 5, authors: [['a', 6]] }, 4)).toBeCloseTo(0.575)
  })

  it('is what one account says over the hours, though it says one thing an hour', () => {
    expect(pushedShare({ size: 100, repeats: 0 }, { voices: 20, repeats: 0, authors: [['a', 16]] }, 4)).toBe(0.8)
  })
})
