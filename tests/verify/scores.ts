import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { projectPath } from '../../streams/project.js'
import type { Score } from './oracle/changes.js'
import type { InputEvent } from './oracle/event.js'

/** The distinct texts of what is sent. */
export function textsOf(events: readonly InputEvent[]): readonly string[] {
  const texts = events.flatMap((event) => ('fields' in event && 'text' in event.fields ? [event.fields.text] : []))
  return [...new Set(texts)]
}

/**
 * What the model says of each text, asked of a process that has nothing but the model: `pulso score` on an empty folder.
 * @throws Error when it ends otherwise than well
 */
export async function scoresOf(texts: readonly string[]): Promise<ReadonlyMap<string, Score>> {
  const dir = mkdtempSync(join(tmpdir(), 'pulso-scores-'))
  try {
    const file = join(dir, 'texts.jsonl')
    writeFileSync(file, texts.map((text) => `${JSON.stringify({ text })}\n`).join(''))
    const child = spawn(process.execPath, [projectPath('bin/pulso.js'), 'score', '--file', file, '--json'], {
      env: { PATH: process.env['PATH'], PULSO_DATA_DIR: join(dir, 'data'), PULSO_MODEL_PROVIDER: 'cpu' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
    const scores = new Map<string, Score>()
    for await (const line of createInterface({ input: child.stdout })) {
      const { text, label, confidence, scores: of, sure, model, aspects } = JSON.parse(line)
      scores.set(text, { label, confidence, ...of, sure, model, aspects })
    }
    const status = await ended
    if (status !== 0 || scores.size !== texts.length)
      throw new Error(`pulso score ended with ${status} and scored ${scores.size} of ${texts.length} texts`)
    return scores
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
