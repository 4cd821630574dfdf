import { tones } from '@hillock/datasets'
import { expect, test } from '@jest/globals'
import { spectrum } from '../src/sound/fourier.ts'
import { logMel } from '../src/sound/mel.ts'

test('powers of frequencies are those of the plain sum', () => {
  const samples = Float64Array.from({ length: 32 }, (_, n) => Math.sin(n * n) + 0.3 * n)
  const powers = new Float64Array(17)
  spectrum(32)(samples, powers)
  for (let k = 0; k <= 16; k++) {
    const angles = Array.from(samples, (_, n) => (2 * Math.PI * k * n) / 32)
    const real = angles.reduce((sum, angle, n) => sum + samples[n]! * Math.cos(angle), 0)
    const imaginary = angles.reduce((sum, angle, n) => sum + samples[n]! * Math.sin(angle), 0)
    expect(powers[k]).toBeCloseTo(real ** 2 + imaginary ** 2, 8)
  }
})

test('a tone is loudest in the band of its pitch, and at the time when it sounds', () => {
  const [rate, hop, bands] = [4000, 20, 12]
  const melOf = (hertz: number) => 2595 * Math.log10(1 + hertz / 700)
  for (const pitch of [400, 900, 1500]) {
    const samples = Float64Array.from({ length: 2000 }, (_, n) =>
      n < 1000 ? 0 : Math.sin((2 * Math.PI * pitch * n) / rate),
    )
    const levels = logMel({ rate, window: 128, hop, bands })(samples)
    expect(levels).toHaveLength(100 * bands)
    const late = levels.subarray(75 * bands, 76 * bands)
    const loudest = late.indexOf(Math.max(...late))
    // band i is centred at (i + 1) of 13 parts
    expect(Math.abs((13 * melOf(pitch)) / melOf(rate / 2) - 1 - loudest)).toBeLessThan(0.75)
    expect(levels[20 * bands + loudest]).toBeCloseTo(Math.log(1e-3), 8)
  }
})

const small = { train: 40, test: 4, bands: 10, steps: 80 }

test('tones are spikes, on and off alike often in each band, the same for the same seed', () => {
  const data = tones(small)
  expect(data).toMatchObject({ name: 'tones', shape: [80, 20], classes: 6, train: { count: 40, features: 1600 } })
  expect(new Set(data.train.images)).toEqual(new Set([0, 1]))
  expect(new Set(data.train.labels).size).toBe(6)
  expect(tones(small).train).toEqual(data.train)
  expect(tones({ ...small, train: 5 }).train.images).toEqual(data.train.images.slice(0, 5 * 1600))
  expect(tones({ ...small, seed: 1 }).train.images).not.toEqual(data.train.images)
  const { images } = data.train
  for (let band = 0; band < 10; band++) {
    let [on, off] = [0, 0]
    for (let row = 0; row < 40 * 80; row++) {
      on += images[row * 20 + band]!
      off += images[row * 20 + 10 + band]!
    }
    // a band's level is less its mean, so that its sum ends at 0
    expect(on).toBeGreaterThan(40)
    expect(Math.abs(on - off)).toBeLessThanOrEqual(80)
  }
})

test('a higher threshold makes fewer spikes, and options that cannot be are refused', () => {
  const count = (threshold: number) => tones({ ...small, threshold }).train.images.reduce((sum, spike) => sum + spike)
  expect(count(12)).toBeLessThan(count(6) / 1.5)
  expect(() => tones({ steps: 10 })).toThrow(expect.objectContaining({ code: 'HILLOCK_OPTION' }))
  expect(() => tones({ train: 0 })).toThrow(expect.objectContaining({ code: 'HILLOCK_RANGE' }))
})
