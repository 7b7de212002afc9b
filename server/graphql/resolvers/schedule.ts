import { planOrder } from '../../core/order-plan.js'
import { planLevels } from '../../core/plan-levels.js'
import type { Resolvers, SchedulePlan } from '../_resolvers-types.js'
import { orProblem } from '../errors.js'
import { forwardProcess } from '../forward-process.js'
import { orderFromInput } from '../order-from-input.js'

const typename = (it: object) => (it as { __typename: never }).__typename
const finite = (v: number) => (Number.isFinite(v) ? v : null)

export const schedule: Resolvers = {
  Query: {
    schedule: (_, { input }, context) => orProblem(['InvalidInput', 'Unavailable'], async (): Promise<SchedulePlan> => {
      const order = await orderFromInput(input, context)
      const plan = planOrder(order, await context.models.get(order.model), { samplers: context.plugins.samplers(), conditioners: context.plugins.conditioners() })
      const { timesteps, alphas, sigmas, signalToNoise } = planLevels(plan)
      const steps = plan.intervals.map(({ from, to }, index) => ({
        index, timestep: from.t, alpha: from.alpha, sigma: from.sigma, signalToNoise: finite(signalToNoise[index]!), nextAlpha: to.alpha, nextSigma: to.sigma,
      }))
      return {
        __typename: 'SchedulePlan', sampler: { name: plan.name, options: plan.options }, steps, skippedSteps: plan.skipped.length,
        timesteps: timesteps.slice(0, -1), alphas, sigmas, signalToNoise: signalToNoise.map(finite), initNoiseSigma: plan.initNoiseSigma,
      }
    }),
    forwardProcess: (_, args, context) => orProblem(['InvalidInput', 'Unavailable'], () => forwardProcess(args, context)),
  },
  SchedulePlanResult: { __resolveType: typename },
  ForwardProcessResult: { __resolveType: typename },
}
