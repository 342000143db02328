import { projectPath } from '../../streams/project.js'
import { openSentimentModel } from '../sentiment-model.js'
import { aspectScore, type LanguageScore, languageScore } from './evaluation.js'
import { shownCategories } from './shown.js'
import { aspectTable, calibrationTable, scoreTable } from './tables.js'
import { reviews, tweets } from './texts.js'

/** `npm run model:evaluate`: the tables of the model's card, from the files that ship; those of aspects when it knows any. */
const dir = projectPath('models/sentiment-es-en-pt')
const model = await openSentimentModel({ dir, cache: 0 })
try {
  const scores = new Map<string, LanguageScore>()
  for (const language of model.languages ?? []) scores.set(language, await languageScore(model, await tweets(language)))
  const parts = [model.name, `Scores\n\n${scoreTable(scores)}`, `Calibration\n\n${calibrationTable(scores)}`]
  const shown = await shownCategories(dir)
  if (shown.size > 0) {
    const aspects = new Map([
      ['English, MAMS test', await aspectScore(model, await reviews('en'), shown)],
      ['Spanish, written for this', await aspectScore(model, await reviews('es'), shown)],
    ])
    parts.push(`Aspects\n\n${aspectTable(aspects)}`)
  }
  process.stdout.write(`${parts.join('\n\n')}\n`)
} finally {
  await model.close()
}
