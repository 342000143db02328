import { cpu } from './cpu.js'
import type { Provider } from './provider.js'

/** Where inference can run. To add one: a file beside cpu.ts, and its name here. */
export const providers = { cpu } as const satisfies Record<string, Provider>

export type ProviderName = keyof typeof providers
