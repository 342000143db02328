import { CommandError, exitCode } from './exit.js'

/** Gathers an option that may be given several times. */
export const gathered = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]

/** Reads an instant: ISO 8601 with its zone, or milliseconds since 1970. @throws CommandError when the text is none */
export function instantOf(option: string, text: string): number {
  const time = /^\d{1,16}$/.test(text)
    ? Number(text)
    : /(Z|[+-]\d{2}:?\d{2})$/.test(text)
      ? Date.parse(text)
      : Number.NaN
  if (Number.isSafeInteger(time)) return time
  throw new CommandError(`${option}: "${text}" is no instant: write 2024-03-01T00:00:00-05:00`, exitCode.usage)
}
