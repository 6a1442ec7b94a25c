import axiomo = require('axiomo');
import testing = require('axiomo/testing');

export async function level(client: axiomo.Axiomo): Promise<string | undefined> {
  return (await client.scan('x')).signal.risk.level;
}

export const classes = [axiomo.Axiomo, axiomo.AxiomoError, testing.MockServer];
