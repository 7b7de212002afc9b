import type { Resolvers } from '../_resolvers-types.js'
import { conditionerInfos, samplerInfos, scheduleInfos } from '../plugin-info.js'

export const plugins: Resolvers = {
  Query: {
    samplers: (_, __, { catalogue }) => samplerInfos(catalogue),
    conditioners: (_, __, { catalogue }) => conditionerInfos(catalogue),
    schedules: (_, __, { catalogue }) => scheduleInfos(catalogue),
    pluginFailures: (_, __, context) => context.plugins.failures(),
  },
  Mutation: {
    async reloadPlugins(_, __, context) {
      await context.plugins.reload()
      const catalogue = context.refreshSchema()
      return { samplers: samplerInfos(catalogue), conditioners: conditionerInfos(catalogue), failures: context.plugins.failures() }
    },
  },
  Plugin: { __resolveType: plugin => plugin.__typename },
  PluginEvent: { type: ({ type }) => type.toUpperCase() as 'LOADED' },
}
