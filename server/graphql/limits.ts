/** What one request may ask for. Everything refused says the limit and what was asked. */
import { GraphQLError, Kind, getArgumentValues, getNamedType, getVariableValues, getNullableType, isCompositeType, isListType, isObjectType, isInterfaceType,
  type DocumentNode, type FieldNode, type FragmentDefinitionNode, type GraphQLNamedType, type GraphQLSchema, type OperationDefinitionNode, type SelectionSetNode } from 'graphql'
import type { ApiLimits as Limits } from '../core/api-limits.js'

export { defaultLimits, type ApiLimits as Limits } from '../core/api-limits.js'

/** How long a list is taken to be that has no `first` and no counted argument. */
const listLength = 10
/** Fields that do much more than read. */
const weights: Readonly<Record<string, number>> = { generate: 20, schedule: 20, forwardProcess: 50, reloadPlugins: 100, inspection: 100 }

interface Sum { readonly depth: number; readonly cost: number; readonly aliases: number }
const nothing: Sum = { depth: 0, cost: 0, aliases: 0 }
const beside = (a: Sum, b: Sum): Sum => ({ depth: Math.max(a.depth, b.depth), cost: a.cost + b.cost, aliases: a.aliases + b.aliases })

/** Refusals of a valid document; empty where it stays within the limits. Introspection is bounded by its own rule and counted once. */
export function checkLimits(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>, limits: Limits): GraphQLError[] {
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables)
  if (!coerced) return [] // the execution refuses the variables, with the reason
  const sum = measure(schema, document, operation, coerced)
  const refusal = (code: string, what: string, asked: number, limit: number) => asked <= limit ? [] : [
    new GraphQLError(`The query ${what} ${asked > 1e9 ? 'more than a billion' : asked}; the limit is ${limit}. Ask for less, or split it.`, { extensions: { code, limit, http: { status: 400 } } }),
  ]
  return [
    ...refusal('QUERY_TOO_DEEP', 'has a depth of', sum.depth, limits.queryDepth),
    ...refusal('QUERY_TOO_COSTLY', 'has a cost of', sum.cost, limits.queryCost),
    ...refusal('TOO_MANY_ALIASES', 'has this many aliases:', sum.aliases, limits.queryAliases),
  ]
}

function measure(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>): Sum {
  const fragments = new Map(document.definitions.filter((d): d is FragmentDefinitionNode => d.kind === Kind.FRAGMENT_DEFINITION).map(d => [d.name.value, d]))
  const known = new Map<string, Sum>()
  const root = schema.getRootType(operation.operation)
  return root ? ofSelections(root, operation.selectionSet) : nothing

  function ofSelections(parent: GraphQLNamedType, set: SelectionSetNode): Sum {
    return set.selections.map(selection => {
      if (selection.kind === Kind.FIELD) return ofField(parent, selection)
      if (selection.kind === Kind.INLINE_FRAGMENT) return ofSelections(selection.typeCondition ? schema.getType(selection.typeCondition.name.value) ?? parent : parent, selection.selectionSet)
      return ofFragment(selection.name.value)
    }).reduce(beside, nothing)
  }

  /** Each fragment is measured once, so that fragments that spread one another twice over cost no more to measure than to send. */
  function ofFragment(name: string): Sum {
    const fragment = fragments.get(name)
    if (!fragment) return nothing
    const sum = known.get(name) ?? ofSelections(schema.getType(fragment.typeCondition.name.value)!, fragment.selectionSet)
    known.set(name, sum)
    return sum
  }

  function ofField(parent: GraphQLNamedType, node: FieldNode): Sum {
    const name = node.name.value
    const aliases = node.alias ? 1 : 0
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined
    if (!field || name.startsWith('__')) return { depth: 1, cost: 1, aliases }
    const type = getNamedType(field.type)
    const inner = node.selectionSet && isCompositeType(type) ? ofSelections(type, node.selectionSet) : nothing
    const args = field.args.length ? getArgumentValues(field, node, variables) : {}
    const times = typeof args.first === 'number' ? Math.max(1, args.first) : Array.isArray(args.timesteps) ? Math.max(1, args.timesteps.length)
      : isListType(getNullableType(field.type)) && isCompositeType(type) && !/^(edges|nodes|frames)$/.test(name) ? listLength : 1
    return { depth: 1 + inner.depth, cost: (weights[name] ?? 1) + times * inner.cost, aliases: aliases + inner.aliases }
  }
}
