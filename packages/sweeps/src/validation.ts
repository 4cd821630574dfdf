/** What an epoch came to on the validation set. */
export interface Validation {
  /** From 0 to 1; undefined where examples have no labels. */
  readonly validationAccuracy?: number | undefined
  /** The mean over examples. */
  readonly validationLoss?: number | undefined
}

/** What runs are compared by, the higher the better: their validation accuracy or, where examples have no labels, how little their loss is. NaN without either. */
export const scoreOf = ({ validationAccuracy, validationLoss = Number.NaN }: Validation): number =>
  validationAccuracy ?? -validationLoss

/** A score to sort by: NaN comes after every number. */
export const worth = (score: number): number => (Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score)
