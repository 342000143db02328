import { type Language, texts } from './texts.js'

export type Theme = 'system' | 'light' | 'dark'

/** Storage may be switched off in the browser: the board then forgets, and works. */
function remembered(name: string): string | null {
  try {
    return localStorage.getItem(`pulso.${name}`)
  } catch {
    return null
  }
}

function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`pulso.${name}`, value)
  } catch {
    // Nothing is lost but the preference.
  }
}

/** The language last chosen, else the browser's first that we speak, else Spanish. */
function firstLanguage(): Language {
  const asked = new URLSearchParams(location.search).get('lang') ?? remembered('language')
  if (asked === 'es' || asked === 'en') return asked
  const spoken = navigator.languages.map((tag) => tag.slice(0, 2))
  return spoken.find((tag): tag is Language => tag === 'es' || tag === 'en') ?? 'es'
}

function firstTheme(): Theme {
  const theme = remembered('theme')
  return theme === 'light' || theme === 'dark' ? theme : 'system'
}

class Preferences {
  #language = $state<Language>(firstLanguage())
  #theme = $state<Theme>(firstTheme())
  readonly texts = $derived(texts[this.#language])
  /** As Intl takes it: numbers and dates are those of Peru, or English ones. */
  readonly locale = $derived(this.#language === 'es' ? 'es-PE' : 'en-GB')

  get language(): Language {
    return this.#language
  }

  set language(language: Language) {
    this.#language = language
    remember('language', language)
    this.apply()
  }

  get theme(): Theme {
    return this.#theme
  }

  set theme(theme: Theme) {
    this.#theme = theme
    remember('theme', theme)
    this.apply()
  }

  /** Puts language and theme on the page. */
  apply(): void {
    document.documentElement.lang = this.#language
    document.documentElement.dataset.theme = this.#theme
  }
}

export const preferences = new Preferences()
preferences.apply()
