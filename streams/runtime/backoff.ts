/** Milliseconds to wait before attempt n (1, 2, 3 ...): doubles from 100 ms, at most 10 s. */
export const backoff = (attempt: number): number => Math.min(10_000, 100 * 2 ** Math.min(attempt - 1, 10))
