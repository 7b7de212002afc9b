/** The inference engine: ONNX networks in WebAssembly SIMD, in Node and in pages. See docs/wasm.md. */
export { createEngine, type Engine, type EngineOptions, type LoadOptions } from './engine.js'
export { EngineError, type EngineCode } from './errors.js'
export { type Session } from './session.js'
export { type Build } from './tape/build.js'
export { type ElementType, type Tensor } from './graph/value.js'
export { type Port } from './graph/graph.js'
export { type Item, type Strings, type Sequence, type Nothing } from './ops/op.js'
