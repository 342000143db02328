import type { Planted, World } from './world.js'

/** Of each term whether what is usual of a measure is to be seen at a time: nothing is planted in it. */
export function usualAt({ planted, shares, cells }: World, measure: Planted['measure']): readonly Uint8Array[] {
  const isUsual = shares.map(() => new Uint8Array(cells.length).fill(1))
  for (const { term, measure: shifted, from, until } of planted) {
    if (shifted === measure) isUsual[term]?.fill(0, from, until)
  }
  return isUsual
}
