/** Helpers that every kernel may inline. What differs between the builds is decided here, at compile time. */

/** a * b + c: one rounding where the build has relaxed SIMD, two and the same bits everywhere where it has not. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(c, f32x4.mul(a, b));
}

/** The larger of each lane in one instruction; a NaN in b is lost. */
// @ts-ignore: decorator
@inline
export function maxFast(a: v128, b: v128): v128 { return f32x4.pmax(a, b); }

// @ts-ignore: decorator
@inline
export function sumLanes(v: v128): f32 {
  return (f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1)) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}
