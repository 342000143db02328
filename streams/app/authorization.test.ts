import { afterAll, describe, expect, it } from '@jest/globals'
import { scratchFolder } from '../../tests/support/scratch.js'
import { authorizer } from './authorization.js'
import { createToken } from './tokens.js'

const { dir: dataDir, remove } = scratchFolder()
afterAll(remove)

const metricsToken = 'of-prometheus-alone'
const elsewhere = authorizer({ dataDir, httpHost: '0.0.0.0', metricsToken })
const asked = (url: string, token?: string, method = 'GET') => ({
  url,
  method,
  headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
})

describe('who may ask an engine that other machines reach', () => {
  it('lets anybody ask for its health, and for nothing else', () => {
    const open = ['/healthz', '/readyz', '/metrics', '/', '/api/v1/trends'].filter((path) => elsewhere(asked(path)))
    expect(open).toEqual(['/healthz', '/readyz'])
  })

  it('lets the token for metrics read those and nothing else', () => {
    const open = ['/metrics', '/metrics?x=1', '/api/v1/trends', '/'].filter((path) =>
      elsewhere(asked(path, metricsToken)),
    )
    expect(open).toEqual(['/metrics', '/metrics?x=1'])
    expect(elsewhere(asked('/metrics', 'of-prometheus-alonE'))).toBe(false)
  })

  it('lets no empty token pass where there is none for metrics', () => {
    const without = authorizer({ dataDir, httpHost: '0.0.0.0', metricsToken: '' })
    expect(without({ url: '/metrics', method: 'GET', headers: { cookie: 'pulso_token=' } })).toBe(false)
  })

  it('lets a viewer read metrics too', () => {
    expect(elsewhere(asked('/metrics', createToken(dataDir, 'viewer', 'ana')))).toBe(true)
  })
})
