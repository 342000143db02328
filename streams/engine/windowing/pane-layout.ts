import type { Timestamp } from '../time.js'
import { firstEnd, lastEnd, type WindowGrid } from '../window.js'
import { never } from './layout.js'
import type { SliceLayout, SlicePlace } from './slice-windows.js'

/**
 * Panes: a hopping window whose size is a multiple of its advance is a row of panes of one advance each, and
 * overlapping windows share them (Li et al., "No pane, no gain", SIGMOD Record 34(1), 2005).
 */
export function paneLayout(grid: WindowGrid): SliceLayout {
  const { size, advance } = grid
  /** Windows that end here or before would begin a whole advance or more before the epoch. */
  const before = size - advance
  return {
    size,
    sliceOf: (timestamp) => lastEnd(grid, timestamp) - size,
    firstEnd: (timestamp) => firstEnd(grid, timestamp),
    lastEnd: (timestamp) => lastEnd(grid, timestamp),
    lastClosed: (closed) => lastEnd(grid, closed - size),
    life: size,
    nextEnd(slices: readonly SlicePlace[], after: Timestamp): Timestamp {
      let next = never
      for (const slice of slices) {
        let end = slice.at + advance
        if (end >= next) break
        const floor = Math.max(after, slice.after, before)
        if (end <= floor) end += (Math.floor((floor - end) / advance) + 1) * advance
        if (end <= slice.at + size && end < next) next = end
      }
      return next
    },
  }
}
