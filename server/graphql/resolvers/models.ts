import { formatsOf } from '../../core/formats.js'
import type { Resolvers } from '../_resolvers-types.js'

const upper = <T extends string>(word: T) => word.toUpperCase() as Uppercase<T>

export const models: Resolvers = {
  Query: { models: (_, __, context) => context.models.list() },
  Model: {
    id: ({ name }) => `model:${name}`,
    makes: ({ output }) => upper(output),
    extent: ({ extent }) => extent ? { ...extent, unit: upper(extent.unit) } : null,
    formats: ({ output }) => formatsOf(output).map(upper),
    isDefault: async ({ name }, _, context) => name === (context.defaultModel ?? (await context.models.list()).find(m => !m.problem)?.name),
  },
}
