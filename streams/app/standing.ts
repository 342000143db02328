import type { Standing } from '../../dashboard/server/options.js'
import { mentionOf, type PostState } from '../../processors/post-state.js'
import { revisions } from '../../processors/revisions.js'
import { posts } from '../../schemas/topics.js'
import { partitionFor } from '../engine/partitioner.js'
import { encodeUtf8 } from '../engine/utf8.js'
import { askOwner, type Owners } from './owners.js'

/** Asks the task that has the post, where it is run in this process, what stands: before any table has it. */
export async function standingOf(postId: string, owners: Owners): Promise<Standing> {
  const { stages, partitionsOf } = owners.foundation
  for (const stage of stages) {
    const store = storeOf(stage)
    if (store === null) continue
    const partition = partitionFor(encodeUtf8(postId), partitionsOf(posts.name))
    const answer = await askOwner({ stage, partition }, { kind: 'value', store, key: postId }, owners)
    if (answer.kind === 'absent') return { kind: 'unknown' }
    // The thread is an edge: what it found was put there by the processor.
    return answer.kind === 'found' ? standing(postId, answer.value as PostState) : answer
  }
  return { kind: 'not-run' }
}

/** The store of the step that knows posts; null where the stage has none. */
function storeOf({ steps }: Owners['foundation']['stages'][number]): string | null {
  for (const step of steps) if (step.kind === 'process' && step.processor.name === revisions.name) return step.store
  return null
}

const standing = (postId: string, state: PostState): Standing =>
  state === 'deleted' ? { kind: 'deleted' } : { kind: 'standing', mention: mentionOf(postId, state) }
