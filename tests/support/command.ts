import { spawn } from 'node:child_process'
import { projectPath } from '../../streams/project.js'

/** What came of a command. */
export interface Ran {
  readonly status: number | string
  readonly out: string
  readonly err: string
}

/**
 * Runs `pulso` as a user does, in a process of its own, and waits for its end.
 * @param environment settings beside the folder; those of whoever runs the tests do not count
 */
export function pulso(
  dataDir: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const { PATH, HOME } = process.env
  const child = spawn(process.execPath, [projectPath('bin/pulso.js'), ...args], {
    env: { PATH, HOME, PULSO_DATA_DIR: dataDir, PULSO_SENTIMENT: 'false', PULSO_MODEL_PROVIDER: 'cpu', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  return new Promise((resolve) =>
    child.once('close', (code, signal) =>
      resolve({
        status: signal ?? code ?? 0,
        out: Buffer.concat(out).toString('utf8'),
        err: Buffer.concat(err).toString('utf8'),
      }),
    ),
  )
}

/** The lines of a command that was run with `--json`. */
export const linesOf = ({ out }: Ran): readonly Readonly<Record<string, unknown>>[] =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
