/**
 * Time in the engine is always an argument. Instants are milliseconds since 1970-01-01T00:00:00Z, as integers >= 0;
 * durations are milliseconds, as integers >= 0.
 */
export type Timestamp = number
export type Duration = number

export const ms = (count: number): Duration => count
export const seconds = (count: number): Duration => count * 1_000
export const minutes = (count: number): Duration => count * 60_000
export const hours = (count: number): Duration => count * 3_600_000
export const days = (count: number): Duration => count * 86_400_000
