import type { ProviderName } from './index.js'

/**
 * Tokens of a run, an integer > 0: the most that throughput gains from. It is also what a text waits for that comes while
 * another run is under way. Measured on CPUs (bench/NOTES.md); with graphics processors not yet.
 */
export const runTokens: Readonly<Record<ProviderName, number>> = {
  ...{ cpu: 512, openvino: 1_024, webgpu: 512, cuda: 512, tensorrt: 512 },
}
