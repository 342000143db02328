import type { Unanswered } from '../../dashboard/server/options.js'
import type { Stage } from '../engine/stage.js'
import type { Foundation } from './foundation.js'
import type { KeyAnswer, Question } from './messages.js'
import { streamTasks } from './tasks.js'
import type { EngineThread } from './threads.js'
import { threadFor, type Work } from './work.js'

/** Who has which task, as far as this process knows. */
export interface Owners {
  readonly foundation: Pick<Foundation, 'stages' | 'partitionsOf'>
  readonly threads: readonly EngineThread[]
  /** Null before the work begins. */
  readonly work: Pick<Work, 'ownerOf'> | null
}

type Answer = Exclude<KeyAnswer, { readonly kind: 'not-here' }> | Exclude<Unanswered, { readonly kind: 'not-run' }>

/** Asks the task of the stage that has the partition, where this process runs it; else says who is to be asked. */
export async function askOwner(
  { stage, partition }: { readonly stage: Stage; readonly partition: number },
  question: Question,
  { foundation, threads, work }: Owners,
): Promise<Answer> {
  const task = streamTasks(foundation).find((each) => each.stage === stage && each.partition === partition)
  if (task === undefined) throw new Error(`stage ${stage.id} has no task ${partition}`)
  const answer = await threadFor(task, foundation, threads).ask(task.name, question)
  if (answer.kind !== 'not-here') return answer
  const address = work?.ownerOf(task.name) ?? null
  return address === null ? { kind: 'moving' } : { kind: 'elsewhere', address }
}
