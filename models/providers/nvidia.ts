import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Whether there is NVIDIA's driver, and onnxruntime's CUDA provider beside its library. */
export function hasCuda(): boolean {
  const packageFile = createRequire(import.meta.url).resolve('onnxruntime-node/package.json')
  const folder = join(dirname(packageFile), 'bin', 'napi-v6', process.platform, process.arch)
  return existsSync('/dev/nvidiactl') && existsSync(join(folder, 'libonnxruntime_providers_cuda.so'))
}
