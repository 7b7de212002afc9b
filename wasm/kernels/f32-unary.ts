import { madd } from './lanes'
import { scratch } from './scratch'
import { f32_verf } from './f32-verf'
import { f32_vexp_whole } from './f32-vexp'
import { f32_vcosh, f32_vexpm1, f32_vsinh, f32_vtanh } from './f32-vexpm1'
import { f32_vlog, f32_vsoftplus } from './f32-vlog'
import { f32_vcos, f32_vsin, f32_vtrig_fits } from './f32-vtrig'

/** y = op(x), n values, a tile is 256 of them. `p` and `q` are the operator's parameters. */
@unmanaged export class UnaryArgs { x: usize; y: usize; n: u32; p: f32; q: f32 }

enum Op {
  Abs, Neg, Sqrt, Exp, Log, Sin, Cos, Tan, Tanh, Sigmoid, Relu, Leaky, Clip, Reciprocal, Floor, Ceil, Round, Softplus, HardSigmoid, HardSwish, Silu, Erf, Sign, Elu, Selu, Celu, Mish, Quick, Softsign, Thresholded, Shrink, Sinh, Cosh
}

/** The values for four; a NaN stays one. */
// @ts-ignore: decorator
@inline function lanes(op: i32, x: v128, p: v128, q: v128): v128 {
  const zero = f32x4.splat(0), one = f32x4.splat(1)
  if (op == Op.Abs) return f32x4.abs(x)
  if (op == Op.Neg) return f32x4.neg(x)
  if (op == Op.Sqrt) return f32x4.sqrt(x)
  if (op == Op.Exp) return f32_vexp_whole(x)
  if (op == Op.Log) return f32_vlog(x)
  if (op == Op.Sin) return f32_vtrig_fits(x) ? f32_vsin(x) : each(op, x)
  if (op == Op.Cos) return f32_vtrig_fits(x) ? f32_vcos(x) : each(op, x)
  if (op == Op.Tan) return f32_vtrig_fits(x) ? f32x4.div(f32_vsin(x), f32_vcos(x)) : each(op, x)
  if (op == Op.Tanh) return f32_vtanh(x)
  if (op == Op.Sigmoid) return f32x4.div(one, f32x4.add(one, f32_vexp_whole(f32x4.neg(x))))
  if (op == Op.Silu) return f32x4.div(x, f32x4.add(one, f32_vexp_whole(f32x4.neg(x))))
  if (op == Op.Quick) return f32x4.div(x, f32x4.add(one, f32_vexp_whole(f32x4.neg(f32x4.mul(p, x)))))
  if (op == Op.Relu) return f32x4.pmax(x, zero)
  if (op == Op.Leaky) return v128.bitselect(f32x4.mul(p, x), x, f32x4.lt(x, zero))
  if (op == Op.Clip) return f32x4.min(f32x4.max(x, p), q)
  if (op == Op.Reciprocal) return f32x4.div(one, x)
  if (op == Op.Floor) return f32x4.floor(x)
  if (op == Op.Ceil) return f32x4.ceil(x)
  if (op == Op.Round) return f32x4.nearest(x)
  if (op == Op.Softplus) return f32_vsoftplus(x)
  if (op == Op.HardSigmoid) return f32x4.max(zero, f32x4.min(one, madd(p, x, q)))
  if (op == Op.HardSwish) return f32x4.mul(x, f32x4.max(zero, f32x4.min(one, madd(x, f32x4.splat(1.0 / 6), f32x4.splat(0.5)))))
  if (op == Op.Erf) return f32_verf(x)
  if (op == Op.Sign) return v128.bitselect(v128.or(one, v128.and(x, i32x4.splat(0x80000000))), x, f32x4.gt(f32x4.abs(x), zero))
  if (op == Op.Elu) return v128.bitselect(f32x4.mul(p, f32_vexpm1(x)), x, f32x4.lt(x, zero))
  if (op == Op.Selu) return f32x4.mul(q, v128.bitselect(f32x4.mul(p, f32_vexpm1(x)), x, f32x4.lt(x, zero)))
  if (op == Op.Celu) return v128.bitselect(f32x4.mul(p, f32_vexpm1(f32x4.div(x, p))), x, f32x4.lt(x, zero))
  if (op == Op.Softsign) return f32x4.div(x, f32x4.add(one, f32x4.abs(x)))
  if (op == Op.Thresholded) return v128.and(x, f32x4.gt(x, p))
  if (op == Op.Shrink) return v128.bitselect(f32x4.add(x, q), v128.and(f32x4.sub(x, q), f32x4.gt(x, p)), f32x4.lt(x, f32x4.neg(p)))
  if (op == Op.Sinh) return f32_vsinh(x)
  if (op == Op.Cosh) return f32_vcosh(x)
  // tanh(log(1 + e)) for e = exp(x) is n / (n + 2) with n = e (e + 2).
  const e = f32_vexp_whole(f32x4.pmin(f32x4.splat(40), x)), n = f32x4.mul(e, f32x4.add(e, f32x4.splat(2)))
  return f32x4.mul(x, f32x4.div(n, f32x4.add(n, f32x4.splat(2))))
}

