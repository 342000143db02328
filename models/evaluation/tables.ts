import type { AspectScore, LanguageScore } from './evaluation.js'

const names: Readonly<Record<string, string>> = { es: 'Spanish', en: 'English', pt: 'Portuguese' }
const percent = (share: number): string => (share * 100).toFixed(1)
const range = ([low, high]: readonly [number, number]): string => `${percent(low)} - ${percent(high)}`
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), `|${'---|'.repeat(head.length)}`, ...rows.map(row)].join('\n')
}

/** The table of scores by language, in Markdown. */
export const scoreTable = (scores: ReadonlyMap<string, LanguageScore>): string =>
  table(
    ['language', 'texts', 'macro-F1', 'interval', 'accuracy', 'same label as fp32'],
    [...scores].map(([language, score]) => [
      names[language] ?? language,
      String(score.texts),
      percent(score.macroF1),
      range(score.interval),
      `${percent(score.accuracy)} %`,
      `${percent(score.sameAsFp32)} %`,
    ]),
  )

/** The table of calibration by language, in Markdown. */
export const calibrationTable = (scores: ReadonlyMap<string, LanguageScore>): string =>
  table(
    ['language', 'calibration error', 'unsure', 'right when sure', 'right when unsure'],
    [...scores].map(([language, score]) => [
      names[language] ?? language,
      score.calibrationError.toFixed(3),
      `${percent(score.unsure)} %`,
      `${percent(score.rightWhenSure)} %`,
      `${percent(score.rightWhenUnsure)} %`,
    ]),
  )

/** The table of aspects by set of reviews, in Markdown. */
export const aspectTable = (scores: ReadonlyMap<string, AspectScore>): string =>
  table(
    ['sentences', 'number', 'mentions, F1', 'interval', 'with polarity, F1', 'interval', 'polarity of mentions found'],
    [...scores].map(([set, score]) => [
      set,
      String(score.texts),
      percent(score.mentions),
      range(score.mentionsInterval),
      percent(score.withPolarity),
      range(score.withPolarityInterval),
      `${percent(score.polarity)} %`,
    ]),
  )
