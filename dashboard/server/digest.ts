import { createHash } from 'node:crypto'
import { nameOfAspect } from '../../schemas/aspect-names.js'
import type { BoardPost } from '../../sinks/live/posts.js'
import { limaOffset } from '../../sinks/live/view.js'
import type { ComparedItem } from './comparison.js'
import type { Insight } from './insights/insight.js'
import { type Said, saidIn } from './insights/sentences.js'
import type { SeriesPoint } from './queries.js'

export type DigestLanguage = 'es' | 'en'

/** What a digest tells of. */
export interface Digest {
  readonly from: number
  readonly until: number
  /** Name of the board; null for everything. */
  readonly board: string | null
  /** Name of the department; null for all. */
  readonly region: string | null
  readonly all: ComparedItem
  readonly points: readonly SeriesPoint[]
  readonly insights: readonly Insight[]
  readonly dishes: readonly ComparedItem[]
  readonly brands: readonly ComparedItem[]
  /** Those that are spoken of in the period or in the one before. */
  readonly aspects: readonly ComparedItem[]
  /** Times of the posts were moved for a demonstration. */
  readonly simulated: boolean
  /** When it was made. */
  readonly madeAt: number
}

const words = {
  es: {
    ...{
      title: 'Resumen',
      everything: 'Todo lo que se dice',
      mentions: 'Menciones',
      balance: 'Balance de sentimiento',
    },
    ...{
      positive: 'Positivas',
      authors: 'Autores',
      withReposts: 'con quienes republican',
      before: 'antes',
      sameSources: 'ahora, de las mismas fuentes',
      insights: 'Lo que importa',
      dishes: 'Platos',
      brands: 'Marcas',
    },
    ...{
      aspects: 'Aspectos',
      aspectsOf: 'De las reseñas y de las publicaciones sobre comida: lo que dicen de cada aspecto.',
      better: 'mejor',
      worse: 'peor',
      unspoken: 'Nadie habla de ellos en este periodo.',
    },
    ...{
      name: 'Nombre',
      share: 'Cuota de voz',
      change: 'Cambio',
      none: 'Nadie los nombra en este periodo.',
      proof: 'Consultas',
    },
    ...{
      rising: 'crece',
      falling: 'cae',
      shareRising: 'crece su parte',
      shareFalling: 'cae su parte',
      steady: 'sin cambio claro',
      tooFew: 'muy pocas',
      oneAuthor: 'lo mueve una sola cuenta',
      noBefore: 'sin periodo anterior',
    },
    ...{
      bars: { day: 'Menciones por día', hour: 'Menciones por hora', minute: 'Menciones por minuto' },
      highest: 'la barra más alta',
      running: 'aún en curso',
      made: 'Hecho el',
      simulated: 'Publicaciones reales con la hora movida para una demostración.',
    },
    ...{
      method:
        'Intervalos del 95% (Wilson). «Crece» y «cae»: el cambio, descontado lo que cambió todo, es más de lo que da el azar. «Mejor» y «peor»: la prueba de tendencia en proporciones. Todo lo de una tabla se prueba a la vez: de lo que se llama así, un 5% puede ser azar (Benjamini y Hochberg). Lo que se dice vale también sin cualquiera de las cuentas más activas, o se dice que una lo mueve. Las consultas dan las mismas cifras a quien las repita.',
    },
  },
  en: {
    ...{ title: 'Digest', everything: 'Everything that is said', mentions: 'Mentions', balance: 'Sentiment balance' },
    ...{
      positive: 'Positive',
      authors: 'Authors',
      withReposts: 'with those who repost',
      before: 'before',
      sameSources: 'now, of the same sources',
      insights: 'What matters',
      dishes: 'Dishes',
      brands: 'Brands',
    },
    ...{
      aspects: 'Aspects',
      aspectsOf: 'Of reviews and of posts about food: what they say of each aspect.',
      better: 'better',
      worse: 'worse',
      unspoken: 'Nobody speaks of any in this period.',
    },
    ...{
      name: 'Name',
      share: 'Share of voice',
      change: 'Change',
      none: 'Nobody names any in this period.',
      proof: 'Queries',
    },
    ...{
      rising: 'rises',
      falling: 'falls',
      shareRising: 'its share rises',
      shareFalling: 'its share falls',
      steady: 'no clear change',
      tooFew: 'too few',
      oneAuthor: 'moved by one account',
      noBefore: 'no period before',
    },
    ...{
      bars: { day: 'Mentions by day', hour: 'Mentions by hour', minute: 'Mentions by minute' },
      highest: 'the highest bar',
      running: 'still running',
      made: 'Made on',
      simulated: 'Real posts whose times were moved for a demonstration.',
    },
    ...{
      method:
        '95% intervals (Wilson). “Rises” and “falls”: the change, corrected for everything, is more than chance gives. “Better” and “worse”: the test for a trend in proportions. All of a table is tested together: of what is called so, 5% may be chance (Benjamini and Hochberg). What is said holds without any of the most active accounts too, or one is said to move it. The queries give the same figures to whoever repeats them.',
    },
  },
} as const

