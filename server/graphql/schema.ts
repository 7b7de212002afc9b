/** The schema that is served: schema.graphql, the typed inputs of the plugins, the resolvers. Rebuilt when the plugins change. */
import { buildSchema, isInterfaceType, isObjectType, isScalarType, isUnionType, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql'
import { readFileSync } from 'node:fs'
import type { Declared } from '../core/check-options.js'
import { withPresets } from '../core/registry.js'
import { schedules } from '../core/schedules/index.js'
import type { Plugins } from '../core/services.js'
import type { CataloguedPlugin, PluginCatalogue } from './context.js'
import { growInput, type Grown, type Kind } from './plugin-schema.js'
import { resolvers } from './resolvers/index.js'
import { rootFile } from './root.js'
import { scalars } from './scalars.js'

export interface Served { readonly schema: GraphQLSchema; readonly catalogue: PluginCatalogue }

export const baseSdl = (): string => readFileSync(rootFile('schema.graphql'), 'utf8')

let read: { readonly sdl: string; readonly schema: GraphQLSchema } | undefined
function base() {
  const sdl = read?.sdl ?? baseSdl()
  return (read ??= { sdl, schema: buildSchema(sdl) })
}

export function buildServed(plugins: Pick<Plugins, 'samplers' | 'conditioners'>): Served {
  const samplers = plugins.samplers().flatMap(base => withPresets(base).map(s => (s.name === base.name ? s : { ...s, presetOf: base.name })))
  const taken = new Set(Object.keys(base().schema.getTypeMap()))
  const grown = { samplers: grow('Sampler', samplers, taken), conditioners: grow('Conditioner', plugins.conditioners(), taken), schedules: grow('Schedule', schedules, taken) }
  const { schema, left } = withInputs(Object.values(grown).flat())
  attach(schema)
  const catalogued = (all: readonly Grown[]) => all.map(it => (left.has(it) ? byNameOnly(it.plugin) : it.plugin))
  return { schema, catalogue: { samplers: catalogued(grown.samplers), conditioners: catalogued(grown.conditioners), schedules: catalogued(grown.schedules) } }
}

const grow = (kind: Kind, plugins: readonly Declared[], taken: Set<string>): Grown[] =>
  [...plugins].sort((a, b) => (a.name < b.name ? -1 : 1)).map(plugin => growInput(kind, plugin, taken))

/** One plugin that GraphQL cannot express does not take the others' inputs away: it is left out, and stays reachable by name. */
function withInputs(grown: readonly Grown[]): { schema: GraphQLSchema; left: ReadonlySet<Grown> } {
  const { sdl } = base()
  const build = (some: readonly Grown[]) => buildSchema([sdl, ...some.map(it => it.sdl)].join('\n'), { noLocation: true })
  try {
    return { schema: build(grown), left: new Set() }
  } catch {
    const left = new Set(grown.filter(it => !works(() => build([it]))))
    return { schema: build(grown.filter(it => !left.has(it))), left }
  }
}

function works(attempt: () => unknown): boolean {
  try {
    attempt()
    return true
  } catch { return false }
}

function byNameOnly({ inputField: _, ...plugin }: CataloguedPlugin): CataloguedPlugin {
  return { ...plugin, inputs: {} }
}

type Resolver = GraphQLFieldResolver<unknown, unknown>

function attach(schema: GraphQLSchema): void {
  for (const [name, scalar] of Object.entries(scalars)) Object.assign(schema.getType(name)!, scalar)
  for (const [typeName, ofType] of Object.entries(resolvers as Record<string, Record<string, Resolver | { subscribe: Resolver; resolve?: Resolver } | Record<string, unknown>>>)) {
    const type = schema.getType(typeName)
    if (!type || isScalarType(type)) throw new Error(`Resolvers for ${typeName}, which schema.graphql does not have.`)
    if (isUnionType(type) || isInterfaceType(type)) Object.assign(type, { resolveType: ofType.__resolveType })
    else if (isObjectType(type)) for (const [field, resolver] of Object.entries(ofType)) {
      const target = type.getFields()[field]
      if (!target) throw new Error(`A resolver for ${typeName}.${field}, which schema.graphql does not have.`)
      if (typeof resolver === 'function') target.resolve = resolver as Resolver
      else Object.assign(target, resolver)
    }
  }
}
