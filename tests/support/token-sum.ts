import type { TokenIds } from '../../models/providers/provider.js'

/** FNV-1a over token ids, one step an id: what `tests/support/make-token-sums.py` keeps of a text's tokens. */
export function tokenSum(ids: TokenIds): number {
  let sum = 0x811c9dc5
  for (const id of ids) sum = Math.imul(sum ^ id, 0x01000193) >>> 0
  return sum
}
