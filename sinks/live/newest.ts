import type { StreamStatus } from './status.js'

/** A span ends at the clock while the stream keeps up with it, else at the newest event. */
export function anchorOf({ phase, lastEventAt }: StreamStatus, span: number, now: number): number {
  if (lastEventAt === null) return now
  const follows = (phase === 'live' || phase === 'idle') && now - lastEventAt < span
  return follows ? now : lastEventAt
}

/**
 * Up to where all is there that will come: the newest event, or the clock where the stream is silent, read to its end and
 * not of long ago.
 */
export function watermarkOf(status: StreamStatus, span: number, now: number): number {
  const { phase, lastEventAt } = status
  return phase === 'idle' || lastEventAt === null ? anchorOf(status, span, now) : Math.min(lastEventAt, now)
}
