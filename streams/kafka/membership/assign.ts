/** A worker as it joins: what it runs, and how much it takes beside the others. */
export interface Member {
  readonly id: string
  /** Tasks that it runs, or has yet to stop. */
  readonly owned: readonly string[]
  /** Share of the tasks beside that of the others, greater than 0. */
  readonly weight: number
  /** Tasks that it knows; null: all. While workers are brought to another version one by one, they differ. */
  readonly known: ReadonlySet<string> | null
  /** Tasks of whose state it has a copy; absent: none. */
  readonly standbys?: ReadonlySet<string>
}

/** Stage and partition, as in `consumer-trends.1-0`. */
const stageOf = (task: string): string => task.slice(0, task.lastIndexOf('-'))

const partitionOf = (task: string): number => Number(task.slice(task.lastIndexOf('-') + 1))

/** Tasks of one partition stand together: whoever keeps the first of them keeps some of each stage. */
const byPartition = (one: string, other: string): number =>
  partitionOf(one) - partitionOf(other) || (one < other ? -1 : 1)

/**
 * Spreads tasks over members: as even as their weights, each stage over all, as few moved as may be. A task that is to
 * move is given to nobody while its owner has not let go of it: that one joins again when it has. A task goes to a
 * member that knows it, be it beyond its share, and rather to one that has a copy of its state; one that none knows
 * waits.
 * @returns the tasks of each member
 */
export function assign(tasks: readonly string[], members: readonly Member[]): ReadonlyMap<string, readonly string[]> {
  const sorted = [...members].sort((one, other) => (one.id < other.id ? -1 : 1))
  const owners = ownersOf(tasks, sorted)
  const targets = targetsOf(tasks.length, sorted, owners)
  const kept = new Map(sorted.map(({ id }) => [id, [] as string[]]))
  const left: string[] = []
  for (const task of [...tasks].sort(byPartition)) {
    const owner = owners.get(task)
    const mine = owner === undefined ? undefined : kept.get(owner)
    if (owner !== undefined && mine !== undefined && mine.length < (targets.get(owner) ?? 0)) mine.push(task)
    else left.push(task)
  }
  const planned = new Map([...kept].map(([id, held]) => [id, [...held]]))
  for (const task of left) {
    const able = sorted.filter(({ known }) => known === null || known.has(task))
    const warm = able.filter(({ standbys }) => standbys?.has(task))
    const to =
      leastLoaded(task, warm, planned, targets) ??
      leastLoaded(task, able, planned, targets) ??
      leastLoaded(task, able, planned, null)
    if (to === undefined) continue
    planned.get(to)?.push(task)
    const owner = owners.get(task)
    if (owner === undefined || owner === to) kept.get(to)?.push(task)
  }
  return kept
}

/** Who has each task. Where several say so, the first. */
function ownersOf(tasks: readonly string[], members: readonly Member[]): ReadonlyMap<string, string> {
  const wanted = new Set(tasks)
  const owners = new Map<string, string>()
  for (const { id, owned } of members)
    for (const task of owned) if (wanted.has(task) && !owners.has(task)) owners.set(task, id)
  return owners
}

/** How many tasks each member is to have. What does not divide goes to those who have most already. */
function targetsOf(
  count: number,
  members: readonly Member[],
  owners: ReadonlyMap<string, string>,
): ReadonlyMap<string, number> {
  const weights = members.reduce((sum, { weight }) => sum + weight, 0)
  const shares = members.map(({ id, weight }) => {
    const exact = (count * weight) / weights
    const owned = [...owners.values()].filter((owner) => owner === id).length
    return { id, target: Math.floor(exact), rest: exact - Math.floor(exact), owned }
  })
  let spare = count - shares.reduce((sum, { target }) => sum + target, 0)
  const byNeed = [...shares].sort(
    (one, other) => Number(other.owned > other.target) - Number(one.owned > one.target) || other.rest - one.rest,
  )
  for (const share of byNeed) if (spare-- > 0) share.target += 1
  return new Map(shares.map(({ id, target }) => [id, target]))
}

function leastLoaded(
  task: string,
  members: readonly Member[],
  planned: ReadonlyMap<string, readonly string[]>,
  targets: ReadonlyMap<string, number> | null,
): string | undefined {
  const stage = stageOf(task)
  let best: { readonly id: string; readonly ofStage: number; readonly all: number } | undefined
  for (const { id } of members) {
    const held = planned.get(id) ?? []
    if (targets !== null && held.length >= (targets.get(id) ?? 0)) continue
    const ofStage = held.filter((other) => stageOf(other) === stage).length
    if (best === undefined || ofStage < best.ofStage || (ofStage === best.ofStage && held.length < best.all))
      best = { id, ofStage, all: held.length }
  }
  return best?.id
}
