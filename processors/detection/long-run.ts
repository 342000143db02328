/**
 * How much more sums of rows vary than rows that know nothing of each other: what people talk of lasts for hours, and
 * some days are busier than others. Learned from the sums of blocks of two lengths. Of each length: the sum of the
 * deviations of the block, its rows, the mean square of a block over its rows, how many blocks that stands for, and the
 * square of the block before, which teaches when the next is over: a shift must not be taken for what is usual while it
 * lasts.
 */
export type LongRun = Float32Array

const lengths = [16, 64] as const
/** What is believed of blocks before they were seen, as if it had been seen of so many. */
const believed = { squares: [1.2, 1.5], blocks: 8 } as const
const mostBlocks = 60
/** A row and a block count as so many standard deviations at most. */
const reach = { row: 4, block: 5 } as const
const fields = 5
/** No block is waiting. */
const none = -1

export const emptyLongRun = (): LongRun => {
  const longRun = new Float32Array(lengths.length * fields)
  for (const index of lengths.keys()) {
    longRun[index * fields + 2] = believed.squares[index] as number
    longRun[index * fields + 4] = none
  }
  return longRun
}

/** By what the variance of a sum of so many rows exceeds the sum of their variances; 1 or more. */
export function longRunAt(longRun: LongRun, rows: number): number {
  const short = Math.max(1, longRun[2] as number)
  const long = Math.max(short, longRun[fields + 2] as number)
  const [first, second] = lengths
  if (rows <= first) return 1 + ((short - 1) * Math.log(rows)) / Math.log(first)
  const part = Math.min(2, Math.log(rows / first) / Math.log(second / first))
  return short + (long - short) * part
}

/** Takes a row in. @param deviation of the row, in standard deviations */
export function learnLongRun(longRun: LongRun, deviation: number): void {
  const kept = Math.min(reach.row, Math.max(-reach.row, deviation))
  for (const [index, length] of lengths.entries()) {
    const at = index * fields
    longRun[at] = (longRun[at] as number) + kept
    longRun[at + 1] = (longRun[at + 1] as number) + 1
    if ((longRun[at + 1] as number) < length) continue
    const waiting = longRun[at + 4] as number
    longRun[at + 4] = (longRun[at] as number) ** 2 / length
    longRun[at] = 0
    longRun[at + 1] = 0
    if (waiting === none) continue
    const known = longRun[at + 2] as number
    const square = Math.min(reach.block ** 2 * known, waiting)
    const blocks = Math.min(mostBlocks, (longRun[at + 3] as number) + 1)
    longRun[at + 2] = known + (square - known) / (blocks + believed.blocks)
    longRun[at + 3] = blocks
  }
}

/** A row of a shift: it is not learned from, nor are the rows that led to it. */
export function skipLongRun(longRun: LongRun): void {
  for (const index of lengths.keys()) {
    longRun[index * fields] = 0
    longRun[index * fields + 1] = 0
    longRun[index * fields + 4] = none
  }
}
