export { type BullmqOptions, bullmq } from './bullmq.ts'
export type { JobEnd, Queue, QueueWatch, QueueWork } from './queue.ts'
