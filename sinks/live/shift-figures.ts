import type { ShiftKind, ShiftMeasure, ShiftSeverity, ShiftState } from '../../schemas/shift.js'

/** A shift as it was told last. */
export interface ShiftFigures {
  readonly shiftId: string
  readonly shift: ShiftKind
  readonly state: ShiftState
  readonly severity: ShiftSeverity
  readonly term: string
  readonly kind: string
  readonly region: string
  readonly source: string | null
  readonly measure: ShiftMeasure
  /** When it began, and until when it was told of. */
  readonly openedAt: number
  readonly until: number
  readonly expected: number
  readonly observed: number
  readonly effect: number
  readonly deviation: number
  readonly pValue: number | null
  readonly topAuthorShare: number | null
  /** 0 organic, 1 pushed; null: not known. */
  readonly pushed: number | null
  readonly causes: readonly string[]
  /** Posts that show it and still stand. */
  readonly posts: readonly { readonly postId: string; readonly text: string }[]
}
