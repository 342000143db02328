import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Browser, ConsoleMessage, Page } from 'playwright-core'
import type { ComparedItem } from '../../dashboard/server/comparison.js'
import { figureFormat } from '../../schemas/figure-format.js'
import { metrics, noCounts } from '../../schemas/metrics.js'
import { projectPath } from '../../streams/project.js'
import { chromiumPath, startBrowser } from '../support/browser.js'
import { type Child, startChild } from '../support/child.js'

const missing = chromiumPath() === null && process.env.CI === undefined
if (missing) {
  process.stderr.write('\nNOT TESTED: the board in a browser. There is no Chromium here: apt-get install chromium\n\n')
}
const inBrowser = missing ? describe.skip : describe

/** What the browser says, and of what. */
const told = (message: ConsoleMessage): string => `${message.text()} (${message.location().url})`

inBrowser('the board in a browser', () => {
  let child: Child
  let url: string
  let browser: Browser
  const complaints: string[] = []

  /** Opens the board as a person with this language, screen and taste has it. */
  async function open(
    query: string,
    { locale = 'es-PE', width = 1440, height = 900, dark = false } = {},
  ): Promise<Page> {
    const context = await browser.newContext({
      ...{ locale, viewport: { width, height }, timezoneId: 'Europe/Berlin', reducedMotion: 'reduce' },
      colorScheme: dark ? 'dark' : 'light',
    })
    // It ends what hangs, and nothing that is slow.
    context.setDefaultTimeout(240_000)
    const page = await context.newPage()
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(told(message))
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(`${url}/${query}`)
    await page.waitForSelector('tbody tr')
    return page
  }

  beforeAll(async () => {
    if (!existsSync(projectPath('dist/web/index.html'))) throw new Error('the board is not built: run npm run build')
    child = startChild('board-process.js', [])
    url = (await child.line()) ?? ''
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    child?.process.stdin.end()
    if (child?.process.exitCode === null) await once(child.process, 'exit')
  })

  it('speaks the language of the browser, and the other when asked', async () => {
    const page = await open('', { locale: 'en-US' })
    await page.getByText('Most mentioned terms').waitFor()
    await page.getByRole('button', { name: 'Español' }).click()
    await page.getByText('Términos más mencionados').waitFor()
    expect(await page.getAttribute('html', 'lang')).toBe('es')
    await page.reload()
    await page.getByText('Términos más mencionados').waitFor()
    await page.context().close()
  })

  it('shows the figures that the API gives, as the registry defines them', async () => {
    const page = await open('?span=7d')
    const numbers = page.locator('dl .figure .number')
    // Distinct authors are counted a moment later.
    await numbers.last().filter({ hasNotText: '–' }).waitFor()
    const shown = await numbers.allTextContents()
    const answer = await fetch(`${url}/api/v1/compare?by=terms&span=7d`)
    const { all, items } = (await answer.json()) as Readonly<{ all: ComparedItem; items: readonly ComparedItem[] }>
    const said = figureFormat('es-PE')
    const { balance, positiveShare } = all
    if (balance === null || positiveShare === null) throw new Error('nothing has a sentiment')
    expect(shown).toEqual([
      said.count(all.volume),
      said.balance(balance),
      said.percent(positiveShare),
      said.count(all.authors),
    ])
    for (const item of items) {
      const row = page.locator('tbody tr', { hasText: item.name }).first()
      const cells = await row.locator('td').allTextContents()
      const counts = { ...noCounts, negative: item.negative, neutral: item.neutral, positive: item.positive }
      const mood = metrics.balance.of(counts)
      expect(cells.join(' ')).toContain(mood === null ? '–' : said.balance(mood))
      expect(cells.join(' ')).toContain(said.percent(item.share ?? 0))
    }
    await page.context().close()
  })

  it('shows what the stream brings without being reloaded', async () => {
    const page = await open('?span=7d')
    const number = page.locator('button.number').first()
    expect(await number.textContent()).toBe('30')
    child.process.stdin.write('live\n')
    await page.locator('aside p', { hasText: 'Llegó en vivo' }).waitFor()
    await page.locator('button.number', { hasText: '31' }).first().waitFor()
    await page.context().close()
  })

  it('opens the posts behind a number, as text and never as markup', async () => {
    const page = await open('?span=7d')
    await page.getByRole('button', { name: /^Publicaciones: ceviche/ }).click()
    const drawer = page.getByRole('dialog')
    await drawer.locator('article').first().waitFor()
    expect(await drawer.locator('article p').first().textContent()).toContain('<img src=x')
    expect(await drawer.locator('article img').count()).toBe(0)
    expect(await drawer.locator('a[href^="javascript"]').count()).toBe(0)
    await drawer.getByRole('button', { name: 'Negativo' }).click()
    await drawer.getByText('Positivo 75%').first().waitFor({ state: 'detached' })
    await drawer.locator('article').nth(9).waitFor()
    expect(await drawer.locator('article').count()).toBe(10)
    await page.keyboard.press('Escape')
    await drawer.waitFor({ state: 'detached' })
    expect(await page.title()).not.toContain('hacked')
    await page.context().close()
  })

  it('is used by the keyboard alone: a bar is chosen, read out, and opened', async () => {
    const page = await open('?span=7d')
    const chart = page.getByRole('slider')
    await chart.focus()
    await page.keyboard.press('ArrowLeft')
    expect(await chart.getAttribute('aria-valuetext')).toMatch(/Menciones \d+\. Positivo \d+/)
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').locator('article').first().waitFor()
    await page.context().close()
  })

  it('finds a term, shows it alone, and keeps it in the address', async () => {
    const page = await open('?span=7d')
    await page.getByRole('combobox', { name: 'Buscar término' }).fill('cev')
    await page.getByRole('option', { name: /ceviche/ }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: /^ceviche/ }).waitFor()
    expect(new URL(page.url()).searchParams.get('term')).toBe('ceviche')
    await page.goBack()
    await page.getByRole('heading', { name: 'Todas las menciones' }).waitFor()
    await page.context().close()
  })

  it('makes a board, shows what it counts, changes it, and deletes it', async () => {
    const page = await open('?span=7d', { width: 1600 })
    await page.getByRole('button', { name: 'Nuevo tablero' }).click()
    const editor = page.getByRole('dialog')
    await editor.getByRole('textbox', { name: 'Nombre' }).fill('Cevicherías')
    await editor.getByRole('combobox', { name: 'Buscar término' }).fill('cev')
    await editor.getByRole('option', { name: /ceviche/ }).click()
    await editor.getByRole('button', { name: 'Guardar' }).click()
    await page.getByRole('heading', { name: 'Cevicherías' }).waitFor()
    expect(new URL(page.url()).searchParams.get('board')).toMatch(/^[0-9a-f-]{36}$/)
    // what was brought to the board alone is not in the tables
    expect(await page.locator('button.number').first().textContent()).toBe('30')
    await page.getByRole('button', { name: /^Editar tablero/ }).click()
    await editor.getByRole('textbox', { name: 'Nombre' }).fill('De nadie')
    await editor.getByRole('button', { name: 'Cusco' }).click()
    await editor.getByRole('button', { name: 'Guardar' }).click()
    await page.getByRole('heading', { name: 'De nadie' }).waitFor()
    await page.locator('button.number', { hasText: /^0$/ }).first().waitFor()
    await page.getByRole('button', { name: /^Editar tablero/ }).click()
    await editor.getByRole('button', { name: 'Eliminar' }).click()
    await editor.getByRole('button', { name: '¿Eliminar para todos?' }).click()
    await page.getByRole('heading', { name: 'Todas las menciones' }).waitFor()
    expect(new URL(page.url()).searchParams.has('board')).toBe(false)
    await page.context().close()
  })

  it('puts terms, regions, sources and aspects side by side, with the posts behind an aspect', async () => {
    const page = await open('?span=7d&page=compare')
    await page.getByRole('row', { name: /ceviche/ }).waitFor()
    await page.getByRole('button', { name: 'Regiones' }).click()
    await page.getByText('Sin región conocida').waitFor()
    await page.getByRole('button', { name: 'Fuentes' }).click()
    await page.getByRole('row', { name: /^file/ }).waitFor()
    await page.getByRole('button', { name: 'Aspectos' }).click()
    const price = page.getByRole('row', { name: /^Precio/ })
    expect(await price.textContent()).toMatch(/15.*−1\.00/)
    await price.getByRole('button', { name: 'Precio' }).click()
    const behind = page.getByRole('dialog', { name: 'Precio' }).locator('article')
    await behind.first().waitFor()
    expect(await behind.count()).toBe(15)
    await behind.first().getByText('Precio: negativo').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'En vivo' }).click()
    await page.getByRole('slider').waitFor()
    await page.context().close()
  })

  it('shows answers to surveys with their samples and margins of error, beside posts', async () => {
    const page = await open('?span=7d&page=surveys')
    const closed = page.locator('article', { hasText: '¿Qué pidió?' })
    await closed.getByText('n = 40').waitFor()
    expect(await closed.locator('li', { hasText: 'ceviche' }).textContent()).toMatch(/75\s?%.*±/)
    const inWords = page.locator('article', { hasText: '¿Qué le pareció?' })
    expect(await inWords.locator('li', { hasText: 'Positivo' }).textContent()).toMatch(/50\s?%.*±/)
    await page.getByRole('row', { name: /^ceviche/ }).waitFor()
    // what is said of an aspect, of forty who were asked; nobody posts about food itself
    expect(await page.getByRole('row', { name: /^Comida/ }).textContent()).toMatch(/\+0\.50.*n = 40/)
    await page.context().close()
  })

  it('says what is emerging, what of it few push, and how much of a shift is pushed', async () => {
    const page = await open('?span=7d')
    const news = page.locator('li', { hasText: 'quelonazo' })
    await news.getByText('quelonazo, quelonazos').waitFor()
    expect(await news.textContent()).toContain('nuevo')
    expect(await news.locator('img').count()).toBe(0)
    expect(await page.locator('li', { hasText: 'compren zutanez' }).textContent()).toMatch(/impulsado, 90\s?%/)
    const shift = await page.locator('.shifts li', { hasText: 'juane' }).textContent()
    expect(shift).toMatch(/80\s?% impulsado/)
    expect(shift).toContain('fuente twitter, región Lima')
    await page.context().close()
  })

  it('says what matters, with the posts and the queries that prove it, and as a page to print', async () => {
    const page = await open('?span=7d')
    await page
      .locator('.insights')
      .getByRole('button', { name: /^30 menciones/ })
      .click()
    const proof = page.getByRole('dialog')
    await proof.locator('article').first().waitFor()
    expect(await proof.locator('article img').count()).toBe(0)
    expect(await proof.locator('pre').first().textContent()).toContain('FROM mentions AS m')
    await page.keyboard.press('Escape')
    const href = await page.getByRole('link', { name: /Informe/ }).getAttribute('href')
    const digest = await page.context().newPage()
    digest.on('console', (message) => complaints.push(told(message)))
    await digest.goto(`${url}${href}`)
    await digest.getByRole('heading', { name: 'Lo que importa' }).waitFor()
    expect(await digest.locator('blockquote img').count()).toBe(0)
    expect(await digest.evaluate<string>('getComputedStyle(document.querySelector("h2")).color')).toBe(
      'rgb(92, 42, 112)',
    )
    expect((await digest.pdf({ format: 'A4', preferCSSPageSize: true })).subarray(0, 5).toString()).toBe('%PDF-')
    await page.context().close()
  })

  it('says that times are simulated, and how far a backfill has come', async () => {
    const page = await open('?span=7d')
    await page.getByText('Simulado', { exact: true }).waitFor()
    child.process.stdin.write('backfilling\n')
    await page.getByText('Cargando historia').waitFor()
    await page.getByText('250 / 1,000').waitFor()
    child.process.stdin.write('idle\n')
    await page.getByText('En espera').waitFor()
    await page.context().close()
  })

  it.each([360, 390, 768, 1024, 1440])('needs no scrolling sideways at %i pixels, in either theme', async (width) => {
    for (const dark of [false, true]) {
      for (const query of ['?span=30d', '?span=30d&page=compare']) {
        const page = await open(query, { width, height: 800, dark })
        const beyond = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
        expect([query, beyond <= 0]).toEqual([query, true])
        await page.context().close()
      }
    }
  })

  it('describes the API at /api/docs', async () => {
    const page = await browser.newPage()
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(`${url}/api/docs`)
    await page.getByText('/api/v1/terms/rising').waitFor()
    await page.close()
  })

  it('has an icon where a browser looks for one that no page names', async () => {
    const answer = await fetch(`${url}/favicon.ico`)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/svg+xml'])
  })

  it('gave the browser nothing to complain about: no error, no violation of the content policy', () => {
    expect(complaints).toEqual([])
  })
})
