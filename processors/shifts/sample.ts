import { hashOf } from '../../streams/engine/frequent/linear-hash.js'

/** A post that may be shown for what it is an example of. */
export type SampledPost = readonly [
  /** Posts are taken in the order of this number, which is as good as random: what is taken is representative. */
  order: number,
  postId: string,
  author: string,
  /** As `textSignature` gives it. */
  text: number,
  /** -1 negative, 0 neutral or unknown, 1 positive. */
  mood: number,
]

export const orderOf = (postId: string): number => hashOf(`${postId}#`)

/** The first posts in order, each of another author and with another text. @param most how many are taken at most */
export function diverse(posts: readonly SampledPost[], most: number): readonly SampledPost[] {
  const authors = new Set<string>()
  const texts = new Set<number>()
  const taken: SampledPost[] = []
  for (const post of posts.toSorted(inOrder)) {
    const [, , author, text] = post
    if (authors.has(author) || texts.has(text)) continue
    authors.add(author)
    texts.add(text)
    taken.push(post)
    if (taken.length === most) break
  }
  return taken
}

export const inOrder = (one: { readonly 0: number; readonly 1: string }, other: typeof one): number =>
  one[0] - other[0] || (one[1] < other[1] ? -1 : one[1] > other[1] ? 1 : 0)
