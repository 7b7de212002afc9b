/** y = op(x), n values, a tile is 256 of them. `p` and `q` are the operator's parameters. */
@unmanaged export class UnaryArgs { x: usize; y: usize; n: u32; p: f32; q: f32 }

const ABS = 0, NEG = 1, SQRT = 2, EXP = 3, LOG = 4, SIN = 5, COS = 6, TANH = 7, SIGMOID = 8, RELU = 9, LEAKY = 10, CLIP = 11, RECIPROCAL = 12, FLOOR = 13, CEIL = 14, ROUND = 15,
  SOFTPLUS = 16, HARD_SIGMOID = 17, HARD_SWISH = 18, SILU = 19, ERF = 20, SIGN = 21, ELU = 22, MISH = 23, TAN = 24, QUICK = 25;

/** erf by the rational approximations of W. J. Cody (Math. Comp. 23, 1969), in double precision. */
function erf(v: f64): f64 {
  const a = Math.abs(v);
  if (a <= 0.46875) {
    const z = a * a;
    return v * ((((1.85777706184603153e-1 * z + 3.16112374387056560) * z + 1.13864154151050156e2) * z + 3.77485237685302021e2) * z + 3.20937758913846947e3)
      / ((((z + 2.36012909523441209e1) * z + 2.44024637934444173e2) * z + 1.28261652607737228e3) * z + 2.84423683343917062e3);
  }
  if (a > 5.9) return v < 0 ? -1 : 1;
  let r: f64;
  if (a <= 4) {
    r = ((((((((2.15311535474403846e-8 * a + 5.64188496988670089e-1) * a + 8.88314979438837594) * a + 6.61191906371416295e1) * a + 2.98635138197400131e2) * a + 8.81952221241769090e2) * a
      + 1.71204761263407058e3) * a + 2.05107837782607147e3) * a + 1.23033935479799725e3)
      / ((((((((a + 1.57449261107098347e1) * a + 1.17693950891312499e2) * a + 5.37181101862009858e2) * a + 1.62138957456669019e3) * a + 3.29079923573345963e3) * a + 4.36261909014324716e3) * a
        + 3.43936767414372164e3) * a + 1.23033935480374942e3);
  } else {
    const z = 1 / (a * a);
    r = z * (((((1.63153871373020978e-2 * z + 3.05326634961232344e-1) * z + 3.60344899949804439e-1) * z + 1.25781726111229246e-1) * z + 1.60837851487422766e-2) * z + 6.58749161529837803e-4)
      / (((((z + 2.56852019228982242) * z + 1.87295284992346725) * z + 5.27905102951428412e-1) * z + 6.05183413124413191e-2) * z + 2.33520497626869185e-3);
    r = (5.6418958354775628695e-1 - r) / a;
  }
  r = 1 - Math.exp(-a * a) * r;
  return v < 0 ? -r : r;
}

// @ts-ignore: decorator
@inline function one(op: i32, v: f32, p: f32, q: f32): f32 {
  if (op == ABS) return abs(v);
  if (op == NEG) return -v;
  if (op == SQRT) return sqrt(v);
  if (op == EXP) return Mathf.exp(v);
  if (op == LOG) return Mathf.log(v);
  if (op == SIN) return Mathf.sin(v);
  if (op == COS) return Mathf.cos(v);
  if (op == TAN) return Mathf.tan(v);
  if (op == TANH) return Mathf.tanh(v);
  if (op == SIGMOID) return 1 / (1 + Mathf.exp(-v));
  if (op == SILU) return v / (1 + Mathf.exp(-v));
  if (op == QUICK) return v / (1 + Mathf.exp(-p * v));
  if (op == RELU) return v < 0 ? 0 : v;
  if (op == LEAKY) return v < 0 ? p * v : v;
  if (op == CLIP) return v < p ? (p > q ? q : p) : v > q ? q : v;
  if (op == RECIPROCAL) return 1 / v;
  if (op == FLOOR) return floor(v);
  if (op == CEIL) return ceil(v);
  if (op == ROUND) return nearest(v);
  if (op == SOFTPLUS) return v > 20 ? v : Mathf.log1p(Mathf.exp(v));
  if (op == HARD_SIGMOID) return max<f32>(0, min<f32>(1, p * v + q));
  if (op == HARD_SWISH) return v * max<f32>(0, min<f32>(1, v / 6 + 0.5));
  if (op == ERF) return <f32>erf(v);
  if (op == SIGN) return v > 0 ? 1 : v < 0 ? -1 : v;
  if (op == ELU) return v < 0 ? p * Mathf.expm1(v) : v;
  return v * Mathf.tanh(v > 20 ? v : Mathf.log1p(Mathf.exp(v)));
}

