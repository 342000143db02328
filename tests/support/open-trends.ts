import type { Trend } from '../../schemas/trend.js'
import { figures, figuresOf } from '../verify/compare/figures.js'
import type { Expected } from '../verify/oracle/oracle.js'
import { aspectsOf } from '../verify/oracle/windows.js'

/** Asks again while the task is on its way to a worker, or too much was asked, when the worker says. */
export async function askWorker(address: string, path: string): Promise<Response> {
  for (;;) {
    const answer = await fetch(`${address}${path}`)
    const seconds = Number(answer.headers.get('retry-after'))
    if ((answer.status !== 503 && answer.status !== 429) || !(seconds > 0)) return answer
    await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
  }
}

/** Terms and regions as the API is asked for them, with the windows that an oracle says are open. */
export function openWindowsExpected({ windows }: Expected, most: number): ReadonlyMap<string, readonly string[]> {
  const places = new Map<string, string[]>()
  for (const { term, kind, region, window, start, isFinal, sums } of windows.values()) {
    const query = new URLSearchParams({ region, ...(kind !== 'all' && { term, kind }) })
    const path = `/api/v1/trends/open?${query}`
    const found = places.get(path)
    if (found === undefined && places.size === most) continue
    const open = found ?? []
    places.set(path, open)
    if (!isFinal)
      open.push(`${window} ${start} ${figuresOf(sums)} ${JSON.stringify(kind === 'word' ? [] : aspectsOf(sums))}`)
  }
  return new Map([...places].map(([path, open]) => [path, open.sort()]))
}

/** The same of what a worker answered. */
export async function openWindowsTold(answer: Response): Promise<readonly string[]> {
  const { windows } = (await answer.json()) as { readonly windows: readonly Trend[] }
  return windows
    .map(
      (trend) =>
        `${trend.window} ${trend.start} ${figures.map((figure) => trend[figure])} ${JSON.stringify(trend.aspects)}`,
    )
    .sort()
}
