import type { Mention } from '../../schemas/mention.js'
import { mentionRow } from '../../sinks/clickhouse/rows.js'
import type { Block } from '../../streams/engine/ports/analytics.js'
import { aMention } from './records.js'

const sizeOfBlock = 400

/** The mentions of the block of this number: many months, some taken back; always the same. */
export const mentionsOfBlock = (block: number): Mention[] =>
  Array.from({ length: sizeOfBlock }, (_, index) => {
    const number = block * sizeOfBlock + index
    return aMention({
      postId: `post-${number}`,
      sign: number % 9 === 8 ? -1 : 1,
      author: `author-${number % 41}`,
      createdAt: 1_500_000_000_000 + (number % 53) * 1_000_000_000,
      region: number % 3 === 0 ? null : '15',
      terms: [{ term: `dish-${number % 7}`, kind: 'dish' }],
      repostOf: number % 5 === 0 ? 'post-1' : null,
    })
  })

export const mentionBlock = (block: number): Block => ({
  table: 'mentions',
  token: `mentions-0-${block}`,
  rows: mentionsOfBlock(block).map((one) => mentionRow(one)),
})
