/** One of the four files of a data set. */
export interface SourceFile {
  name: string
  /** Of the file as the mirror serves it. */
  bytes: number
  sha256: string
}
/** A data set in four idx files: where its public copy is and how to know that a copy is whole. */
export interface IdxSource {
  name: string
  classes: number
  /** Address of a folder, with a slash at the end; without it the data set is only looked up in folders. */
  mirror?: string
  /** How many examples it is known to have: so that a training set in place of the test set is noticed. */
  counts?: {
    train: number
    test: number
  }
  files: {
    trainImages: SourceFile
    trainLabels: SourceFile
    testImages: SourceFile
    testLabels: SourceFile
  }
}
/**
 * The MNIST family. Sizes and sums are those that TensorFlow Datasets publishes (tensorflow_datasets/url_checksums).
 *
 * MNIST: LeCun, Cortes, Burges. Fashion-MNIST: Xiao, Rasul, Vollgraf, arXiv:1708.07747 (MIT). KMNIST: Clanuwat et al.,
 * arXiv:1812.01718 (CC BY-SA 4.0).
 */
export declare const sources: {
  mnist: {
    name: string
    classes: number
    counts: {
      train: number
      test: number
    }
    mirror: string
    files: {
      trainImages: SourceFile
      trainLabels: SourceFile
      testImages: SourceFile
      testLabels: SourceFile
    }
  }
  'fashion-mnist': {
    name: string
    classes: number
    counts: {
      train: number
      test: number
    }
    mirror: string
    files: {
      trainImages: SourceFile
      trainLabels: SourceFile
      testImages: SourceFile
      testLabels: SourceFile
    }
  }
  kmnist: {
    name: string
    classes: number
    counts: {
      train: number
      test: number
    }
    mirror: string
    files: {
      trainImages: SourceFile
      trainLabels: SourceFile
      testImages: SourceFile
      testLabels: SourceFile
    }
  }
}
