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

/** Reads an argument of the command line; what is wrong with it ends the command with the status for that. */
export function argument<Value>(read: () => Value): Value {
  try {
    return read()
  } catch (error) {
    throw new CommandError(error instanceof Error ? error.message : String(error), exitCode.usage)
  }
}

/** @throws CommandError naming the option, when the text is no whole number above 0 */
export function wholeNumber(option: string, text: string): number {
  const number = Number(text)
  if (text.trim() !== '' && Number.isSafeInteger(number) && number > 0) return number
  throw new CommandError(`${option} "${text}" is no whole number above 0`, exitCode.usage)
}
