import type { Cell } from '../comparison.js'
import { authorsOf, type Sums } from '../oracle/windows.js'

/** Identity of a row: its parts as one text. */
export const key = (...parts: readonly unknown[]): string => parts.join('\u001f')

/** What is counted for a window or a row of a roll-up. */
export const figures = ['mentions', 'reposts', 'negative', 'neutral', 'positive', 'unsure', 'authors'] as const

/** The cells of sums, in the order of the figures. */
export const figuresOf = (sums: Sums): readonly Cell[] =>
  figures.map((figure) => (figure === 'authors' ? authorsOf(sums) : sums[figure]))
