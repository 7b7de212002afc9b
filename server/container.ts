/**
 * The composition root: every service of every process is registered here under a token, made when first resolved, and replaced by registering
 * another under the same token. Below this file there are plain functions that take what they need.
 */
import 'reflect-metadata'
import { join } from 'node:path'
import { container as empty, instanceCachingFactory, type DependencyContainer, type InjectionToken } from 'tsyringe'
import { openPlugins } from './plugins/loader.js'
import type { Settings } from './settings.js'

const token = <T>(name: string) => name as InjectionToken<T>

/** Strings, so that a plugin names what it needs without importing this file. */
export const tokens = {
  settings: token<Settings>('settings'),
  plugins: token<ReturnType<typeof openPlugins>>('plugins'),
}

export function compose(settings: Settings, { watch }: { readonly watch: boolean }): DependencyContainer {
  const container = empty.createChildContainer()
  container.registerInstance(tokens.settings, settings)
  container.register(tokens.plugins, { useFactory: instanceCachingFactory(() => openPlugins({
    folders: [...['samplers', 'conditioners'].map(f => join(settings.root, 'plugins', f)), ...settings.plugins],
    projects: [settings.root, process.cwd()],
    cache: join(settings.data, 'cache/plugins'),
    construct: type => constructIn(container, type), watch,
  })) })
  return container
}

/** A class is made in a scope of its own, which goes with it. */
function constructIn(parent: DependencyContainer, type: new (...services: never[]) => unknown) {
  const scope = parent.createChildContainer()
  return { plugin: scope.resolve(type as new (...services: unknown[]) => unknown), dispose: () => scope.dispose() }
}
