import { expect, it } from '@jest/globals'
import { scoreTexts } from './score-texts.js'

it('texts are scored in order, a few hundred a call', async () => {
  const sizes: number[] = []
  const call = async (items: readonly string[]) => {
    sizes.push(items.length)
    return items.map((item) => ({ kind: 'failed', reason: `no ${item}` }) as const)
  }
  const texts = Array.from({ length: 1100 }, (_, n) => `text ${n}`)
  const scored: unknown[] = []
  for await (const one of scoreTexts({ name: 'none', call }, texts)) scored.push(one)
  expect(scored).toEqual(texts.map((text) => ({ text, result: { kind: 'failed', reason: `no ${text}` } })))
  expect(sizes).toEqual([512, 512, 76])
})
