import type { Fates } from './stage.js'

/** Fates of several runs together. */
export function sumFates(all: readonly Fates[]): Fates {
  const sum = (of: (fates: Fates) => number): number => all.reduce((total, fates) => total + of(fates), 0)
  const merge = (of: (fates: Fates) => ReadonlyMap<string, number>): ReadonlyMap<string, number> => {
    const merged = new Map<string, number>()
    for (const fates of all) for (const [name, count] of of(fates)) merged.set(name, (merged.get(name) ?? 0) + count)
    return merged
  }
  return {
    read: sum((fates) => fates.read),
    forwarded: sum((fates) => fates.forwarded),
    late: sum((fates) => fates.late),
    partlyLate: sum((fates) => fates.partlyLate),
    dropped: merge((fates) => fates.dropped),
    deadLettered: merge((fates) => fates.deadLettered),
    written: merge((fates) => fates.written),
  }
}
