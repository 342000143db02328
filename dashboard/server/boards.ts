import type { Board } from '../../schemas/board.js'
import { type BoardFilter, filterOf } from '../../sinks/live/filter.js'
import { Problem } from './problem.js'

/** What a person says of a board; the rest is given. */
export type BoardDraft = Pick<Board, 'name' | 'terms' | 'regions' | 'sources' | 'span'>

/** What came of a change. */
export type BoardChange =
  | { readonly kind: 'saved'; readonly board: Board }
  | { readonly kind: 'removed' }
  /** Somebody else changed it since the revision that the change starts from: the board as it stands. */
  | { readonly kind: 'conflict'; readonly board: Board }
  | { readonly kind: 'missing' }
  /** There are as many as there may be. */
  | { readonly kind: 'full'; readonly most: number }

/** The boards that teams made. Changes survive the death of the process, and every worker sees them. */
export interface Boards {
  /** By name. */
  list(): readonly Board[]
  find(boardId: string): Board | null
  create(draft: BoardDraft, by: string | null): Promise<BoardChange>
  /** @param revision that the change starts from */
  update(boardId: string, revision: number, draft: BoardDraft, by: string | null): Promise<BoardChange>
  remove(boardId: string, revision: number): Promise<BoardChange>
}

export const unknownBoard = (boardId: string): Problem =>
  new Problem(404, 'unknown-board', 'There is no such board', boardId, '/api/v1/boards names those that there are.')

/** The filter of the board that a query names; null when it names none. @throws Problem when there is no such board */
export function filterOfBoard(boards: Boards, boardId: string | undefined): BoardFilter | null {
  if (boardId === undefined) return null
  const board = boards.find(boardId)
  if (board === null) throw unknownBoard(boardId)
  return filterOf(board)
}
