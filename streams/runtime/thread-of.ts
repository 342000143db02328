/**
 * The thread that runs a task. A stage stays whole in one thread as long as there are enough stages: its tasks keep step
 * with each other there, and what one stage writes, another thread reads meanwhile. More threads than stages share the
 * partitions of each.
 */
export function threadOf(task: {
  /** Position of the stage among all of them. */
  readonly stage: number
  readonly stages: number
  readonly partition: number
  readonly threads: number
}): number {
  const { stage, stages, partition, threads } = task
  const share = Math.ceil(threads / stages)
  return (stage + stages * (partition % share)) % threads
}
