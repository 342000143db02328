import { existsSync, readdirSync } from 'node:fs'

/** `npm run bench -- NAME [options]`: runs one benchmark; the last line it prints is JSON. */
const [name = '', ...options] = process.argv.slice(2)
const here = new URL('./', import.meta.url)
const module = new URL(`./${name}.bench.js`, here)

if (!/^[a-z-]+$/.test(name) || !existsSync(module)) {
  const names = readdirSync(here).flatMap((file) => /^([a-z-]+)\.bench\.js$/.exec(file)?.[1] ?? [])
  process.stderr.write(`"${name}" is no benchmark: there are ${names.join(', ')}\n`)
  process.exitCode = 2
} else {
  const { bench }: { bench(options: readonly string[]): Promise<object> } = await import(module.href)
  process.stdout.write(`${JSON.stringify(await bench(options))}\n`)
}
