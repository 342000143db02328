import { parseView, type Span, type View } from '../../../../sinks/live/view.js'

/** A view whose span may be left to the server, which knows how much past there is. */
export type ChosenView = Omit<View, 'span'> & { readonly span: Span | null; readonly page: Page }

/** What is looked at: the live board, things side by side, or what people answer when they are asked. */
export const pages = ['live', 'compare', 'surveys'] as const
export type Page = (typeof pages)[number]

/** Reads the view from the address of the page; an address that makes no sense gives the usual view. */
function viewOfAddress(): ChosenView {
  const query = new URLSearchParams(location.search)
  const span = query.get('span')
  const term = query.get('term')
  const kinds = query.get('kinds')
  const page = pages.find((name) => name === query.get('page')) ?? 'live'
  try {
    const view = parseView({
      span: span ?? undefined,
      region: query.get('region') ?? undefined,
      kinds: kinds === null ? undefined : kinds.split(','),
      term: term === null ? undefined : { term, kind: query.get('kind') },
      board: query.get('board') ?? undefined,
    })
    return span === null ? { ...view, span, page } : { ...view, page }
  } catch {
    return { ...parseView({}), span: null, page }
  }
}

function addressOfView({ span, region, kinds, term, board, page }: ChosenView): string {
  const query = new URLSearchParams()
  if (page !== 'live') query.set('page', page)
  if (board !== null) query.set('board', board)
  if (span !== null) query.set('span', span)
  if (region !== '*') query.set('region', region)
  if (kinds.length > 0) query.set('kinds', kinds.join(','))
  if (term !== null) {
    query.set('term', term.term)
    query.set('kind', term.kind)
  }
  return query.size === 0 ? location.pathname : `?${query}`
}

/** What the board looks at; it stands in the address, so that a view can be shared and the back button works. */
class CurrentView {
  #view = $state.raw<ChosenView>(viewOfAddress())

  constructor() {
    addEventListener('popstate', () => {
      this.#view = viewOfAddress()
    })
  }

  get value(): ChosenView {
    return this.#view
  }

  change(part: Partial<ChosenView>): void {
    this.#view = { ...this.#view, ...part }
    history.pushState(null, '', addressOfView(this.#view))
  }
}

export const currentView = new CurrentView()
