/**
 * Linear hashing (Litwin, 1980): a table grows by one bucket at a time, and each step moves keys of one bucket alone.
 * With `count` buckets, of which the highest power of two is `2^level`, the buckets before `count - 2^level` are split
 * already.
 */

/** The bucket of a hash among `count` buckets, at least 1. */
export function bucketOf(hash: number, count: number): number {
  const level = 31 - Math.clz32(count)
  const bucket = hash & ((1 << level) - 1)
  return bucket < count - (1 << level) ? hash & ((2 << level) - 1) : bucket
}

/** The bucket whose keys are divided when one more is added to `count`. */
export const nextSplit = (count: number): number => count - (1 << (31 - Math.clz32(count)))

/** FNV-1a over the code units, its upper bits folded into the lower ones, which choose the bucket. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash ^ (hash >>> 15)
}
