import { readFile } from 'node:fs/promises'
import { basename, dirname, resolve, sep } from 'node:path'
import type { Sampler, Schedule } from '../plugins/sdk/index.js'
import { readPictureHeader } from '../server/artifacts/pictures.js'
import { compose, tokens } from '../server/container.js'
import { NoisegraphError } from '../server/core/errors.js'
import { makeMeasurement, type MeasurementRequest } from '../server/core/make-measurement.js'
import { findModel, makeOrder, type OrderRequest } from '../server/core/make-order.js'
import type { DeviceChoice, Order } from '../server/core/order.js'
import { withPresets } from '../server/core/registry.js'
import { schedules } from '../server/core/schedules/index.js'
import type { ModelInfo, Plugins } from '../server/core/services.js'
import type { Catalog } from '../server/models/catalog.js'
import type { Journal, Output, Progress } from '../server/pipelines/pipeline.js'
import type { Devices } from '../server/sessions/choose.js'
import { settingsFrom, type Precision } from '../server/settings.js'

/** Everything that a command needs, in this process: no server, no database. */
export interface Terminal extends AsyncDisposable {
  readonly plugins: Plugins
  readonly models: Catalog
  readonly devices: Devices
  /** Every name that a sampler can be asked for by, presets among them. */
  samplers(): readonly Sampler[]
  schedules(): readonly Schedule[]
  /** By its name, or the default one. @throws UNKNOWN_MODEL, BROKEN_MODEL */
  model(name: string | null | undefined): Promise<ModelInfo>
  /** Checks a request as the API does; pictures are file names. */
  order(request: OrderRequest): Promise<Order>
  /** As `order`, for what `recommend` measures. */
  measurement(request: MeasurementRequest): Promise<Order>
  /** As a worker runs it; without a journal nothing outlives a crash. */
  generate(order: Order, signal: AbortSignal, journal?: Journal): AsyncGenerator<Progress, readonly Output[]>
  /** The folder for everything that is kept. */
  readonly data: string
}

export interface TerminalOptions { readonly device?: DeviceChoice | undefined; readonly threads?: number | undefined; readonly precision?: Precision | undefined; /** A model's name, or a path to its folder. */ readonly model?: string | undefined }

export async function openTerminal({ device, threads, precision, model }: TerminalOptions = {}): Promise<Terminal> {
  const environment = settingsFrom(process.env)
  const path = model && (model.includes(sep) || model.includes('/')) ? resolve(model) : undefined
  const settings = { ...environment, ...(device && { device }), ...(threads && { threads }), ...(precision && { precision }), ...(path && { models: [dirname(path), ...environment.models] }) }
  const container = compose(settings, { watch: false })
  const plugins = await container.resolve(tokens.plugins)
  const models = container.resolve(tokens.models)
  const named = path === undefined ? undefined : { model: basename(path) }
  const choices = {
    models, defaultModel: settings.defaultModel, samplers: plugins.samplers(), conditioners: plugins.conditioners(),
    findImage: async (file: string) => readPictureHeader(await bytesOf(file)),
  }
  return {
    plugins, models, devices: container.resolve(tokens.devices), data: settings.data,
    samplers: () => plugins.samplers().flatMap(withPresets),
    schedules: () => schedules,
    model: name => findModel(named?.model ?? name, choices),
    order: request => makeOrder({ ...request, ...named }, choices),
    measurement: request => makeMeasurement({ ...request, ...named }, choices),
    generate: (order, signal, journal = forgetful) => container.resolve(tokens.generate)(order, { plugins, signal, image: bytesOf, journal }),
    async [Symbol.asyncDispose]() {
      await plugins.close()
      await container.resolve(tokens.residency).close()
    },
  }
}

const forgetful: Journal = { read: () => Promise.resolve(undefined), write: () => Promise.resolve() }

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new NoisegraphError('INVALID_IMAGE', code === 'ENOENT' ? `There is no file ${resolve(file)}.` : `Cannot read ${resolve(file)}: ${message}`, 'image', { cause: error })
  }
}
