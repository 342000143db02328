import { projectPath } from '../../streams/project.js'
import { openSentimentModel } from '../sentiment-model.js'
import { aspectScore, type LanguageScore, languageScore } from './evaluation.js'
import { shownCategories } from './shown.js'
import { aspectTable, calibrationTable, scoreTable } from './tables.js'
import { type LabelledTweet, questions, reviews, tweets } from './texts.js'

/** `npm run model:evaluate`: the tables of the models' cards, from the files that ship; those of aspects when the model of sentiment knows any. */

async function tablesOf(
  dir: string,
  sets: ReadonlyMap<string, () => Promise<readonly LabelledTweet[]>>,
): Promise<string> {
  const model = await openSentimentModel({ dir, cache: 0 })
  try {
    const scores = new Map<string, LanguageScore>()
    for (const [language, read] of sets) scores.set(language, await languageScore(model, await read()))
    const parts = [model.name, `Scores\n\n${scoreTable(scores)}`, `Calibration\n\n${calibrationTable(scores)}`]
    const shown = await shownCategories(dir)
    if (shown.size > 0) {
      const aspects = new Map([
        ['English, MAMS test', await aspectScore(model, await reviews('en'), shown)],
        ['Spanish, written for this', await aspectScore(model, await reviews('es'), shown)],
      ])
      parts.push(`Aspects\n\n${aspectTable(aspects)}`)
    }
    return parts.join('\n\n')
  } finally {
    await model.close()
  }
}

const languages = ['es', 'en', 'pt'] as const
const sentiment = new Map(languages.map((language) => [language, () => tweets(language)]))
const aspects = new Map((['es', 'en'] as const).map((language) => [language, () => questions(language)]))
process.stdout.write(`${await tablesOf(projectPath('models/sentiment-es-en-pt'), sentiment)}\n\n`)
process.stdout.write(`${await tablesOf(projectPath('models/aspects-es-en-pt'), aspects)}\n`)
