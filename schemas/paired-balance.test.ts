import { describe, expect, it } from '@jest/globals'
import { choices } from '../streams/engine/testing/choices.js'
import { differencePValue } from './balance-difference.js'
import {
  contributing,
  noSums,
  type PairSums,
  pairedDifference,
  pairedOf,
  pairVerdicts,
  withoutPairs,
} from './paired-balance.js'

type Score = -1 | 0 | 1
/** What a mention says of two things; null: nothing. */
type Told = readonly [one: Score | null, other: Score | null]

/** The sums of one author, mention by mention. */
const author = (...mentions: readonly Told[]): PairSums => {
  const sums = { ...noSums }
  for (const [one, other] of mentions) {
    if (one !== null && other !== null) {
      sums.both += 1
      sums.differences += one - other
      sums.squaredDifferences += (one - other) ** 2
    } else if (one !== null) {
      sums.firstAlone += 1
      sums.first += one
      sums.firstLabelled += Math.abs(one)
    } else if (other !== null) {
      sums.secondAlone += 1
      sums.second += other
      sums.secondLabelled += Math.abs(other)
    }
  }
  return sums
}
const many = (count: number, told: Told) => Array.from({ length: count }, () => author(told))

describe('the test of two things that one mention may speak of', () => {
  it('is that of McNemar where each mention speaks of both and nobody is neutral', () => {
    const said = [...many(25, [1, -1]), ...many(11, [-1, 1]), ...many(60, [1, 1]), ...many(40, [-1, -1])]
    // (25 - 11)² / (25 + 11) = 5.444, of one degree of freedom
    expect(pairedDifference(pairedOf(said))).toEqual({
      excess: 14,
      pValue: expect.closeTo(0.019631, 5),
      pValueOfMentions: expect.closeTo(0.019631, 5),
    })
  })

  it('is that of two lots, as the test of a trend has it, where no mention speaks of both', () => {
    const said = [
      ...[...many(60, [-1, null]), ...many(10, [0, null]), ...many(30, [1, null])],
      ...[...many(30, [null, -1]), ...many(15, [null, 0]), ...many(35, [null, 1])],
    ]
    const { pValue, excess } = pairedDifference(pairedOf(said))
    const exact = differencePValue(
      { negative: 60, neutral: 10, positive: 30 },
      { negative: 30, neutral: 15, positive: 35 },
    )
    // that test divides by one less than all of them
    expect(Math.abs(pValue / exact - 1)).toBeLessThan(0.05)
    expect(excess).toBeLessThan(0)
  })

  it('takes what one author says again and again for one', () => {
    const mentions = Array.from({ length: 30 }, (): Told => [1, -1])
    const others = many(4, [-1, 1])
    const { pValue, pValueOfMentions } = pairedDifference(pairedOf([author(...mentions), ...others]))
    expect(pValueOfMentions).toBeLessThan(0.0001)
    expect(pValue).toBeGreaterThan(0.3)
  })

  it('says nothing of what all say alike, or of nothing', () => {
    expect(pairedDifference(pairedOf(many(50, [1, 1]))).pValue).toBe(1)
    expect(pairedDifference(pairedOf([])).pValue).toBe(1)
    expect(pairedDifference(pairedOf(many(50, [1, null]))).pValue).toBe(1)
  })

  it('is the other way round for the other one, and without an author what it is of the rest', () => {
    const choose = choices(3)
    const score = (): Score => ([-1, 0, 1] as const)[choose(3)] ?? 0
    const authors = Array.from({ length: 40 }, () =>
      Array.from({ length: 1 + choose(4) }, (): Told => {
        const way = choose(3)
        return way === 0 ? [score(), score()] : way === 1 ? [score(), null] : [null, score()]
      }),
    )
    const sums = authors.map((mentions) => author(...mentions))
    const turned = authors.map((mentions) => author(...mentions.map(([one, other]): Told => [other, one])))
    const [one, other] = [pairedDifference(pairedOf(sums)), pairedDifference(pairedOf(turned))]
    expect(one.excess).toBeCloseTo(-other.excess, 10)
    expect(one.pValue).toBeCloseTo(other.pValue, 10)
    const [first = noSums, ...rest] = sums
    expect(withoutPairs(pairedOf(sums), first)).toEqual(pairedOf(rest))
    expect(contributing).toHaveLength(5)
  })
})

