/** The order with one item moved to another place. */
export function moved<Item>(order: readonly Item[], item: Item, to: number): readonly Item[] {
  const rest = order.filter((each) => each !== item);
  return rest.toSpliced(Math.max(0, Math.min(to, rest.length)), 0, item);
}
