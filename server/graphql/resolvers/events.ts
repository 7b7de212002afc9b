import { NoisegraphError } from '../../core/errors.js'
import type { PluginEvent } from '../../core/services.js'
import type { Resolvers } from '../_resolvers-types.js'
import { follow, sequenceOf, type ShownEvent } from '../events.js'
import { abortable } from '../streams.js'

export const events: Resolvers = {
  Subscription: {
    generationEvents: {
      async subscribe(_, { id, after, previewEvery }, { jobs, events: stored }) {
        const generation = await jobs.get(id)
        if (!generation) throw new NoisegraphError('UNKNOWN_GENERATION', `There is no generation "${id.slice(0, 100)}". It may have been deleted.`, 'id')
        if (previewEvery < 0) throw new NoisegraphError('INVALID_OPTION', `previewEvery must be 0 or more, got ${previewEvery}.`, 'previewEvery')
        const sequence = sequenceOf(after, id)
        return abortable(signal => follow(stored, generation, sequence, previewEvery, signal)) as never
      },
      resolve: (event: unknown) => event as ShownEvent,
    },
    pluginEvents: {
      subscribe: (_, __, { plugins }) => abortable(signal => plugins.events(signal)) as never,
      resolve: (event: unknown) => event as PluginEvent,
    },
  },
  GenerationEvent: { __resolveType: event => (event as ShownEvent).__typename as never },
}
