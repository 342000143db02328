/** What the exit status of a command means. */
export const exitCode = {
  ok: 0,
  /** Something went wrong; the message says what and the remedy. */
  failed: 1,
  /** The command line or the configuration is wrong. */
  usage: 2,
  /** It was done, but some of the input was refused (dead letters), or doctor found something. */
  partly: 3,
} as const

/** Ends the command with a message and a status instead of a stack trace. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  constructor(
    message: string,
    readonly code: number = exitCode.failed,
  ) {
    super(message)
  }
}
