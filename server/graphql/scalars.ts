import { GraphQLError, type GraphQLScalarType, Kind, valueFromASTUntyped, type ValueNode } from 'graphql'

const refuse = (message: string) => new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })

function dateTime(value: unknown): Date {
  const date = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/.test(value) ? new Date(value) : new Date(NaN)
  if (Number.isNaN(date.getTime())) throw refuse('DateTime must be in ISO 8601, such as "2026-11-05T10:20:30Z".')
  return date
}

/** Decimal, without leading zeros. */
function seed(value: unknown): string {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return String(value)
  if (typeof value === 'string' && /^\d{1,20}$/.test(value) && BigInt(value) < 2n ** 64n) return BigInt(value).toString()
  const hint = typeof value === 'number' ? ' Write large numbers as a string.' : ''
  throw refuse(`Seed must be a whole number from 0 to 18446744073709551615, as a string.${hint}`)
}

/** An integer literal of any size, which JSON could not say. */
const seedLiteral = (node: ValueNode) => seed(node.kind === Kind.INT || node.kind === Kind.STRING ? node.value : undefined)

function bytes(value: unknown): number {
  if (!Number.isSafeInteger(value)) throw refuse('Bytes must be a whole number up to 2^53 - 1.')
  return value as number
}

export const scalars: Readonly<Record<string, Partial<GraphQLScalarType>>> = {
  DateTime: { serialize: v => (v instanceof Date ? v : new Date(v as string)).toISOString(), parseValue: dateTime, parseLiteral: node => dateTime('value' in node ? node.value : undefined) },
  JSON: { serialize: v => v, parseValue: v => v, parseLiteral: (node, variables) => valueFromASTUntyped(node, variables) },
  Seed: { serialize: String, parseValue: seed, parseLiteral: seedLiteral },
  Bytes: { serialize: Number, parseValue: bytes, parseLiteral: node => bytes(node.kind === Kind.INT ? Number(node.value) : undefined) },
}
