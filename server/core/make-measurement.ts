/** Makes an order of a request for advice: what is to be measured, on which model, conditioned on what. */
import { NoisegraphError } from './errors.js'
import { findModel, makeOrder, type Choices } from './make-order.js'
import type { DeviceChoice, Measurement, Order } from './order.js'
import { readerOf } from './words.js'

export interface MeasurementRequest {
  readonly model?: string | null | undefined
  /** One of the two. */
  readonly networkCalls?: number | null | undefined
  readonly milliseconds?: number | null | undefined
  readonly stochastic?: boolean | null | undefined
  readonly prompt?: string | null | undefined
  readonly guidanceScale?: number | null | undefined
  readonly width?: number | null | undefined
  readonly height?: number | null | undefined
  readonly device?: DeviceChoice | null | undefined
}

/** What models that take text are measured on unless something else is asked for: guidance needs something to follow. */
const usualPrompt = 'a red apple on a blue background'

/** Up to ten minutes a picture. */
const longest = 600_000

/** @throws {NoisegraphError} INVALID_OPTION, UNKNOWN_MODEL, BROKEN_MODEL, with the field at fault. */
export async function makeMeasurement(request: MeasurementRequest, from: Choices): Promise<Order> {
  const budget = budgetOf(request)
  const model = await findModel(request.model, from)
  const { name, conditioners } = model
  const reads = readerOf(model) !== undefined
  if (request.prompt != null && !reads) throw new NoisegraphError('INCOMPATIBLE', `The model "${name}" takes no text: leave the prompt out.`, 'prompt')
  const { guidanceScale = null, width = null, height = null, device = null } = request
  const order = await makeOrder({
    model: name, guidanceScale, width, height, device, seed: '1',
    ...(reads && { prompt: request.prompt ?? usualPrompt }),
    ...(conditioners.includes('class-label') && { conditioners: [{ name: 'class-label', options: { label: 0 } }] }),
  }, from)
  return { ...order, measure: { budget, stochastic: request.stochastic ?? null } }
}

function budgetOf({ networkCalls, milliseconds }: MeasurementRequest): Measurement['budget'] {
  if ((networkCalls == null) === (milliseconds == null))
    throw new NoisegraphError('INVALID_OPTION', `Give either networkCalls or milliseconds, ${networkCalls == null ? 'got neither' : 'not both'}: it is what one picture may cost.`, 'networkCalls')
  if (networkCalls != null) {
    if (!Number.isInteger(networkCalls) || networkCalls < 1 || networkCalls > 1000) throw new NoisegraphError('INVALID_OPTION', `networkCalls must be a whole number from 1 to 1000, got ${networkCalls}.`, 'networkCalls')
    return { networkCalls }
  }
  if (!(milliseconds! > 0 && milliseconds! <= longest)) throw new NoisegraphError('INVALID_OPTION', `milliseconds must be a number above 0 and up to ${longest}, got ${milliseconds}.`, 'milliseconds')
  return { milliseconds: milliseconds! }
}
