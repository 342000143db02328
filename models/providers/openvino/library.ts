import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { projectPath } from '../../../streams/project.js'

/** An installed OpenVINO runtime. */
export interface OpenVinoLibrary {
  /** Folder of the shared libraries. */
  readonly folder: string
  /** Who brought it, for people. */
  readonly from: string
}

const runCommand = promisify(execFile)

/** Where `npm run cpu:setup` puts the runtime. */
export const ownEnvironment = projectPath('.cache/openvino')

const cInterface = /^(lib)?openvino_c\.(so(\.\d+)*|(\d+\.)?dylib|dll)$/

/** The file of the C interface in a folder; the longest name is the one that is no link. */
export function cInterfaceIn(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined
  const found = readdirSync(folder).filter((name) => cInterface.test(name))
  return found.sort((a, b) => b.length - a.length).map((name) => join(folder, name))[0]
}

function ofNpm(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('openvino-node/package.json')), 'bin')
  } catch {
    return ''
  }
}

async function ofPython(python: string): Promise<string> {
  const ask =
    "import importlib.util as u; s = u.find_spec('openvino'); print(s.submodule_search_locations[0] if s else '')"
  try {
    const { stdout } = await runCommand(python, ['-c', ask], { timeout: 10_000 })
    return stdout.trim() === '' ? '' : join(stdout.trim(), 'libs')
  } catch {
    return ''
  }
}

/** Folders of Intel's archives and of distributions' packages. */
function systemFolders(): readonly string[] {
  const intel = '/opt/intel'
  const archives = existsSync(intel) ? readdirSync(intel).filter((name) => name.startsWith('openvino')) : []
  return [
    ...archives
      .sort()
      .reverse()
      .flatMap((name) =>
        ['intel64', 'aarch64', 'arm64/Release'].map((machine) => join(intel, name, 'runtime/lib', machine)),
      ),
    ...['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/local/lib', '/opt/homebrew/lib'],
  ]
}

/**
 * Looks for an OpenVINO runtime: in the folder given, else where `npm run cpu:setup` puts it, in the npm package
 * openvino-node, in the Python that `python3` is (its wheel carries the libraries), and in the system's folders.
 * @param folder when given, only this is looked at
 */
export async function findOpenVino(folder: string | null = null): Promise<OpenVinoLibrary | null> {
  const found = (at: string, from: string): OpenVinoLibrary | null =>
    at !== '' && cInterfaceIn(at) !== undefined ? { folder: at, from } : null
  if (folder !== null) return found(folder, 'the folder given')
  return (
    found(await ofPython(join(ownEnvironment, 'bin/python')), 'npm run cpu:setup') ??
    found(ofNpm(), 'the npm package openvino-node') ??
    found(await ofPython('python3'), 'the wheel of python3') ??
    systemFolders()
      .map((at) => found(at, 'the system'))
      .find((library) => library !== null) ??
    null
  )
}
