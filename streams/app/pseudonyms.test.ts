import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { scratchFolder } from '../../tests/support/scratch.js'
import { authorKey, pseudonym, pseudonymised } from './pseudonyms.js'

describe('authorKey', () => {
  const scratches: ReturnType<typeof scratchFolder>[] = []
  const folder = () => {
    const scratch = scratchFolder()
    scratches.push(scratch)
    return scratch.dir
  }
  afterEach(() => {
    for (const scratch of scratches.splice(0)) scratch.remove()
  })

  it('is the configured one, and then makes no file', () => {
    const dir = folder()
    expect(authorKey('configured', dir)).toBe('configured')
    expect(readdirSync(dir)).toEqual([])
  })

  it('is made once, for its owner alone, and kept', () => {
    const dir = folder()
    const key = authorKey('', dir)
    expect(key).toMatch(/^[0-9a-f]{64}$/)
    expect(authorKey('', dir)).toBe(key)
    expect(readdirSync(dir)).toEqual(['author.key'])
    expect(statSync(join(dir, 'author.key')).mode & 0o777).toBe(0o600)
  })

  it('is made anew where a process died before its file was whole', () => {
    const dir = folder()
    writeFileSync(join(dir, 'author.key.new'), 'ab')
    expect(authorKey('', dir)).toMatch(/^[0-9a-f]{64}$/)
    expect(readdirSync(dir)).toEqual(['author.key'])
  })

  it('is never empty: a file that lost its content is left as it is, and named', () => {
    const dir = folder()
    const file = join(dir, 'author.key')
    writeFileSync(file, '\n')
    expect(() => authorKey('', dir)).toThrow(`${file} is empty`)
    expect(readFileSync(file, 'utf8')).toBe('\n')
  })
})

describe('pseudonyms', () => {
  it('stand for an author of a source, under one key', () => {
    const one = pseudonym('key', 'twitter', 'ana')
    expect(one).toMatch(/^[0-9a-f]{16}$/)
    expect(pseudonym('key', 'twitter', 'ana')).toBe(one)
    const others = [
      pseudonym('other', 'twitter', 'ana'),
      pseudonym('key', 'news', 'ana'),
      pseudonym('key', 'twitter', 'eva'),
    ]
    expect(new Set([one, ...others]).size).toBe(4)
  })

  it('replace the author of a post, and leave other values alone', () => {
    const post = { source: 'twitter', author: 'ana', text: 'ceviche' }
    expect(pseudonymised('key', post)).toEqual({ ...post, author: pseudonym('key', 'twitter', 'ana') })
    for (const other of [null, 1, { id: 'x' }]) expect(pseudonymised('key', other)).toEqual(other)
  })
})
