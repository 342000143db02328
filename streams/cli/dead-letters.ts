import type { Command } from 'commander'
import { parseMapping } from '../../connectors/mapping.js'
import { replayLetters } from '../app/letter-replay.js'
import { findLetter, type Letter, listLetters } from '../app/letters.js'
import { contextOf, withInstance } from './context.js'
import { argument, CommandError, exitCode, wholeNumber } from './exit.js'
import { gathered } from './options.js'

interface Selection {
  readonly reason?: string
  readonly topic?: string
  readonly all?: boolean
}

/** Letters that stay and are named one by one; of more, their number says enough. */
const mostShown = 20

const noLetter = (id: string) => new CommandError(`there is no dead letter ${id}: see pulso dead-letters list --all`)

/** `pulso dead-letters list|show|replay`: what could not be processed, and sending it again after a fix. */
export function deadLettersCommand(program: Command): void {
  const group = program
    .command('dead-letters')
    .description('see what could not be processed, and send it again')
    .addHelpText('after', '\nExamples:\n  pulso dead-letters list\n  pulso dead-letters show 2@17')
  const selecting = (command: Command) =>
    command
      .option('--reason <reason>', 'only this reason: undecodable, invalid, too-large, timestamp-out-of-range ...')
      .option('--topic <topic>', 'only what was in this topic or meant for it')
      .option('--all', 'those that were replayed already, too')

  selecting(group.command('list'))
    .description('list the dead letters that were not replayed')
    .option('--limit <count>', 'at most so many', '50')
    .addHelpText('after', '\nExample:\n  pulso dead-letters list --reason invalid')
    .action(async (options: Selection & { limit: string }, command: Command) => {
      const context = contextOf(command)
      const limit = wholeNumber('--limit', options.limit)
      await withInstance(context, 'data', async (instance) => {
        let shown = 0
        for await (const letter of listLetters(instance)) {
          if (!selects(options, letter)) continue
          if (shown >= limit) {
            context.terminal.say('there are more: give --limit, or --reason and --topic')
            break
          }
          shown += 1
          context.terminal.result(summaryOf(letter), lineOf(letter))
        }
        if (shown === 0) context.terminal.say('no dead letters')
      })
    })

  group
    .command('show')
    .argument('<id>', 'as list prints it: 2@17')
    .description('show one dead letter with its bytes as they came')
    .addHelpText('after', '\nExample:\n  pulso dead-letters show 2@17')
    .action(async (id: string, _: object, command: Command) => {
      const context = contextOf(command)
      await withInstance(context, 'data', async (instance) => {
        const letter = await findLetter(instance, id)
        if (letter === null) throw noLetter(id)
        const bytes = Buffer.from(letter.value.value ?? [])
        context.terminal.result(
          { ...summaryOf(letter), base64: bytes.toString('base64') },
          `${lineOf(letter)}\n${bytes.toString('utf8')}`,
        )
      })
    })

  selecting(group.command('replay'))
    .argument('[ids...]', 'as list prints them; none: all that the options select')
    .description('send dead letters again to the topic they were meant for, each once')
    .option(
      '--map <target=template>',
      'how the fields of lines of files become those of records; may be repeated',
      gathered,
    )
    .addHelpText(
      'after',
      `
Examples:
  pulso dead-letters replay 2@17
  pulso dead-letters replay --reason invalid --map "createdAt={created_at}"`,
    )
    .action(async (ids: string[], options: Selection & { map?: readonly string[] }, command: Command) => {
      const context = contextOf(command)
      if (ids.length === 0 && options.reason === undefined && options.topic === undefined && options.all !== true) {
        throw new CommandError('say which: ids, --reason, --topic or --all', exitCode.usage)
      }
      const mapping = argument(() => parseMapping(options.map ?? []))
      const wanted = new Set(ids)
      const outcome = await withInstance(context, 'data', async (instance) => {
        for (const id of wanted) if ((await findLetter(instance, id)) === null) throw noLetter(id)
        return replayLetters(instance, {
          mapping,
          selects: (letter) => (wanted.size > 0 ? wanted.has(letter.id) : selects(options, letter)),
          maxValueBytes: context.config.maxValueBytes,
        })
      })
      for (const { id, problem } of outcome.left.slice(0, mostShown)) context.terminal.say(`${id} stays: ${problem}`)
      if (outcome.left.length > mostShown) context.terminal.say(`and ${outcome.left.length - mostShown} more stay`)
      context.terminal.result(
        { replayed: outcome.replayed, left: outcome.left.length },
        `${outcome.replayed} replayed, ${outcome.left.length} left`,
      )
      if (outcome.left.length > 0) process.exitCode = exitCode.partly
    })
}

function selects(options: Selection, letter: Letter): boolean {
  if (options.all !== true && letter.replayed) return false
  if (options.reason !== undefined && letter.value.reason !== options.reason) return false
  return options.topic === undefined || letter.value.topic === options.topic
}

function placeOf({ value }: Letter): string {
  return value.file !== null ? `${value.file}:${value.line}` : `${value.topic}-${value.partition}@${value.offset}`
}

const summaryOf = (letter: Letter) => ({
  id: letter.id,
  reason: letter.value.reason,
  detail: letter.value.detail,
  place: placeOf(letter),
  topic: letter.value.topic,
  bytes: letter.value.bytes,
  replays: letter.value.replays,
  replayed: letter.replayed,
})

const lineOf = (letter: Letter): string =>
  `${letter.id.padEnd(10)} ${letter.value.reason.padEnd(22)} ${placeOf(letter)}  ${letter.value.detail}${letter.replayed ? '  (replayed)' : ''}`
