import { describe, expect, it } from '@jest/globals'
import { rawPosts } from '../../tests/verify/data.js'
import { random } from '../../tests/verify/random.js'
import { contentOf } from '../text/content.js'
import { candidateKey, type HolderOfOne } from './candidates.js'
import { emergingTerm } from './emerging-term.js'

const context = {
  ...{ key: candidateKey('word', 'zutanez'), window: { start: 0, end: 3_600_000 }, isFinal: true, revision: 1 },
}
const result = (holders: readonly HolderOfOne[]) =>
  emergingTerm.result(
    holders.reduce((sums, holder) => emergingTerm.add(sums, holder, 0), emergingTerm.initial()),
    context,
  )

describe('the state of an emerging term', () => {
  const texts = rawPosts(5_000).map(({ text }) => contentOf(text, 'ana'))
  const holders = Array.from({ length: 20_000 }, (_, index): HolderOfOne => {
    return {
      ...{ postId: `p${index}`, sign: 1, author: `a${(index * 7) % 3_000}`, isRepost: false, term: 'zutanez' },
      content: texts[index % texts.length] ?? 0,
    }
  })

  it('is bounded: of many posts a thousand are compared, drawn as if by lot, whatever their order', () => {
    const sums = holders.reduce((into, holder) => emergingTerm.add(into, holder, 0), emergingTerm.initial())
    expect(sums.examined.size).toBeLessThan(2_000)
    const told = emergingTerm.result(sums, context)
    expect(told).toMatchObject({ posts: 20_000, examined: 1_000 })
    expect(told.authors).toBeGreaterThan(700)
    const chance = random(4)
    const shuffled = holders.map((holder) => [chance.next(), holder] as const).sort(([a], [b]) => a - b)
    expect(result(shuffled.map(([, holder]) => holder))).toEqual(told)
  })

  it('says what part repeats: of a thousand posts by a hundred authors nine in ten', () => {
    const few = holders.slice(0, 1_000).map((holder, index) => ({ ...holder, author: `a${index % 100}` }))
    expect(result(few).pushed).toBeCloseTo(0.9, 1)
    expect(result(few).topAuthorsShare).toBeCloseTo(0.03)
  })
})
