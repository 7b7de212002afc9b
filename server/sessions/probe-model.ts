/** The smallest ONNX model: one Identity on a float32 vector of length 1. What a device must be able to open. */
const field = (number: number, bytes: readonly number[]) => [(number << 3) | 2, bytes.length, ...bytes]
const integer = (number: number, value: number) => [number << 3, value]
const text = (number: number, value: string) => field(number, [...Buffer.from(value)])
const vector = (name: string) => [...text(1, name), ...field(2, field(1, [...integer(1, 1), ...field(2, field(1, integer(1, 1)))]))]

const node = [...text(1, 'x'), ...text(2, 'y'), ...text(4, 'Identity')]
const graph = [...field(1, node), ...text(2, 'probe'), ...field(11, vector('x')), ...field(12, vector('y'))]

/** IR version 8, opset 13. */
export const probeModel = Uint8Array.from([...integer(1, 8), ...field(7, graph), ...field(8, integer(2, 13))])
