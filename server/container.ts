/**
 * The composition root: every service of every process is registered here under a token, made when first resolved, and replaced by registering
 * another under the same token. Below this file there are plain functions that take what they need.
 */
import 'reflect-metadata'
import { join } from 'node:path'
import { container as empty, instanceCachingFactory, type DependencyContainer, type InjectionToken } from 'tsyringe'
import { s3Store } from './artifacts/s3-store.js'
import { folderStore } from './artifacts/store.js'
import { folderUploads } from './artifacts/uploads.js'
import type { ArtifactStore, Plugins, Uploads } from './core/services.js'
import { catalog, type Catalog } from './models/catalog.js'
import { residency, type Residency } from './models/residency.js'
import { createGenerate, type Studio } from './pipelines/generate.js'
import { createMeasure } from './pipelines/measure.js'
import type { Generate } from './pipelines/pipeline.js'
import { openPlugins } from './plugins/loader.js'
import { chooseDevices, type Devices } from './sessions/choose.js'
import { onnxruntime } from './sessions/onnxruntime.js'
import type { SessionProvider } from './sessions/session.js'
import { wasm } from './sessions/wasm.js'
import type { Settings } from './settings.js'

/** Tokens are strings, so that a plugin names what it needs without importing this file. */
const token = <T>(name: string) => name as InjectionToken<T>

export const tokens = {
  settings: token<Settings>('settings'),
  /** The loaded plugins; being opened means being read, so this is a promise. */
  plugins: token<Promise<Plugins & { close(): Promise<void> }>>('plugins'),
  /** Ways to run a network, in the order in which "auto" tries them. Register several. */
  sessions: token<SessionProvider>('sessions'),
  devices: token<Devices>('devices'),
  models: token<Catalog>('models'),
  residency: token<Residency>('residency'),
  artifacts: token<ArtifactStore>('artifacts'),
  uploads: token<Uploads>('uploads'),
  generate: token<Generate>('generate'),
}

/** @param watch whether plugins are reloaded as their files change */
export function compose(settings: Settings, { watch }: { readonly watch: boolean }): DependencyContainer {
  const container = empty.createChildContainer()
  const once = <T>(name: InjectionToken<T>, make: (c: DependencyContainer) => T) => container.register(name, { useFactory: instanceCachingFactory(make) })
  container.registerInstance(tokens.settings, settings)
  for (const provider of providers(settings)) container.registerInstance(tokens.sessions, provider)
  once(tokens.plugins, c => openPlugins({
    folders: [...['samplers', 'conditioners'].map(f => join(settings.root, 'plugins', f)), ...settings.plugins],
    projects: [settings.root, process.cwd()],
    cache: join(settings.data, 'cache/plugins'),
    construct: type => constructIn(c, type), watch,
  }))
  once(tokens.devices, c => chooseDevices(c.resolveAll(tokens.sessions)))
  once(tokens.models, () => catalog(settings.models))
  once(tokens.residency, c => residency(c.resolve(tokens.models), c.resolve(tokens.devices), settings.modelMemory))
  once(tokens.artifacts, () => settings.s3 ? s3Store(settings.s3, id => `/artifacts/${id}`) : folderStore(join(settings.data, 'artifacts'), id => `/artifacts/${id}`))
  once(tokens.uploads, () => folderUploads(join(settings.data, 'uploads'), id => `/uploads/${id}`, settings.limits.uploadBytes))
  once(tokens.generate, c => withNewPlugins({
    catalog: c.resolve(tokens.models), residency: c.resolve(tokens.residency),
    service: name => (c.isRegistered(name, true) ? c.resolve(name) : undefined),
  }))
  return container
}

/** The device that the settings name goes first; the others stay, so that an order may name them. */
function providers({ device, threads, revectorize, precision, stream, packed }: Settings): readonly SessionProvider[] {
  const all = [onnxruntime('cuda'), onnxruntime('cpu', { threads }), wasm({ threads, revectorize, precision, stream, packed })]
  return [...all.filter(p => p.device === device), ...all.filter(p => p.device !== device)]
}

/** Looks at the plugin folders before a run: what was dropped in a moment ago may have been seen by the process that took the order, and not here. */
function withNewPlugins(studio: Studio): Generate {
  const [generate, measure] = [createGenerate(studio), createMeasure(studio)]
  return async function* (order, context) {
    await context.plugins.reload()
    return yield* (order.measure ? measure : generate)(order, context)
  }
}

/** A class is made in a scope of its own, which goes with it. */
function constructIn(parent: DependencyContainer, type: new (...services: never[]) => unknown) {
  const scope = parent.createChildContainer()
  return { plugin: scope.resolve(type as new (...services: unknown[]) => unknown), dispose: () => scope.dispose() }
}
