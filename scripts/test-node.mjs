// Runs the tests on another version of Node.js, which the npm package `node` brings: npm run test:node -- 22 [pattern]
import { execFileSync, spawnSync } from 'node:child_process'

const [version = '', ...patterns] = process.argv.slice(2)
if (!/^\d+(\.\d+){0,2}$/.test(version)) {
  process.stderr.write('give a version of Node.js: npm run test:node -- 22\n')
  process.exit(2)
}
const find = ['exec', '--yes', `--package=node@${version}`, '--', 'node', '-p', 'process.execPath']
const node = execFileSync('npm', find, { encoding: 'utf8' }).trim()
const run = (/** @type {string[]} */ ...args) => spawnSync(node, args, { stdio: 'inherit' }).status ?? 1
process.stderr.write(`${execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()} from ${node}\n`)
const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js']
process.exit(run('scripts/build.mjs') || run(...jest, ...patterns))
