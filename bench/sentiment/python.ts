import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { projectPath } from '../../streams/project.js'

const run = promisify(execFile)
const script = projectPath('bench/sentiment/reference.py')

const timesObject = z.object({
  usual: z.array(z.number().positive()),
  dynamic: z.array(z.number().positive()),
  torch: z.string(),
  threads: z.number(),
})

/** Texts a second of transformers + PyTorch, a number a run. */
export type PythonTimes = z.infer<typeof timesObject>

/** The model of `dir` in the forms that others run, made once in `.cache/`. @returns the folder */
export async function makeReference(python: string, dir: string, id: string): Promise<string> {
  const folder = projectPath(`.cache/sentiment-bench/${id}`)
  if (existsSync(join(folder, 'int8.onnx'))) return folder
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  await run(python, [script, 'make', dir, folder], { maxBuffer: 1 << 26 })
  return folder
}

export async function timePython(
  python: string,
  folder: string,
  texts: readonly string[],
  runs: number,
): Promise<PythonTimes> {
  const file = join(folder, 'texts.jsonl')
  writeFileSync(file, texts.map((text) => JSON.stringify(text)).join('\n'))
  const { stdout } = await run(python, [script, 'time', folder, file, String(runs)], { maxBuffer: 1 << 26 })
  return timesObject.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))
}
