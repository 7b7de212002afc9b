import { Act, f32_vgelu, f32_vgelu_quick, f32_vgelu_tanh, f32_vsigmoid, f32_vsilu } from './f32-vact'
import { scratch } from './scratch'

/** C[m][n] = act(C + R) in place, R being 0 (none) or rows `ldr` apart. */
export function f32_epilogue(c: usize, ldc: usize, r: usize, ldr: usize, m: i32, n: i32, act: i32): void {
  for (; m > 0; m--) {
    if (r) {
      f32_row_add(c, r, n)
      r += ldr
    }
    if (act) f32_row_act(c, c, n, act)
    c += ldc
  }
}

export function f32_row_add(c: usize, r: usize, n: i32): void {
  for (; n >= 8; n -= 8) {
    const x = f32x4.add(v128.load(c), v128.load(r)), y = f32x4.add(v128.load(c, 16), v128.load(r, 16))
    v128.store(c, x); v128.store(c, y, 16)
    c += 32; r += 32
  }
  for (; n > 0; n--) {
    store<f32>(c, load<f32>(c) + load<f32>(r))
    c += 4; r += 4
  }
}

/** y[n] = act(x[n]); x and y may be the same. A row's rest goes through scratch, so that every value is computed alike. */
export function f32_row_act(x: usize, y: usize, n: i32, act: i32): void {
  const whole = n & ~7
  eight(x, y, whole, act)
  if (whole == n) return
  const rest = <usize>(n - whole) << 2, at = <usize>whole << 2
  memory.fill(scratch, 0, 32)
  memory.copy(scratch, x + at, rest)
  eight(scratch, scratch, 8, act)
  memory.copy(y + at, scratch, rest)
}

function eight(x: usize, y: usize, n: i32, act: i32): void {
  const end = x + (<usize>n << 2)
  if (act == Act.Silu) for (; x < end; x += 32, y += 32) {
    const a = f32_vsilu(v128.load(x)), b = f32_vsilu(v128.load(x, 16))
    v128.store(y, a); v128.store(y, b, 16)
  } else if (act == Act.Relu) for (const zero = f32x4.splat(0); x < end; x += 32, y += 32) {
    const a = f32x4.max(v128.load(x), zero), b = f32x4.max(v128.load(x, 16), zero)
    v128.store(y, a); v128.store(y, b, 16)
  } else if (act == Act.Gelu) for (; x < end; x += 32, y += 32) {
    const a = f32_vgelu(v128.load(x)), b = f32_vgelu(v128.load(x, 16))
    v128.store(y, a); v128.store(y, b, 16)
  } else if (act == Act.GeluTanh) for (; x < end; x += 32, y += 32) {
    const a = f32_vgelu_tanh(v128.load(x)), b = f32_vgelu_tanh(v128.load(x, 16))
    v128.store(y, a); v128.store(y, b, 16)
  } else if (act == Act.Sigmoid) for (; x < end; x += 32, y += 32) {
    const a = f32_vsigmoid(v128.load(x)), b = f32_vsigmoid(v128.load(x, 16))
    v128.store(y, a); v128.store(y, b, 16)
  } else for (; x < end; x += 32, y += 32) {
    const a = f32_vgelu_quick(v128.load(x)), b = f32_vgelu_quick(v128.load(x, 16))
    v128.store(y, a); v128.store(y, b, 16)
  }
}
