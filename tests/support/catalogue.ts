import { randomUUID } from 'node:crypto'
import { readSchemas } from '../../schemas/files.js'
import { createSerdes } from '../../schemas/serdes.js'
import { boards, publicTopics } from '../../schemas/topics.js'
import { BoardCatalogue, type BoardCatalogueDependencies } from '../../streams/app/board-catalogue.js'
import { OpenedInstance } from '../../streams/app/opened-instance.js'
import { projectPath } from '../../streams/project.js'
import { systemClock } from '../../streams/runtime/clock.js'
import type { BackendPlace } from './backends.js'

const nobody = () => Promise.reject(new Error('boards need none'))

/** The boards of a log, as a worker has them. @param topic the topic that they lie in */
export async function catalogueIn(
  place: BackendPlace,
  { topic = boards, changed = () => {} }: Partial<Pick<BoardCatalogueDependencies, 'topic' | 'changed'>> = {},
) {
  const partitions = 3
  const backend = await place.open()
  await backend.log.createTopic(topic, partitions)
  const topics = topic === boards ? publicTopics : [topic]
  const serdes = await createSerdes(backend.registry, readSchemas(projectPath('schemas')), topics)
  const instance = new OpenedInstance({
    ...{ backend: async () => backend, serdes: async () => serdes, topics, authorKey: () => 'key' },
    ...{ store: nobody, model: nobody, consumers: async () => [], close: async () => {} },
  })
  const catalogue = new BoardCatalogue({
    ...{ log: backend.log, topic, serdes, partitions, clock: systemClock, newId: randomUUID },
    ...{ append: (records) => instance.append(records), changed, failed: () => {} },
  })
  await catalogue.read()
  return { catalogue, instance }
}
