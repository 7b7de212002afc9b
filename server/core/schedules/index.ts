import type { Schedule } from '../../../plugins/sdk/index.js'
import exponential from './exponential.js'
import karras from './karras.js'

/** Every built-in schedule, by name. */
export const schedules: readonly Schedule[] = [exponential, karras]
