import { OptionError, imagePrior, parseOptions, type Conditioner, type Options, type Sampler, type Tensor } from '../../plugins/sdk/index.js'
import { decodeFrames, decodePicture } from '../artifacts/pictures.js'
import { NoisegraphError } from '../core/errors.js'
import type { Model } from '../models/model.js'
import { stack } from '../models/network.js'
import { modelService } from '../models/services.js'
import type { Applied } from './condition.js'
import { fromRaster } from './raster.js'
import { imagePriorOf } from './unclip.js'

export interface Sources {
  /** Bytes of a picture by the id that an order holds. */
  readonly image: (id: string) => Promise<Uint8Array>
  /** Services of the server by token; undefined where it has none of that name. */
  readonly service?: (token: string) => unknown
  /** Those of the server, for stages that run beside the main one. */
  readonly samplers?: readonly Sampler[]
  /** Ends such stages between two network calls. */
  readonly signal?: AbortSignal
}

/** Options with every picture decoded: [1, 3, height, width] from -1 to 1, in its own size; a clip has its frames in place of the 1. */
export async function withPictures(spec: Options, given: Readonly<Record<string, unknown>>, field: string, { image }: Sources): Promise<Readonly<Record<string, unknown>>> {
  const out: Record<string, unknown> = { ...given }
  for (const [key, option] of Object.entries(spec)) if (option.kind === 'image' && typeof given[key] === 'string') out[key] = await picture(given[key], option.frames ? clipFrom : pictureFrom, `${field}.${key}`, image)
  return out
}

const pictureFrom = async (bytes: Uint8Array) => fromRaster(await decodePicture(bytes))
const clipFrom = async (bytes: Uint8Array) => stack((await decodeFrames(bytes)).map(fromRaster))

async function picture(id: string, read: (bytes: Uint8Array) => Promise<Tensor>, field: string, image: Sources['image']): Promise<Tensor> {
  try {
    return await read(await image(id))
  } catch (error) {
    throw error instanceof NoisegraphError && !error.field ? new NoisegraphError(error.code, error.message, field, { cause: error }) : error
  }
}

/** A conditioner ready to run: options checked, pictures decoded, services found. @throws INVALID_OPTION, INVALID_IMAGE, INCOMPATIBLE */
export async function applied(conditioner: Conditioner, given: Readonly<Record<string, unknown>>, model: Model, sources: Sources): Promise<Applied> {
  const field = `conditioners.${conditioner.name}`
  try {
    const options = parseOptions(conditioner.name, conditioner.options, await withPictures(conditioner.options, given, field, sources))
    const services: Record<string, unknown> = {}
    for (const [name, { token, about }] of Object.entries(conditioner.needs ?? {})) {
      const service = modelService(model, token) ?? (token === imagePrior.token ? imagePriorOf(model, sources) : undefined) ?? sources.service?.(token)
      if (service === undefined) throw new NoisegraphError('INCOMPATIBLE', `The conditioner "${conditioner.name}" needs "${token}" (${about}), which neither the model "${model.folder.name}" nor this server has.`, field)
      services[name] = service
    }
    return { conditioner, options, services }
  } catch (error) {
    if (error instanceof OptionError) throw new NoisegraphError('INVALID_OPTION', error.message, `${field}.${error.option}`, { cause: error })
    throw error
  }
}
