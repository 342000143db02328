import type { Command } from 'commander'
import type { Finding } from '../app/finding.js'
import { contextOf } from './context.js'
import { exitCode } from './exit.js'

const marks: Readonly<Record<Finding['state'], string>> = { fine: 'ok  ', doubtful: 'warn', wrong: 'FAIL' }

/** `pulso doctor`: what is wrong, and the remedy. */
export function doctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('examine the machine, the data folder and the engine; say what is wrong and the remedy')
    .addHelpText('after', '\nExample:\n  pulso doctor --json')
    .action(async (_: object, command: Command) => {
      const context = contextOf(command)
      const { examine } = await import('../app/examination.js')
      let wrong = 0
      for await (const finding of examine(context.config)) {
        if (finding.state === 'wrong') wrong += 1
        context.terminal.result(
          finding,
          `${marks[finding.state]} ${finding.what}: ${finding.found}${finding.remedy === null ? '' : `\n     ${finding.remedy}`}`,
        )
      }
      if (wrong > 0) process.exitCode = exitCode.partly
    })
}
