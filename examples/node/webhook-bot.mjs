// A bot that GitHub's webhooks tell of pull requests, and that comments what it thinks of each.
//
// WEBHOOK_SECRET=… GITHUB_TOKEN=… AXIOMO_API_KEY=… node webhook-bot.mjs

import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

import { Axiomo, AxiomoError, verifyWebhook } from 'axiomo';

const ACTIONS = new Set(['opened', 'reopened', 'synchronize', 'ready_for_review']);
/** As much as GitHub sends at most. */
const LONGEST_BODY = 25 * 1024 * 1024;

/** The server that GitHub calls. `comment` is given the pull request of the webhook, and a text. */
export function createBot({ client, secret, comment }) {
  return createServer(async (request, response) => {
    const end = (status, text) => response.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`);
    try {
      const body = await read(request);
      if (body === null) return end(413, 'too long');
      // Before anything is believed of it, and on the bytes as they came.
      if (!verifyWebhook(secret, body, request.headers['x-hub-signature-256'])) return end(401, 'not signed by GitHub');
      const event = JSON.parse(body.toString());
      if (request.headers['x-github-event'] !== 'pull_request' || !ACTIONS.has(event.action)) return end(200, 'nothing to do');
      // GitHub waits for ten seconds, and an analysis takes longer.
      end(202, 'under way');
      await comment(event.pull_request, await opinion(client, event.pull_request.html_url));
    } catch (error) {
      console.error(error);
      if (!response.headersSent) end(400, 'no event of GitHub');
    }
  });
}

async function opinion(client, url) {
  try {
    const { signal, signalUrl } = await client.analyze(url);
    const files = signal.focus.files.slice(0, 3).map(({ path, reasons }) => `- \`${path}\`: ${reasons.join(', ')}`);
    return [`**Risk: ${signal.risk.level}.** ${signal.review.rationale ?? ''}`, ...files, signalUrl ?? ''].join('\n').trim();
  } catch (error) {
    if (!(error instanceof AxiomoError)) throw error;
    return `I cannot tell: ${error.message}`;
  }
}

async function read(request) {
  const parts = [];
  let length = 0;
  for await (const part of request) {
    length += part.length;
    if (length > LONGEST_BODY) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Comments a pull request at GitHub. */
export async function commentAtGitHub(pullRequest, text) {
  const answer = await fetch(pullRequest.comments_url, {
    method: 'POST',
    headers: { authorization: `Bearer ${process.env.GITHUB_TOKEN}`, accept: 'application/vnd.github+json' },
    body: JSON.stringify({ body: text }),
  });
  if (!answer.ok) throw new Error(`GitHub answered ${answer.status}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bot = createBot({ client: new Axiomo(), secret: process.env.WEBHOOK_SECRET ?? '', comment: commentAtGitHub });
  bot.listen(Number(process.env.PORT ?? 3000), () => console.log('listening', bot.address()));
}
