import type { Change } from '../../../../schemas/growth.js'
import type { TermKind } from '../../../../schemas/mention.js'
import type { ShiftKind, ShiftMeasure, ShiftSeverity } from '../../../../schemas/shift.js'
import type { Phase } from '../../../../sinks/live/status.js'
import type { Span } from '../../../../sinks/live/view.js'
import type { Voice } from '../../../server/surveys.js'
import type { Page } from './view.svelte.js'

export type Language = 'es' | 'en'

interface Texts {
  readonly tagline: string
  readonly phase: Readonly<Record<Phase, string>>
  readonly phaseHint: Readonly<Record<Phase, string>>
  readonly connecting: string
  readonly lost: string
  readonly lostHint: string
  readonly refused: string
  readonly retry: string
  readonly lastEvent: string
  readonly never: string
  readonly ahead: string
  readonly lag: string
  readonly upToDate: string
  readonly simulated: string
  readonly simulatedHint: string
  readonly backfill: string
  readonly backfillHint: string
  readonly language: string
  readonly theme: Readonly<Record<'system' | 'light' | 'dark', string>>
  readonly span: string
  readonly spans: Readonly<Record<Span, string>>
  readonly spanNames: Readonly<Record<Span, string>>
  readonly region: string
  readonly allRegions: string
  readonly search: string
  readonly searchHint: string
  readonly noTerms: string
  readonly clearTerm: string
  readonly all: string
  readonly against: string
  readonly before: string
  readonly noBefore: string
  readonly chart: string
  readonly chartHint: string
  readonly asTable: string
  readonly asChart: string
  readonly underWay: string
  readonly time: string
  readonly sentiment: Readonly<Record<'negative' | 'neutral' | 'positive', string>>
  readonly unscored: string
  readonly unsure: string
  readonly top: string
  readonly rising: string
  readonly risingHint: string
  readonly term: string
  readonly shape: string
  readonly share: string
  readonly mood: string
  readonly kinds: Readonly<Record<TermKind, string>>
  readonly allKinds: string
  readonly kindFilter: string
  readonly isNew: string
  readonly atLeast: string
  readonly few: string
  readonly fewHint: string
  readonly nothingRising: string
  readonly nothingRisingHint: string
  readonly empty: string
  readonly emptyHint: string
  readonly latest: string
  readonly behind: string
  readonly seeSeries: string
  readonly close: string
  readonly more: string
  readonly open: string
  readonly noPosts: string
  readonly failed: string
  readonly repost: string
  readonly review: string
  readonly definitions: string
  readonly definitionsTitle: string
  readonly noValue: string
  readonly fates: Readonly<Record<'forwarded' | 'late' | 'dropped' | 'deadLettered', string>>
  readonly fatesTitle: string
  readonly api: string
  readonly limaTime: string
  readonly model: string
  readonly noModel: string
  readonly skip: string
  readonly shifts: string
  readonly shiftsHint: string
  readonly shiftKinds: Readonly<Record<ShiftKind, string>>
  readonly measures: Readonly<Record<ShiftMeasure, string>>
  readonly severities: Readonly<Record<ShiftSeverity, string>>
  readonly everything: string
  readonly openSince: string
  readonly pushed: string
  readonly pages: Readonly<Record<Page, string>>
  readonly board: string
  readonly noBoard: string
  readonly newBoard: string
  readonly editBoard: string
  readonly boardName: string
  readonly boardNameHint: string
  readonly boardTerms: string
  readonly boardTermsHint: string
  readonly boardRegions: string
  readonly boardRegionsHint: string
  readonly boardSources: string
  readonly boardSourcesHint: string
  readonly boardSpan: string
  readonly boardSpanHint: string
  readonly save: string
  readonly remove: string
  readonly removeSure: string
  readonly conflict: string
  readonly forbidden: string
  readonly take: string
  readonly watches: string
  readonly compare: string
  readonly compareHint: string
  readonly compareBy: Readonly<Record<'terms' | 'regions' | 'sources', string>>
  readonly change: string
  readonly verdicts: Readonly<Record<Change['verdict'], string>>
  readonly interval: string
  readonly unknownRegion: string
  readonly tooFewScored: string
  readonly ofTerm: string
  readonly ofRegion: string
  readonly insights: string
  readonly insightHint: string
  readonly insightTitle: string
  readonly proof: string
  readonly proofHint: string
  readonly digest: string
  readonly surveysHint: string
  readonly noSurveys: string
  readonly noSurveysHint: string
  readonly people: string
  readonly effective: string
  readonly mean: string
  readonly voicesTitle: string
  readonly voices: Readonly<Record<Voice['voice'], string>>
}

