import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Mention, SentimentLabel, Term } from '../../schemas/mention.js'
import type { PostEngagement } from '../../schemas/post-engagement.js'
import { projectPath } from '../../streams/project.js'
import { aMention } from './records.js'

interface NewsPost {
  readonly id: string
  readonly created_at: number
  readonly author: string
  readonly text: string
}

/** The real posts of samples/news-es, in the order of time. */
export const newsPosts = (): readonly NewsPost[] =>
  gunzipSync(readFileSync(projectPath('samples/news-es.jsonl.gz')))
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line): NewsPost => JSON.parse(line))
    .toSorted((one, other) => one.created_at - other.created_at)

/** A real post as a mention of the terms. */
export const newsMention = (
  { id, created_at: createdAt, author, text }: NewsPost,
  terms: readonly string[],
  label: SentimentLabel,
): Mention =>
  aMention({
    ...{ postId: id, source: 'news', createdAt, author, text },
    terms: terms.map((term): Term => ({ term, kind: 'dish' })),
    sentiment: {
      ...{ label, confidence: 0.9, sure: true, model: 'test@1' },
      ...{ negative: Number(label === 'negative'), neutral: Number(label === 'neutral') },
      positive: Number(label === 'positive'),
    },
  })

/** What a post gained while it was seen so many times. */
export const gains = (mention: Mention, observedAt: number, views: number, interactions: number): PostEngagement => ({
  ...{ postId: mention.postId, sign: 1, source: mention.source, observedAt, createdAt: mention.createdAt },
  ...{
    region: mention.region,
    author: mention.author,
    terms: mention.terms,
    authorGroup: 'unknown',
    since: mention.createdAt,
    opening: true,
  },
  ...{ likes: interactions, comments: null, shares: null, views, reach: null, followers: null, interactions },
  ...{ likesImputed: interactions, commentsImputed: null, sharesImputed: null, viewsImputed: views },
  ...{ reachImputed: null, followersImputed: null, likesGained: null, commentsGained: null, sharesGained: null },
  ...{ viewsGained: null, reachGained: null, interactionsGained: null, interactionsOpened: interactions },
  ...{ viewedInteractions: interactions, viewedViews: views, reachedInteractions: null, reachedReach: null },
  ...{ velocity: null, engagementRateByViews: interactions / views, engagementRateByReach: null },
  ...{ engagementRateByFollowers: null, simulated: false },
})
