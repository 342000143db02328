/** A failure of the analytics store, as ClickHouse reports it. */
export class AnalyticsError extends Error {
  override readonly name = 'AnalyticsError'
  /**
   * @param code ClickHouse's number of the error (60 is an unknown table, 164 a write in a read-only session); 0 when
   *   the failure did not come from ClickHouse.
   * @param type ClickHouse's name of the error, as in `UNKNOWN_TABLE`; empty when it gave none.
   */
  constructor(
    message: string,
    readonly code: number,
    readonly type: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

const wrapped = /^Code: \d+\. DB::Exception: (?=Code: (\d+)\. )/
const shape = /Code: (\d+)\. DB::Exception: ([\s\S]*)/
const version = / \(version [^)]*\)/g
const trailingType = /\.? \(([A-Z][A-Z0-9_]+)\)\s*$/

/** Reads `Code: 60. DB::Exception: ... (UNKNOWN_TABLE)`, however often the engine wrapped it. */
export function analyticsError(cause: unknown): AnalyticsError {
  if (cause instanceof AnalyticsError) return cause
  let text = cause instanceof Error ? cause.message : String(cause)
  text = text.replace(/^Query failed: /, '').replace(version, '')
  const type = trailingType.exec(text)?.[1] ?? ''
  while (trailingType.test(text)) text = text.replace(trailingType, '')
  while (wrapped.test(text)) text = text.replace(wrapped, '')
  const match = shape.exec(text)
  return new AnalyticsError((match?.[2] ?? text).trim(), Number(match?.[1] ?? 0), type, { cause })
}

/** The text that ClickHouse itself would send over HTTP. */
export const exceptionText = (error: AnalyticsError): string =>
  `Code: ${error.code || 1002}. DB::Exception: ${error.message.replace(/[\s.]+$/, '')}. (${error.type || 'UNKNOWN_EXCEPTION'})`
