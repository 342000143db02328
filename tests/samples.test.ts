import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import type { Post } from '../schemas/post.js'
import { validateEngagement, validatePost } from '../schemas/validate.js'
import { projectPath } from '../streams/project.js'

const linesOf = (file: string): readonly unknown[] =>
  gunzipSync(readFileSync(projectPath(`samples/${file}`)))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
const lines = linesOf('posts.jsonl.gz')
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

describe('the sample observations', () => {
  const given = linesOf('engagements.jsonl.gz').map(validateEngagement)
  const observations = given.flatMap((each) => (each.kind === 'valid' ? [each.value] : []))

  it('are all valid, of sample posts, seen after their publication, in the order of time', () => {
    const published = new Map(posts.map(({ postId, createdAt }) => [postId, createdAt]))
    expect(given.every((each) => each.kind === 'valid' && each.ignored.length === 0)).toBe(true)
    expect(
      observations.every(({ postId, observedAt }) => observedAt > (published.get(postId) ?? Number.POSITIVE_INFINITY)),
    ).toBe(true)
    expect(
      observations.every(
        ({ observedAt }, index) => index === 0 || observedAt >= (observations[index - 1]?.observedAt ?? 0),
      ),
    ).toBe(true)
  })

  it('are as many as their description says', () => {
    const readme = readFileSync(projectPath('samples/README.md'), 'utf8')
    const observed = new Set(observations.map(({ postId }) => postId)).size
    expect(readme).toContain(
      `${observations.length.toLocaleString('en')} real observations of the ${observed.toLocaleString('en')} election posts`,
    )
  })
})
