import type { Resolvers } from '../_resolvers-types.js'
import { conditionerInfos, samplerInfos, scheduleInfos } from '../plugin-info.js'

/** The kind stands before the name in the ids of plugins and models; generations have the ids that the queue gave them. */
export const node: Resolvers = {
  Query: {
    async node(_, { id }, { catalogue, models, modelControl, jobs }) {
      const plugin = [...samplerInfos(catalogue), ...conditionerInfos(catalogue), ...scheduleInfos(catalogue)].find(p => p.id === id)
      if (plugin) return plugin
      if (id.startsWith('model:')) {
        const model = (await models.list()).find(m => `model:${m.name}` === id)
        return model ? { ...model, __typename: 'Model' } : null
      }
      const operation = await modelControl.get(id)
      return operation ? { ...operation, __typename: 'ModelOperation' } : await jobs.get(id) ?? null
    },
  },
  Node: { __resolveType: it => ('__typename' in it ? it.__typename : 'Generation') as 'Generation' },
}
