import { afterEach, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { BatchResult, Sentiment, SentimentModel } from '../../streams/engine/ports/batch.js'

/** The text `DEADLY` ends the worker that gets it, `STUCK` blocks it for ever. */
export interface SentimentModelUnderTest {
  readonly model: SentimentModel
  /** Texts that were scored, not answered from memory. */
  scored(): number
  /** Makes every worker thread that there is end itself, over the job it has or the next one it gets. */
  killWorkers(): void
  close(): Promise<void>
}

export interface ContractOptions {
  readonly cache?: number
  readonly queue?: number
  readonly patience?: number
}

const words = [
  'el',
  'ceviche',
  'estaba',
  'muy',
  'rico',
  'frío',
  'caro',
  'nunca',
  'más',
  '😡',
  '😍',
  'service',
  'ñ',
  '#x',
  '🍋',
  '12',
]
const aText = fc.array(fc.constantFrom(...words), { maxLength: 40 }).map((some) => some.join(' '))
const manyTexts = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${n} ${words.slice(n % 7, (n % 7) + 1 + (n % 9)).join(' ')}`)

const scoreOf = (result: BatchResult<Sentiment> | undefined): Sentiment => {
  if (result?.kind !== 'ok') throw new Error(`no score: ${JSON.stringify(result)}`)
  return result.value
}

/** What every implementation of the sentiment port does. */
export function sentimentModelContract(
  name: string,
  open: (options?: ContractOptions) => Promise<SentimentModelUnderTest>,
): void {
  describe(`${name}, as a sentiment model`, () => {
    const opened: SentimentModelUnderTest[] = []
    const opening = async (options?: ContractOptions): Promise<SentimentModelUnderTest> => {
      const under = await open(options)
      opened.push(under)
      return under
    }
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((under) => under.close()))
    })

    it('gives probabilities that sum to one, the label of the largest, and who said so', async () => {
      const { model } = await opening()
      const results = await model.call(['muy rico', 'muy frío', 'nunca más'])
      expect(results).toHaveLength(3)
      for (const { label, confidence, scores, sure, model: by } of results.map(scoreOf)) {
        expect(scores[0] + scores[1] + scores[2]).toBeCloseTo(1, 10)
        expect(confidence).toBe(Math.max(...scores))
        expect(scores[['negative', 'neutral', 'positive'].indexOf(label)]).toBe(confidence)
        expect(typeof sure).toBe('boolean')
        expect(by).toMatch(/^.+@.+$/)
        expect(by).toBe(model.name)
      }
    })

    it('gives a text the same score beside whatever texts and however the calls are cut', async () => {
      const { model: alone } = await opening({ cache: 0 })
      const { model: beside } = await opening({ cache: 0 })
      const single = new Map<string, BatchResult<Sentiment> | undefined>()
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(aText, { maxLength: 30 }), { minLength: 1, maxLength: 5 }),
          async (calls) => {
            for (const text of calls.flat()) if (!single.has(text)) single.set(text, (await alone.call([text]))[0])
            const answered = await Promise.all(calls.map((texts) => beside.call(texts)))
            expect(answered).toEqual(calls.map((texts) => texts.map((text) => single.get(text))))
          },
        ),
        { numRuns: 25 },
      )
    })

    it('scores equal texts once and remembers them', async () => {
      const { model, scored } = await opening()
      const first = await model.call(['muy rico', 'muy caro', 'muy rico'])
      const [again] = await Promise.all([model.call(['muy caro', 'muy rico']), model.call(['muy rico'])])
      expect(scored()).toBe(2)
      expect(first[2]).toEqual(first[0])
      expect(again).toEqual([first[1], first[0]])
    })

    it('answers odd texts with a score or a reason, each alone', async () => {
      const { model } = await opening()
      const odd = ['', ' \n\t', '\u0000', '\uD83D', 'a\uDC00b', '😍😍😍', 'x'.repeat(5_000_000), '中'.repeat(10_000)]
      const [plain] = await model.call(['muy rico'])
      const results = await model.call(['muy rico', ...odd, 'muy rico'])
      expect(results).toHaveLength(odd.length + 2)
      expect([results[0], results.at(-1)]).toEqual([plain, plain])
      for (const result of results) if (result.kind === 'failed') expect(result.reason).not.toBe('')
      expect(scoreOf(results[1]).sure).toBe(false)
    })

    it('answers calls with more texts than the queue holds, in order', async () => {
      const { model } = await opening({ queue: 4 })
      const texts = manyTexts(100)
      const [whole, reversed] = await Promise.all([model.call(texts), model.call(texts.toReversed())])
      expect(whole.map(scoreOf)).toHaveLength(100)
      expect(reversed.toReversed()).toEqual(whole)
    })

    it('answers every caller that waited for room, also those whose texts were known when their turn came', async () => {
      const { model } = await opening({ queue: 2 })
      const texts = manyTexts(20)
      const answers = await Promise.all(Array.from({ length: 10 }, () => model.call(texts)))
      for (const answer of answers) expect(answer).toEqual(answers[0])
    })

    it('answers although its workers are killed before and during a call', async () => {
      const { model, killWorkers } = await opening({ cache: 0 })
      const texts = manyTexts(300)
      const expected = await model.call(texts)
      killWorkers()
      const during = model.call(texts)
      await model.call(['muy rico'])
      killWorkers()
      expect(await during).toEqual(expected)
    })

    it('fails a text that kills its worker, and that text alone', async () => {
      const { model } = await opening()
      const texts = manyTexts(20)
      const results = await model.call([...texts.slice(0, 9), 'a DEADLY text', ...texts.slice(9)])
      expect(results[9]).toEqual({ kind: 'failed', reason: expect.stringContaining('ended with code 9') })
      expect(results.filter((result) => result.kind === 'ok')).toHaveLength(20)
    })

    it('fails a text that blocks its worker for ever, and answers the next', async () => {
      const { model } = await opening({ patience: 1500 })
      const results = [...(await model.call(['STUCK'])), ...(await model.call(['muy rico']))]
      expect(results).toEqual([
        { kind: 'failed', reason: expect.stringContaining('gave no answer for 1500 ms') },
        expect.objectContaining({ kind: 'ok' }),
      ])
    })

    it('rejects calls after it was closed', async () => {
      const under = await opening()
      await under.close()
      await expect(under.model.call(['muy rico'])).rejects.toThrow(/closed/)
    })
  })
}
