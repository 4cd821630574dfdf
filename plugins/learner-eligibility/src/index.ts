export { type EligibilityOptions, eligibility } from './eligibility.ts'
export type { Feedback, LearningSignal } from './signal.ts'
