/** The classes that scores stand for. */
export interface Classified {
  /** The class of each row: the first with the largest score. In an array as wide as the number of classes needs. */
  readonly predictions: Uint8Array | Uint16Array | Uint32Array
  /** How many of them are the label. */
  readonly correct: number
}

/** Classifies by scores, [B, classes], and compares with labels, [B]. */
export function classify(scores: ArrayLike<number>, labels: ArrayLike<number>, classes: number): Classified {
  const predictions = classArray(labels.length, classes)
  let correct = 0
  for (let b = 0; b < labels.length; b++) {
    let best = 0
    for (let c = 1; c < classes; c++) if (scores[b * classes + c]! > scores[b * classes + best]!) best = c
    predictions[b] = best
    if (best === labels[b]) correct++
  }
  return { predictions, correct }
}

/** Room for `count` classes out of `classes`, a byte for each where that is enough. */
export function classArray(count: number, classes: number): Classified['predictions'] {
  return new (classes <= 2 ** 8 ? Uint8Array : classes <= 2 ** 16 ? Uint16Array : Uint32Array)(count)
}
