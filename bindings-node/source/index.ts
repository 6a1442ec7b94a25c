/** The client of the Axiomo API: pull requests in, typed and explained Signals out. */
export { Analysis } from './analysis.js';
export { Batch, BatchItem } from './batch.js';
export type { BatchOptions, BatchProgress } from './batch.js';
export { CancelHandle } from './cancel-handle.js';
export { Axiomo } from './client.js';
export type { AnalyzeOptions, ClientOptions, DerivedOptions, ScanOptions } from './client.js';
export * from './errors.js';
export { ResponseMeta } from './meta.js';
export type { Attempt, RateLimit, WaitReason, WireAttempt, WireError, WireMeta, WireRateLimit } from './meta.js';
export type { CallOptions } from './options.js';
export { RateLimiter } from './rate-limiter.js';
export type { RateLimiterOptions, RateLimiterSnapshot } from './rate-limiter.js';
export type { AnalyzeRequest } from './request.js';
export * from './signal.js';
export type { ClientEvent, KeyProvider, Logger } from './thread.js';
export { verifyWebhook } from './webhook.js';
