import { createHash } from 'node:crypto'

/**
 * Tasks of which the worker at the place keeps a copy of the state: each task has so many workers for it beside its
 * owner, or as many as there are. Every worker comes to the same answer without being told (rendezvous hashing: Thaler
 * and Ravishankar, "Using name-based mappings to increase hit rates", 1998), and few copies move when one comes or goes.
 * @param owners place of the owner of each task
 * @param places of all workers
 */
export function standbysOf(
  place: string,
  owners: ReadonlyMap<string, string>,
  places: readonly string[],
  replicas: number,
): readonly string[] {
  if (replicas === 0) return []
  const workers = [...new Set(places)]
  return [...owners].flatMap(([task, owner]) => {
    const others = workers
      .filter((each) => each !== owner)
      .map((each) => ({ place: each, weight: weightOf(task, each) }))
      .sort((one, other) => (one.weight < other.weight ? -1 : 1))
    return others.slice(0, replicas).some((each) => each.place === place) ? [task] : []
  })
}

const weightOf = (task: string, place: string): string => createHash('sha1').update(`${task} ${place}`).digest('hex')
