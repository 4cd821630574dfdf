/** A path through points [x0, y0, x1, y1, ...] of the unit square, y downwards, as a pen would draw it. */
export type Stroke = readonly number[]
/** How each digit is written; some people write some digits in more than one way. */
export declare const digits: readonly (readonly (readonly Stroke[])[])[]
/**
 * Draws a stroke on a square image of `size` pixels a side: each pixel is covered as far as its centre is from the
 * stroke, and keeps what is darker. Points are in pixels.
 */
export declare function draw(image: Float32Array, size: number, points: Stroke, radius: number): void
