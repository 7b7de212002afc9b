/** Quantile of the standard normal distribution: Acklam's rational approximation, then one step of Halley's method; error below 1e-14. */
export function probit(p: number): number {
  if (p <= 0) return -Infinity
  if (p >= 1) return Infinity
  if (p > 0.5) return -probit(1 - p)
  const q = Math.sqrt(-2 * Math.log(p))
  const s = p - 0.5
  const r = s * s
  const x = p < 0.02425
    ? (((((-7.784894002430293e-3 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q + 4.374664141464968) * q + 2.938163982698783)
      / ((((7.784695709041462e-3 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1)
    : ((((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r - 30.66479806614716) * r + 2.506628277459239) * s)
      / (((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r - 13.28068155288572) * r + 1)
  const e = 0.5 * erfc(-x / Math.SQRT2) - p
  const u = e * Math.sqrt(2 * Math.PI) * Math.exp((x * x) / 2)
  return x - u / (1 + (x * u) / 2)
}

/** Complementary error function for z >= 0: its series below 2.5, Lentz's continued fraction above. */
function erfc(z: number): number {
  if (z < 0) return 2 - erfc(-z)
  if (z < 2.5) {
    let [term, sum] = [z, z]
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum) && n < 200; n++) { term *= (-z * z) / n; sum += term / (2 * n + 1) }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum
  }
  let fraction = 0
  for (let n = 60; n > 0; n--) fraction = n / 2 / (z + fraction)
  return Math.exp(-z * z) / Math.sqrt(Math.PI) / (z + fraction)
}
