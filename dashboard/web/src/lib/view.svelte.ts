import { parseView, type View } from '../../../../sinks/live/view.js'

/** Reads the view from the address of the page; an address that makes no sense gives the usual view. */
function viewOfAddress(): View {
  const query = new URLSearchParams(location.search)
  const term = query.get('term')
  const kinds = query.get('kinds')
  try {
    return parseView({
      span: query.get('span') ?? undefined,
      region: query.get('region') ?? undefined,
      kinds: kinds === null ? undefined : kinds.split(','),
      term: term === null ? undefined : { term, kind: query.get('kind') },
    })
  } catch {
    return parseView({})
  }
}

function addressOfView({ span, region, kinds, term }: View): string {
  const query = new URLSearchParams()
  query.set('span', span)
  if (region !== '*') query.set('region', region)
  if (kinds.length > 0) query.set('kinds', kinds.join(','))
  if (term !== null) {
    query.set('term', term.term)
    query.set('kind', term.kind)
  }
  return `?${query}`
}

/** What the board looks at; it stands in the address, so that a view can be shared and the back button works. */
class CurrentView {
  #view = $state.raw<View>(viewOfAddress())

  constructor() {
    addEventListener('popstate', () => {
      this.#view = viewOfAddress()
    })
  }

  get value(): View {
    return this.#view
  }

  change(part: Partial<View>): void {
    this.#view = { ...this.#view, ...part }
    history.pushState(null, '', addressOfView(this.#view))
  }
}

export const currentView = new CurrentView()
