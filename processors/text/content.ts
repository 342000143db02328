import { hashOf } from '../../streams/engine/frequent/linear-hash.js'
import { WordSet } from './word-set.js'
import { eachWord } from './words.js'

/** Words that are compared at once: single ones are common to many texts, long runs break with each change. */
const shingle = 3
/** A text of nothing but words must not cost more than others. */
const mostWords = 100
const longestWord = 40
const noWords = new WordSet([])
const repostMark = 'rt'

/**
 * What near-duplicates of a text have in common, as a number: the least hash of its runs of three words, links, hashtags,
 * names of users, digits and marks left out (A. Broder, "On the resemblance and containment of documents", 1997). Two
 * texts have the same one as often as their runs are the same ones: always when all are, in four of five cases when four
 * of five are, hardly ever when they have nothing but a phrase in common.
 * @param author whose text it is: what has fewer than three words copies nobody, and is the same as another of theirs alone
 */
export function contentOf(text: string, author: string): number {
  const hashes: number[] = []
  eachWord(text, 1, longestWord, noWords, (word) => {
    if (word !== repostMark) hashes.push(hashOf(word))
    return hashes.length < mostWords
  })
  if (hashes.length < shingle) return spread(hashOf(author) ^ runOf(hashes, 0, hashes.length))
  let least = 0xffffffff
  for (let at = 0; at + shingle <= hashes.length; at++) least = Math.min(least, spread(runOf(hashes, at, at + shingle)))
  return least
}

function runOf(hashes: readonly number[], from: number, until: number): number {
  let run = 0
  for (let at = from; at < until; at++) run = Math.imul(run, 0x01000193) ^ (hashes[at] as number)
  return run
}

/** Finalizer of MurmurHash3: every bit of the result hangs on every bit of what is given. */
function spread(value: number): number {
  let mixed = value
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
