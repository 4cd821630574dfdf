/** What a new learner begins with: an error for each layer, what its own neurons do, a loss for each layer, a reward. */
export const shapes = ['gradient', 'local', 'layers', 'reward'] as const
export type Shape = (typeof shapes)[number]
