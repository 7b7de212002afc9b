import { op } from './op.js'

const full = (item: unknown): boolean => item !== undefined && (item as { type: string }).type !== 'nothing'

export default [
  op({ name: 'Optional', since: 15, attrs: {}, compute: ([x]) => [x ?? { type: 'nothing' }] }),
  op({ name: 'OptionalHasElement', since: 15, attrs: {}, compute: ([x]) => [{ type: 'bool', shape: [], data: Uint8Array.of(full(x) ? 1 : 0) }] }),
  op({
    name: 'OptionalGetElement', since: 15, attrs: {},
    compute([x]) {
      if (!full(x)) throw new Error('the optional is empty')
      return [x!]
    },
  }),
]
