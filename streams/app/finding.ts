/** One thing that was looked at. */
export interface Finding {
  readonly what: string
  readonly state: 'fine' | 'doubtful' | 'wrong'
  readonly found: string
  /** What to do; null when nothing is to be done. */
  readonly remedy: string | null
}

export const fine = (what: string, found: string): Finding => ({ what, state: 'fine', found, remedy: null })

export const wrong = (what: string, found: string, remedy: string): Finding => ({ what, state: 'wrong', found, remedy })

export const doubtful = (what: string, found: string, remedy: string): Finding => ({
  what,
  state: 'doubtful',
  found,
  remedy,
})
