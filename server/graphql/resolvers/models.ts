import type { Resolvers } from '../_resolvers-types.js'

export const models: Resolvers = {
  Query: { models: (_, __, context) => context.models.list() },
  Model: {
    id: ({ name }) => `model:${name}`,
    isDefault: async ({ name }, _, context) => name === (context.defaultModel ?? (await context.models.list()).find(m => !m.problem)?.name),
  },
}
