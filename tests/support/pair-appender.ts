import { workerData } from 'node:worker_threads'
import { openEmbeddedBackend } from '../../streams/embedded/backend.js'
import { partition } from '../../streams/engine/topic.js'
import { outgoing } from './backends.js'

/* A thread that appends pairs: one record to each partition of the topic, in one call. */
const { dir, topic, pairs } = workerData as { dir: string; topic: string; pairs: number }
const backend = await openEmbeddedBackend({ dir })
for (let index = 0; index < pairs; index++)
  await backend.log.append([0, 1].map((at) => outgoing(topic, String(index), { partition: partition(at) })))
await backend.close()
