/** A department of Peru. */
export interface Region {
  /** Ubigeo (INEI, Código de Ubicación Geográfica). */
  readonly code: string
  readonly name: string
  /** Inhabitants of 2020. */
  readonly population: number
}

/**
 * Departments of Peru by ubigeo. Population is area times the population density of 2020 as
 * https://github.com/jmcastagnetto/ubigeo-peru-aumentado has them (MIT, © Jesus M. Castagnetto), rounded: 34.4 million in
 * all.
 */
export const regions: readonly Region[] = [
  { code: '01', name: 'Amazonas', population: 472_993 },
  { code: '02', name: 'Áncash', population: 1_246_249 },
  { code: '03', name: 'Apurímac', population: 460_316 },
  { code: '04', name: 'Arequipa', population: 1_556_246 },
  { code: '05', name: 'Ayacucho', population: 690_053 },
  { code: '06', name: 'Cajamarca', population: 1_603_521 },
  { code: '07', name: 'Callao', population: 1_147_951 },
  { code: '08', name: 'Cusco', population: 1_460_963 },
  { code: '09', name: 'Huancavelica', population: 435_152 },
  { code: '10', name: 'Huánuco', population: 865_820 },
  { code: '11', name: 'Ica', population: 938_259 },
  { code: '12', name: 'Junín', population: 1_408_222 },
  { code: '13', name: 'La Libertad', population: 2_054_619 },
  { code: '14', name: 'Lambayeque', population: 1_393_148 },
  { code: '15', name: 'Lima', population: 11_261_067 },
  { code: '16', name: 'Loreto', population: 1_154_766 },
  { code: '17', name: 'Madre de Dios', population: 177_571 },
  { code: '18', name: 'Moquegua', population: 197_622 },
  { code: '19', name: 'Pasco', population: 294_380 },
  { code: '20', name: 'Piura', population: 2_069_446 },
  { code: '21', name: 'Puno', population: 1_279_290 },
  { code: '22', name: 'San Martín', population: 965_432 },
  { code: '23', name: 'Tacna', population: 379_400 },
  { code: '24', name: 'Tumbes', population: 248_097 },
  { code: '25', name: 'Ucayali', population: 632_861 },
]

/** Whether a request may name it: a department, or `*` for all. */
export const isRegion = (code: string): boolean => code === '*' || regions.some((region) => region.code === code)

/** What a request may name, as people read it. */
export const regionNames = `* for all, ${regions.map(({ code, name }) => `${code} ${name}`).join(', ')}`
