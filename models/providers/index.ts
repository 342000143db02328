import { cpu } from './cpu.js'
import { cuda, tensorrt, webgpu } from './gpu.js'
import { openvino } from './openvino/openvino.js'
import type { Provider } from './provider.js'

/** Where inference can run. To add one: a file beside cpu.ts, and its name here. */
export const providers = { cpu, openvino, webgpu, cuda, tensorrt } as const satisfies Record<string, Provider>

export type ProviderName = keyof typeof providers

export const providerNames: readonly ProviderName[] = ['cpu', 'openvino', 'webgpu', 'cuda', 'tensorrt']
