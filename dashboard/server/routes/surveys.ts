import type { FastifyInstance } from 'fastify'
import type { ServerOptions } from '../options.js'
import { Problem } from '../problem.js'
import { surveyOf, surveysThereAre } from '../surveys.js'

/** What people answered when they were asked. */
export function surveyRoutes(app: FastifyInstance, { store }: ServerOptions): void {
  const tags = ['surveys']
  app.get(
    '/api/v1/surveys',
    {
      schema: {
        tags,
        summary: 'The surveys that were answered, newest first: at most 200; older ones are found by their id',
      },
    },
    async () => ({
      surveys: await surveysThereAre(store),
    }),
  )

  app.get<{ Params: { readonly surveyId: string } }>(
    '/api/v1/surveys/:surveyId',
    {
      schema: {
        tags,
        summary: 'The answers to a survey, each figure with sample size and margin of error, beside posts and reviews',
        description:
          'Margins of error are half of the 95 % Wilson interval, for a simple random sample of a large population; where ' +
          'answers have weights, with the effective sample (Σw)² / Σw², which `few` goes by. Of a mean: Student’s t. They say nothing of who does not answer. `voices` ' +
          'and `terms` set open answers beside posts and reviews of the same time, `aspects` what each says of food, service, ' +
          'price, ambience and menu. Needs the topology `surveys`.',
        params: { type: 'object', properties: { surveyId: { type: 'string', minLength: 1, maxLength: 512 } } },
      },
    },
    async ({ params: { surveyId } }) => {
      const found = await surveyOf(store, surveyId)
      if (found !== null) return found
      throw new Problem(
        404,
        'unknown-survey',
        'There are no answers to such a survey',
        surveyId,
        '/api/v1/surveys names those that there are.',
      )
    },
  )
}
