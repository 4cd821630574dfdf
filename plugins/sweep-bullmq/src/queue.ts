/** What hands out runs to workers: the contract of `@hillock/sweeps`, of which this is one implementation. */
export interface Queue {
  /** Puts jobs in that are not in yet. */
  add(ids: readonly string[]): Promise<void>
  /** How many jobs wait or are under way. */
  left(): Promise<number>
  /** Takes jobs, until `signal` is aborted and those taken have ended. */
  work(options: QueueWork): Promise<void>
  /** Tells what workers do from now on. */
  watch(options: QueueWatch): Promise<void>
  /** Closes the connection. */
  close(): Promise<void>
}

/** How a worker takes jobs. */
export interface QueueWork {
  /** How many jobs are taken side by side. */
  readonly slots: number
  /** Stops taking jobs when it is aborted. */
  readonly signal: AbortSignal
  /** Does a job. `back` returns it to the queue, which is no failed try. */
  readonly take: (id: string, tell: (progress: object) => Promise<void>) => Promise<JobEnd>
  /** Told of a job that has failed for good. */
  readonly onFailed: (id: string, message: string) => void
}

/** What those who watch a queue are told. */
export interface QueueWatch {
  /** A job has come further. */
  readonly onProgress: (id: string, progress: object) => void
  /** A job has ended. */
  readonly onEnd: (id: string) => void
}

/** What became of a job: `back` returns it to the queue, `final` means that another try cannot help. */
export type JobEnd = 'done' | 'back' | { readonly message: string; readonly final: boolean }
