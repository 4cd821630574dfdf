/** One of the four files of a data set. */
export interface SourceFile {
  /** Name of the file. */
  name: string
  /** Of the file as the mirror serves it. */
  bytes: number
  /** SHA-256 of its bytes, in hexadecimal. */
  sha256: string
}

/** A data set in four idx files: where its public copy is and how to know that a copy is whole. */
export interface IdxSource {
  /** Name of the data set. */
  name: string
  /** Number of classes. */
  classes: number
  /** Address of a folder, with a slash at the end; without it the data set is only looked up in folders. */
  mirror?: string
  /** How many examples it is known to have: so that a training set in place of the test set is noticed. */
  counts?: { train: number; test: number }
  /** The four files. */
  files: { trainImages: SourceFile; trainLabels: SourceFile; testImages: SourceFile; testLabels: SourceFile }
}

const counts = { train: 60000, test: 10000 }

const files = (sums: readonly (readonly [number, string])[]): IdxSource['files'] => {
  const file = (name: string, i: number) => ({ name, bytes: sums[i]![0], sha256: sums[i]![1] })
  return {
    trainImages: file('train-images-idx3-ubyte.gz', 0),
    trainLabels: file('train-labels-idx1-ubyte.gz', 1),
    testImages: file('t10k-images-idx3-ubyte.gz', 2),
    testLabels: file('t10k-labels-idx1-ubyte.gz', 3),
  }
}

/**
 * The MNIST family. Sizes and sums are those that TensorFlow Datasets publishes (tensorflow_datasets/url_checksums).
 *
 * MNIST: LeCun, Cortes, Burges. Fashion-MNIST: Xiao, Rasul, Vollgraf, arXiv:1708.07747 (MIT). KMNIST: Clanuwat et al.,
 * arXiv:1812.01718 (CC BY-SA 4.0).
 */
export const sources = {
  mnist: {
    name: 'mnist',
    classes: 10,
    counts,
    mirror: 'https://storage.googleapis.com/cvdf-datasets/mnist/',
    files: files([
      [9912422, '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609'],
      [28881, '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c'],
      [1648877, '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6'],
      [4542, 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6'],
    ]),
  },
  'fashion-mnist': {
    name: 'fashion-mnist',
    classes: 10,
    counts,
    mirror: 'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
    files: files([
      [26421880, '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84'],
      [29515, 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845'],
      [4422102, '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073'],
      [5148, '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5'],
    ]),
  },
  kmnist: {
    name: 'kmnist',
    classes: 10,
    counts,
    mirror: 'https://codh.rois.ac.jp/kmnist/dataset/kmnist/',
    files: files([
      [18165135, '51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4'],
      [29497, 'e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17'],
      [3041136, 'edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5'],
      [5120, '20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c'],
    ]),
  },
} satisfies Record<string, IdxSource>
