import type { Engagement } from '../../schemas/engagement.js'
import type { Mention } from '../../schemas/mention.js'
import type { Post } from '../../schemas/post.js'
import type { Shift } from '../../schemas/shift.js'
import type { Survey } from '../../schemas/survey.js'

/** A post with everything optional left out. */
export const aPost = (fields: Partial<Post> = {}): Post => ({
  postId: 'file:1',
  source: 'file',
  author: 'a1',
  text: 'Hoy cociné lomo saltado',
  createdAt: 1_600_000_000_000,
  editedAt: null,
  language: null,
  region: null,
  repostOf: null,
  url: null,
  simulated: false,
  ...fields,
})

/** A mention as the enriching step gives it, with a sentiment. */
export const aMention = (fields: Partial<Mention> = {}): Mention => ({
  postId: 'file:1',
  revision: 1,
  sign: 1,
  kind: 'post',
  source: 'file',
  author: 'a1',
  text: 'Hoy cociné lomo saltado',
  createdAt: 1_600_000_000_000,
  language: 'es',
  region: null,
  terms: [{ term: 'lomo saltado', kind: 'dish' }],
  repostOf: null,
  stars: null,
  sentiment: {
    label: 'positive',
    confidence: 0.75,
    negative: 0.125,
    neutral: 0.125,
    positive: 0.75,
    sure: true,
    model: 'test@1',
  },
  url: null,
  simulated: false,
  aspects: [],
  ...fields,
})

/** An observation that tells nothing but what is given. */
export const anEngagement = (fields: Partial<Engagement> = {}): Engagement => ({
  postId: 'file:1',
  source: 'file',
  observedAt: 1_600_000_000_000,
  likes: null,
  comments: null,
  shares: null,
  views: null,
  reach: null,
  followers: null,
  simulated: false,
  ...fields,
})

/** A shift of the talk of a dish. */
export const aShift = (fields: Partial<Shift> = {}): Shift => ({
  ...{ shift: 'spike', term: 'ceviche', kind: 'dish', region: '*', window: 'quarterHour', measure: 'mentions' },
  ...{ start: 1_600_000_200_000, end: 1_600_001_100_000, expected: 2, observed: 9, deviation: 5, pValue: 1e-5 },
  ...{ mentions: 9, evidence: [], causes: [], method: 'test@1', shiftId: 's1', state: 'opened', revision: 1 },
  ...{ openedAt: 1_600_000_200_000, severity: 'high', effect: 3.5, source: null, topAuthorShare: 0.2, pushed: null },
  ...fields,
})

/** An answer to a closed question. */
export const anAnswer = (fields: Partial<Survey> = {}): Survey => ({
  ...{ answerId: 's1:r1:q1', surveyId: 's1', questionId: 'q1', question: '¿Qué pidió?', kind: 'single', text: null },
  ...{ choices: ['ceviche'], source: 'panel', author: 'p1', answeredAt: 1_600_000_000_000, editedAt: null },
  ...{ language: null, region: null, weight: null, simulated: false },
  ...fields,
})
