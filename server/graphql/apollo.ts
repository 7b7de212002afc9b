import { ApolloServer } from '@apollo/server'
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled'
import { expressMiddleware } from '@as-integrations/express5'
import type { RequestHandler } from 'express'
import type { GraphQLError } from 'graphql'
import type { Context, Log } from './context.js'
import { presentError } from './errors.js'
import { checkLimits, type Limits } from './limits.js'
import type { Served } from './schema.js'

interface Options { readonly current: () => Served; readonly onSchema: (changed: (served: Served) => void) => () => void; readonly context: (served: Served) => Context; readonly limits: Limits; readonly log: Log }

/** Queries and mutations over HTTP. The schema is swapped under running requests by the way that Apollo has for gateways. */
export async function apollo({ current, onSchema, context, limits, log }: Options): Promise<{ handler: RequestHandler; stop(): Promise<void> }> {
  const server = new ApolloServer<Context>({
    gateway: {
      load: async () => ({ executor: null }),
      onSchemaLoadOrUpdate(update) {
        const tell = (served: Served) => update({ apiSchema: served.schema, coreSupergraphSdl: '' })
        tell(current())
        return onSchema(tell)
      },
      stop: async () => undefined,
    },
    introspection: true,
    allowBatchedHttpRequests: false,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    parseOptions: { maxTokens: limits.queryTokens },
    logger: { debug: () => undefined, info: () => undefined, warn: message => log.warn({}, String(message)), error: message => log.error({}, String(message)) },
    formatError: (formatted, error) => isGraphQLError(error) ? presentError(error, log) : formatted,
    plugins: [ApolloServerPluginLandingPageDisabled(), {
      async requestDidStart() {
        return {
          async didResolveOperation({ schema, document, operation, request }) {
            const [beyond] = operation ? checkLimits(schema, document, operation, request.variables ?? {}, limits) : []
            if (beyond) throw beyond
          },
        }
      },
    }],
  })
  await server.start()
  return { handler: expressMiddleware(server, { context: async () => context(current()) }), stop: () => server.stop() }
}

const isGraphQLError = (error: unknown): error is GraphQLError => error instanceof Error && 'extensions' in error
