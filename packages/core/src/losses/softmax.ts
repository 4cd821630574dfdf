/**
 * Cross-entropy of softmax(logits) against a label, for one row of `classes` logits from `at` on. Adds `weight` times its derivative,
 * softmax - onehot, to `gradient` there, and returns `weight` times the loss. The largest logit is subtracted first, so that no
 * exponential overflows and no logarithm meets 0.
 */
export function softmaxCrossEntropy(
  logits: ArrayLike<number>,
  at: number,
  classes: number,
  label: number,
  weight: number,
  gradient: Float64Array,
): number {
  let largest = -Infinity
  for (let c = 0; c < classes; c++) largest = Math.max(largest, logits[at + c] as number)
  let total = 0
  for (let c = 0; c < classes; c++) total += Math.exp((logits[at + c] as number) - largest)
  for (let c = 0; c < classes; c++) {
    const probability = Math.exp((logits[at + c] as number) - largest) / total
    gradient[at + c]! += weight * (probability - (c === label ? 1 : 0))
  }
  return weight * (Math.log(total) + largest - (logits[at + label] as number))
}
