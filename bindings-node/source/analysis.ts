import type { InspectOptions } from 'node:util';

import { AxiomoError } from './errors.js';
import { parseExact } from './exact.js';
import { refused } from './failure.js';
import { inspected } from './inspection.js';
import type { Inspect } from './inspection.js';
import { ResponseMeta } from './meta.js';
import type { WireError, WireMeta } from './meta.js';
import { Kind, native } from './native.js';
import type { Arrival } from './native.js';
import { readSignal } from './sections.js';
import type { Signal } from './signal.js';

/** The texts of an analysis, as the client gives them. */
export interface AnalysisTexts {
  readonly signal: string;
  readonly raw: string;
  readonly meta: string;
  readonly signalId: string | null;
  readonly signalUrl: string | null;
}

/** What the service made of a pull request, and how it was obtained. */
export class Analysis {
  /** Names the Signal; opaque. Null only if the service names none. */
  readonly signalId: string | null;
  /** Where a person can read the Signal; opaque. Null where there is no such place. */
  readonly signalUrl: string | null;
  /** The text as the service sent it. */
  readonly raw: string;
  /** Texts until they are first looked at. */
  #signal: Signal | string;
  #meta: ResponseMeta | string;

  /** Made by a client, or by `fromJSON`. */
  constructor(texts: AnalysisTexts) {
    this.signalId = texts.signalId;
    this.signalUrl = texts.signalUrl;
    this.raw = texts.raw;
    this.#signal = texts.signal;
    this.#meta = texts.meta;
  }

  /**
   * Reads an analysis from its text, as `raw` gives it, whether in its envelope or bare. How it was obtained is not
   * known then.
   *
   * @throws DecodeError when the text is not one.
   */
  static fromJSON(text: string): Analysis {
    const read = native().readAnalysis(String(text));
    if (typeof read === 'string') throw refused(read);
    const [signal, raw, meta, signalId, signalUrl] = read;
    return new Analysis({
      signal: signal ?? '{}',
      raw: raw ?? '',
      meta: meta ?? '{}',
      signalId: signalId ?? null,
      signalUrl: signalUrl ?? null,
    });
  }

  /** The Signal: what this version knows of it, and could read. */
  get signal(): Signal {
    if (typeof this.#signal === 'string') this.#signal = readSignal(this.#signal);
    return this.#signal;
  }

  /** How it was obtained. */
  get meta(): ResponseMeta {
    if (typeof this.#meta === 'string') this.#meta = new ResponseMeta(JSON.parse(this.#meta) as WireMeta);
    return this.#meta;
  }

  /**
   * The members of a part that this version does not know, by name: of `signal`, `signal.risk`, `signal.focus.files[0]`.
   * Integers that a number cannot hold are bigints.
   */
  extra(path = ''): Readonly<Record<string, unknown>> {
    return parseExact(native().extraOf(this.raw, path)) as Record<string, unknown>;
  }

  /** What the service sent. */
  toJSON(): unknown {
    return JSON.parse(this.raw);
  }

  /** For `console.log`: what can be looked at. */
  [inspected](_depth: number, options: InspectOptions, inspect: Inspect): string {
    const { signalId, signalUrl, signal, meta } = this;
    return `Analysis ${inspect({ signalId, signalUrl, signal, meta }, options)}`;
  }
}

/** The analysis that came, or throws the error that came. */
export function analysisOf([kind, , , , one, two, three, four, five]: Arrival): Analysis {
  if (kind === Kind.Analysis) {
    return new Analysis({ signal: one ?? '', raw: two ?? '', meta: three ?? '', signalId: four, signalUrl: five });
  }
  if (kind === Kind.Failed) {
    throw AxiomoError.from(JSON.parse(one ?? '') as WireError, JSON.parse(two ?? '[]') as string[]);
  }
  throw new Error('the call was broken off: something panicked in it, which is a defect of axiomo');
}
