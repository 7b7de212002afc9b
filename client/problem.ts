import type { ErrorCode, Problem } from './_schema.js'

/** Why the server did not do what was asked. `field` is the path of the input at fault; `retryable`: the same request may work later. */
export class NoisegraphProblem extends Error {
  readonly code: ErrorCode | (string & {})
  readonly field: string | null
  readonly retryable: boolean
  constructor({ code, message, field = null, retryable = false }: Partial<Omit<Problem, 'code'>> & { readonly code: string }) {
    super(message)
    this.name = 'NoisegraphProblem'
    this.code = code
    this.field = field
    this.retryable = retryable
  }
}

export interface GraphQLErrors { readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string; readonly field?: string; readonly retryable?: boolean } }[] }

/** Throws the first error of a GraphQL result. */
export function throwErrors({ errors }: GraphQLErrors): void {
  const [first] = errors ?? []
  if (first) throw new NoisegraphProblem({ message: first.message, code: 'INTERNAL', ...first.extensions })
}
