/** Mean of a normal cut off to [low, high], and the logarithm of the mass that it has there; sound arbitrarily far out. */
export function truncatedMean(centre: number, deviation: number, low: number, high: number): { readonly mean: number; readonly logMass: number } {
  const [a, b] = [(low - centre) / deviation, (high - centre) / deviation]
  if (b < 0) {
    const mirrored = truncatedMean(-centre, deviation, -high, -low)
    return { mean: -mirrored.mean, logMass: mirrored.logMass }
  }
  // The larger of the two densities is taken out of both, so that nothing underflows.
  const far = a > 0 ? a : 0
  const scaled = (u: number) => Math.exp((far * far - u * u) / 2)
  const tail = (u: number) => 0.5 * scaledErfc(u / Math.SQRT2) * scaled(u)
  const mass = a > 0 ? tail(a) - tail(b) : 1 - 0.5 * erfc(-a / Math.SQRT2) - 0.5 * erfc(b / Math.SQRT2)
  const density = (u: number) => scaled(u) / Math.sqrt(2 * Math.PI)
  const mean = centre + (deviation * (density(a) - density(b))) / mass
  return { mean: Math.min(high, Math.max(low, mean)), logMass: Math.log(Math.max(mass, Number.MIN_VALUE)) - (far * far) / 2 }
}

/** erfc(z) for z >= 0. */
const erfc = (z: number): number => scaledErfc(z) * Math.exp(-z * z)

/** exp(z^2) erfc(z) for z >= 0: the series of erf below 2, a continued fraction (Lentz) above. */
function scaledErfc(z: number): number {
  if (z < 2) {
    let [term, sum] = [z, z]
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum) && n < 100; n++) { term *= (-z * z) / n; sum += term / (2 * n + 1) }
    return Math.exp(z * z) * (1 - (2 / Math.sqrt(Math.PI)) * sum)
  }
  let fraction = 0
  for (let n = z > 6 ? 10 : z > 3 ? 24 : 50; n > 0; n--) fraction = n / 2 / (z + fraction)
  return 1 / Math.sqrt(Math.PI) / (z + fraction)
}
