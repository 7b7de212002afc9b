/** A thread that computes operators in JavaScript, one at a time. Runs in Node's worker_threads and in a page's Workers. */
import { attempt, type Answer, type Order } from './aside-work.js'

const inNode = typeof process !== 'undefined' && Boolean(process.versions?.node)
const { parentPort } = inNode ? await import('node:worker_threads') : { parentPort: null }
const page = globalThis as unknown as { postMessage(m: Answer, transfer: ArrayBuffer[]): void; onmessage: ((e: { data: Order }) => void) | null }

const answer = async (order: Order): Promise<void> => {
  const { answer: it, transfer } = await attempt(order)
  if (parentPort) parentPort.postMessage(it, transfer)
  else page.postMessage(it, transfer)
}
if (parentPort) parentPort.on('message', (order: Order) => void answer(order))
else page.onmessage = e => void answer(e.data)
