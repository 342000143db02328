/** Where a command writes: results to standard output, everything else to standard error. */
export interface Terminal {
  readonly json: boolean
  /** A person watches standard error. */
  readonly watched: boolean
  /** One result: a JSON line for machines, else the text. */
  result(value: unknown, text: string): void
  say(text: string): void
  /** A line that is drawn over itself; nothing when nobody watches. */
  progress(text: string): void
  /** Ends the line of progress. */
  done(): void
}

export function terminal(json: boolean): Terminal {
  const watched = process.stderr.isTTY === true && !json
  let drawn = false
  const clear = () => {
    if (drawn) process.stderr.write('\r\u001b[2K')
    drawn = false
  }
  return {
    json,
    watched,
    result: (value, text) => {
      clear()
      process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${text}\n`)
    },
    say: (text) => {
      clear()
      process.stderr.write(`${text}\n`)
    },
    progress: (text) => {
      if (!watched) return
      clear()
      process.stderr.write(text)
      drawn = true
    },
    done: () => {
      if (drawn) process.stderr.write('\n')
      drawn = false
    },
  }
}

/** `[#####-----] 50 %`, for a share between 0 and 1. */
export function bar(share: number, width = 24): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width)
  return `[${'#'.repeat(filled)}${'-'.repeat(width - filled)}] ${Math.floor(share * 100)} %`
}