const es: Texts = {
  tagline: 'Tendencias de consumo en vivo',
  phase: { backfilling: 'Cargando historia', live: 'En vivo', idle: 'En espera', ended: 'Terminado' },
  phaseHint: {
    backfilling: 'Se leen los registros anteriores; las cifras aún crecen.',
    live: 'Los registros llegan y se cuentan al momento.',
    idle: 'Todo está leído; no llega nada nuevo.',
    ended: 'La fuente terminó; no se espera nada más.',
  },
  connecting: 'Conectando',
  lost: 'Sin conexión',
  lostHint: 'Se muestran las últimas cifras recibidas. Se reconecta solo.',
  refused: 'No se pudo abrir el tablero',
  retry: 'Reintentar',
  lastEvent: 'Último registro',
  never: 'todavía ninguno',
  ahead: 'ahora',
  lag: 'pendientes',
  upToDate: 'Al día',
  simulated: 'Simulado',
  simulatedHint: 'Publicaciones reales con la hora movida para la demostración.',
  backfill: 'Cargando la historia',
  backfillHint: 'Las cifras están incompletas hasta que termine.',
  language: 'Idioma',
  theme: { system: 'Tema del sistema', light: 'Tema claro', dark: 'Tema oscuro' },
  span: 'Periodo',
  spans: { '1h': '1 h', '6h': '6 h', '24h': '24 h', '7d': '7 d', '30d': '30 d', '52w': '1 a' },
  spanNames: {
    '1h': 'Última hora',
    '6h': 'Últimas 6 horas',
    '24h': 'Últimas 24 horas',
    '7d': 'Últimos 7 días',
    '30d': 'Últimos 30 días',
    '52w': 'Últimas 52 semanas',
  },
  region: 'Región',
  allRegions: 'Todas las regiones',
  search: 'Buscar término',
  searchHint: 'ceviche, pollo a la brasa, #…',
  noTerms: 'Ningún término del periodo contiene ese texto',
  clearTerm: 'Volver a todas las menciones',
  all: 'Todas las menciones',
  against: 'vs. periodo anterior',
  before: 'antes',
  noBefore: 'sin periodo anterior',
  chart: 'Menciones por sentimiento',
  chartHint: 'Flechas para recorrer, Intro para ver las publicaciones',
  asTable: 'Ver como tabla',
  asChart: 'Ver como gráfico',
  underWay: 'en curso',
  time: 'Hora de Lima',
  sentiment: { negative: 'Negativo', neutral: 'Neutro', positive: 'Positivo' },
  unscored: 'Sin sentimiento',
  unsure: 'poco seguro',
  top: 'Términos más mencionados',
  rising: 'Términos que crecen',
  risingHint: 'Frente al periodo anterior de igual duración, descontado el crecimiento de todo.',
  term: 'Término',
  shape: 'Evolución',
  share: 'Parte',
  mood: 'Sentimiento',
  kinds: {
    dish: 'Platos',
    ingredient: 'Insumos',
    brand: 'Marcas',
    place: 'Lugares',
    hashtag: 'Etiquetas',
    word: 'Palabras',
  },
  allKinds: 'Todos',
  kindFilter: 'Tipo de término',
  isNew: 'nuevo',
  atLeast: 'al menos',
  few: 'pocos datos',
  fewHint: 'Menos de 30 menciones en ambos periodos: el crecimiento exacto es incierto.',
  nothingRising: 'Nada crece de forma clara',
  nothingRisingHint: 'Hace falta un periodo anterior y al menos 5 menciones que el azar no explique.',
  empty: 'Todavía no hay menciones aquí',
  emptyHint: 'Prueba un periodo más largo u otra región.',
  latest: 'Últimas publicaciones',
  behind: 'Publicaciones',
  seeSeries: 'Ver en el gráfico',
  close: 'Cerrar',
  more: 'Ver más',
  open: 'Abrir la publicación',
  noPosts: 'No hay publicaciones con este filtro',
  failed: 'No se pudieron leer las publicaciones',
  repost: 'republicación',
  review: 'reseña',
  definitions: 'Cómo se calcula',
  definitionsTitle: 'Qué significa cada cifra',
  noValue: 'Sin valor',
  fates: { forwarded: 'procesados', late: 'tardíos', dropped: 'descartados', deadLettered: 'rechazados' },
  fatesTitle: 'Registros',
  api: 'API',
  limaTime: 'Horas de Lima',
  model: 'Modelo',
  noModel: 'sin sentimiento',
  skip: 'Ir al contenido',
  shifts: 'Cambios',
  shiftsHint: 'Lo que se apartó de lo habitual más de lo que da el azar; los abiertos primero.',
  shiftKinds: {
    ...{ spike: 'Pico', drop: 'Caída', turn: 'Giro de sentimiento', emerging: 'Nuevo', level: 'Nuevo nivel' },
    ...{ drift: 'Deriva', silence: 'Fuente en silencio' },
  },
  measures: {
    ...{ mentions: 'menciones', authors: 'autores', netSentiment: 'balance', shareOfVoice: 'cuota de voz' },
    ...{ engagementRateByViews: 'interacción por vistas', engagementRateByReach: 'interacción por alcance' },
  },
  severities: { low: 'leve', medium: 'media', high: 'alta' },
  everything: 'Todo',
  openSince: 'abierto desde',
  pushed: 'de un solo autor',
  pages: { live: 'En vivo', compare: 'Comparar', surveys: 'Encuestas' },
  board: 'Tablero',
  noBoard: 'Todo lo que se dice',
  newBoard: 'Nuevo tablero',
  editBoard: 'Editar tablero',
  boardName: 'Nombre',
  boardNameHint: 'Cevicherías de Lima',
  boardTerms: 'Términos',
  boardTermsHint: 'Solo lo que nombra alguno de ellos. Ninguno: todo.',
  boardRegions: 'Regiones',
  boardRegionsHint: 'Ninguna: todas, también sin región conocida.',
  boardSources: 'Fuentes',
  boardSourcesHint: 'Ninguna: todas.',
  boardSpan: 'Periodo al abrir',
  boardSpanHint: 'el habitual',
  save: 'Guardar',
  remove: 'Eliminar',
  removeSure: '¿Eliminar para todos?',
  conflict: 'Alguien lo cambió mientras tanto. Se muestra como quedó; vuelve a hacer tu cambio.',
  forbidden: 'Tu token solo permite mirar: pide uno de editor.',
  take: 'Quitar',
  watches: 'Sigue',
  compare: 'Lado a lado',
  compareHint: 'Con lo que se puede afirmar: la barra es la cifra, la línea su intervalo del 95 %.',
  compareBy: { terms: 'Términos', regions: 'Regiones', sources: 'Fuentes' },
  change: 'Cambio',
  verdicts: { rising: 'crece', falling: 'cae', steady: 'sin cambio claro', tooFew: 'muy pocas para decirlo' },
  interval: 'intervalo del 95 %',
  unknownRegion: 'Sin región conocida',
  tooFewScored: 'muy pocas',
  ofTerm: 'de',
  ofRegion: 'de lo que dice la región',
  insights: 'Lo que importa',
  insightHint: 'Ver las publicaciones y las consultas que lo prueban',
  insightTitle: 'De dónde sale',
  proof: 'Consultas',
  proofHint: 'Quien las repita obtiene las mismas cifras: pulso query, o cualquier cliente de ClickHouse.',
  digest: 'Informe para imprimir',
  surveysHint:
    'Cada cifra con su muestra y su margen de error del 95 %, como de una muestra aleatoria simple. Nada dicen de quien no responde.',
  noSurveys: 'Todavía no hay encuestas',
  noSurveysHint: 'Las respuestas llegan por POST /api/v1/surveys o con pulso replay, y con la topología surveys.',
  people: 'personas',
  effective: 'efectiva',
  mean: 'media',
  voicesTitle: 'Lo que dicen con sus palabras, junto a publicaciones y reseñas del mismo tiempo',
  voices: { survey: 'Encuesta', post: 'Publicaciones', review: 'Reseñas' },
}