// @ts-ignore: decorator
@inline function tiles(op: i32, a: UnaryArgs, begin: u32, end: u32): void {
  const p = a.p, q = a.q;
  for (let i = begin << 8, n = min(end << 8, a.n); i < n; i++) store<f32>(a.y + (i << 2), one(op, load<f32>(a.x + (i << 2)), p, q));
}

export function f32_abs(a: UnaryArgs, begin: u32, end: u32): void { tiles(ABS, a, begin, end); }
export function f32_neg(a: UnaryArgs, begin: u32, end: u32): void { tiles(NEG, a, begin, end); }
export function f32_sqrt(a: UnaryArgs, begin: u32, end: u32): void { tiles(SQRT, a, begin, end); }
export function f32_exp(a: UnaryArgs, begin: u32, end: u32): void { tiles(EXP, a, begin, end); }
export function f32_log(a: UnaryArgs, begin: u32, end: u32): void { tiles(LOG, a, begin, end); }
export function f32_sin(a: UnaryArgs, begin: u32, end: u32): void { tiles(SIN, a, begin, end); }
export function f32_cos(a: UnaryArgs, begin: u32, end: u32): void { tiles(COS, a, begin, end); }
export function f32_tan(a: UnaryArgs, begin: u32, end: u32): void { tiles(TAN, a, begin, end); }
export function f32_tanh(a: UnaryArgs, begin: u32, end: u32): void { tiles(TANH, a, begin, end); }
export function f32_sigmoid(a: UnaryArgs, begin: u32, end: u32): void { tiles(SIGMOID, a, begin, end); }
export function f32_silu(a: UnaryArgs, begin: u32, end: u32): void { tiles(SILU, a, begin, end); }
export function f32_quick_gelu(a: UnaryArgs, begin: u32, end: u32): void { tiles(QUICK, a, begin, end); }
export function f32_relu(a: UnaryArgs, begin: u32, end: u32): void { tiles(RELU, a, begin, end); }
export function f32_leaky_relu(a: UnaryArgs, begin: u32, end: u32): void { tiles(LEAKY, a, begin, end); }
export function f32_clip(a: UnaryArgs, begin: u32, end: u32): void { tiles(CLIP, a, begin, end); }
export function f32_reciprocal(a: UnaryArgs, begin: u32, end: u32): void { tiles(RECIPROCAL, a, begin, end); }
export function f32_floor(a: UnaryArgs, begin: u32, end: u32): void { tiles(FLOOR, a, begin, end); }
export function f32_ceil(a: UnaryArgs, begin: u32, end: u32): void { tiles(CEIL, a, begin, end); }
export function f32_round(a: UnaryArgs, begin: u32, end: u32): void { tiles(ROUND, a, begin, end); }
export function f32_softplus(a: UnaryArgs, begin: u32, end: u32): void { tiles(SOFTPLUS, a, begin, end); }
export function f32_hard_sigmoid(a: UnaryArgs, begin: u32, end: u32): void { tiles(HARD_SIGMOID, a, begin, end); }
export function f32_hard_swish(a: UnaryArgs, begin: u32, end: u32): void { tiles(HARD_SWISH, a, begin, end); }
export function f32_erf(a: UnaryArgs, begin: u32, end: u32): void { tiles(ERF, a, begin, end); }
export function f32_sign(a: UnaryArgs, begin: u32, end: u32): void { tiles(SIGN, a, begin, end); }
export function f32_elu(a: UnaryArgs, begin: u32, end: u32): void { tiles(ELU, a, begin, end); }
export function f32_mish(a: UnaryArgs, begin: u32, end: u32): void { tiles(MISH, a, begin, end); }
