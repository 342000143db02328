/** Of rows of a label and a prediction, both numbers below `classes`. */
export interface Judged {
  readonly label: number
  readonly predicted: number
}

/** Mean over the classes of the F1 of each, 0 to 1; a class that neither occurs nor is predicted counts 0. */
export function macroF1(rows: readonly Judged[], classes: number): number {
  const right = new Array<number>(classes).fill(0)
  const seen = new Array<number>(classes).fill(0)
  for (const { label, predicted } of rows) {
    seen[label] = (seen[label] ?? 0) + 1
    seen[predicted] = (seen[predicted] ?? 0) + 1
    if (label === predicted) right[label] = (right[label] ?? 0) + 1
  }
  return right.reduce((sum, n, at) => sum + (2 * n) / Math.max(1, seen[at] ?? 0), 0) / classes
}

/** Share of the rows whose prediction is their label. */
export const accuracy = (rows: readonly Judged[]): number =>
  rows.filter(({ label, predicted }) => label === predicted).length / rows.length

/** F1 of something that is there or not, 0 to 1. */
export function f1(rows: readonly { readonly there: boolean; readonly found: boolean }[]): number {
  const both = rows.filter(({ there, found }) => there && found).length
  const either = rows.filter(({ there }) => there).length + rows.filter(({ found }) => found).length
  return either === 0 ? 0 : (2 * both) / either
}

/** Expected calibration error over bins of equal count, 0 to 1 (Guo et al. 2017, with equal counts). */
export function calibrationError(rows: readonly (Judged & { readonly confidence: number })[], bins = 10): number {
  const sorted = [...rows].sort((a, b) => a.confidence - b.confidence)
  let error = 0
  for (let bin = 0; bin < bins; bin += 1) {
    const part = sorted.slice(Math.round((bin * rows.length) / bins), Math.round(((bin + 1) * rows.length) / bins))
    const confidence = part.reduce((sum, row) => sum + row.confidence, 0)
    error += Math.abs(confidence - part.filter(({ label, predicted }) => label === predicted).length)
  }
  return error / rows.length
}

/** Numbers of 0 to 1 that look random, the same ones for a seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** The 95 % bootstrap interval of a measure over rows, always the same one for the same rows. */
export function interval<Row>(
  rows: readonly Row[],
  measure: (rows: readonly Row[]) => number,
  draws = 1000,
): readonly [number, number] {
  const draw = random(1)
  const found = Array.from({ length: draws }, () =>
    measure(
      rows.map((_, __, all) => all[Math.floor(draw() * all.length)]).filter((row): row is Row => row !== undefined),
    ),
  ).sort((a, b) => a - b)
  return [found[Math.floor(draws * 0.025)] ?? 0, found[Math.ceil(draws * 0.975) - 1] ?? 0]
}
