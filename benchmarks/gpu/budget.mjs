const given = Number(process.env.HILLOCK_GPU_SECONDS ?? Number.POSITIVE_INFINITY)
const end = performance.timeOrigin + 1000 * given

/** Seconds that this part may still take, as gpu.sh has told it. */
export const secondsLeft = () => (end - (performance.timeOrigin + performance.now())) / 1000

/** Whether so large a share of the part's seconds is left. */
export const isLeft = (share) => !Number.isFinite(given) || secondsLeft() > share * given
