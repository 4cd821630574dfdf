import { generator, stream } from '@hillock/core/random'

/** What is easily told apart: three classes, each of which lights four of twelve values. */
export function stripes(count: number, seed: number) {
  const random = generator(seed, stream.augment)
  const [features, classes] = [12, 3]
  const labels = Uint8Array.from({ length: count }, (_, i) => i % classes)
  const images = Float32Array.from({ length: count * features }, (_, i) => {
    const lit = Math.floor((i % features) / 4) === labels[Math.floor(i / features)]
    return (lit ? 0.8 : 0) + 0.2 * random.uniform()
  })
  return { images, labels, count, features, classes }
}
