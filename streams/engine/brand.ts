declare const brand: unique symbol

/** A value of type `Base` that only the parser of its own module can make. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name }
