import { GraphQLError, type ExecutionArgs, type FormattedExecutionResult } from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import type { Server } from 'node:http'
import { WebSocketServer } from 'ws'
import type { Log } from './context.js'
import { presentError } from './errors.js'
import { isStream, type Operations } from './operations.js'
import type { AllowOrigin } from './origins.js'

interface Options { readonly operations: Operations; readonly allowOrigin: AllowOrigin; readonly log: Log; readonly bodyBytes: number; readonly connectionInitTimeout: number }

/** graphql-transport-ws on the server's own port, at /graphql. Slow readers slow their subscription down, not the memory up. */
export function serveWebSockets(server: Server, { operations, allowOrigin, log, bodyBytes, connectionInitTimeout }: Options): { close(): Promise<void> } {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: bodyBytes, perMessageDeflate: false })
  const graphql = useServer({
    connectionInitWaitTimeout: connectionInitTimeout,
    async onSubscribe(_ctx, _id, payload): Promise<ExecutionArgs | readonly GraphQLError[]> {
      try {
        return await operations.prepare(payload)
      } catch (error) {
        return [toGraphQL(error)]
      }
    },
    execute: args => operations.run(args),
    subscribe: args => operations.run(args),
    onNext: (_ctx, _id, _payload, _args, result) => result.errors ? { ...result, errors: result.errors.map(e => presentError(e, log)) } as FormattedExecutionResult : undefined,
    onError: (_ctx, _id, _payload, errors) => errors.map(e => presentError(e, log)),
    onOperation: (_ctx, _id, _payload, _args, result) => (isStream(result as never) ? result : undefined),
  }, sockets, 12_000)
  server.on('upgrade', (request, socket, head) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    const refuse = (status: string) => socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
    socket.on('error', error => log.warn({ err: error }, 'a socket failed while it was upgraded'))
    if (path !== '/graphql') return refuse('404 Not Found')
    if (!allowOrigin(request.headers.origin, request.headers.host)) return refuse('403 Forbidden')
    sockets.handleUpgrade(request, socket, head, opened => {
      opened.on('error', error => log.warn({ err: error }, 'a WebSocket failed'))
      sockets.emit('connection', opened, request)
    })
  })
  return { close: async () => { await graphql.dispose() } }
}

const toGraphQL = (error: unknown) => error instanceof GraphQLError ? error : new GraphQLError('failed', { originalError: error instanceof Error ? error : new Error(String(error)) })
