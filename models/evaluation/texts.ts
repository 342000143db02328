import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { z } from 'zod'
import { projectPath } from '../../streams/project.js'
import { sentimentLabels } from '../labels.js'

const label = z.enum(sentimentLabels)

const tweet = z.object({
  text: z.string(),
  label,
  /** What the fp32 form of the shipped model says. */
  fp32: label,
})

const review = z.object({
  text: z.string(),
  aspects: z.array(z.object({ category: z.string(), polarity: label })).readonly(),
})

export type LabelledTweet = z.infer<typeof tweet>
export type LabelledReview = z.infer<typeof review>

async function rows<Row>(name: string, shape: z.ZodType<Row>): Promise<readonly Row[]> {
  const file = projectPath(`models/evaluation/data/${name}`)
  const bytes = await readFile(file)
  const text = name.endsWith('.gz') ? gunzipSync(bytes).toString('utf8') : bytes.toString('utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => shape.parse(JSON.parse(line)))
}

/** The tweets of the test split of UMSAB in a language, as in `es`. */
export const tweets = (language: string): Promise<readonly LabelledTweet[]> =>
  rows(`umsab-${language}.test.jsonl.gz`, tweet)

/** Sentences on restaurants with their aspects: `en`, the test split of MAMS, or `es`, written for this project. */
export const reviews = (language: 'en' | 'es'): Promise<readonly LabelledReview[]> =>
  rows(language === 'en' ? 'reviews-en.test.jsonl.gz' : 'reviews-es.jsonl', review)
