/** The schema that is served: schema.graphql, the typed inputs of the plugins, the resolvers. Rebuilt when the plugins change. */
import { buildSchema, extendSchema, isInterfaceType, isObjectType, isScalarType, isUnionType, parse, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql'
import { readFileSync } from 'node:fs'
import type { Declared } from '../core/check-options.js'
import { withPresets } from '../core/registry.js'
import { schedules } from '../core/schedules/index.js'
import type { Plugins } from '../core/services.js'
import type { CataloguedPlugin, PluginCatalogue } from './context.js'
import { growInput, type Kind } from './plugin-schema.js'
import { resolvers } from './resolvers/index.js'
import { rootFile } from './root.js'
import { scalars } from './scalars.js'

export interface Served { readonly schema: GraphQLSchema; readonly catalogue: PluginCatalogue }

export const baseSdl = (): string => readFileSync(rootFile('schema.graphql'), 'utf8')

export function buildServed(plugins: Pick<Plugins, 'samplers' | 'conditioners'>): Served {
  const growing = { schema: buildSchema(baseSdl()), taken: new Set<string>() }
  for (const name of Object.keys(growing.schema.getTypeMap())) growing.taken.add(name)
  const catalogue = {
    samplers: grow(growing, 'Sampler', plugins.samplers().flatMap(base => withPresets(base).map(s => (s.name === base.name ? s : { ...s, presetOf: base.name })))),
    conditioners: grow(growing, 'Conditioner', plugins.conditioners()),
    schedules: grow(growing, 'Schedule', schedules),
  }
  attach(growing.schema)
  return { schema: growing.schema, catalogue }
}

/** One plugin that GraphQL cannot express does not take the others' inputs away: it stays reachable by name. */
function grow(growing: { schema: GraphQLSchema; taken: Set<string> }, kind: Kind, plugins: readonly Declared[]): CataloguedPlugin[] {
  const grown = [...plugins].sort((a, b) => (a.name < b.name ? -1 : 1)).map(plugin => growInput(kind, plugin, growing.taken))
  const extended = tryExtend(growing.schema, grown.map(g => g.sdl).join('\n'))
  if (extended) {
    growing.schema = extended
    return grown.map(g => g.plugin)
  }
  return grown.map(({ sdl, plugin }) => {
    const alone = tryExtend(growing.schema, sdl)
    if (alone) growing.schema = alone
    const { inputField: _, ...byNameOnly } = plugin
    return alone ? plugin : { ...byNameOnly, inputs: {} }
  })
}

function tryExtend(schema: GraphQLSchema, sdl: string): GraphQLSchema | undefined {
  if (!sdl.trim()) return schema
  try {
    return extendSchema(schema, parse(sdl, { noLocation: true }))
  } catch {
    return undefined
  }
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
