import { openTerminal } from '../cli/terminal.js'

/** One picture of the model that ships, on a device: seconds to load, steps a second, seconds to decode. */
export default {
  about: 'one picture of the model that ships: [device] [steps]',
  async run([device = 'auto', steps = '20']: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
    await using terminal = await openTerminal({ device: device as 'auto' })
    const order = await terminal.order({ prompt: 'a red apple on a blue background', seed: '7', steps: Number(steps), device: device as 'auto' })
    const marks: { type: string; at: number }[] = [{ type: 'begin', at: performance.now() }]
    let ran = ''
    for await (const it of terminal.generate(order, new AbortController().signal)) {
      if (it.type !== 'loading') marks.push({ type: it.type, at: performance.now() })
      if (it.type === 'started') ran = it.device
    }
    marks.push({ type: 'end', at: performance.now() })
    const at = (type: string) => marks.find(m => m.type === type)!.at
    const round = (milliseconds: number) => Math.round(milliseconds) / 1000
    return {
      device: ran, steps: order.steps, loadSeconds: round(at('started') - at('begin')), stepsPerSecond: Math.round((order.steps / (at('decoding') - at('started'))) * 1e4) / 10,
      decodeSeconds: round(at('end') - at('decoding')), totalSeconds: round(at('end') - at('begin')),
    }
  },
}
