import { answerDecoder, answerSentiment } from '../../processors/surveys/answer.js'
import { answers } from '../../processors/surveys/answers.js'
import { deletions, surveyAnswers, surveys as surveysTopic } from '../../schemas/topics.js'
import { topology } from '../engine/builder.js'
import { deadLetter } from '../engine/outcome.js'
import { ms } from '../engine/time.js'
import { tokens } from '../engine/topology.js'
import { analyse } from './text-analyser.js'

/** What people answer when they are asked: each answer with terms and sentiment of its words. docs/surveys.md has the rules. */
export const surveys = topology('surveys')
  .from(surveysTopic)
  .with(deletions)
  .decode(answerDecoder(analyse), { otherwise: deadLetter })
  .mapInBatches(answerSentiment, { atMost: tokens(1024), within: ms(50) })
  // What is known of an answer is kept as long as the answer itself: without limit.
  .process(answers, { expireAfter: null })
  .to(surveyAnswers)
