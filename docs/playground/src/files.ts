import { type Dataset, idxExamples, readIdx } from '@hillock/datasets'
import { bytesOf, type Dropped } from './dropped.ts'

/**
 * The data set of four idx files of MNIST's family, by their names: train-images, train-labels, t10k-images, t10k-labels, gzipped or not.
 * Throws HILLOCK_DATA_DAMAGED if the files do not fit together.
 */
export async function datasetOf(files: readonly Dropped[]): Promise<Dataset> {
  const partOf = async (part: 'train' | 't10k') => {
    const read = async (kind: 'images' | 'labels') => {
      const file = files.find(({ path }) => path.includes(part) && path.includes(kind))
      if (!file) throw new Error(`there is no file whose name has ${part} and ${kind} in it: give all four files`)
      return { name: file.path, idx: await readIdx(await bytesOf(file), file.path) }
    }
    const [images, labels] = [await read('images'), await read('labels')]
    const names = { images: images.name, labels: labels.name }
    return { shape: images.idx.shape.slice(1), examples: idxExamples(images.idx, labels.idx, { names }) }
  }
  const [train, test] = [await partOf('train'), await partOf('t10k')]
  if (train.shape.join() !== test.shape.join()) throw new Error('the images of the two parts have different sizes')
  return { name: 'mnist', shape: train.shape, classes: 10, train: train.examples, test: test.examples }
}
