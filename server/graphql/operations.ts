/** One way for an operation to be checked and run, whichever transport it came by. */
import { execute, getOperationAST, GraphQLError, parse, subscribe, validate, type ExecutionArgs, type ExecutionResult } from 'graphql'
import type { Context } from './context.js'
import { checkLimits, type Limits } from './limits.js'
import type { LiveSchema } from './live-schema.js'
import type { Served } from './schema.js'

export interface Payload { readonly query?: unknown; readonly operationName?: unknown; readonly variables?: unknown }
export type Result = ExecutionResult | AsyncGenerator<ExecutionResult, void, void>

export const isStream = (result: Result): result is AsyncGenerator<ExecutionResult, void, void> => Symbol.asyncIterator in result

export interface Operations {
  /** Arguments to run it with, or why it is refused. */
  prepare(payload: Payload): Promise<ExecutionArgs | readonly GraphQLError[]>
  run(args: ExecutionArgs): Promise<Result>
  /** Subscriptions that are open now. */
  open(): number
  /** Ends every subscription. Readers are not told that it is complete, so that they come back. */
  close(): Promise<void>
  closing(): boolean
}

export function operations(live: Pick<LiveSchema, 'current' | 'lookFor'>, context: (served: Served) => Context, limits: Limits): Operations {
  let closing = false
  const streams = new Set<AsyncGenerator<ExecutionResult, void, void>>()
  const refuse = (message: string, code: string, limit?: number) => [new GraphQLError(message, { extensions: { code, ...(limit !== undefined && { limit }) } })]
  return {
    async prepare({ query, operationName, variables }) {
      if (typeof query !== 'string') return refuse('The request has no `query`.', 'BAD_REQUEST')
      if (variables != null && (typeof variables !== 'object' || Array.isArray(variables))) return refuse('`variables` must be an object.', 'BAD_REQUEST')
      await live.lookFor(query)
      const served = live.current()
      try {
        const document = parse(query, { maxTokens: limits.queryTokens })
        const errors = validate(served.schema, document)
        if (errors.length) return errors
        const operation = getOperationAST(document, typeof operationName === 'string' ? operationName : undefined)
        if (!operation) return refuse('`operationName` must name one of the operations of the document.', 'BAD_REQUEST')
        const values = (variables ?? {}) as Record<string, unknown>
        const beyond = checkLimits(served.schema, document, operation, values, limits)
        if (beyond.length) return beyond
        return { schema: served.schema, document, operationName: operation.name?.value, variableValues: values, contextValue: context(served) }
      } catch (error) {
        if (error instanceof GraphQLError) return [error]
        throw error
      }
    },
    async run(args) {
      const operation = getOperationAST(args.document, args.operationName)!
      if (operation.operation !== 'subscription') return execute(args)
      if (streams.size >= limits.subscriptions) return { errors: refuse(`${limits.subscriptions} subscriptions are open, which is the limit. Close one, or come back later.`, 'TOO_MANY_SUBSCRIPTIONS', limits.subscriptions) }
      const stream = await subscribe(args) as Result
      if (!isStream(stream)) return stream
      const counted = withEnd(stream, () => streams.delete(counted))
      streams.add(counted)
      return counted
    },
    open: () => streams.size,
    closing: () => closing,
    async close() {
      closing = true
      await Promise.all([...streams].map(stream => stream.return()))
    },
  }
}

/** Calls `ended` once, however the stream ends. */
function withEnd<T>(stream: AsyncGenerator<T, void, void>, ended: () => void): AsyncGenerator<T, void, void> {
  const step = async (next: Promise<IteratorResult<T, void>>) => {
    try {
      const result = await next
      if (result.done) ended()
      return result
    } catch (error) {
      ended()
      throw error
    }
  }
  return {
    next: () => step(stream.next()),
    return: () => { ended(); return stream.return() },
    throw: error => { ended(); return stream.throw(error) },
    [Symbol.asyncIterator]() { return this },
    [Symbol.asyncDispose]: async () => { ended(); await stream.return() },
  }
}
