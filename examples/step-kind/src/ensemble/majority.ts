/** A vote: the ballot that was given most often; of several, the one that was given first. */
export function majority<Ballot extends string | number | bigint | boolean>(ballots: readonly Ballot[]): Ballot {
  const counts = new Map<Ballot, number>();
  for (const ballot of ballots) counts.set(ballot, (counts.get(ballot) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return [...counts].find(([, count]) => count === most)?.[0] as Ballot;
}
