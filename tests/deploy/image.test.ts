import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { readConfig, settings } from '../../streams/config.js'
import { projectPath } from '../../streams/project.js'
import { freePort } from '../support/kafka/kept-process.js'
import { scratchFolder } from '../support/scratch.js'
import { environmentOf, ignoredBy, readStages, saidBy } from './dockerfile.js'
import { textOf, versions } from './files.js'

const [outer = [], build = [], image = []] = readStages('deploy/Dockerfile')
const ignored = ignoredBy(textOf('.dockerignore').split('\n'))
const copied = saidBy(image, 'COPY').map((said) => {
  const [, from = '', to = ''] = /^--from=build \/app\/(\S+) (\S+)$/.exec(said) ?? []
  return { from, to }
})
const { dependencies, optionalDependencies, version, engines } = JSON.parse(textOf('package.json'))
const scratch = scratchFolder()
afterAll(scratch.remove)

/** Whether a file that the build makes comes from a source that is built there. */
const builtThere = (file: string) =>
  !file.startsWith('dist/') || !file.endsWith('.js') || !ignored(`${relative('dist', file).slice(0, -3)}.ts`)

/** The folder that the image has: what is copied, and the packages of this checkout. */
function assembled(): string {
  const root = join(scratch.dir, 'app')
  for (const { from, to } of copied) {
    mkdirSync(dirname(join(root, to)), { recursive: true })
    if (from === 'node_modules') symlinkSync(projectPath(from), join(root, to))
    else
      cpSync(projectPath(from), join(root, to), {
        recursive: true,
        filter: (source) => builtThere(relative(projectPath(''), source)),
      })
  }
  return root
}

/** Runs a command as the image would. */
function running(root: string, [command = '', ...args]: readonly string[], given: Readonly<Record<string, string>>) {
  const child = spawn(command === 'node' ? process.execPath : command, args, {
    cwd: root,
    env: { PATH: process.env.PATH, ...environmentOf(image), ...given },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
  const ended = once(child, 'close').then(([status]) => ({ status, said: Buffer.concat(said).toString('utf8') }))
  return { child, ended }
}

const json = (said: readonly string[]): readonly string[] => JSON.parse(said.at(-1) ?? '[]')

describe('the image', () => {
  it('is of glibc, as the binaries are, and of the one version of Node.js that is stated', () => {
    expect(saidBy(outer, 'ARG')).toEqual(['NODE_VERSION'])
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Docker's own form
    const base = 'node:${NODE_VERSION}-bookworm-slim'
    expect([...saidBy(build, 'FROM'), ...saidBy(image, 'FROM')]).toEqual([`${base} AS build`, base])
    const [major = 0, minor = 0] = (versions['NODE_VERSION'] ?? '').split('.').map(Number)
    const [least = 0, leastMinor = 0] = engines.node.slice(2).split('.').map(Number)
    expect(major > least || (major === least && minor >= leastMinor)).toBe(true)
  })

  it('is tagged with the version of the package', () => {
    expect(versions['ENGINE_VERSION']).toBe(version)
  })

  it('installs from the lock file and the npm registry alone', () => {
    const lines = build.map(({ word, rest }) => `${word} ${rest}`)
    const install = lines.indexOf('RUN npm ci --ignore-scripts')
    expect(lines[install - 1]).toBe('COPY package.json package-lock.json .npmrc ./')
    expect(lines.filter((line) => /npm (install|i)\b|npx|curl|wget|apt/.test(line))).toEqual([])
    expect(['package.json', 'package-lock.json', '.npmrc'].filter(ignored)).toEqual([])
  })

  it('runs as a user who is not root, given by number, and writes to its data folder alone', () => {
    expect(saidBy(image, 'USER')).toEqual(['1000:1000'])
    expect(saidBy(image, 'VOLUME')).toEqual([environmentOf(image)['PULSO_DATA_DIR']])
    expect(saidBy(image, 'RUN')).toEqual([
      expect.stringMatching(/^install -d -o node -g node -m 700 \/var\/lib\/pulso$/),
    ])
  })

  it('sets what the engine knows, and listens where it says', () => {
    const environment = environmentOf(image)
    const names = Object.keys(environment).filter((name) => name.startsWith('PULSO_'))
    expect(names.filter((name) => !Object.values(settings).some(({ env }) => env === name))).toEqual([])
    expect(saidBy(image, 'EXPOSE')).toEqual([String(readConfig({}, environment).httpPort)])
  })

  it('copies what exists and nothing that is kept out of its build', () => {
    const built = new Set(['node_modules', 'dist'])
    const sources = copied.filter(({ from }) => !built.has(from)).map(({ from }) => from)
    expect(sources.filter((from) => from === '' || !existsSync(projectPath(from)) || ignored(from))).toEqual([])
    expect(
      ['scripts/build.mjs', 'dashboard/web/index.html', 'streams/main.ts', 'tsconfig.json'].filter(ignored),
    ).toEqual([])
    expect(
      ['tests/golden/a.ts', 'streams/config.test.ts', '.git/config', 'data/log', 'a/.env'].filter(ignored),
    ).toHaveLength(5)
  })

  it('imports no package that is there for development alone', () => {
    const modules = readdirSync(projectPath('dist'), { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.endsWith('.js') && !path.startsWith('web/') && builtThere(join('dist', path)),
    )
    const imported = /^(?:import|export|\}) ?.*?(?:from )?"([^"./][^"]*)";$|\bimport\("([^"./][^"]*)"\)/gm
    const packages = modules.flatMap((path) =>
      [...textOf(join('dist', path)).matchAll(imported)].map(([, still, dynamic]) => still ?? dynamic ?? ''),
    )
    const named = packages.map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name)
    expect(named).toEqual(expect.arrayContaining(['lmdb', '@fastify/static', 'node:path']))
    // what is optional stays when what is for development is pruned
    const there = { ...dependencies, ...optionalDependencies }
    expect([...new Set(named)].filter((name) => !name.startsWith('node:') && !(name in there))).toEqual([])
  })

  it('starts from what is copied, says that it is well by its health check, and stops when asked', async () => {
    const root = assembled()
    const given = { PULSO_DATA_DIR: join(scratch.dir, 'data'), PULSO_HTTP_PORT: String(await freePort()) }
    const check = json(saidBy(image, 'HEALTHCHECK').map((said) => said.slice(said.indexOf('CMD ') + 4)))
    const command = [...json(saidBy(image, 'ENTRYPOINT')), ...json(saidBy(image, 'CMD'))]
    const engine = running(root, command, { ...given, PULSO_CLICKHOUSE_PORT: '0', PULSO_SAMPLES: 'false' })
    const listening = await Promise.race([once(engine.child.stdout, 'data').then(() => 'listening'), engine.ended])
    expect(listening).toBe('listening')
    expect(await running(root, check, given).ended).toEqual({
      status: 0,
      said: expect.stringContaining('"ready":true'),
    })
    const token = await running(
      root,
      ['node', 'bin/pulso.js', 'token', 'create', '--role', 'viewer', '--name', 'ana', '--json'],
      given,
    ).ended
    const authorization = `Bearer ${/pulso_[\w-]+/.exec(token.said)?.[0]}`
    const board = await fetch(`http://127.0.0.1:${given.PULSO_HTTP_PORT}/`, { headers: { authorization } })
    expect([board.status, board.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/html/)])
    engine.child.kill('SIGTERM')
    expect((await engine.ended).status).toBe(0)
    expect(await running(root, check, given).ended).toEqual({
      status: 1,
      said: expect.stringContaining('does not answer'),
    })
  })
})
