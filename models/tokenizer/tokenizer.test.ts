import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { projectPath } from '../../streams/project.js'
import { distinctPosts } from '../../tests/support/posts.js'
import { tinyModel } from '../../tests/support/sentiment.js'
import { tokenSum } from '../../tests/support/token-sum.js'
import { loadTokenizer, Tokenizers } from './tokenizer.js'

const texts = distinctPosts()

function sumsOf(name: string): Uint32Array {
  const bytes = readFileSync(projectPath(`tests/fixtures/token-sums/${name}.bin`))
  return new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
}

describe.each([
  ['wordpiece', tinyModel('wordpiece')],
  ['byte-level-bpe', tinyModel('byte-level-bpe')],
  ['unigram', tinyModel('unigram')],
  ['shipped', projectPath('models/sentiment-es-en-pt')],
])('the tokenizer %s', (name, dir) => {
  it('cuts more than 20,000 real texts into the tokens that the Python library cuts them into', async () => {
    const encode = await loadTokenizer(dir, Number.POSITIVE_INFINITY)
    const sums = sumsOf(name)
    expect(texts.length).toBe(sums.length)
    expect(sums.length).toBeGreaterThan(20_000)
    expect(texts.filter((text, at) => tokenSum(encode(text)) !== sums[at])).toEqual([])
  })

  it('gives models of the same file the same ids, each with its own longest text', async () => {
    const tokenizers = new Tokenizers()
    const [one, other] = [await tokenizers.load(dir, 12), await tokenizers.load(dir, 20)]
    const [alone, longer] = [await loadTokenizer(dir, 12), await loadTokenizer(dir, 20)]
    for (const text of texts.slice(0, 300)) {
      expect(one(text)).toEqual(alone(text))
      expect(other(text)).toEqual(longer(text))
    }
  })

  it('keeps the head of a long text and what closes each', async () => {
    const [whole, cut] = await Promise.all([loadTokenizer(dir, Number.POSITIVE_INFINITY), loadTokenizer(dir, 16)])
    for (const text of [...texts.slice(0, 300), 'a <mask> in a text [SEP] '.repeat(9), 'x'.repeat(400)]) {
      const all = whole(text)
      expect(cut(text)).toEqual(all.length <= 16 ? all : [...all.slice(0, 15), all.at(-1)])
    }
  })
})
