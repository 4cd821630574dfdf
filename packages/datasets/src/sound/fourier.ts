/**
 * Powers of the frequencies 0 to `size / 2` of real samples, `size` a power of two: |sum of x[n] exp(-2 pi i k n / size)|^2 (Cooley and Tukey 1965). Gives a function that
 * writes into `powers`.
 */
export function spectrum(size: number): (samples: Float64Array, powers: Float64Array) => void {
  const turns = Array.from({ length: size / 2 }, (_, k) => (-2 * Math.PI * k) / size)
  const [cosines, sines] = [turns.map(Math.cos), turns.map(Math.sin)]
  const bits = Math.log2(size)
  const places = Uint32Array.from({ length: size }, (_, i) => {
    let place = 0
    for (let bit = 0; bit < bits; bit++) place |= ((i >> bit) & 1) << (bits - 1 - bit)
    return place
  })
  const [real, imaginary] = [new Float64Array(size), new Float64Array(size)]
  return (samples, powers) => {
    for (let i = 0; i < size; i++) real[i] = samples[places[i]!]!
    imaginary.fill(0)
    for (let half = 1; half < size; half *= 2) {
      const stride = size / (2 * half)
      for (let from = 0; from < size; from += 2 * half) {
        for (let k = 0; k < half; k++) {
          const [a, b] = [from + k, from + k + half]
          const [cosine, sine] = [cosines[k * stride]!, sines[k * stride]!]
          const re = real[b]! * cosine - imaginary[b]! * sine
          const im = real[b]! * sine + imaginary[b]! * cosine
          real[b] = real[a]! - re
          imaginary[b] = imaginary[a]! - im
          real[a]! += re
          imaginary[a]! += im
        }
      }
    }
    for (let k = 0; k <= size / 2; k++) powers[k] = real[k]! ** 2 + imaginary[k]! ** 2
  }
}
