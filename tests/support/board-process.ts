// A server with the built board over a store with a few mentions. Prints its address; then each line it reads is a
// command: `live` brings one more mention through the stream, `backfilling` and `idle` are states of the stream.
import { createInterface } from 'node:readline'
import { initialStatus, type Phase } from '../../sinks/live/status.js'
import type { BoardCatalogueDependencies } from '../../streams/app/board-catalogue.js'
import { projectPath } from '../../streams/project.js'
import { writeBoardTables } from './board-tables.js'
import { catalogueIn } from './catalogue.js'
import { embeddedPlace } from './embedded-place.js'
import { scoredMention, startServing, trendsOf } from './serving.js'

const hour = 3_600_000
const now = Date.now()
const terms = [{ term: 'ceviche', kind: 'dish' }] as const
// older than the hour that is under way, so that all of them are in what is compared
const mentions = Array.from({ length: 30 }, (_, index) =>
  scoredMention(index % 3 === 0 ? 'negative' : 'positive', {
    ...{ postId: `x:${index}`, author: `a${index % 4}`, terms, createdAt: now - (index + 2) * hour, simulated: true },
    text: `<img src=x onerror="document.title='hacked'"> Rico ceviche ${index}`,
    aspects: index % 2 === 0 ? [{ aspect: 'price', label: 'negative', confidence: 0.5 }] : [],
    url: index === 0 ? 'javascript:alert(1)' : `https://example.org/${index}`,
  }),
)
const place = await embeddedPlace()
let told: BoardCatalogueDependencies['changed'] = () => {}
const { catalogue } = await catalogueIn(place, { changed: (boardId, board) => told(boardId, board) })
const options = { assetsDir: projectPath('dist/web'), clock: Date.now, boards: catalogue }
const serving = await startServing(mentions, now, options)
await writeBoardTables(serving.store, now)
told = (boardId, board) => serving.hub.onBoard(boardId, board)
const tell = (phase: Phase) => {
  const progress = phase === 'backfilling' ? { done: 250, total: 1_000 } : null
  serving.hub.onStatus({ ...initialStatus, phase, simulated: true, lastEventAt: now, progress })
}
tell('live')
process.stdout.write(`${serving.url}\n`)

const more = scoredMention('positive', { postId: 'x:live', author: 'a9', terms, createdAt: now, text: 'Llegó en vivo' })
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'live') {
    for (const trend of trendsOf([...mentions, more])) serving.hub.onTrend({ ...trend, revision: 2 })
    serving.hub.onMention(more)
  } else if (line === 'backfilling' || line === 'idle') tell(line)
}
await serving.close()
await place.remove()
