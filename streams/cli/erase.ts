import type { Command } from 'commander'
import { erase } from '../app/erasure.js'
import { contextOf, withInstance } from './context.js'
import { CommandError, exitCode } from './exit.js'

/** `pulso erase --author|--post`: takes somebody's posts out of every result and every text out of the store. */
export function eraseCommand(program: Command): void {
  program
    .command('erase')
    .description('erase the posts of an author, or one post: its numbers are taken back, its text is removed')
    .option(
      '--author <source:name>',
      'as the source names them, as twitter:ana_perez; or a pseudonym of 16 hexadecimal digits',
    )
    .option('--post <id>', 'postId or reviewId')
    .addHelpText(
      'after',
      `
Examples:
  pulso erase --post twitter:1399920623816785923
  pulso erase --author twitter:ana_perez`,
    )
    .action(async (options: { author?: string; post?: string }, command: Command) => {
      const context = contextOf(command)
      if ((options.author === undefined) === (options.post === undefined)) {
        throw new CommandError('say either --author or --post', exitCode.usage)
      }
      const erased = await withInstance(context, 'data', (instance) =>
        erase(instance, options.post === undefined ? { author: options.author ?? '' } : { post: options.post }),
      )
      const stays =
        context.config.backend === 'kafka' && erased > 0
          ? '. They stay in the topics posts, reviews, mentions and dead-letters until the retention of those: no record can be taken out of a topic on Kafka'
          : ''
      context.terminal.result(
        { posts: erased },
        erased === 0
          ? 'nothing of theirs is here'
          : `${erased} ${erased === 1 ? 'post is' : 'posts are'} being erased: the engine takes the numbers back, then removes the texts${stays === '' ? '' : ' from the tables'}${stays}`,
      )
    })
}