const en: Texts = {
  tagline: 'Live consumer trends',
  phase: { backfilling: 'Loading history', live: 'Live', idle: 'Waiting', ended: 'Ended' },
  phaseHint: {
    backfilling: 'Earlier records are being read; figures still grow.',
    live: 'Records arrive and are counted at once.',
    idle: 'Everything is read; nothing new arrives.',
    ended: 'The source ended; nothing more is expected.',
  },
  connecting: 'Connecting',
  lost: 'Disconnected',
  lostHint: 'The last figures received are shown. It reconnects by itself.',
  refused: 'The board could not be opened',
  retry: 'Try again',
  lastEvent: 'Last record',
  never: 'none yet',
  ahead: 'now',
  lag: 'waiting',
  upToDate: 'Up to date',
  simulated: 'Simulated',
  simulatedHint: 'Real posts whose times were moved for the demonstration.',
  backfill: 'Loading the history',
  backfillHint: 'Figures are incomplete until it is done.',
  language: 'Language',
  theme: { system: 'System theme', light: 'Light theme', dark: 'Dark theme' },
  span: 'Period',
  spans: { '1h': '1 h', '6h': '6 h', '24h': '24 h', '7d': '7 d', '30d': '30 d', '52w': '1 y' },
  spanNames: {
    '1h': 'Last hour',
    '6h': 'Last 6 hours',
    '24h': 'Last 24 hours',
    '7d': 'Last 7 days',
    '30d': 'Last 30 days',
    '52w': 'Last 52 weeks',
  },
  region: 'Region',
  allRegions: 'All regions',
  search: 'Find a term',
  searchHint: 'ceviche, pollo a la brasa, #…',
  noTerms: 'No term of this period contains that text',
  clearTerm: 'Back to all mentions',
  all: 'All mentions',
  against: 'vs. period before',
  before: 'before',
  noBefore: 'no period before',
  chart: 'Mentions by sentiment',
  chartHint: 'Arrow keys to move, Enter to see the posts',
  asTable: 'Show as table',
  asChart: 'Show as chart',
  underWay: 'under way',
  time: 'Lima time',
  sentiment: { negative: 'Negative', neutral: 'Neutral', positive: 'Positive' },
  unscored: 'No sentiment',
  unsure: 'unsure',
  top: 'Most mentioned terms',
  rising: 'Rising terms',
  risingHint: 'Against the preceding period of equal length, corrected for the growth of everything.',
  term: 'Term',
  shape: 'Over time',
  share: 'Share',
  mood: 'Sentiment',
  kinds: {
    dish: 'Dishes',
    ingredient: 'Ingredients',
    brand: 'Brands',
    place: 'Places',
    hashtag: 'Hashtags',
    word: 'Words',
  },
  allKinds: 'All',
  kindFilter: 'Kind of term',
  isNew: 'new',
  atLeast: 'at least',
  few: 'few data',
  fewHint: 'Fewer than 30 mentions in both periods: the exact growth is uncertain.',
  nothingRising: 'Nothing clearly rises',
  nothingRisingHint: 'It takes a period before, and at least 5 mentions that chance does not explain.',
  empty: 'No mentions here yet',
  emptyHint: 'Try a longer period or another region.',
  latest: 'Latest posts',
  behind: 'Posts',
  seeSeries: 'Show in the chart',
  close: 'Close',
  more: 'Show more',
  open: 'Open the post',
  noPosts: 'No posts match this filter',
  failed: 'The posts could not be read',
  repost: 'repost',
  review: 'review',
  definitions: 'How it is computed',
  definitionsTitle: 'What each figure means',
  noValue: 'No value',
  fates: { forwarded: 'processed', late: 'late', dropped: 'dropped', deadLettered: 'refused' },
  fatesTitle: 'Records',
  api: 'API',
  limaTime: 'Times of Lima',
  model: 'Model',
  noModel: 'no sentiment',
  skip: 'Skip to content',
  shifts: 'Shifts',
  shiftsHint: 'What has left the usual by more than chance gives; open ones first.',
  shiftKinds: {
    ...{ spike: 'Spike', drop: 'Drop', turn: 'Turn of sentiment', emerging: 'New', level: 'New level' },
    ...{ drift: 'Drift', silence: 'Silent source' },
  },
  measures: {
    ...{ mentions: 'mentions', authors: 'authors', netSentiment: 'balance', shareOfVoice: 'share of voice' },
    ...{ engagementRateByViews: 'engagement by views', engagementRateByReach: 'engagement by reach' },
  },
  severities: { low: 'low', medium: 'medium', high: 'high' },
  everything: 'Everything',
  openSince: 'open since',
  pushed: 'by one author',
  pages: { live: 'Live', compare: 'Compare', surveys: 'Surveys' },
  board: 'Board',
  noBoard: 'Everything that is said',
  newBoard: 'New board',
  editBoard: 'Edit board',
  boardName: 'Name',
  boardNameHint: 'Cevicherías of Lima',
  boardTerms: 'Terms',
  boardTermsHint: 'Only what names one of them. None: everything.',
  boardRegions: 'Regions',
  boardRegionsHint: 'None: all of them, the unknown one too.',
  boardSources: 'Sources',
  boardSourcesHint: 'None: all of them.',
  boardSpan: 'Period when opened',
  boardSpanHint: 'the usual one',
  save: 'Save',
  remove: 'Delete',
  removeSure: 'Delete for everybody?',
  conflict: 'Somebody changed it meanwhile. It is shown as it stands now; make your change again.',
  forbidden: 'Your token may only look: ask for one of an editor.',
  take: 'Remove',
  watches: 'Watches',
  compare: 'Side by side',
  compareHint: 'With what can be said: the bar is the figure, the line its 95 % interval.',
  compareBy: { terms: 'Terms', regions: 'Regions', sources: 'Sources' },
  change: 'Change',
  verdicts: { rising: 'rises', falling: 'falls', steady: 'no clear change', tooFew: 'too few to say' },
  interval: '95 % interval',
  unknownRegion: 'Region not known',
  tooFewScored: 'too few',
  ofTerm: 'of',
  ofRegion: 'of what the region says',
  insights: 'What matters',
  insightHint: 'See the posts and queries that prove it',
  insightTitle: 'Where it comes from',
  proof: 'Queries',
  proofHint: 'Whoever repeats them gets the same figures: pulso query, or any client of ClickHouse.',
  digest: 'Digest to print',
  surveysHint:
    'Each figure with its sample and its 95 % margin of error, as of a simple random sample. They say nothing of who does not answer.',
  noSurveys: 'There are no surveys yet',
  noSurveysHint: 'Answers come by POST /api/v1/surveys or pulso replay, and with the topology surveys.',
  people: 'people',
  effective: 'effective',
  mean: 'mean',
  voicesTitle: 'What they say in their words, beside posts and reviews of the same time',
  voices: { survey: 'Survey', post: 'Posts', review: 'Reviews' },
}

export const texts: Readonly<Record<Language, Texts>> = { es, en }
