import { describe, expect, it } from '@jest/globals'
import type { BatchResult, ScoredText } from '../engine/ports/batch.js'
import { scoreTexts } from './scoring.js'

const texts = {
  spanish: 'El ceviche estuvo muy rico pero la atención de los mozos fue pésima',
  french: "C'est la meilleure soupe que je mange depuis des années, mais le service est très lent",
  unclear: 'ok',
}

async function ask(languages: readonly string[] | null): Promise<readonly BatchResult<ScoredText>[]> {
  const score = { label: 'neutral', confidence: 0.5, scores: [0.2, 0.5, 0.3], sure: true, model: 'm@1' } as const
  const model = {
    name: 'm@1',
    languages,
    call: async (items: readonly string[]) =>
      items.map((item) =>
        item === '' ? ({ kind: 'failed', reason: 'empty' } as const) : ({ kind: 'ok', value: score } as const),
      ),
  }
  return scoreTexts(model, [...Object.values(texts), ''])
}

const languagesOf = (results: readonly BatchResult<ScoredText>[]): readonly unknown[] =>
  results.map((result) => (result.kind === 'ok' ? [result.value.language, result.value.supported] : result))

describe('texts that somebody asks the score of', () => {
  it('are scored in any language, with whether the model was made for it', async () => {
    expect(languagesOf(await ask(['es', 'en', 'pt']))).toEqual([
      ['es', true],
      ['fr', false],
      [null, null],
      { kind: 'failed', reason: 'empty' },
    ])
  })

  it('are not called supported or unsupported by a model that does not say its languages', async () => {
    expect(languagesOf(await ask(null)).slice(0, 2)).toEqual([
      ['es', null],
      ['fr', null],
    ])
  })
})
