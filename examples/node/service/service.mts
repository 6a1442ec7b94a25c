// A service that says which of a team's pull requests to review first.

import { createServer, type Server } from 'node:http';

import { type Axiomo, AxiomoError, RISK_LEVELS, type RiskLevel } from 'axiomo';

export interface Entry {
  readonly url: string;
  readonly level: RiskLevel | undefined;
  readonly minutes: number | undefined;
  readonly problem: string | undefined;
}

/** The pull requests by their risk, the highest first; those of which it is not known come first of all. */
export async function queue(client: Axiomo, urls: readonly string[], signal?: AbortSignal): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const { input, analysis, error } of client.analyzeMany([...new Set(urls)], { signal })) {
    const { risk, triage } = analysis?.signal ?? {};
    const problem = error?.message;
    entries.push({ url: input, level: risk?.level, minutes: triage?.estimated_minutes, problem });
  }
  const rank = ({ level }: Entry): number => {
    const known: readonly string[] = RISK_LEVELS;
    return level !== undefined && known.includes(level) ? known.indexOf(level) : known.length;
  };
  return entries.sort((one, other) => rank(other) - rank(one));
}

/** `GET /?url=…&url=…` answers with the queue. A caller who goes away ends what is under way. */
export function createService(client: Axiomo): Server {
  return createServer((request, response) => {
    const left = new AbortController();
    response.once('close', () => left.abort());
    const urls = new URL(request.url ?? '/', 'http://localhost').searchParams.getAll('url');
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    queue(client, urls, left.signal).then(
      (entries) => answer(200, entries),
      (problem: unknown) => {
        if (left.signal.aborted) return;
        answer(503, { problem: problem instanceof AxiomoError ? problem.message : 'something is wrong here' });
      },
    );
  });
}
