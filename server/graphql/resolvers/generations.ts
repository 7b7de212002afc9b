import { NoisegraphError } from '../../core/errors.js'
import type { Generation, GenerationStatus } from '../../core/services.js'
import { wordsOf } from '../../core/words.js'
import type { Resolvers } from '../_resolvers-types.js'
import { orProblem } from '../errors.js'
import { orderFromInput } from '../order-from-input.js'

const upper = <T extends string>(word: T) => word.toUpperCase() as Uppercase<T>
const textOf = ({ order }: Generation, option: string): string | null => {
  const value = wordsOf(order.conditioners)?.options[option]
  return typeof value === 'string' ? value : null
}
const byTypename = (it: object) => ('__typename' in it ? it.__typename : 'Generation') as never
const unknown = (id: string) => new NoisegraphError('UNKNOWN_GENERATION', `There is no generation "${id.slice(0, 100)}". It may have been deleted.`, 'id')

export const generations: Resolvers = {
  Query: {
    generation: async (_, { id }, { jobs }) => await jobs.get(id) ?? null,
    async generations(_, { first, after, filter }, { jobs }) {
      if (first < 1 || first > 100) throw new NoisegraphError('INVALID_OPTION', `first must be from 1 to 100, got ${first}.`, 'first')
      const { status, model, createdAfter, createdBefore } = filter ?? {}
      const page = await jobs.list({
        first, ...(after != null && { after }), ...(status && { status: status.map(s => s.toLowerCase() as GenerationStatus) }),
        ...(model != null && { model }), ...(createdAfter && { createdAfter }), ...(createdBefore && { createdBefore }),
      })
      return {
        nodes: page.items, edges: page.items.map((node, i) => ({ node, cursor: page.cursors[i]! })), totalCount: page.totalCount,
        pageInfo: { hasNextPage: page.hasNextPage, hasPreviousPage: after != null, startCursor: page.cursors[0] ?? null, endCursor: page.endCursor },
      }
    },
  },
  Mutation: {
    generate: (_, { input }, context) => orProblem(['InvalidInput', 'Conflict', 'Unavailable'], async () => {
      return context.jobs.submit(await orderFromInput(input, context), input.idempotencyKey ?? undefined)
    }),
    cancelGeneration: (_, { id }, { jobs }) => orProblem(['NotFound'], async () => {
      if (!await jobs.get(id)) throw unknown(id)
      return jobs.cancel(id)
    }),
    deleteGeneration: (_, { id }, { jobs }) => orProblem(['NotFound'], async () => {
      if (!await jobs.get(id)) throw unknown(id)
      await jobs.remove(id)
      return { __typename: 'DeletedGeneration' as const, deletedId: id }
    }),
  },
  GenerateResult: { __resolveType: byTypename },
  CancelGenerationResult: { __resolveType: byTypename },
  DeleteGenerationResult: { __resolveType: byTypename },
  Generation: {
    status: ({ status }) => upper(status),
    position: async ({ id, status }, _, { jobs }) => status === 'queued' ? await jobs.position(id) ?? null : null,
    modelName: ({ order }) => order.model,
    model: async ({ order }, _, { models }) => (await models.list()).find(m => m.name === order.model) ?? null,
    prompt: generation => textOf(generation, 'prompt'),
    negativePrompt: generation => textOf(generation, 'negativePrompt') || null,
    sampler: ({ order }) => order.sampler,
    schedule: ({ order }) => order.schedule,
    conditioners: ({ order }) => order.conditioners,
    steps: ({ order }) => order.steps,
    guidanceScale: ({ order }) => order.guidanceScale,
    width: ({ order }) => order.width,
    height: ({ order }) => order.height,
    frames: ({ order }) => order.frames ?? null,
    seconds: ({ order }) => order.seconds ?? null,
    points: ({ order }) => order.points ?? null,
    seed: ({ order }) => order.seed,
    count: ({ order }) => order.count,
    device: ({ order }) => upper(order.device),
    noise: ({ order }) => upper(order.noise),
    format: ({ order }) => order.format ? upper(order.format) : null,
    quality: ({ order }) => order.quality ?? null,
    recipe: ({ order }) => order,
    failure: ({ failure }) => failure ? { code: failure.code, message: failure.message, field: failure.field ?? null, retryable: failure.retryable } : null,
  },
  Artifact: { downloadUrl: ({ url }) => (url.startsWith('/') ? `${url}?download` : url) },
}