const style = `
@page { size: A4; margin: 16mm 15mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 780px; padding: 32px 24px 48px; background: #fff; color: #221a29;
  font: 400 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; font-variant-numeric: tabular-nums; }
header { border-bottom: 3px solid #5c2a70; padding-bottom: 14px; }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 4px; letter-spacing: -0.02em; }
h2 { font-size: 16px; margin: 28px 0 10px; color: #5c2a70; break-after: avoid; }
p { margin: 0; }
.soft { color: #5f5667; }
.small { font-size: 12px; }
.badge { display: inline-block; background: #fdf1d3; color: #6b4a00; border-radius: 5px; padding: 1px 8px; font-size: 12px; }
dl.figures { display: grid; grid-template-columns: repeat(4, 1fr); gap: 12px; margin: 20px 0 8px; }
dl.figures div { background: #f6f3ef; border-radius: 10px; padding: 12px 14px; }
dt { font-size: 12px; color: #5f5667; }
dd { margin: 0; }
dd b { font-size: 24px; line-height: 1.2; letter-spacing: -0.02em; display: block; }
svg { display: block; width: 100%; height: 120px; }
.positive { fill: #0b7a88; } .neutral { fill: #c3bbb1; } .negative { fill: #d0601a; } .unscored { fill: #e9e3db; }
ol { list-style: none; margin: 0; padding: 0; }
ol > li { border-top: 1px solid #e4ded7; padding: 10px 0 10px 18px; position: relative; break-inside: avoid; }
ol > li::before { content: ''; position: absolute; left: 0; top: 17px; width: 8px; height: 8px; border-radius: 50%; background: #5c2a70; }
li.rising::before { background: #0b7a88; } li.falling::before, li.shift::before { background: #d0601a; }
li strong { font-weight: 600; }
blockquote { margin: 6px 0 0; padding: 2px 0 2px 12px; border-left: 2px solid #e4ded7; color: #5f5667; font-size: 12.5px; overflow-wrap: anywhere; white-space: pre-line; }
table { width: 100%; border-collapse: collapse; font-size: 13px; }
th { text-align: left; font-weight: 500; color: #5f5667; font-size: 12px; padding: 4px 12px 4px 0; }
td { padding: 6px 12px 6px 0; border-top: 1px solid #e4ded7; }
td:first-child { font-weight: 600; overflow-wrap: anywhere; }
tr { break-inside: avoid; }
.figure { text-align: right; }
.up { color: #08616c; font-weight: 600; } .down { color: #a34408; font-weight: 600; }
details { margin-top: 28px; font-size: 12px; }
summary { cursor: pointer; color: #5f5667; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f6f3ef; border-radius: 8px; padding: 10px; font-size: 11px; }
footer { border-top: 1px solid #e4ded7; margin-top: 28px; padding-top: 10px; }
@media (max-width: 600px) { dl.figures { grid-template-columns: 1fr 1fr; } body { padding: 20px 14px; } .wide { display: none; } }
@media print { body { max-width: none; padding: 0; } details { display: none; } }
`

/** What the page may do: show itself with its one style, and nothing else. */
export const digestPolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

