import { describe, expect, it } from '@jest/globals'
import { ConfigError, readConfig, settings, showConfig } from './config.js'

describe('the configuration', () => {
  it('has a default for everything', () => {
    expect(readConfig({}, {})).toMatchObject({
      backend: 'embedded',
      httpPort: 8080,
      idleAfter: 5_000,
      maxValueBytes: 2 ** 20,
    })
  })

  it('takes flags before the environment and the environment before the defaults', () => {
    const environment = { PULSO_HTTP_PORT: '9000', PULSO_PARTITIONS: '8' }
    expect(readConfig({ httpPort: '9100' }, environment)).toMatchObject({ httpPort: 9100, partitions: 8 })
  })

  it('names everything that is wrong at once: the setting, what it was, what it may be', () => {
    const environment = {
      PULSO_HTTP_PORT: '70000',
      PULSO_IDLE_AFTER: 'soon',
      PULSO_HTTP_PROT: '1',
      PULSO_BACKEND: 'kafka',
    }
    expect(() => readConfig({}, environment)).toThrow(ConfigError)
    expect(() => readConfig({}, environment)).toThrow(/PULSO_HTTP_PORT: "70000" is no port/)
    expect(() => readConfig({}, environment)).toThrow(/PULSO_IDLE_AFTER: "soon" is no duration/)
    expect(() => readConfig({}, environment)).toThrow(/PULSO_HTTP_PROT is no setting/)
    expect(() => readConfig({}, environment)).toThrow(
      /PULSO_BACKEND: "kafka" is no backend of this build, which has "embedded" alone/,
    )
  })

  it('reads durations and sizes as people write them', () => {
    expect(readConfig({ idleAfter: '250ms', maxValueBytes: '2MiB' }, {})).toMatchObject({
      idleAfter: 250,
      maxValueBytes: 2 * 2 ** 20,
    })
    expect(readConfig({ idleAfter: 'never' }, {}).idleAfter).toBeNull()
  })

  it('never shows a secret, neither when it is right nor when it is wrong', () => {
    const secrets = Object.entries(settings).filter(([, entry]) => 'secret' in entry)
    expect(secrets.length).toBeGreaterThan(1)
    const shown = showConfig(readConfig({ authorKey: 'hush', clickhousePassword: 'hush' }, {}))
    expect(shown).not.toContain('hush')
    expect(shown).toContain('PULSO_AUTHOR_KEY=***')
  })

  it('lets other machines query the store with a password alone', () => {
    expect(() => readConfig({}, { PULSO_CLICKHOUSE_HOST: '0.0.0.0' })).toThrow(/set PULSO_CLICKHOUSE_PASSWORD/)
    const environment = { PULSO_CLICKHOUSE_HOST: '0.0.0.0', PULSO_CLICKHOUSE_PASSWORD: 'hush' }
    expect(readConfig({}, environment).clickhouseHost).toBe('0.0.0.0')
  })
})
