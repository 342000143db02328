import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import type { Post } from '../schemas/post.js'
import { validatePost } from '../schemas/validate.js'
import { projectPath } from '../streams/project.js'

const lines: readonly unknown[] = gunzipSync(readFileSync(projectPath('samples/posts.jsonl.gz')))
  .toString('utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))
const posts = lines.map(validatePost).flatMap((validation) => (validation.kind === 'valid' ? [validation.value] : []))

describe('the sample posts', () => {
  it('are all valid, and hold nothing that is not kept', () => {
    expect(posts).toHaveLength(lines.length)
    expect(
      lines.map(validatePost).filter((validation) => validation.kind === 'valid' && validation.ignored.length > 0),
    ).toEqual([])
  })

  it('are as many as their description says, each once, in the order of time', () => {
    const readme = readFileSync(projectPath('samples/README.md'), 'utf8')
    expect(readme).toContain(`${posts.length.toLocaleString('en')} real posts`)
    expect(new Set(posts.map(({ postId }) => postId)).size).toBe(posts.length)
    expect(posts.every((post, index) => index === 0 || post.createdAt >= (posts[index - 1] as Post).createdAt)).toBe(
      true,
    )
  })

  it('name nobody: handles are @user, authors are hashes', () => {
    const named = posts.filter(({ text }) =>
      /(?<![\p{L}\p{N}_.@/])@(?!user\b)[A-Za-z0-9_]{2,}/u.test(text.replace(/https?:\/\/\S+/g, '')),
    )
    expect(named.map(({ text }) => text)).toEqual([])
    expect(posts.every(({ author }) => /^a[0-9a-f]{10}$/.test(author))).toBe(true)
  })
})
