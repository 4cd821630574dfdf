import { spectrum } from './fourier.ts'

/** Frequencies in Hz as mel, and back (O'Shaughnessy 1987). */
const melOf = (hertz: number) => 2595 * Math.log10(1 + hertz / 700)
const hertzOf = (mel: number) => 700 * (10 ** (mel / 2595) - 1)

export interface MelOptions {
  /** Samples a second. */
  readonly rate: number
  /** Samples of a window, a power of two. */
  readonly window: number
  /** Samples from one window to the next. */
  readonly hop: number
  readonly bands: number
}

/**
 * Logarithms of the power in bands that are even in mel, triangles that overlap by half, of windows after Hann: [windows, bands]. The first band begins at 0, the last ends at
 * half the rate. Gives a function of samples. A window that begins before the first sample or ends behind the last has zeros there.
 */
export function logMel({ rate, window, hop, bands }: MelOptions): (samples: Float64Array) => Float64Array {
  const powersOf = spectrum(window)
  const hann = Float64Array.from({ length: window }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / window))
  const edges = Array.from({ length: bands + 2 }, (_, i) => hertzOf((melOf(rate / 2) * i) / (bands + 1)))
  const weights = Array.from({ length: bands }, (_, band) => {
    const [low, middle, high] = edges.slice(band, band + 3) as [number, number, number]
    return Float64Array.from({ length: window / 2 + 1 }, (_, k) => {
      const hertz = (k * rate) / window
      return Math.max(0, Math.min((hertz - low) / (middle - low), (high - hertz) / (high - middle)))
    })
  })
  const [cut, powers] = [new Float64Array(window), new Float64Array(window / 2 + 1)]
  return (samples) => {
    const windows = Math.floor(samples.length / hop)
    const values = new Float64Array(windows * bands)
    for (let w = 0; w < windows; w++) {
      const from = w * hop + hop / 2 - window / 2
      for (let i = 0; i < window; i++) cut[i] = (samples[from + i] ?? 0) * hann[i]!
      powersOf(cut, powers)
      for (const [band, weight] of weights.entries()) {
        let sum = 0
        for (let k = 0; k < powers.length; k++) sum += weight[k]! * powers[k]!
        values[w * bands + band] = Math.log(sum + 1e-3)
      }
    }
    return values
  }
}
