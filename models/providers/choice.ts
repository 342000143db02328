import type { ProviderName } from './index.js'
import { hasCuda } from './nvidia.js'
import { findOpenVino, type OpenVinoLibrary } from './openvino/library.js'
import type { Precision } from './provider.js'

/** A provider to try, with why it is tried. Plain data: it travels to the workers. */
export interface ProviderPlan {
  readonly name: ProviderName
  readonly precision: Precision
  readonly openVino: OpenVinoLibrary | null
  /** Why this one, for people. */
  readonly why: string
}

export interface ProviderWish {
  readonly provider: ProviderName | 'auto'
  readonly precision: Precision
  /** Folder of OpenVINO's libraries; null looks for one. */
  readonly openVinoFolder: string | null
}

/** The providers to try for what is wished, in turn: the next one when a model cannot be loaded with one. */
export async function plansFor({
  provider,
  precision,
  openVinoFolder,
}: ProviderWish): Promise<readonly ProviderPlan[]> {
  const plan = (name: ProviderName, why: string, openVino: OpenVinoLibrary | null = null): ProviderPlan => ({
    ...{ name, precision, openVino, why },
  })
  if (provider !== 'auto' && provider !== 'openvino') return [plan(provider, 'it was asked for')]
  // measured, it took more memory and was no faster than onnxruntime on the shipped model: only where somebody named it
  const looked = provider === 'openvino' || openVinoFolder !== null
  const library = looked ? await findOpenVino(openVinoFolder) : null
  if (provider === 'openvino') {
    if (library === null)
      throw new Error(
        `no OpenVINO runtime was found${openVinoFolder === null ? '' : ` in ${openVinoFolder}`}: npm run cpu:setup installs one, or name the folder of its libraries (PULSO_OPENVINO_DIR)`,
      )
    return [plan(provider, `it was asked for, and found: ${library.from}, ${library.folder}`, library)]
  }
  const nvidia = hasCuda() ? [plan('cuda', "NVIDIA's driver and onnxruntime's CUDA provider are there")] : []
  const always = 'onnxruntime is always there'
  if (library === null)
    return [
      ...nvidia,
      plan('cpu', looked ? `${always}, and no OpenVINO was found (npm run cpu:setup installs it)` : always),
    ]
  return [
    ...nvidia,
    plan('openvino', `its folder was named, and it was found: ${library.from}, ${library.folder}`, library),
    plan('cpu', always),
  ]
}
