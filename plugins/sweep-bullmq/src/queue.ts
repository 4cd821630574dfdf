/** What hands out runs to workers: the contract of `@hillock/sweeps`, of which this is one implementation. */
export interface Queue {
  add(ids: readonly string[]): Promise<void>
  left(): Promise<number>
  work(options: QueueWork): Promise<void>
  watch(options: QueueWatch): Promise<void>
  close(): Promise<void>
}

export interface QueueWork {
  readonly slots: number
  readonly signal: AbortSignal
  readonly take: (id: string, tell: (progress: object) => Promise<void>) => Promise<JobEnd>
  readonly onFailed: (id: string, message: string) => void
}

export interface QueueWatch {
  readonly onProgress: (id: string, progress: object) => void
  readonly onEnd: (id: string) => void
}

/** What became of a job: `back` returns it to the queue, `final` means that another try cannot help. */
export type JobEnd = 'done' | 'back' | { readonly message: string; readonly final: boolean }
