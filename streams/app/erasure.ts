import type { Deletion } from '../../schemas/deletion.js'
import { deletions } from '../../schemas/topics.js'
import { systemClock } from '../runtime/clock.js'
import type { IncomingRecord, Instance } from './instance.js'

/** Why a deletion takes the text with it. */
export const erasureReason = 'erasure'

/** Whose posts, or which post. An author is `source:name`, or the pseudonym itself. */
export type Erasure = { readonly author: string } | { readonly post: string }

/**
 * Takes posts back: a deletion for each goes through the stream, which takes their numbers out of every roll-up. Once
 * everybody has read that, the eraser removes their texts from the log and from the tables.
 * @returns how many posts there were
 */
export async function erase(instance: Instance, erasure: Erasure): Promise<number> {
  const ids = 'post' in erasure ? [erasure.post] : await postsOf(instance, await instance.pseudonym(erasure.author))
  if (ids.length === 0) return 0
  const now = systemClock.now()
  await instance.append(
    ids.map((id): IncomingRecord => {
      const value: Deletion = { id, deletedAt: now, reason: erasureReason }
      return { topic: deletions.name, key: id, value: { kind: 'value', value }, timestamp: now }
    }),
  )
  return ids.length
}

async function postsOf(instance: Instance, author: string): Promise<readonly string[]> {
  const answer = await instance.query(
    `SELECT DISTINCT postId FROM mentions WHERE author = {author:String}
     UNION DISTINCT SELECT DISTINCT answerId AS postId FROM survey_answers WHERE author = {author:String}`,
    'JSONEachRow',
    {
      author,
    },
  )
  return Buffer.from(answer)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => String(JSON.parse(line).postId))
}
