import type { Board } from '../../../../schemas/board.js'
import { askBoards } from './api.js'

/** The boards that there are, as the server told last. */
class BoardList {
  list = $state.raw<readonly Board[]>([])
  /** Whether the server was asked: a board that is not in the list is then gone. */
  known = $state(false)

  /** Asks the server; when it does not answer, the list stays. */
  async refresh(): Promise<void> {
    try {
      this.list = await askBoards()
      this.known = true
    } catch {
      // It is asked again with the next connection, and before a board is changed.
    }
  }

  find(boardId: string | null): Board | null {
    return this.list.find((board) => board.boardId === boardId) ?? null
  }
}

export const boardList = new BoardList()
