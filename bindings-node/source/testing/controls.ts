/** A mock server did not do what it was asked. The message says what was expected. */
export class MockServerError extends Error {
  override readonly name: string = 'MockServerError';

  constructor(
    message: string,
    /** One word for it. */
    readonly code: string = 'unknown',
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What was waited for did not happen at a mock server in time. */
export class NotSeenError extends MockServerError {
  override readonly name = 'NotSeenError';
}

/** The test controls of a server, at a listener of their own. */
export class Controls {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  /** What a control answers, read from JSON; nothing where it answers nothing. */
  async send(method: string, path: string, body?: unknown, timeoutMs = 60_000): Promise<unknown> {
    const headers = { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' };
    const signal = AbortSignal.timeout(timeoutMs);
    const asked = { method, headers, signal, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    let answer: Response;
    let text: string;
    try {
      answer = await fetch(`${this.#url}${path}`, asked);
      text = await answer.text();
    } catch (cause) {
      throw new MockServerError(`${method} ${path}: the mock server does not answer`, 'unreachable', { cause });
    }
    if (answer.ok) return text === '' ? undefined : JSON.parse(text);
    throw refusal(answer.status, text);
  }
}

function refusal(status: number, text: string): MockServerError {
  try {
    const { code, message } = (JSON.parse(text) as { error: { code: string; message: string } }).error;
    return code === 'not_seen' ? new NotSeenError(message, code) : new MockServerError(message, code);
  } catch {
    return new MockServerError(`the mock server answered ${status}: ${text.slice(0, 200)}`);
  }
}
