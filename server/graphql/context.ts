import type { ArtifactFiles, Events, Jobs, ModelControl, Models, Plugins, Recipes, Uploads, Workers } from '../core/services.js'
import type { Declared } from '../core/check-options.js'
import type { Limits } from './limits.js'

/** What stands behind the API, wired in container.ts. */
export interface Services {
  readonly jobs: Jobs
  readonly events: Events
  readonly workers: Workers
  readonly models: Models
  readonly modelControl: ModelControl
  readonly uploads: Uploads
  readonly artifacts: ArtifactFiles
  readonly plugins: Plugins
  readonly recipes: Recipes
}

/** The part of a logger that is used here; pino's is one. */
export interface Log { info(fields: object, message: string): void; warn(fields: object, message: string): void; error(fields: object, message: string): void }

export interface HttpOptions {
  /** 0 takes any free port. */
  readonly port: number
  /** Loopback unless said otherwise. */
  readonly host?: string
  readonly defaultModel?: string
  /** Web origins beside this server's own and those of this machine that may call the API from a browser; `*` lets all. */
  readonly origins?: readonly string[]
  readonly limits?: Partial<Limits>
  readonly log?: Log
  /** Shown by `runtime.versions` beside those of this process. */
  readonly versions?: Readonly<Record<string, string>>
  /** Milliseconds after which a WebSocket that has not initialised is closed. */
  readonly connectionInitTimeout?: number
}

/** What every resolver is given. */
export interface Context extends Services {
  readonly limits: Limits
  readonly defaultModel: string | undefined
  readonly versions: Readonly<Record<string, string>>
  readonly log: Log
  readonly catalogue: PluginCatalogue
  /** Grows the typed inputs again from the plugins that are loaded now. */
  readonly refreshSchema: () => PluginCatalogue
}

/** The plugins as the schema in use knows them. */
export interface PluginCatalogue {
  readonly samplers: readonly CataloguedPlugin[]
  readonly conditioners: readonly CataloguedPlugin[]
  readonly schedules: readonly CataloguedPlugin[]
}

export interface CataloguedPlugin extends Declared {
  /** Its field on the typed input, where it has one. */
  readonly inputField?: string
  readonly cites?: string
  /** The sampler that this is a preset of. */
  readonly presetOf?: string
  readonly order?: number | 'sde'
  /** For each field of the typed input, the option that it stands for; where that is a choice, its words by enum value. */
  readonly inputs: Readonly<Record<string, { readonly option: string; readonly choices?: Readonly<Record<string, string>> }>>
}
