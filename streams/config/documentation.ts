/** What the page says of a setting. */
interface DocumentedSetting {
  readonly env: string
  readonly fallback: string
  readonly doc: string
  readonly secret?: true
}

const cell = (text: string): string => text.replaceAll('|', '\\|')

/**
 * The page on configuration, in Markdown.
 * @param root folder of the project: defaults within it are shown from there
 */
export function configurationPage(settings: readonly DocumentedSetting[], root: string): string {
  const rows = settings.map(({ env, fallback, doc, secret }) => {
    const shown = fallback.startsWith(root) ? fallback.slice(root.length).replace(/^\//, '') : fallback
    return `| \`${env}\` | ${shown === '' ? '(empty)' : `\`${shown}\``} | ${cell(doc)}${secret ? ' Never shown.' : ''} |`
  })
  return `# Configuration

<!-- Generated from streams/config.ts: change the settings there, then run npm run docs. -->

Every setting is an environment variable with a default; nothing has to be set. Options of the command line win over the environment (\`pulso COMMAND --help\`). A variable that begins with \`PULSO_\` and is none of these is refused, so that a slip of the pen does not go unseen; so is a value that cannot be, and all that is wrong is said at once.

Durations are written \`250ms\`, \`30s\`, \`10m\`, \`1h\` or \`2d\`; sizes \`65536\`, \`512KiB\`, \`1MiB\` or \`2GiB\`; switches \`true\` and \`false\`.

| Variable | Default | What it sets |
|---|---|---|
${rows.join('\n')}
`
}