const marks: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string): string => text.replace(/[&<>"']/g, (mark) => marks[mark] ?? mark)

/** A page of one file, without scripts, that prints on A4: texts of posts are text in it, never markup (invariant 8). */
export function digestPage(digest: Digest, language: DigestLanguage): string {
  const text = words[language]
  const locale = language === 'es' ? 'es-PE' : 'en-GB'
  const said = saidIn(locale)
  const day = new Intl.DateTimeFormat(locale, { timeZone: 'America/Lima', dateStyle: 'long' })
  const instant = new Intl.DateTimeFormat(locale, {
    timeZone: 'America/Lima',
    dateStyle: 'long',
    timeStyle: 'short',
    hourCycle: 'h23',
  })
  const { all, board, region, from, until, insights } = digest
  const isWholeDays = (from - limaOffset) % dayLength === 0 && (until - limaOffset) % dayLength === 0
  const ends = isWholeDays ? [day.format(from), day.format(until - 1)] : [instant.format(from), instant.format(until)]
  const place = [board ?? text.everything, region].filter((part) => part !== null).join(' · ')
  const figure = (label: string, value: string, note: string) =>
    `<div><dt>${escaped(label)}</dt><dd><b>${escaped(value)}</b><span class="soft small">${escaped(note)}</span></dd></div>`
  const table = (title: string, items: readonly ComparedItem[]) =>
    `<h2>${escaped(title)}</h2>${
      items.length === 0
        ? `<p class="soft">${escaped(text.none)}</p>`
        : `<table><thead><tr><th>${text.name}</th><th class="figure">${text.mentions}</th><th class="figure">${text.share}</th><th>${text.change}</th><th class="figure wide">${text.balance}</th></tr></thead><tbody>${items.map(row).join('')}</tbody></table>`
    }`
  const row = (item: ComparedItem) => {
    const { share, shareInterval, change, balance, balanceInterval } = item
    const range =
      shareInterval === null
        ? ''
        : ` <span class="soft small">${said.percent(shareInterval.low)}–${said.percent(shareInterval.high)}</span>`
    return `<tr><td>${escaped(item.name)}</td><td class="figure">${said.count(item.volume)}</td><td class="figure">${share === null ? '–' : said.percent(share)}${range}</td><td>${changeOf(change)}</td><td class="figure wide">${balanceOf(balance, balanceInterval)}</td></tr>`
  }
  const balanceOf = (balance: number | null, interval: ComparedItem['balanceInterval']) => {
    if (balance === null) return text.tooFew
    const range = interval === null ? '' : `${said.balance(interval.low)} – ${said.balance(interval.high)}`
    return `${said.balance(balance)}${range === '' ? '' : ` <span class="soft small">${range}</span>`}`
  }
  const changeOf = (change: ComparedItem['change']) => {
    if (change === null) return `<span class="soft">${text.noBefore}</span>`
    if (change.verdict === 'rising')
      return `<span class="up">▲ ${change.factor === null ? text.rising : said.factor(change.factor)}</span>`
    if (change.verdict === 'falling') return `<span class="down">▼ ${said.factor(change.factor ?? 0)}</span>`
    return `<span class="soft">${text[change.verdict]}</span>`
  }
  /** Mentions of the period before, beside what of the volume is held against them where that is not all. */
  const held = (volume: number, comparable: number | null, previous: number | null) =>
    `${said.count(previous ?? 0)}${comparable === null || comparable === volume ? '' : ` · ${said.count(comparable)} ${text.sameSources}`}`
  const aspectTable = () =>
    `<h2>${text.aspects}</h2>${
      digest.aspects.length === 0
        ? `<p class="soft">${text.unspoken}</p>`
        : `<p class="soft small">${text.aspectsOf}</p><table class="aspects"><thead><tr><th>${text.name}</th><th class="figure">${text.mentions}</th><th class="figure">${text.balance}</th><th>${text.change}</th></tr></thead><tbody>${digest.aspects.map(aspectRow).join('')}</tbody></table>`
    }`
  const aspectRow = ({
    name,
    volume,
    comparableVolume,
    previous,
    balance,
    balanceInterval,
    balanceBefore,
    balanceChange,
  }: ComparedItem) =>
    `<tr><td>${escaped(nameOfAspect(name).label[language])}</td><td class="figure">${said.count(volume)}${earlier(previous, () => held(volume, comparableVolume, previous))}</td><td class="figure">${balanceOf(balance, balanceInterval)}${earlier(balanceBefore, said.balance)}</td><td>${moodOf(balanceChange)}</td></tr>`
  const earlier = (value: number | null, as: (value: number) => string) =>
    value === null ? '' : `<br><span class="soft small">${text.before} ${as(value)}</span>`
  const moodOf = (change: ComparedItem['balanceChange']) => {
    if (change === null) return `<span class="soft">${text.noBefore}</span>`
    const { verdict, pValue, difference } = change
    const sure = pValue === null ? '' : ` <span class="soft small">${escaped(said.probability(pValue))}</span>`
    if (verdict === 'better') return `<span class="up">▲ ${text.better} ${said.balance(difference ?? 0)}</span>${sure}`
    if (verdict === 'worse') return `<span class="down">▼ ${text.worse} ${said.balance(difference ?? 0)}</span>${sure}`
    return `<span class="soft">${text[verdict]}</span>${sure}`
  }
  const quote = ({ text: words, source, createdAt }: BoardPost) =>
    `<blockquote>${escaped(words)}<br><span class="small">${escaped(source)} · ${escaped(said.instant(createdAt))}</span></blockquote>`
  const sentence = ({ kind, text: words, posts }: Insight) =>
    `<li class="${kind}"><strong>${escaped(words[language])}</strong>${posts.shown.slice(0, 1).map(quote).join('')}</li>`
  const proof = ({ text: words, queries }: Insight) =>
    `<p><strong>${escaped(words[language])}</strong></p>${queries.map(({ sql, params }) => `<pre>${escaped(sql)}\n\n${escaped(JSON.stringify(params))}</pre>`).join('')}`
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pulso · ${text.title} · ${escaped(place)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${text.title}: ${escaped(place)}</h1>
<p class="soft">${escaped(ends.join(' – '))}${until > digest.madeAt ? ` (${text.running})` : ''}${digest.simulated ? ` <span class="badge">${escaped(text.simulated)}</span>` : ''}</p>
</header>
<dl class="figures">
${figure(text.mentions, said.count(all.volume), all.previous === null ? text.noBefore : `${text.before} ${held(all.volume, all.comparableVolume, all.previous)}`)}
${figure(text.balance, all.balance === null ? '–' : said.balance(all.balance), all.balanceInterval === null ? text.tooFew : `${said.balance(all.balanceInterval.low)} – ${said.balance(all.balanceInterval.high)}`)}
${figure(text.positive, all.positiveShare === null ? '–' : said.percent(all.positiveShare), `${said.count(all.positive)} / ${said.count(all.scored)}`)}
${figure(text.authors, said.count(all.mentionAuthors), `${said.count(all.authors)} ${text.withReposts}`)}
</dl>
${chart(digest, text, said)}
<h2>${text.insights}</h2>
<ol>${insights.map(sentence).join('\n')}</ol>
${table(text.dishes, digest.dishes)}
${table(text.brands, digest.brands)}
${aspectTable()}
<details><summary>${text.proof}</summary>${insights.map(proof).join('\n')}</details>
<footer class="small soft"><p>${escaped(text.method)}</p><p>${text.made} ${escaped(instant.format(digest.madeAt))}. Pulso.</p></footer>
</body>
</html>
`
}

const hour = 3_600_000
const dayLength = 24 * hour

/** Bars of mentions by sentiment; attributes alone, no style of their own. */
function chart({ points, from, until }: Digest, text: (typeof words)[DigestLanguage], said: Said): string {
  const lengths = points.map(({ start, end }) => end - start)
  const step = Math.min(...lengths)
  if (points.length === 0 || !Number.isFinite(step)) return ''
  const slots = Math.max(1, Math.round((until - from) / step))
  const top = Math.max(1, ...points.map(({ volume }) => volume))
  const width = 1000 / slots
  const bars = points.map((point) => {
    const x = ((point.start - from) / step) * width
    const labelled = point.positiveMentions + point.neutralMentions + point.negativeMentions
    let y = 120
    return [
      ['positive', point.positiveMentions],
      ['neutral', point.neutralMentions],
      ['negative', point.negativeMentions],
      ['unscored', Math.max(0, point.volume - labelled)],
    ]
      .map(([name, count]) => {
        const height = (Number(count) / top) * 116
        y -= height
        return height === 0
          ? ''
          : `<rect class="${name}" x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${(width * 0.8).toFixed(1)}" height="${height.toFixed(1)}"/>`
      })
      .join('')
  })
  const label = text.bars[step < hour ? 'minute' : step < dayLength ? 'hour' : 'day']
  const highest = points.reduce((one, other) => (other.volume > one.volume ? other : one))
  const when = step < dayLength ? said.instant(highest.start) : said.day(highest.start)
  const caption = `${label}; ${text.highest}: ${said.count(highest.volume)} (${when})`
  return `<svg viewBox="0 0 1000 120" preserveAspectRatio="none" role="img" aria-label="${escaped(caption)}">${bars.join('')}</svg>
<p class="soft small">${escaped(caption)}</p>`
}
