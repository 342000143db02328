// Installs OpenVINO's runtime for faster inference on CPUs: npm run cpu:setup [-- --check]
// PyPI's wheel carries the libraries; no Python code of it is used. `.cache/openvino` is where the engine looks first.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const version = '2026.4.0'
const folder = fileURLToPath(new URL('../.cache/openvino', import.meta.url))
const say = (/** @type {string} */ line) => process.stdout.write(`${line}\n`)
const run = (/** @type {string} */ command, /** @type {string[]} */ ...args) =>
  execFileSync(command, args, { stdio: 'inherit' })

const { findOpenVino } = await import('../dist/models/providers/openvino/library.js')

async function found() {
  const library = await findOpenVino()
  if (library !== null) say(`OpenVINO is there: ${library.from}, ${library.folder}`)
  return library !== null
}

say(`The sentiment model runs on onnxruntime, which npm ci installs. OpenVINO ${version} is faster on most CPUs: it is
taken when it is found, unless PULSO_MODEL_PROVIDER says otherwise. It is looked for in ${folder}, in the npm package
openvino-node, in the wheel of python3, and in the system's folders; PULSO_OPENVINO_DIR names another place.
`)
if (await found()) process.exit(0)
if (process.argv.includes('--check')) {
  say('OpenVINO is not there: npm run cpu:setup installs it')
  process.exit(1)
}
say(`Installing PyPI's openvino ${version} (60 MB to load, 170 MB on disk) into ${folder}:`)
try {
  if (!existsSync(`${folder}/bin/python`)) run('python3', '-m', 'venv', folder)
  run(`${folder}/bin/python`, '-m', 'pip', 'install', '--quiet', '--no-deps', `openvino==${version}`)
} catch (error) {
  say(`It cannot be installed here: ${error instanceof Error ? error.message : String(error)}
It takes Python 3.10 or newer with venv and pip (on Debian: apt-get install python3-venv). Without it the engine goes on
with onnxruntime. OpenVINO's own archives and packages do as well: https://docs.openvino.ai`)
  process.exit(1)
}
process.exit((await found()) ? 0 : 1)
