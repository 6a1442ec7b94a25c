import { expectAssignable, expectError, expectNotAssignable, expectType } from 'tsd';

import {
  Analysis, Axiomo, AxiomoError, BatchItem, CancelHandle, NotFoundError, RISK_LEVELS, RateLimiter, verifyWebhook,
} from 'axiomo';
import type { AnalyzeRequest, ErrorKind, RiskLevel, Signal } from 'axiomo';
import { MockServer } from 'axiomo/testing';

const client = new Axiomo({ timeoutMs: 1000, apiKey: async () => 'ax_key', pacing: 'smooth', logger: console });
expectType<Promise<Analysis>>(client.analyze('https://github.com/owner/repo/pull/1', { signal: AbortSignal.timeout(5) }));
expectType<Promise<Analysis>>(client.analyze({ provider: 'github', owner: 'a', repo: 'b', pr_number: 1 }));
expectError(client.analyze(5));
expectError(client.analyze({ owner: 'a' }));
expectError(client.scan('x', { timeout: 5 }));
expectError(new Axiomo({ apiKey: 5 }));
expectError(new Axiomo({ pacing: 'fast' }));
expectError(new Axiomo({ defaultHeaders: { 'x-team': 5 } }));
expectError(new Axiomo({ clientCertificate: { chain: Buffer.from(''), key: '' } }));
expectType<Axiomo>(client.withOptions({ maxRetries: 0, cancel: new CancelHandle() }));
expectError(client.withOptions({ signal: AbortSignal.timeout(5) }));
expectType<number | null>(Analysis.fromJSON('{}').meta.status);
expectType<boolean>(verifyWebhook('secret', 'body', new Headers().get('x-hub-signature-256')));

declare const signal: Signal;
expectType<RiskLevel | undefined>(signal.risk.level);
expectType<number | null | undefined>(signal.pr.number);
expectType<readonly string[]>(signal.supply_chain.ci_files);
expectError((signal.risk.level = 'low'));

// A value that this version does not know is allowed, and those that it does are offered.
expectAssignable<RiskLevel>('low');
expectAssignable<RiskLevel>('cosmic');
expectNotAssignable<RiskLevel>(5);
expectType<readonly ['low', 'medium', 'high', 'critical']>(RISK_LEVELS);

declare const error: unknown;
if (error instanceof AxiomoError) {
  expectType<ErrorKind>(error.kind);
  expectType<number | null>(error.retryAfterMs);
  expectType<Date | null>(error.resetAt);
}
if (error instanceof NotFoundError) expectType<'not_found'>(error.kind);

async function batches(): Promise<void> {
  const requests: AnalyzeRequest[] = [{ url: 'x' }];
  for await (const item of client.analyzeMany(requests, { ordered: true })) {
    expectType<BatchItem<AnalyzeRequest>>(item);
    expectType<Analysis | null>(item.analysis);
  }
  for await (const item of client.analyzeMany(new Set(['x']))) expectType<string>(item.input);
}
expectType<Promise<void>>(batches());
expectError(client.analyzeMany([5]));
expectType<RateLimiter>(RateLimiter.redis('redis://localhost'));
expectType<Promise<Axiomo>>(MockServer.start({ virtualTime: true }).then((server) => server.client()));
expectError(new Analysis());
