import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from '@jest/globals'
import { projectPath } from '../../streams/project.js'
import { tinyModel } from '../../tests/support/sentiment.js'

const run = promisify(execFile)

/** Chromium brings SwiftShader, which computes Vulkan on the CPU, and Vulkan's loader. */
const chromium = '/usr/lib/chromium'
const icd = join(chromium, 'vk_swiftshader_icd.json')
const available = existsSync(icd) || process.env.CI !== undefined

type Scored = readonly { readonly kind: string; readonly value: { readonly scores: readonly number[] } }[]

interface Told {
  readonly provider: string
  readonly precision: string
  readonly together: Scored
  readonly alone: Scored
}

/** Scores texts in a process of its own: where Vulkan's drivers are is told by its environment. */
async function score(dir: string, provider: string, texts: readonly string[]): Promise<Told> {
  const script = projectPath('dist/tests/support/score-elsewhere.js')
  const env = { ...process.env, VK_ICD_FILENAMES: icd, LD_LIBRARY_PATH: chromium }
  const args = [script, dir, provider, JSON.stringify(texts)]
  return JSON.parse((await run(process.execPath, args, { env, maxBuffer: 1 << 26 })).stdout)
}

const withVulkan = available ? it : it.skip

describe('a graphics processor', () => {
  withVulkan.each([tinyModel('wordpiece'), projectPath('tests/fixtures/tiny-transformers/roberta')])(
    'gives what the CPU gives, through WebGPU, and a text the same alone as beside others: %s',
    async (dir) => {
      const { cases }: { cases: readonly { readonly text: string }[] } = JSON.parse(
        readFileSync(join(dir, 'reference.json'), 'utf8'),
      )
      const texts = cases.map(({ text }) => text).slice(0, 12)
      const [cpu, gpu] = [await score(dir, 'cpu', texts), await score(dir, 'webgpu', texts)]
      expect(gpu).toMatchObject({ provider: 'webgpu', precision: 'fp32' })
      expect(gpu.together.every(({ kind }) => kind === 'ok')).toBe(true)
      expect(gpu.alone).toEqual(gpu.together)
      const differences = gpu.together.flatMap(({ value }, at) =>
        value.scores.map((each, label) => Math.abs(each - (cpu.together[at]?.value.scores[label] ?? Number.NaN))),
      )
      expect(Math.max(...differences)).toBeLessThan(1e-4)
    },
  )

  it.each([
    ['models/sentiment-es-en-pt/model.onnx', 3],
    ['tests/fixtures/tiny-transformers/roberta/model.onnx', 3],
  ])('is given fp16 that computes what fp32 does: %s', async (file, outputs) => {
    const script = projectPath('dist/tests/support/half-logits.js')
    const { stdout } = await run(process.execPath, [script, projectPath(file), String(outputs)])
    const [single, half]: readonly (readonly number[])[] = JSON.parse(stdout)
    const differences = (single ?? []).map((value, at) => Math.abs(value - (half?.[at] ?? Number.NaN)))
    expect(differences).toHaveLength(outputs)
    expect(Math.max(...differences)).toBeLessThan(0.01)
  })

  it('that is not there is named, with what is missing', async () => {
    if (existsSync('/dev/nvidiactl')) return
    await expect(score(tinyModel('wordpiece'), 'cuda', ['muy rico'])).rejects.toThrow(/cuda.*npm run gpu:setup/is)
  })
})
