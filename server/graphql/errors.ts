import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { randomUUID } from 'node:crypto'
import { NoisegraphError, type Code } from '../core/errors.js'
import type { Log } from './context.js'

/** What a client is told of an error: expected ones as they are, others as an id that the log has the details under. */
export function presentError(error: GraphQLError, log: Log): GraphQLFormattedError {
  const cause = rootCause(error)
  const place = { ...(error.locations && { locations: error.locations }), ...(error.path && { path: error.path }) }
  if (cause instanceof NoisegraphError) return { message: cause.message, ...place, extensions: { code: cause.code, retryable: cause.retryable, ...(cause.field && { field: cause.field }) } }
  if (cause instanceof GraphQLError) {
    const { stacktrace: _, http: __, ...extensions } = { ...cause.extensions, ...error.extensions }
    return { message: error.message, ...place, extensions: { code: 'BAD_USER_INPUT', ...extensions } }
  }
  return { ...masked(cause, log), ...place }
}

/** The public face of an unexpected error, logged. */
export function masked(error: unknown, log: Log): { message: string; extensions: { code: 'INTERNAL'; id: string; retryable: true } } {
  const id = randomUUID()
  log.error({ id, err: error }, 'unexpected error')
  return { message: `Something failed inside the server. The log has the details under the id ${id}.`, extensions: { code: 'INTERNAL', id, retryable: true } }
}

function rootCause(error: unknown): unknown {
  let cause = error
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError
  return cause
}

type ProblemName = 'InvalidInput' | 'NotFound' | 'Conflict' | 'Unavailable'

/** The union member that stands for a code. */
const problemNames: Readonly<Record<Code, ProblemName>> = {
  UNKNOWN_MODEL: 'InvalidInput', UNKNOWN_PLUGIN: 'InvalidInput', INVALID_OPTION: 'InvalidInput', INVALID_IMAGE: 'InvalidInput', UNKNOWN_UPLOAD: 'InvalidInput', INCOMPATIBLE: 'InvalidInput',
  UNKNOWN_GENERATION: 'NotFound', UNKNOWN_OPERATION: 'NotFound', IDEMPOTENCY_CONFLICT: 'Conflict',
  BROKEN_MODEL: 'Unavailable', DEVICE_UNAVAILABLE: 'Unavailable', OUT_OF_MEMORY: 'Unavailable', WORKER_LOST: 'Unavailable', NON_FINITE: 'Unavailable', PLUGIN_FAILED: 'Unavailable', INTERNAL: 'Unavailable',
}

export interface Problem<N extends ProblemName> { readonly __typename: N; readonly code: Code; readonly message: string; readonly field: string | null; readonly retryable: boolean }

/** Runs `work`; expected failures that the union has a member for become that member, all else is thrown on. */
export async function orProblem<T, const N extends ProblemName>(members: readonly N[], work: () => Promise<T>): Promise<T | Problem<N>> {
  try {
    return await work()
  } catch (error) {
    const name = error instanceof NoisegraphError ? problemNames[error.code] : undefined
    if (!(error instanceof NoisegraphError) || !(members as readonly string[]).includes(name!)) throw error
    return { __typename: name as N, code: error.code, message: error.message, field: error.field ?? null, retryable: error.retryable }
  }
}
