/** A protobuf message as a tree that can be changed and written again. Which length-delimited fields are messages is known from onnx.proto. */
export interface Field { number: number; wire: number; value: bigint | Uint8Array | Message; packed?: boolean }
export interface Message { readonly kind: string; fields: Field[] }

const nested: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  model: { 7: 'graph', 8: 'opset', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 11: 'port', 12: 'port', 13: 'port' },
  function: { 7: 'node', 9: 'opset', 11: 'attribute' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph' },
  tensor: { 13: 'entry' },
  port: { 2: 'type' },
  type: { 1: 'tensorType' },
  tensorType: { 2: 'shape' },
  shape: { 1: 'dimension' },
}

export const isMessage = (v: Field['value']): v is Message => typeof v === 'object' && 'kind' in v

/** Reads a file that is known to be good. */
export function parse(bytes: Uint8Array, kind = 'model'): Message {
  const fields: Field[] = []
  let at = 0
  const varint = (): bigint => {
    let v = 0n
    for (let shift = 0n; ; shift += 7n) { const b = bytes[at++]!; v |= BigInt(b & 127) << shift; if (b < 128) return v }
  }
  while (at < bytes.length) {
    const key = Number(varint()), number = key >> 3, wire = key & 7
    if (wire === 0) { fields.push({ number, wire, value: varint() }); continue }
    const n = wire === 1 ? 8 : wire === 5 ? 4 : Number(varint()), part = bytes.subarray(at, at += n), inner = wire === 2 ? nested[kind]?.[number] : undefined
    fields.push({ number, wire, value: inner ? parse(part, inner) : part })
  }
  return { kind, fields }
}

export function write(m: Message): Uint8Array {
  const out = new Uint8Array(sizeOf(m))
  let at = 0
  const varint = (value: bigint): void => {
    let v = BigInt.asUintN(64, value)
    for (; v > 127n; v >>= 7n) out[at++] = Number(v & 127n) | 128
    out[at++] = Number(v)
  }
  const put = (message: Message): void => {
    for (const f of message.fields) {
      varint(BigInt(f.number * 8 + f.wire))
      if (typeof f.value === 'bigint') { varint(f.value); continue }
      if (f.wire === 2) varint(BigInt(sizeOf(f.value)))
      if (isMessage(f.value)) put(f.value)
      else { out.set(f.value, at); at += f.value.length }
    }
  }
  put(m)
  return out
}

const digits = (v: bigint | number): number => { let n = 1; for (let x = BigInt.asUintN(64, BigInt(v)); x > 127n; x >>= 7n) n++; return n }
function sizeOf(v: Message | Uint8Array): number {
  if (!isMessage(v)) return v.length
  let n = 0
  for (const f of v.fields) {
    n += digits(f.number * 8 + f.wire)
    if (typeof f.value === 'bigint') n += digits(f.value)
    else { const s = sizeOf(f.value); n += s + (f.wire === 2 ? digits(s) : 0) }
  }
  return n
}

/** A copy whose lists may be changed; bytes are shared. */
export const clone = (m: Message): Message => ({ kind: m.kind, fields: m.fields.map(f => ({ ...f, value: isMessage(f.value) ? clone(f.value) : f.value })) })

/** Every message of the tree with itself first. */
export function messages(m: Message): Message[] {
  const out = [m]
  for (const f of m.fields) if (isMessage(f.value)) out.push(...messages(f.value))
  return out
}
