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

/**
 * Questions about the aspects of sentences on restaurants, as the product asks them: `en`, the test split of MAMS, or
 * `es`, written for this project. The form in fp32 is that of the shipped model of aspects.
 */
export const questions = (language: 'en' | 'es'): Promise<readonly LabelledTweet[]> =>
  rows(`questions-${language}.test.jsonl.gz`, tweet)

const reviewFiles = {
  en: 'reviews-en.test.jsonl.gz',
  es: 'reviews-es.jsonl',
  opposed: 'aspects-es.test.jsonl',
} as const

/**
 * Sentences on restaurants with their aspects: `en`, the test split of MAMS; `es`, written for this project; `opposed`,
 * written for it too, most of which praise one thing and blame another.
 */
export const reviews = (set: keyof typeof reviewFiles): Promise<readonly LabelledReview[]> =>
  rows(reviewFiles[set], review)
