import { NoisegraphError } from '../core/errors.js'
import type { Port, Value } from './session.js'

/** Throws where feeds and ports differ in names, types, ranks or fixed sizes. Names of axes are not compared: exporters give one name to different sizes. */
export function checkFeeds(network: string, ports: readonly Port[], feeds: Readonly<Record<string, Value>>): void {
  const refuse = (what: string): never => {
    throw new NoisegraphError('INCOMPATIBLE', `${network} ${what} It takes ${ports.map(describe).join(', ')}.`)
  }
  for (const name of Object.keys(feeds)) if (!ports.some(p => p.name === name)) refuse(`has no input "${name}".`)
  for (const port of ports) {
    const value = feeds[port.name] ?? refuse(`needs "${port.name}".`)
    const given = `[${value.shape.join(', ')}]`
    if (value.type !== port.type) refuse(`takes "${port.name}" as ${port.type}, not ${value.type}.`)
    if (value.shape.length !== port.shape.length) refuse(`was given "${port.name}" of shape ${given}.`)
    if (value.data.length !== value.shape.reduce((a, b) => a * b, 1)) refuse(`was given ${value.data.length} values for "${port.name}" of shape ${given}.`)
    for (const [i, size] of port.shape.entries()) {
      if (typeof size === 'number' && size !== value.shape[i]) refuse(`was given "${port.name}" of shape ${given}, but axis ${i} is ${size}.`)
    }
  }
}

export const describe = (port: Port): string => `${port.name}: ${port.type} [${port.shape.join(', ')}]`
