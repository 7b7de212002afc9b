import { forward } from '../../plugins/sdk/index.js'
import { NoisegraphError } from '../core/errors.js'
import { noised, noisedFurther, trainedLevels } from '../core/forward-process.js'
import { findModel } from '../core/make-order.js'
import { runNoise } from '../core/noise/run-noise.js'
import type { ForwardProcess, QueryForwardProcessArgs } from './_resolvers-types.js'
import type { Context } from './context.js'
import { pngUri, toTensor } from './pictures.js'

const most = { timesteps: 64, side: 256 }

/** One noise for all frames, so that they show one way into noise; another for the single steps. A frame does not depend on which others are asked for. */
export async function forwardProcess({ image, timesteps, seed, model: name }: QueryForwardProcessArgs, { uploads, models, defaultModel }: Context): Promise<ForwardProcess> {
  if (timesteps.length < 1 || timesteps.length > most.timesteps) throw new NoisegraphError('INVALID_OPTION', `Give 1 to ${most.timesteps} timesteps, not ${timesteps.length}.`, 'timesteps')
  const model = await findModel(name, { models, defaultModel })
  const levels = levelsOf(model.scheduler)
  const wrong = timesteps.findIndex(t => t < 0 || t >= levels.count)
  if (wrong >= 0) throw new NoisegraphError('INVALID_OPTION', `A timestep of "${model.name}" is a whole number from 0 to ${levels.count - 1}, got ${timesteps[wrong]}.`, `timesteps.${wrong}`)
  if (!await uploads.get(image)) throw new NoisegraphError('UNKNOWN_UPLOAD', `There is no upload "${image.slice(0, 100)}". Upload the picture first and give the id that is answered.`, 'image')
  const clean = await toTensor(await uploads.read(image), most.side)
  const noise = runNoise({ kind: 'torch', seeds: [BigInt(seed ?? '0')] })
  const [far, near] = [noise.draw(clean.shape), noise.draw(clean.shape)]
  const frames = timesteps.map(async timestep => {
    const [before, at] = [levels.at(timestep - 1), levels.at(timestep)]
    const stepped = noisedFurther(noised(clean, before, far), before, at, near)
    const snr = (at.alpha / at.sigma) ** 2
    return {
      timestep, alpha: at.alpha, sigma: at.sigma, beta: forward(before, at).up ** 2, signalToNoise: Number.isFinite(snr) ? snr : null,
      picture: await pngUri(noised(clean, at, far)), singleStep: await pngUri(stepped),
    }
  })
  const [height, width] = clean.shape.slice(-2)
  return { __typename: 'ForwardProcess', width: width!, height: height!, frames: await Promise.all(frames) }
}

function levelsOf(scheduler: Readonly<Record<string, unknown>>) {
  try {
    return trainedLevels(scheduler)
  } catch (error) {
    if (error instanceof RangeError) throw new NoisegraphError('INCOMPATIBLE', `This model has no table of training timesteps: ${error.message}`, 'model', { cause: error })
    throw error
  }
}
