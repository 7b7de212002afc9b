import type { Resolvers } from '../_resolvers-types.js'
import { advice } from './advice.js'
import { events } from './events.js'
import { generations } from './generations.js'
import { models } from './models.js'
import { node } from './node.js'
import { plugins } from './plugins.js'
import { runtime } from './runtime.js'
import { schedule } from './schedule.js'

const parts: readonly Resolvers[] = [runtime, models, plugins, schedule, generations, advice, events, node]
const typeNames = [...new Set(parts.flatMap(part => Object.keys(part)))] as (keyof Resolvers)[]

/** By type; each file of this folder adds its fields. */
export const resolvers = Object.fromEntries(typeNames.map(name => [name, Object.assign({}, ...parts.map(part => part[name]))]))
