/** What comes of something, or `late` where that takes longer than `limitMs`. */
export async function within<T>(limitMs: number, work: Promise<T>, late: T): Promise<T> {
  const limit = Promise.withResolvers<T>();
  const timer = setTimeout(() => limit.resolve(late), limitMs);
  const result = await Promise.race([work, limit.promise]);
  clearTimeout(timer);
  return result;
}
