import ts from 'typescript'

/**
 * Holds JSON against types that a package publishes, by the compiler's own reading of them: what is required must be
 * there, what is there must be known and of its type. Values of unions need to fit one of them.
 */
export class PublishedShapes {
  readonly #program: ts.Program
  readonly #checker: ts.TypeChecker

  /** @param files declarations by absolute path */
  constructor(files: readonly string[]) {
    this.#program = ts.createProgram([...files], { strict: true, noEmit: true, target: ts.ScriptTarget.ES2022 })
    this.#checker = this.#program.getTypeChecker()
  }

  /** @throws Error when the file declares no such type */
  typeOf(file: string, name: string): ts.Type {
    const source = this.#program.getSourceFile(file)
    const module = source === undefined ? undefined : this.#checker.getSymbolAtLocation(source)
    const symbol = module?.exports?.get(ts.escapeLeadingUnderscores(name))
    if (symbol === undefined) throw new Error(`${file} declares no ${name}`)
    return this.#checker.getDeclaredTypeOfSymbol(symbol)
  }

  /** What does not fit, each with its place; nothing when all does. @param given properties that come from elsewhere */
  faults(type: ts.Type, value: unknown, place: string, given: readonly string[] = []): readonly string[] {
    if ((type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0) return []
    if (type.isUnion()) return this.#faultsOfUnion(type, value, place)
    if (type.isStringLiteral() || type.isNumberLiteral())
      return value === type.value
        ? []
        : [`${place} is ${JSON.stringify(value)}, expected ${JSON.stringify(type.value)}`]
    const primitive = this.#checker.typeToString(type)
    if (['string', 'number', 'boolean', 'null', 'true', 'false', 'undefined'].includes(primitive)) {
      const fits = primitive === 'null' || primitive === 'true' || primitive === 'false' ? String(value) : typeof value
      return fits === primitive ? [] : [`${place} is ${JSON.stringify(value)}, expected ${primitive}`]
    }
    if (this.#checker.isArrayType(type)) {
      if (!Array.isArray(value)) return [`${place} is no list`]
      const [element] = this.#checker.getTypeArguments(type as ts.TypeReference)
      return element === undefined
        ? []
        : value.flatMap((each, index) => this.faults(element, each, `${place}[${index}]`))
    }
    return this.#faultsOfObject(type, value, place, given)
  }

  /** Those of the type that fits best. */
  #faultsOfUnion(type: ts.UnionType, value: unknown, place: string): readonly string[] {
    const types = type.types.filter((each) => (each.flags & ts.TypeFlags.Undefined) === 0)
    const found = types.map((each) => this.faults(each, value, place))
    if (typeof value === 'object' && value !== null)
      return found.reduce((one, other) => (other.length < one.length ? other : one))
    return found.some((faults) => faults.length === 0)
      ? []
      : [`${place} is ${JSON.stringify(value)}, expected ${this.#checker.typeToString(type)}`]
  }

  #faultsOfObject(type: ts.Type, value: unknown, place: string, given: readonly string[]): readonly string[] {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${place} is no object`]
    const properties = new Map(type.getProperties().map((property) => [property.name, property]))
    const index = type.getStringIndexType()
    // What plugins define is marked by nothing but the name of a method.
    const isOpen = [...properties.keys()].every((name) => name.startsWith('_implements'))
    if (isOpen && properties.size > 0) return []
    const missing = [...properties].flatMap(([name, property]) =>
      (property.flags & ts.SymbolFlags.Optional) === 0 &&
      !(name in value) &&
      !given.includes(name) &&
      !name.startsWith('_')
        ? [`${place}.${name} is missing`]
        : [],
    )
    const there = Object.entries(value).flatMap(([name, each]) => {
      const property = properties.get(name)
      const expected = property === undefined ? index : this.#checker.getTypeOfSymbol(property)
      return expected === undefined
        ? [`${place}.${name} is not known`]
        : this.faults(expected, each, `${place}.${name}`)
    })
    return [...missing, ...there]
  }
}
