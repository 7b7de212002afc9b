import { setImmediate as turn } from 'node:timers/promises'
import { mix, type Sampler, type Tensor } from '../../plugins/sdk/index.js'
import { denoiser, type Network } from '../core/denoiser.js'
import { planRun } from '../core/plan.js'
import type { SchedulerConfig } from '../models/folder.js'
import { NoisegraphError } from '../core/errors.js'
import { toTensor, toValue } from '../models/value.js'
import type { Session } from '../sessions/session.js'
import type { Draw } from './paint.js'

/** A diffusion run beside the main one: before it, as priors of image embeddings are, or after it, as networks that enlarge are. */
export interface Stage { readonly scheduler: SchedulerConfig; readonly steps: number; readonly shape: readonly number[]; readonly noise: Draw; readonly samplers: readonly Sampler[]; readonly signal: AbortSignal | undefined }

/** From noise to the end, with the scheduler's own sampler. The network is told whether it is asked for the last time. No journal is kept: who begins anew draws the same noise. */
export async function runStage({ scheduler, steps, shape, noise, samplers, signal }: Stage, network: (x: Tensor, t: number, last: boolean) => Promise<Tensor>): Promise<Tensor> {
  const plan = planRun({ scheduler: { ...scheduler.config, _class_name: scheduler.className }, steps, shape }, { samplers })
  let calls = 0
  const asked: Network = async (x, t) => {
    // Inference keeps the event loop busy; a turn of it lets a cancellation arrive.
    await turn()
    signal?.throwIfAborted()
    return { output: await network(x, t, ++calls === plan.intervals.length) }
  }
  const x = mix([Math.fround(plan.initNoiseSigma), noise(shape)])
  const walk = plan.sampler.sample({ ...plan, x, ...denoiser(asked, plan.precondition, plan.limit), noise: (_from, _to, of = shape) => noise(of) }, plan.options as never)
  for (;;) {
    const next = await walk.next()
    if (next.done) return next.value
  }
}

/** One call of a network by the names of its inputs; a timestep is given in the form that the file takes. @throws BROKEN_MODEL naming an input that nothing gives. */
export async function ask(session: Session, feeds: Readonly<Record<string, Tensor>>, { t, signal }: { readonly t?: number; readonly signal?: AbortSignal | undefined } = {}): Promise<readonly Tensor[]> {
  const batch = Object.values(feeds)[0]!.shape[0]!
  const values = Object.fromEntries(session.inputs.map(port => {
    const time = t !== undefined && port.name === 'timestep' ? { shape: port.shape.map(s => (typeof s === 'number' ? s : batch)), data: new Float32Array(port.shape.length ? (typeof port.shape[0] === 'number' ? port.shape[0] : batch) : 1).fill(t) } : undefined
    const tensor = time ?? feeds[port.name]
    if (!tensor) throw new NoisegraphError('BROKEN_MODEL', `A network of this model takes "${port.name}", which nothing gives; it may take ${Object.keys(feeds).join(', ')}.`, 'model')
    return [port.name, toValue(tensor, port.type)]
  }))
  const out = await session.run(values, signal)
  return session.outputs.map(o => toTensor(out[o.name]!))
}
