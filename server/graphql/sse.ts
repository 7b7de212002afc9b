/**
 * GraphQL over server-sent events (the "distinct connections" mode of the graphql-sse protocol): `event: next` for each result, then `event: complete`.
 * Written here rather than with that package's handler because it queues without bound for readers that are slower than their subscription.
 */
import { getOperationAST, GraphQLError, type ExecutionResult } from 'graphql'
import type { Request, Response } from 'express'
import { once } from 'node:events'
import type { Log } from './context.js'
import { presentError } from './errors.js'
import { isStream, type Operations, type Payload } from './operations.js'

export const wantsEvents = (request: Request): boolean => /\btext\/event-stream\b/.test(request.headers.accept ?? '')

export function serveEvents(operations: Operations, log: Log) {
  const present = (result: ExecutionResult) => JSON.stringify(result.errors ? { ...result, errors: result.errors.map(e => presentError(e, log)) } : result)
  return async (request: Request, response: Response): Promise<void> => {
    const payload = request.method === 'GET' ? fromQuery(request) : request.body as Payload
    const prepared = await operations.prepare(payload ?? {})
    if ('document' in prepared && request.method === 'GET' && getOperationAST(prepared.document, prepared.operationName)?.operation === 'mutation') {
      response.status(405).set('Allow', 'POST').json({ errors: [{ message: 'A mutation must be sent with POST.' }] })
      return
    }
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-cache, no-transform', 'X-Accel-Buffering': 'no' })
    response.write(':\n\n')
    const beat = setInterval(() => response.write(':\n\n'), 12_000)
    const send = async (event: string, data: string) => {
      if (!response.write(`event: ${event}\ndata: ${data}\n\n`) && !response.destroyed) await flushed(response)
    }
    try {
      const result = 'document' in prepared ? await operations.run(prepared) : { errors: prepared }
      if (isStream(result)) {
        response.once('close', () => void result.return())
        if (response.destroyed) await result.return()
        for await (const part of result) await send('next', present(part))
      } else await send('next', present(result))
    } catch (error) {
      await send('next', present({ errors: [new GraphQLError('failed', { originalError: error as Error })] }))
    } finally {
      clearInterval(beat)
      if (operations.closing()) response.destroy()
      else response.end('event: complete\ndata:\n\n')
    }
  }
}

/** Until what was written is on its way, or nobody waits for it. */
async function flushed(response: Response): Promise<void> {
  const over = new AbortController()
  await Promise.race([once(response, 'drain', over), once(response, 'close', over)])
  over.abort()
}

function fromQuery({ query }: Request): Payload {
  const { query: document, operationName, variables } = query
  let values: unknown
  try {
    values = typeof variables === 'string' && variables ? JSON.parse(variables) : undefined
  } catch {
    values = variables // not JSON: refused as not an object
  }
  return { query: document, operationName, variables: values }
}
