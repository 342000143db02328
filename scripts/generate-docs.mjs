// Writes docs/configuration.md from the settings of streams/config.ts, docs/metrics.md from schemas/metrics.ts, and
// what Grafana is provisioned with from schemas/grafana, and the rules of Prometheus: npm run docs
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { grafanaFiles } from '../dist/schemas/grafana/files.js'
import { metricsPage } from '../dist/schemas/metrics/documentation.js'
import { registry } from '../dist/schemas/metrics.js'
import { prometheusRules } from '../dist/schemas/prometheus/rules.js'
import { configurationPage } from '../dist/streams/config/documentation.js'
import { settings } from '../dist/streams/config.js'
import { projectPath } from '../dist/streams/project.js'

writeFileSync(projectPath('docs/configuration.md'), configurationPage(Object.values(settings), projectPath('')))
writeFileSync(projectPath('docs/metrics.md'), metricsPage(Object.values(registry)))
for (const [path, text] of [...grafanaFiles, prometheusRules]) {
  mkdirSync(dirname(projectPath(path)), { recursive: true })
  writeFileSync(projectPath(path), text)
}