/** Far from zero a turn is lost among the digits: one by one. */
function each(op: i32, x: v128): v128 {
  const at = scratch
  v128.store(at, x)
  for (let i: usize = 0; i < 16; i += 4) {
    const v = load<f32>(at + i)
    store<f32>(at + i, op == Op.Sin ? Mathf.sin(v) : op == Op.Cos ? Mathf.cos(v) : Mathf.tan(v))
  }
  return v128.load(at)
}

// @ts-ignore: decorator
@inline function tiles(op: i32, a: UnaryArgs, begin: u32, end: u32): void {
  const p = f32x4.splat(a.p), q = f32x4.splat(a.q), stop = <usize>min(end << 8, a.n) << 2
  let i = <usize>begin << 10
  for (; i + 16 <= stop; i += 16) v128.store(a.y + i, lanes(op, v128.load(a.x + i), p, q))
  if (i < stop) {
    const rest = scratch + 16
    v128.store(rest, f32x4.splat(1))
    memory.copy(rest, a.x + i, stop - i)
    v128.store(rest, lanes(op, v128.load(rest), p, q))
    memory.copy(a.y + i, rest, stop - i)
  }
}

export function f32_abs(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Abs, a, begin, end) }
export function f32_neg(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Neg, a, begin, end) }
export function f32_sqrt(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Sqrt, a, begin, end) }
export function f32_exp(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Exp, a, begin, end) }
export function f32_log(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Log, a, begin, end) }
export function f32_sin(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Sin, a, begin, end) }
export function f32_cos(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Cos, a, begin, end) }
export function f32_tan(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Tan, a, begin, end) }
export function f32_tanh(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Tanh, a, begin, end) }
export function f32_sigmoid(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Sigmoid, a, begin, end) }
export function f32_silu(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Silu, a, begin, end) }
export function f32_quick_gelu(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Quick, a, begin, end) }
export function f32_relu(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Relu, a, begin, end) }
export function f32_leaky_relu(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Leaky, a, begin, end) }
export function f32_clip(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Clip, a, begin, end) }
export function f32_reciprocal(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Reciprocal, a, begin, end) }
export function f32_floor(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Floor, a, begin, end) }
export function f32_ceil(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Ceil, a, begin, end) }
export function f32_round(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Round, a, begin, end) }
export function f32_softplus(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Softplus, a, begin, end) }
export function f32_hard_sigmoid(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.HardSigmoid, a, begin, end) }
export function f32_hard_swish(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.HardSwish, a, begin, end) }
export function f32_erf(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Erf, a, begin, end) }
export function f32_sign(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Sign, a, begin, end) }
export function f32_elu(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Elu, a, begin, end) }
export function f32_selu(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Selu, a, begin, end) }
export function f32_celu(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Celu, a, begin, end) }
export function f32_mish(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Mish, a, begin, end) }
export function f32_softsign(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Softsign, a, begin, end) }
export function f32_thresholded_relu(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Thresholded, a, begin, end) }
export function f32_shrink(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Shrink, a, begin, end) }
export function f32_sinh(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Sinh, a, begin, end) }
export function f32_cosh(a: UnaryArgs, begin: u32, end: u32): void { tiles(Op.Cosh, a, begin, end) }
