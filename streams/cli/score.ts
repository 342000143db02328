import type { Command } from 'commander'
import { readFile } from '../../connectors/file.js'
import type { Instance } from '../app/instance.js'
import type { AspectSentiment } from '../engine/ports/batch.js'
import { type CommandContext, contextOf, withInstance } from './context.js'
import { CommandError, exitCode } from './exit.js'

interface ScoreOptions {
  readonly file?: string
  readonly field: string
}

const batchSize = 512

/** `pulso score TEXT...`: sentiment of texts, through the same batcher as the stream. */
export function scoreCommand(program: Command): void {
  program
    .command('score')
    .argument('[texts...]', 'texts to score')
    .description('score the sentiment of texts')
    .option('--file <file>', 'score the texts of a JSON Lines or CSV file instead, in order')
    .option('--field <name>', 'the field of the file that holds the text', 'text')
    .addHelpText(
      'after',
      `
Examples:
  pulso score "El ceviche estuvo buenazo pero la atención pésima"
  pulso score --file reviews.jsonl --json > scored.jsonl`,
    )
    .action(async (texts: string[], options: ScoreOptions, command: Command) => {
      const context = contextOf(command)
      if (texts.length === 0 && options.file === undefined) {
        throw new CommandError('give texts, or --file', exitCode.usage)
      }
      if (texts.length > 0 && options.file !== undefined) {
        throw new CommandError('give either texts or --file, not both', exitCode.usage)
      }
      const failed = await withInstance(context, 'nothing', (instance) =>
        options.file === undefined
          ? scoreTexts(context, instance, texts)
          : scoreFile(context, instance, options.file, options.field),
      )
      if (failed > 0) process.exitCode = exitCode.partly
    })
}

/** Prints one line a text, in order; gives the number of those that could not be scored. */
async function scoreTexts(context: CommandContext, instance: Instance, texts: readonly string[]): Promise<number> {
  const results = await instance.score(texts)
  let failed = 0
  results.forEach((result, index) => {
    const text = texts[index] ?? ''
    if (result.kind === 'ok') {
      const { label, confidence, scores, sure, language, supported, model, aspects } = result.value
      const [negative, neutral, positive] = scores
      context.terminal.result(
        {
          ...{ text, label, confidence, scores: { negative, neutral, positive }, sure, language, supported, model },
          ...(aspects === undefined ? {} : { aspects }),
        },
        `${label.padEnd(8)} ${(confidence * 100).toFixed(0).padStart(3)} %${sure ? '' : ' (unsure)'}${supported === false ? ` (not made for ${language})` : ''}  ${oneLine(text)}${aspectsOf(aspects)}  [${model}]`,
      )
    } else {
      failed += 1
      context.terminal.result({ text, error: result.reason }, `not scored: ${result.reason}  ${oneLine(text)}`)
    }
  })
  return failed
}

async function scoreFile(context: CommandContext, instance: Instance, file: string, field: string): Promise<number> {
  let failed = 0
  let texts: string[] = []
  const flush = async () => {
    if (texts.length > 0) failed += await scoreTexts(context, instance, texts)
    texts = []
  }
  for await (const item of readFile(file, context.config.maxValueBytes)) {
    const text = item.kind === 'fields' ? item.fields[field] : undefined
    if (typeof text === 'string') texts.push(text)
    else {
      await flush()
      failed += 1
      const reason = item.kind === 'refused' ? item.detail : `there is no text in the field "${field}"`
      context.terminal.result({ line: item.line, error: reason }, `${file}:${item.line}: ${reason}`)
    }
    if (texts.length >= batchSize) await flush()
  }
  await flush()
  return failed
}

const aspectsOf = (aspects: readonly AspectSentiment[] = []): string =>
  aspects.length === 0 ? '' : `  (${aspects.map(({ aspect, label }) => `${aspect}: ${label}`).join(', ')})`

const oneLine = (text: string): string => {
  const flat = text.replace(/\s+/g, ' ')
  return flat.length > 100 ? `${flat.slice(0, 99)}…` : flat
}
