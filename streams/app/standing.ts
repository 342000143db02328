import type { Standing } from '../../dashboard/server/options.js'
import { mentionOf, type PostState } from '../../processors/post-state.js'
import { revisions } from '../../processors/revisions.js'
import { posts } from '../../schemas/topics.js'
import { partitionFor } from '../engine/partitioner.js'
import type { Foundation } from './foundation.js'
import { streamTasks } from './tasks.js'
import type { EngineThread } from './threads.js'
import { threadFor, type Work } from './work.js'

const bytes = new TextEncoder()

/** Asks the task that has the post, where it is run in this process, what stands: before any table has it. */
export async function standingOf(
  postId: string,
  foundation: Foundation,
  threads: readonly EngineThread[],
  work: Pick<Work, 'ownerOf'> | null,
): Promise<Standing> {
  const partition = partitionFor(bytes.encode(postId), foundation.partitionsOf(posts.name))
  for (const task of streamTasks(foundation)) {
    const store = storeOf(task.stage)
    if (store === null || task.partition !== partition) continue
    const answer = await threadFor(task, foundation, threads).ask(task.name, store, postId)
    if (answer.kind === 'absent') return { kind: 'unknown' }
    // The thread is an edge: what it found was put there by the processor.
    if (answer.kind === 'found') return standing(postId, answer.value as PostState)
    const address = work?.ownerOf(task.name) ?? null
    return address === null ? { kind: 'moving' } : { kind: 'elsewhere', address }
  }
  return { kind: 'not-run' }
}

/** The store of the step that knows posts; null where the stage has none. */
function storeOf({ steps }: Foundation['stages'][number]): string | null {
  for (const step of steps) if (step.kind === 'process' && step.processor.name === revisions.name) return step.store
  return null
}

const standing = (postId: string, state: PostState): Standing =>
  state === 'deleted' ? { kind: 'deleted' } : { kind: 'standing', mention: mentionOf(postId, state) }
