import { textOf } from './files.js'

/** One instruction of a Dockerfile: its word, and the rest of its line with continuations. */
export interface Instruction {
  readonly word: string
  readonly rest: string
}

/** The stages of a Dockerfile; what stands before the first FROM is a stage of its own. */
export function readStages(path: string): readonly (readonly Instruction[])[] {
  const text = textOf(path)
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, ' ')
  const stages: Instruction[][] = [[]]
  for (const line of text.split('\n').filter((candidate) => candidate.trim() !== '')) {
    const [word = '', ...rest] = line.trim().split(/\s+/)
    if (word === 'FROM') stages.push([])
    stages.at(-1)?.push({ word, rest: rest.join(' ') })
  }
  return stages
}

/** What the instructions of a word say. */
export const saidBy = (stage: readonly Instruction[], word: string): readonly string[] =>
  stage.filter((instruction) => instruction.word === word).map(({ rest }) => rest)

/** What the ENV instructions set. */
export const environmentOf = (stage: readonly Instruction[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    saidBy(stage, 'ENV')
      .flatMap((said) => said.split(' '))
      .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  )

/**
 * Whether a path stays out of what an image is built from. Of the patterns of a .dockerignore: two stars and a slash for any folders,
 * `*` within a name, `!` for an exception; the last one that fits decides.
 */
export function ignoredBy(patterns: readonly string[]): (path: string) => boolean {
  const rules = patterns
    .filter((pattern) => pattern !== '' && !pattern.startsWith('#'))
    .map((pattern) => {
      const body = pattern
        .replace(/^!/, '')
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replace(/\*\*\/|\*/g, (found) => (found === '*' ? '[^/]*' : '(?:.*/)?'))
      return { fits: new RegExp(`^${body}(?:/|$)`), ignores: !pattern.startsWith('!') }
    })
  return (path) => rules.reduce((ignored, { fits, ignores }) => (fits.test(path) ? ignores : ignored), false)
}
