/** Types of the resolvers and of the client, from schema.graphql. */
import { generate } from '@graphql-codegen/cli'
import { join, relative } from 'node:path'

const output = 'server/graphql/_resolvers-types.ts'
const client = 'client/_schema.ts'
const core = '../core/services.js'

export default async root => {
  const files = await generate({
    schema: join(root, 'schema.graphql'),
    silent: true,
    generates: {
      [join(root, output)]: {
        plugins: ['typescript', 'typescript-resolvers'],
        config: {
          useTypeImports: true, enumsAsTypes: true, strictScalars: true, immutableTypes: true, avoidOptionals: { field: true, inputValue: false, object: true },
          emitLegacyCommonJSImports: false, importExtension: '.js', inputMaybeValue: 'T | null | undefined',
          contextType: './context.js#Context',
          scalars: { ID: 'string', DateTime: 'Date', JSON: 'unknown', Seed: 'string', Bytes: 'number' },
          mappers: {
            Generation: `${core}#Generation as StoredGeneration`, Artifact: `${core}#Artifact as StoredArtifact`, Model: `${core}#ModelInfo`, Worker: `${core}#WorkerReport`, ModelOperation: `${core}#ModelOperation as StoredModelOperation`,
            PluginEvent: `${core}#PluginEvent as StoredPluginEvent`, GenerationEvent: './events.js#ShownEvent', SnapshotEvent: './events.js#ShownEvent',
            QueuedEvent: './events.js#ShownEvent', LoadingEvent: './events.js#ShownEvent', StartedEvent: './events.js#ShownEvent', StepEvent: './events.js#ShownEvent',
            DecodingEvent: './events.js#ShownEvent', SucceededEvent: './events.js#ShownEvent', FailedEvent: './events.js#ShownEvent', CancelledEvent: './events.js#ShownEvent',
            Sampler: './plugin-info.js#PluginInfo', Conditioner: './plugin-info.js#PluginInfo', Schedule: './plugin-info.js#PluginInfo',
          },
        },
      },
      [join(root, client)]: {
        plugins: ['typescript'],
        config: {
          enumsAsTypes: true, strictScalars: true, immutableTypes: true, nonOptionalTypename: true, avoidOptionals: { field: true, inputValue: false, object: true }, inputMaybeValue: 'T | null | undefined',
          scalars: { ID: 'string', DateTime: 'string', JSON: 'unknown', Seed: 'string', Bytes: 'number' },
        },
      },
    },
  }, false)
  return Object.fromEntries(files.map(file => [relative(root, file.filename).replaceAll('\\', '/'), file.content]))
}
