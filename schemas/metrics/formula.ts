/** How a metric is computed of measures, as data: SQL, numbers and the formula that people read are all made of it. */
export type Formula<Measure extends string> =
  | { readonly kind: 'measure'; readonly name: Measure }
  | { readonly kind: 'sum'; readonly of: readonly Formula<Measure>[] }
  | { readonly kind: 'difference'; readonly of: Formula<Measure>; readonly less: Formula<Measure> }
  | {
      readonly kind: 'ratio'
      readonly above: Formula<Measure>
      readonly below: Formula<Measure>
      readonly times: number
    }
  | { readonly kind: 'product'; readonly of: readonly Formula<Measure>[] }
  | { readonly kind: 'constant'; readonly value: number }
  /** Without what is left of sums of fractions beyond so many digits, and no more than another. */
  | {
      readonly kind: 'rounded'
      readonly of: Formula<Measure>
      readonly digits: number
      readonly atMost: Formula<Measure>
    }
  /** Nothing where too few are counted to say it. */
  | {
      readonly kind: 'enough'
      readonly of: Formula<Measure>
      readonly counted: Formula<Measure>
      readonly least: number
    }

/** Values of measures; null: nobody tells. */
export type Measures<Measure extends string> = { readonly [Name in Measure]: number | null }

export const measure = <Measure extends string>(name: Measure): Formula<Measure> => ({ kind: 'measure', name })
export const plus = <Measure extends string>(...of: readonly Formula<Measure>[]): Formula<Measure> => ({
  kind: 'sum',
  of,
})
export const minus = <Measure extends string>(of: Formula<Measure>, less: Formula<Measure>): Formula<Measure> => ({
  kind: 'difference',
  of,
  less,
})
export const times = <Measure extends string>(...of: readonly Formula<Measure>[]): Formula<Measure> => ({
  kind: 'product',
  of,
})
export const constant = <Measure extends string>(value: number): Formula<Measure> => ({ kind: 'constant', value })
/** @param digits behind the point */
export const rounded = <Measure extends string>(
  of: Formula<Measure>,
  digits: number,
  atMost: Formula<Measure>,
): Formula<Measure> => ({ kind: 'rounded', of, digits, atMost })
/** @param times a whole number that the numerator is multiplied by, for another unit */
export const over = <Measure extends string>(
  above: Formula<Measure>,
  below: Formula<Measure>,
  times = 1,
): Formula<Measure> => ({ kind: 'ratio', above, below, times })

/** @param least with fewer that are counted there is no value */
export const enough = <Measure extends string>(
  of: Formula<Measure>,
  counted: Formula<Measure>,
  least: number,
): Formula<Measure> => ({ kind: 'enough', of, counted, least })

/** The one rule of rates: null where one of the two is missing or the denominator is not above 0. */
export const ratio = (above: number | null, below: number | null): number | null =>
  above === null || below === null || below <= 0 ? null : above / below

/** The value of a formula; null where a measure that it needs is. */
export function evaluate<Measure extends string>(
  formula: Formula<Measure>,
  measures: Measures<Measure>,
): number | null {
  switch (formula.kind) {
    case 'measure':
      return measures[formula.name]
    case 'sum':
      return formula.of.reduce<number | null>((sum, each) => {
        const value = evaluate(each, measures)
        return sum === null || value === null ? null : sum + value
      }, 0)
    case 'product':
      return formula.of.reduce<number | null>((product, each) => {
        const value = evaluate(each, measures)
        return product === null || value === null ? null : product * value
      }, 1)
    case 'constant':
      return formula.value
    case 'rounded': {
      const [value, atMost] = [evaluate(formula.of, measures), evaluate(formula.atMost, measures)]
      const scale = 10 ** formula.digits
      return value === null || atMost === null ? null : Math.min(atMost, Math.round(value * scale) / scale)
    }
    case 'difference': {
      const [of, less] = [evaluate(formula.of, measures), evaluate(formula.less, measures)]
      return of === null || less === null ? null : of - less
    }
    case 'ratio': {
      const above = evaluate(formula.above, measures)
      return ratio(above === null ? null : above * formula.times, evaluate(formula.below, measures))
    }
    case 'enough': {
      const counted = evaluate(formula.counted, measures)
      return counted === null || counted < formula.least ? null : evaluate(formula.of, measures)
    }
  }
}

/** The formula as a ClickHouse expression. @param expressions of the measures; one may be null where nobody tells */
export function sqlOf<Measure extends string>(
  formula: Formula<Measure>,
  expressions: Readonly<Record<Measure, string>>,
): string {
  const sql = (each: Formula<Measure>) => sqlOf(each, expressions)
  switch (formula.kind) {
    case 'measure':
      return expressions[formula.name]
    case 'sum':
      return `(${formula.of.map(sql).join(' + ')})`
    case 'product':
      return formula.of.map(sql).join(' * ')
    case 'constant':
      return String(formula.value)
    case 'rounded':
      return `least(round(${sql(formula.of)}, ${String(formula.digits)}), toFloat64(${sql(formula.atMost)}))`
    case 'difference':
      return `(${sql(formula.of)} - ${sql(formula.less)})`
    case 'ratio': {
      const above = formula.times === 1 ? sql(formula.above) : `${sql(formula.above)} * ${formula.times}`
      // a condition that is null is not met
      return `if(${sql(formula.below)} > 0, ${above} / ${sql(formula.below)}, NULL)`
    }
    case 'enough': {
      // the condition implies that of a ratio over what is counted
      const { of, counted, least } = formula
      const isBelow = of.kind === 'ratio' && sql(of.below) === sql(counted)
      return `if(${sql(counted)} >= ${least}, ${isBelow ? bare(of, sql) : sql(of)}, NULL)`
    }
  }
}

/** A ratio whose denominator is known to be above 0. */
function bare<Measure extends string>(
  formula: Extract<Formula<Measure>, { readonly kind: 'ratio' }>,
  sql: (formula: Formula<Measure>) => string,
): string {
  return `${sql(formula.above)}${formula.times === 1 ? '' : ` * ${formula.times}`} / ${sql(formula.below)}`
}

/** The formula as people write it. */
export function notationOf<Measure extends string>(formula: Formula<Measure>): string {
  switch (formula.kind) {
    case 'measure':
      return formula.name
    case 'sum':
      return formula.of.map(notationOf).join(' + ')
    case 'product':
      return formula.of
        .map((each) => (each.kind === 'measure' ? notationOf(each) : `(${notationOf(each)})`))
        .join(' × ')
    case 'constant':
      return String(formula.value)
    case 'rounded':
      return `${notationOf(formula.of)}, at most ${notationOf(formula.atMost)}`
    case 'difference':
      return `${notationOf(formula.of)} − ${notationOf(formula.less)}`
    case 'ratio': {
      const [above, below] = [formula.above, formula.below].map((part) =>
        part.kind === 'measure' || part.kind === 'constant' ? notationOf(part) : `(${notationOf(part)})`,
      )
      return `${above} / ${below}${formula.times === 1 ? '' : ` × ${formula.times.toLocaleString('en')}`}`
    }
    case 'enough':
      return `${notationOf(formula.of)}, where ${notationOf(formula.counted)} ≥ ${formula.least}`
  }
}
