import { NoisegraphError } from '../../core/errors.js'
import { formatsOf } from '../../core/formats.js'
import { findModel } from '../../core/make-order.js'
import type { ModelOperation, WorkerReport } from '../../core/services.js'
import { readerOf } from '../../core/words.js'
import type { Resolvers } from '../_resolvers-types.js'
import { orProblem } from '../errors.js'
import { abortable } from '../streams.js'

const upper = <T extends string>(word: T) => word.toUpperCase() as Uppercase<T>
const withTypename = (name: string) => (it: object) => ('__typename' in it ? it.__typename : name) as never
const loadedIn = ({ id, models = [] }: WorkerReport) => models.map(m => ({ ...m, workerId: id }))

export const models: Resolvers = {
  Query: {
    models: (_, __, context) => context.models.list(),
    modelOperation: async (_, { id }, { modelControl }) => await modelControl.get(id) ?? null,
    modelOperations: async (_, { first }, { modelControl }) => {
      if (first < 1 || first > 100) throw new NoisegraphError('INVALID_OPTION', `first must be from 1 to 100, got ${first}.`, 'first')
      return [...await modelControl.list(first)]
    },
  },
  Mutation: {
    pullModel: (_, { repo, revision, name }, { modelControl }) => orProblem(['InvalidInput', 'Unavailable'], () => modelControl.pull({ repo, revision, ...(name != null && { name }) })),
    loadModel: (_, { name, device, pin }, context) => orProblem(['InvalidInput', 'Unavailable'], async () =>
      context.modelControl.load((await findModel(name, context)).name, device.toLowerCase() as Lowercase<typeof device>, pin)),
    unloadModel: (_, { name }, context) => orProblem(['InvalidInput', 'Unavailable'], async () => context.modelControl.unload((await findModel(name, context)).name)),
    pinModel: (_, { name, pinned }, context) => orProblem(['InvalidInput'], async () => {
      const model = await findModel(name, context)
      await context.modelControl.pin(model.name, pinned)
      return model
    }),
    cancelModelOperation: (_, { id }, { modelControl }) => orProblem(['NotFound'], () => modelControl.cancel(id)),
  },
  Subscription: {
    modelOperation: {
      async subscribe(_, { id }, { modelControl }) {
        if (!await modelControl.get(id)) throw new NoisegraphError('UNKNOWN_OPERATION', `There is no model operation "${id.slice(0, 100)}".`, 'id')
        return abortable(signal => modelControl.follow(id, signal)) as never
      },
      resolve: (operation: unknown) => operation as ModelOperation,
    },
  },
  ModelOperationResult: { __resolveType: withTypename('ModelOperation') },
  CancelModelOperationResult: { __resolveType: withTypename('ModelOperation') },
  PinModelResult: { __resolveType: withTypename('Model') },
  ModelOperation: {
    kind: ({ kind }) => upper(kind),
    status: ({ status }) => upper(status),
    modelName: ({ model }) => model,
    model: async ({ model }, _, context) => (await context.models.list()).find(m => m.name === model) ?? null,
    percent: ({ bytes, totalBytes, status }) => (status === 'succeeded' ? 100 : totalBytes ? Math.min(100, (100 * bytes) / totalBytes) : null),
    failure: ({ failure }) => failure ? { code: failure.code, message: failure.message, field: failure.field ?? null, retryable: failure.retryable } : null,
  },
  Model: {
    reads: model => readerOf(model) ?? null,
    id: ({ name }) => `model:${name}`,
    family: ({ family }) => family ?? 'unknown',
    needs: ({ needs }) => [...needs ?? []],
    inspection: async ({ name, problem }, _, context) => problem ? null : context.models.inspect(name),
    makes: ({ output }) => upper(output),
    extent: ({ extent }) => extent ? { ...extent, unit: upper(extent.unit) } : null,
    formats: ({ output }) => formatsOf(output).map(upper),
    isDefault: async ({ name }, _, context) => name === (context.defaultModel ?? (await context.models.list()).find(m => !m.problem)?.name),
    loaded: async ({ name }, _, { workers }) => (await workers.list()).flatMap(loadedIn).filter(m => m.name === name),
    pinned: async ({ name }, _, { modelControl }) => (await modelControl.pins()).includes(name),
  },
  Worker: { models: loadedIn, budgetBytes: ({ budgetBytes }) => budgetBytes ?? null },
}
