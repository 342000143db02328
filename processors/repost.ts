const retweet = /^RT @([\p{L}\p{N}_.]+)/u

/**
 * What a post repeats: the post that its source names, or, where the text alone says that it repeats one
 * (`RT @name: ...`), the name as in `@name`. Null for a post of its own. Equal texts are no reposts: a headline
 * published twice is two posts.
 */
export function repostOf(named: string | null, text: string): string | null {
  if (named !== null) return named
  const name = retweet.exec(text)?.[1]
  return name === undefined ? null : `@${name}`
}
