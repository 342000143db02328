// Asks the engine of this container for its health: node deploy/probe.mjs /readyz. Exit status 0 says that it is well.
const [path = '/healthz'] = process.argv.slice(2)
const url = `http://127.0.0.1:${process.env.PULSO_HTTP_PORT}${path}`
try {
  const response = await fetch(url, { signal: AbortSignal.timeout(4_000) })
  process.stdout.write(`${await response.text()}\n`)
  process.exitCode = response.ok ? 0 : 1
} catch (error) {
  process.stdout.write(`${url} does not answer: ${error.cause?.message ?? error.message}\n`)
  process.exitCode = 1
}
