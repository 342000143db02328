// Installs what onnxruntime needs to run on NVIDIA's graphics processors: npm run gpu:setup [-- --check]
// npm's onnxruntime-node holds the CPU and WebGPU; PyPI's onnxruntime-gpu of the same version holds CUDA and TensorRT.
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const packageFile = createRequire(import.meta.url).resolve('onnxruntime-node/package.json')
const { version } = JSON.parse(readFileSync(packageFile, 'utf8'))
const folder = fileURLToPath(new URL('../.cache/onnxruntime-gpu', import.meta.url))
const beside = join(dirname(packageFile), 'bin', 'napi-v6', process.platform, process.arch)
const libraries = ['shared', 'cuda', 'tensorrt'].map((name) => `libonnxruntime_providers_${name}.so`)
const say = (/** @type {string} */ line) => process.stdout.write(`${line}\n`)
const run = (/** @type {string} */ command, /** @type {string[]} */ ...args) =>
  execFileSync(command, args, { stdio: 'inherit' })

const driver = existsSync('/dev/nvidiactl')
const installed = existsSync(join(beside, libraries[1] ?? ''))

say(`The sentiment model runs on a graphics processor in three ways (PULSO_MODEL_PROVIDER):
  webgpu    Vulkan, Metal or Direct3D 12, of any maker; comes with npm ci, on Linux it needs libvulkan1 and a driver
  cuda      NVIDIA; needs the driver, onnxruntime's CUDA provider and CUDA 13 with cuDNN 9
  tensorrt  NVIDIA; needs TensorRT besides
The driver of NVIDIA is ${driver ? 'there' : 'not there (/dev/nvidiactl)'}; the CUDA provider is ${installed ? 'there' : 'not there'}: ${beside}
`)

/** Folders of NVIDIA's libraries, which the loader has to be told. */
function libraryPath() {
  const [python = ''] = existsSync(join(folder, 'lib')) ? readdirSync(join(folder, 'lib')) : []
  const nvidia = join(folder, 'lib', python, 'site-packages', 'nvidia')
  if (!existsSync(nvidia)) return ''
  return readdirSync(nvidia)
    .map((name) => join(nvidia, name, 'lib'))
    .filter((path) => existsSync(path))
    .join(':')
}

function explainPath() {
  const path = libraryPath()
  if (path !== '') say(`Start with the libraries that were installed:\n  LD_LIBRARY_PATH=${path} npm start`)
  say('Then: npm run bench -- sentiment --provider cuda')
}

if (installed && driver) {
  explainPath()
  process.exit(0)
}
if (process.argv.includes('--check')) process.exit(1)
if (process.platform !== 'linux' || process.arch !== 'x64') {
  say('CUDA can be installed by this command on Linux with an x64 processor only.')
  process.exit(1)
}
if (!driver && !process.argv.includes('--without-driver')) {
  say(`Install the driver first. To install the libraries all the same (3 GB), as into an image for other machines:
  npm run gpu:setup -- --without-driver`)
  process.exit(1)
}
try {
  say(`Installing PyPI's onnxruntime-gpu ${version} with CUDA and cuDNN (3 GB) into ${folder}:`)
  if (!existsSync(join(folder, 'bin', 'python'))) run('python3', '-m', 'venv', folder)
  run(join(folder, 'bin', 'python'), '-m', 'pip', 'install', '--quiet', `onnxruntime-gpu[cuda,cudnn]==${version}`)
  const [python = ''] = readdirSync(join(folder, 'lib'))
  const capi = join(folder, 'lib', python, 'site-packages', 'onnxruntime', 'capi')
  for (const library of libraries.filter((name) => existsSync(join(capi, name))))
    copyFileSync(join(capi, library), join(beside, library))
  explainPath()
} catch (error) {
  say(`It cannot be installed here: ${error instanceof Error ? error.message : String(error)}
It takes Python 3.10 or newer with venv and pip. By hand: put ${libraries.join(', ')} of onnxruntime ${version} into
${beside}`)
  process.exit(1)
}
