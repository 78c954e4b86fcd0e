/**
 * The smallest of the values that at least the part `q` of them is not above: nearest rank, so always one that occurred.
 * Undefined of none.
 *
 * Source: R. J. Hyndman and Y. Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50, 1996, definition 1.
 *
 * @param sorted - ascending
 * @param q - above 0, at most 1; 0.5 gives the median, of an even number of values the lower one
 */
export function quantile(sorted: readonly number[], q: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
}
