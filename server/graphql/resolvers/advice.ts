import { fingerprint } from '../../core/canonical.js'
import { checkDevice } from '../../core/devices.js'
import { NoisegraphError } from '../../core/errors.js'
import { makeMeasurement } from '../../core/make-measurement.js'
import type { Generation } from '../../core/services.js'
import type { RecommendSamplerInput, Resolvers, SamplerAdvice } from '../_resolvers-types.js'
import type { Context } from '../context.js'
import { orProblem } from '../errors.js'

export const advice: Resolvers = {
  Query: {
    async samplerAdvice(_, { id }, context) {
      const measurement = await context.jobs.get(id)
      return measurement?.order.measure ? adviceOf(measurement, context) : null
    },
  },
  Mutation: {
    recommendSampler: (_, { input }, context) => orProblem(['InvalidInput', 'Unavailable'], async () => adviceOf(await measurementFor(input, context), context)),
  },
  RecommendSamplerResult: { __resolveType: it => it.__typename! },
}

/** The one measurement for a request, a model's files and the devices that would be chosen: queued where there is none, or where the last one ended without a result that stands. */
async function measurementFor({ device, ...input }: RecommendSamplerInput, context: Context): Promise<Generation> {
  const { jobs, models, workers, plugins, uploads, defaultModel } = context
  const order = await makeMeasurement({ ...input, ...(device && { device: device.toLowerCase() as Lowercase<typeof device> }) }, {
    models, defaultModel, findImage: id => uploads.get(id), samplers: plugins.samplers(), conditioners: plugins.conditioners(),
  })
  const running = await workers.list()
  checkDevice(order.device, running)
  const devices = new Set(running.flatMap(w => w.devices).filter(d => (order.device === 'auto' ? d.chosen : d.device === order.device)).map(d => `${d.device} ${d.detail}`))
  const key = `advice:${fingerprint({ order, files: (await models.get(order.model)).stamp, devices: [...devices].sort() })}`
  const measurement = await jobs.submit(order, key)
  if (measurement.status !== 'cancelled' && !measurement.failure?.retryable) return measurement
  await jobs.remove(measurement.id).catch((error: unknown) => {
    // Someone who asked in the same moment has removed it.
    if (!(error instanceof NoisegraphError && error.code === 'UNKNOWN_GENERATION')) throw error
  })
  return jobs.submit(order, key)
}

type Result = Omit<SamplerAdvice, 'id' | 'status' | 'modelName' | 'failure'>
const nothing: Result = { best: null, table: [], refused: [], networkCalls: null, millisecondsPerCall: null, referenceSteps: null, device: null }

async function adviceOf({ id, status, order, artifacts: [file], failure }: Generation, { artifacts }: Context): Promise<SamplerAdvice> {
  const result = file && await artifacts.open(file.id)
  const measured = result ? JSON.parse(Buffer.from(result.bytes).toString()) as Result : nothing
  return {
    ...measured, __typename: 'SamplerAdvice', id, status: status.toUpperCase() as Uppercase<typeof status>, modelName: order.model,
    failure: failure ? { __typename: 'Failure', code: failure.code, message: failure.message, field: failure.field ?? null, retryable: failure.retryable } : null,
  }
}
