import type { Engagement } from '../../schemas/engagement.js'
import type { Mention } from '../../schemas/mention.js'
import type { Post } from '../../schemas/post.js'

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
