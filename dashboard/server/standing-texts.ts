import type { Queries } from '../../streams/engine/ports/analytics.js'

/** What posts say that still stand, by their ids; milliseconds after which it is given up. */
export async function standingTexts(
  store: Queries,
  posts: readonly string[],
  timeout: number,
): Promise<ReadonlyMap<string, string>> {
  if (posts.length === 0) return new Map()
  const found = await store.query<{ postId: string; text: string }>(
    `SELECT postId, argMax(text, revision) AS text FROM current_mentions
     WHERE postId IN {posts:Array(String)} GROUP BY postId`,
    { params: { posts: [...new Set(posts)] }, timeout },
  )
  return new Map(found.map(({ postId, text }) => [postId, text]))
}
