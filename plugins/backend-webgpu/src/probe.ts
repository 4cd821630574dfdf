import { argumentWords, build, type Device, group, headWords, R, slotWords, thread, U } from '@hillock/device'

const threads = 64
const count = 4096

/** Numbers of all sizes, f32, the same each time. */
function numbers(): Float32Array<ArrayBuffer> {
  let state = 1
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    const size = 2 ** (((state >>> 4) % 24) - 12)
    return ((state >>> 9) / 2 ** 22 - 1) * size
  })
}

/**
 * Finds out whether a device rounds every operation by itself and keeps subnormal numbers: WGSL promises neither. Sums of products,
 * re-associated sums, quotients, roots and subnormal numbers of some thousand values are compared with JavaScript's.
 */
export async function isExact<Compiled>(device: Device<Compiled>): Promise<boolean> {
  const parameters = { from: 'reals', to: 'reals' } as const
  const kernel = build('probe', threads, parameters, (b, { from, to }) => {
    const i = b.let(U.add(U.mul(group, threads), thread))
    const next = (n: number) => b.let(b.load(from, U.rem(U.add(i, n), count)))
    const [x, y, z] = [next(0), next(1), next(2)]
    const results = [
      R.add(R.mul(x, y), z),
      R.sub(R.mul(x, y), R.mul(y, z)),
      R.add(R.add(x, y), 1),
      R.div(x, y),
      R.sqrt(R.abs(x)),
      R.mul(R.mul(x, 2 ** -100), 2 ** -36),
    ]
    for (const [k, result] of results.entries()) b.store(to, U.add(i, k * count), result)
  })
  const places = device.grow('reals', 7 * count)
  const values = numbers()
  device.write('reals', places.at, values)
  const args = new Uint32Array(Math.ceil(argumentWords(kernel) / slotWords) * slotWords)
  args[0] = count / threads
  kernel.parameters.forEach(({ name }, i) => {
    args[headWords + 2 * i] = places.at + (name === 'to' ? count : 0)
  })
  device.run([{ kernel: device.compile(kernel), groups: count / threads, at: 0 }], args)
  const found = new Float32Array(await device.read('reals', places.at + count, 6 * count))
  const f = Math.fround
  return values.every((x, i) => {
    const [y, z] = [values[(i + 1) % count]!, values[(i + 2) % count]!]
    const wanted = [f(f(x * y) + z), f(f(x * y) - f(y * z)), f(f(x + y) + 1), f(x / y)]
    wanted.push(f(Math.sqrt(Math.abs(x))), f(f(x * 2 ** -100) * 2 ** -36))
    return wanted.every((value, k) => Object.is(value + 0, found[k * count + i]! + 0))
  })
}
