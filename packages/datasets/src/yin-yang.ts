import { checkOptions } from '@hillock/core/options'
import { generator, stream } from '@hillock/core/random'
import type { Dataset, Examples } from './data-types.ts'
import { drawsFrom, type MadeOptions, madeOptions, madeParts } from './made.ts'

const [features, classes] = [4, 3]

/** Radii of the large circle and of the two dots in it. */
const [big, small] = [0.5, 0.1]

/**
 * The Yin-Yang data set (Kriener, Göltz and Petrovici 2022, arXiv:2102.08211): points in the unit square, of three classes, 0 and 1 for the halves of
 * the sign and 2 for its dots. An example is x, y, 1 - x, 1 - y, so that no point lacks early spikes when values are latencies. Classes are
 * drawn with equal chances. A linear classifier reaches about 0.64, a network of 120 hidden neurons about 0.98. Defaults: 5000 to train, 1000
 * to test, seed 0; example i depends on the seed, its part and i alone.
 *
 * Throws HILLOCK_OPTION if an option is unknown or its value is not allowed, HILLOCK_RANGE if a count or the seed is out of range.
 */
export function yinYang(options: MadeOptions = {}): Dataset {
  checkOptions('yinYang', options, madeOptions)
  const { seed = 0, train = 5000, validation = 0, test = 1000 } = options
  const made = madeParts(drawsFrom.yinYang, { train, validation, test }, (id, count) => write(seed, id, count))
  return { name: 'yin-yang', shape: [features], classes, ...made }
}

function write(seed: number, id: number, count: number): Examples {
  const images = new Float32Array(count * features)
  const labels = new Uint8Array(count)
  for (let i = 0; i < count; i++) {
    const random = generator(seed, stream.augment, id, i)
    const label = random.integer(classes)
    let [x, y] = [0, 0]
    do [x, y] = [random.uniform(), random.uniform()]
    while (classOf(x, y) !== label)
    images.set([x, y, 1 - x, 1 - y], i * features)
    labels[i] = label
  }
  return { images, labels, count, features, classes }
}

/** The class of a point; undefined outside of the large circle. */
function classOf(x: number, y: number): number | undefined {
  if (Math.hypot(x - big, y - big) > big) return undefined
  const left = Math.hypot(x - 0.5 * big, y - big)
  const right = Math.hypot(x - 1.5 * big, y - big)
  if (left < small || right < small) return 2
  const yin = left <= 0.5 * big || (y > big && right > 0.5 * big)
  return yin ? 1 : 0
}
