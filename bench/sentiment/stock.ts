import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { TokenIds } from '../../models/providers/provider.js'

const batch = 32
const padding = 1n

/** A classifier run as it usually is: texts as they come, 32 a run, padded to the longest of them. */
export interface StockClassifier {
  run(rows: readonly TokenIds[]): Promise<void>
  release(): Promise<void>
}

/** onnxruntime as it is installed, with `threads` threads in a run. */
export async function openStock(onnxFile: string, threads: number): Promise<StockClassifier> {
  const session = await InferenceSession.create(onnxFile, { intraOpNumThreads: threads })
  return {
    run: async (rows) => {
      for (let at = 0; at < rows.length; at += batch) {
        const some = rows.slice(at, at + batch)
        const width = Math.max(...some.map((ids) => ids.length))
        const ids = new BigInt64Array(some.length * width).fill(padding)
        const mask = new BigInt64Array(some.length * width)
        for (const [row, own] of some.entries())
          for (const [place, id] of own.entries()) {
            ids[row * width + place] = BigInt(id)
            mask[row * width + place] = 1n
          }
        const dims = [some.length, width]
        await session.run({
          input_ids: new Tensor('int64', ids, dims),
          attention_mask: new Tensor('int64', mask, dims),
        })
      }
    },
    release: () => session.release(),
  }
}
