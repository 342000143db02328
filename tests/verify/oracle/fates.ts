/** What became of the records that a stage read. */
export interface Counts {
  read: number
  forwarded: number
  late: number
  partlyLate: number
  readonly dropped: Map<string, number>
  readonly deadLettered: Map<string, number>
}

/** Counts of a stage at zero, and what counts. */
export function fates() {
  const counts: Counts = {
    read: 0,
    forwarded: 0,
    late: 0,
    partlyLate: 0,
    dropped: new Map(),
    deadLettered: new Map(),
  }
  const one = (counted: Map<string, number>) => (reason: string) => {
    counted.set(reason, (counted.get(reason) ?? 0) + 1)
  }
  return {
    counts,
    read: () => {
      counts.read++
    },
    forward: () => {
      counts.forwarded++
    },
    late: () => {
      counts.late++
    },
    partlyLate: () => {
      counts.partlyLate++
    },
    drop: one(counts.dropped),
    refuse: one(counts.deadLettered),
  }
}

/** Adds counts up. */
export function sumOf(all: readonly Counts[]): Counts {
  const { counts } = fates()
  for (const each of all) {
    for (const field of ['read', 'forwarded', 'late', 'partlyLate'] as const) counts[field] += each[field]
    for (const field of ['dropped', 'deadLettered'] as const)
      for (const [reason, count] of each[field]) counts[field].set(reason, (counts[field].get(reason) ?? 0) + count)
  }
  return counts
}