describe('verdicts on pairs', () => {
  const better = many(40, [1, -1])
  const alike = [...many(20, [1, -1]), ...many(20, [-1, 1])]

  it('call better what many say, and moved by one account what one alone says', () => {
    const loud = author(...Array.from({ length: 40 }, (): Told => [1, -1]))
    const without = (at: number) =>
      at === 1 ? [withoutPairs(pairedOf([...alike, loud]), loud)] : [withoutPairs(pairedOf(better), author([1, -1]))]
    const verdicts = pairVerdicts([pairedOf(better), pairedOf([...alike, loud])], without)
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['better', 'oneAuthor'])
    expect(verdicts[1]?.author).toBe(0)
    expect(pairVerdicts([pairedOf(alike)])[0]?.verdict).toBe('steady')
  })

  it('say nothing of what a few accounts say, none of whom moves it alone', () => {
    const loud = Array.from({ length: 3 }, () => author(...Array.from({ length: 30 }, (): Told => [1, -1])))
    const all = pairedOf([...alike, ...loud])
    const [verdict] = pairVerdicts([all], () => loud.map((each) => withoutPairs(all, each)))
    expect([pairedDifference(all).pValueOfMentions < 0.001, verdict?.verdict]).toEqual([true, 'steady'])
  })
})

/** A world in which all things are spoken of alike. */
interface World {
  readonly authors: number
  /** Mentions of each. */
  readonly mentions: (author: number) => number
  /** Of a hundred mentions, how many speak of each thing. */
  readonly speaksOf: number
  /** Thousandths that are negative, and neutral. */
  readonly negative: number
  readonly neutral: number
  /** Of a hundred mentions of several things, how many say the same, or the contrary, of them. */
  readonly same: number
  readonly contrary: number
  /** Of a hundred things that an author says, how many are his standing opinion of that thing. */
  readonly standing: number
}

describe.each<readonly [string, World]>([
  ['each mention by another author', { ...plain(), speaksOf: 40 }],
  ['hardly anything negative', { ...plain(), negative: 30, neutral: 100 }],
  ['mentions that say the same of everything', { ...plain(), same: 80 }],
  ['mentions that praise one thing and blame the other', { ...plain(), contrary: 90, negative: 400, neutral: 200 }],
  ['authors of ten mentions, with opinions', { ...plain(), authors: 40, mentions: () => 10, standing: 80 }],
  [
    'authors some of whom say much more than others',
    { ...plain(), authors: 50, mentions: (at) => Math.ceil(40 / (at + 1)), standing: 80 },
  ],
])('in a world where all is spoken of alike, of %s', (_, world) => {
  const worlds = 1_000
  const things = 4
  const pairs = Array.from({ length: things }, (_, one) =>
    Array.from({ length: things - one - 1 }, (_, more) => [one, one + 1 + more] as const),
  ).flat()

  it('one pair is told as different in no more than 5 % of cases, and any of six in no more', () => {
    const choose = choices(29)
    const score = (): Score => {
      const drawn = choose(1_000)
      return drawn < world.negative ? -1 : drawn < world.negative + world.neutral ? 0 : 1
    }
    let [one, any] = [0, 0]
    for (let at = 0; at < worlds; at++) {
      const authors = Array.from({ length: world.authors }, (_, index) => {
        const opinions = Array.from({ length: things }, score)
        return Array.from({ length: world.mentions(index) }, () => {
          const said = opinions.map((opinion) =>
            choose(100) >= world.speaksOf ? null : choose(100) < world.standing ? opinion : score(),
          )
          const way = choose(100)
          // some things in turn are praised and blamed: none of them more often
          const turn = choose(2) === 0 ? 1 : -1
          if (way < world.contrary)
            return said.map((each, thing): Score | null =>
              each === null ? null : thing % 2 === 0 ? turn : turn === 1 ? -1 : 1,
            )
          const first = said.find((each) => each !== null) ?? 0
          return way < world.contrary + world.same ? said.map((each) => (each === null ? null : first)) : said
        })
      })
      const found = pairs.map(([first, other]) =>
        pairedOf(
          authors.map((mentions) =>
            author(...mentions.map((each): Told => [each[first] ?? null, each[other] ?? null])),
          ),
        ),
      )
      const [pair] = found
      if (pair !== undefined && pairedDifference(pair).pValue <= 0.05) one += 1
      if (pairVerdicts(found).some(({ verdict }) => verdict !== 'steady')) any += 1
    }
    // two standard errors of so many draws
    const allowed = 0.05 + 2 * Math.sqrt((0.05 * 0.95) / worlds)
    const rates = { one: one / worlds, any: any / worlds }
    expect([rates, rates.one <= allowed, rates.any <= allowed]).toEqual([rates, true, true])
  })
})

function plain(): World {
  return {
    ...{ authors: 120, mentions: () => 1, speaksOf: 70, negative: 500, neutral: 200 },
    ...{ same: 0, contrary: 0, standing: 0 },
  }
}
